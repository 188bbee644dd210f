"""Two made-up negotiations and random edits of them, the same ones for the same seed.

Records are added, revised, retracted and taken up again; people are renamed, papers get other days
and origins, and texts are such as a careless form might print wrongly. What is written is what a
dossier may hold: links stay in their negotiation, and nothing goes round in a circle.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from app.resources.evidence import RecordContent
from app.resources.rendering import addresses_of
from app.resources.resource import Address
from app.resources.texts import normalize
from app.store.engine import Database
from tests.made_up import (
    Fields,
    address_of,
    claim,
    demand,
    meeting,
    negotiation,
    participant,
    source,
    write,
)

NEGOTIATIONS = ("ferry-talks", "harbour-talks")
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
ISSUES = [{"id": "tolls", "title": "Tolls"}, {"id": "timetable", "title": "The timetable: winter"}]
TEXTS = (
    "plain words",
    "012",
    "1e3",
    "yes",
    "null",
    "~",
    "2022-01-10",
    "12:30",
    "- a dash first",
    "# a hash first",
    "a key: and a value",
    "ends with a colon:",
    "“quoted” — ö",
    'it\'s "both"',
    "back\\slash \\n",
    "& * ! | > % @ ` [ ] { } , ?",
    "two\nlines",
    "a line and\n\n  more, indented\n",
    " white space at both ends ",
    "tab\tin it",
    "not breaking\u00a0and\u2028separated",
    "\ufeffmark first",
    "ship 🚢",
    "א right to left",
    "e\u0301 combined",
    "=1+1",
    "x" * 200 + " " + "long " * 60,
)
DATES = (
    "2022",
    "2022-01",
    "2022-01-10",
    "2022-01~",
    "2022-01-10?",
    "2022-01-10/2022-01-12",
    "../2022-01-05",
    "2022-01-10/..",
    "2022-01-10T09:30:00Z",
)
DAYS = tuple(f"2022-01-{day:02}" for day in range(1, 20))


class World:
    """What is on record, as the edits have it, and the next edit by chance."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database = database
        self.chance = Random(seed)  # not for secrets
        self.live: dict[Address, RecordContent] = {}
        self.count = 0
        self._write(self._beginning())

    def edit(self) -> int:
        """One revision of one to three records; its number."""
        while True:
            retracted = self._gone() if self.chance.random() < 0.15 else []
            some = {
                address_of(one): one
                for one in map(self._fresh, range(self.chance.choice((1, 1, 2, 3))))
            }
            fresh = [one for address, one in some.items() if address not in retracted]
            if self._holds(fresh, retracted):
                return self._write(fresh, retracted)

    def _write(self, fresh: list[RecordContent], retracted: list[Address] | None = None) -> int:
        self.count += 1
        gone = retracted or []
        now = START + timedelta(minutes=self.count)
        number = write(self.database, *fresh, retract=gone, reason=f"edit {self.count}", now=now)
        self.live.update({address_of(one): one for one in fresh})
        for address in gone:
            del self.live[address]
        return number

    def _holds(self, fresh: list[RecordContent], retracted: list[Address]) -> bool:
        """Whether there is something to write, and every link leads to what is there then."""
        after = self.live | {address_of(one): one for one in fresh}
        after = {address: one for address, one in after.items() if address not in retracted}
        links = {address for one in after.values() for _, address in addresses_of(one)}
        return bool(fresh or retracted) and links <= after.keys()

    def _gone(self) -> list[Address]:
        owned = [one for one in sorted(self.live) if one[0] in ("meeting", "claim", "demand")]
        return [self.chance.choice(owned)] if owned else []

    def _fresh(self, _number: int) -> RecordContent:
        makers: list[tuple[Callable[[], RecordContent], int]] = [
            (self._claim, 8),
            (self._demand, 6),
            (self._meeting, 4),
            (self._source, 2),
            (self._participant, 2),
            (self._negotiation, 1),
        ]
        (make,) = self.chance.choices([one for one, _ in makers], [times for _, times in makers])
        return make()

    # The records.

    def _beginning(self) -> list[RecordContent]:
        people = [participant(f"p{number}", f"Person {number}") for number in range(6)]
        papers = [source(f"s{number}", day) for number, day in enumerate(DAYS[:6])]
        talks = [
            negotiation(one, parties=[{"participant": "p0", "role": "host"}], issues=ISSUES)
            for one in NEGOTIATIONS
        ]
        return [*people, *papers, *talks]

    def _claim(self) -> RecordContent:
        talks, number, own = self._place("c", 12)
        fields: Fields = {
            "claimant": self._person(),
            "text": self._text(),
            "kind": self._one("fact", "warning"),
            "attribution": self._one("paraphrase", "direct_quote"),
            "addressed_to": self._people(),
            "about": self._people(),
        }
        if self._maybe():
            fields |= {"kind": "unclassified", "text": None}
        others = self._others("claim", own, number)
        relations = [
            {"to": one, "type": self._one("confirms", "contradicts"), "basis": self._line()}
            | self._proof(self._maybe())
            for one in others[:2]
        ]
        fields |= self._proof() | self._said(talks) | {"relations": relations}
        about = self._others("meeting", f"m-{talks}", 99)[:2]
        return claim(f"{own}{number}", negotiation=talks, about_meetings=about, **fields)

    def _demand(self) -> RecordContent:
        talks, number, own = self._place("d", 8)
        answers = [
            self._proof()
            | {"by": self._person(), "stance": self._one("accepts", "rejects", "defers")}
            | ({"text": self._text(), "on": self._one(*DATES)} if self._maybe() else {})
            for _ in range(self.chance.randrange(4))
        ]
        fields = self._proof() | self._said(talks) | {"responses": answers, "text": self._text()}
        above = self._others("demand", own, number)
        if above and self._maybe():
            fields[self._one("part_of", "replaces")] = above[0]
        if self._maybe():
            fields["withdrawn"] = self._proof() | {"on": self._one(*DATES)}
        made_by = sorted({self._person(), self._person()})
        return demand(f"{own}{number}", negotiation=talks, made_by=made_by, **fields)

    def _meeting(self) -> RecordContent:
        talks, number, own = self._place("m", 5)
        notices = [self._notice() for _ in range(self.chance.randrange(1, 4))]
        attendance = [
            self._proof() | {"participant": one, "presence": self._one("attended", "absent")}
            for one in self._people()
        ]
        fields: Fields = {"attendance": attendance, "title": self._line(), "issues": ["tolls"]}
        return meeting(f"{own}{number}", *notices, negotiation=talks, **fields)

    def _notice(self) -> Fields:
        fields = self._proof() | {"status": self._one("scheduled", "held", "postponed")}
        if self._maybe():
            fields["place"] = {"city": self._line(), "latitude": 1.5, "longitude": -0.25}
        if self._maybe():
            fields["duration"] = {self._one("more_than", "about"): "PT7H30M"}
        if self._maybe():
            fields["note"] = self._text()
        return fields | ({"starts": self._one(*DATES)} if self._maybe() else {})

    def _source(self) -> RecordContent:
        number = self.chance.randrange(6)
        told: Fields = {"title": self._line(), "publisher": self._line(), "authors": [self._line()]}
        if number and self._maybe():
            told["origin"] = f"s{self.chance.randrange(number)}"
        day = self._one(*DAYS, "2022-01-10/2022-01-12", "2022-01")
        return source(f"s{number}", day, **told)

    def _participant(self) -> RecordContent:
        number = self.chance.randrange(6)
        told: Fields = {"other_names": [self._line()], "description": self._text()}
        if number and self._maybe():
            told["part_of"] = f"p{self.chance.randrange(number)}"
        post = self._proof() | {"title": self._line(), "from": self._one(*DATES)}
        return participant(f"p{number}", self._line(), posts=[post], **told)

    def _negotiation(self) -> RecordContent:
        parties = [
            {"participant": one, "role": self._one("principal", "observer")} | self._proof(False)
            for one in self._people()
        ]
        told = {"title": self._line(), "summary": self._text(), "starts": self._one(*DATES)}
        talks = self._one(*NEGOTIATIONS)
        return negotiation(talks, parties=parties, issues=ISSUES, **told)

    # What they are made of.

    def _place(self, letter: str, most: int) -> tuple[str, int, str]:
        """A negotiation, a number, and how ids of its records of a sort begin."""
        talks = self._one(*NEGOTIATIONS)
        return talks, self.chance.randrange(most), f"{letter}-{talks}"

    def _others(self, noun: str, own: str, below: int) -> list[str]:
        """Records of a sort of one negotiation with lower numbers, so that no circle is made."""
        ids = sorted(one for kind, one in self.live if kind == noun and one.startswith(own))
        found = [one for one in ids if int(one.removeprefix(own)) < below]
        return self.chance.sample(found, min(len(found), 2))

    def _said(self, talks: str) -> Fields:
        """When and where it was said, and on which issue, as far as that is known."""
        there = self._others("meeting", f"m-{talks}", 99)
        found: Fields = {"on": self._one(*DATES)} if self._maybe() else {}
        if there and self._maybe():
            found["meeting"] = there[0]
        return found | ({"issue": self._one("tolls", "timetable")} if self._maybe() else {})

    def _proof(self, quoted: bool = True) -> Fields:
        if not quoted:
            note = {"field": "on", "note": self._text()}
            return {"inferred": [note]} if self._maybe() else {}
        return {"evidence": [self._quote() for _ in range(self.chance.randrange(1, 3))]}

    def _quote(self) -> Fields:
        exact = self._text().strip()
        found: Fields = {"source": f"s{self.chance.randrange(6)}", "exact": exact}
        if self._maybe():
            start = self.chance.randrange(1000)
            found |= {"start": start, "end": start + len(normalize(exact)), "prefix": "before "}
        if self._maybe():
            found |= {"verification": "verified", "verified_on": self._one(*DAYS)}
        if self._maybe():
            found |= {"bearing": "disputes", "original": self._text(), "language": "de"}
        return found

    def _person(self) -> str:
        return f"p{self.chance.randrange(6)}"

    def _people(self) -> list[str]:
        return [f"p{number}" for number in self.chance.sample(range(6), self.chance.randrange(3))]

    def _text(self) -> str:
        return f"{self._one(*TEXTS)}{self._one('', f' {self.chance.randrange(100)}')}"

    def _line(self) -> str:
        return " ".join(self._text().split())[:400] or "line"

    def _maybe(self) -> bool:
        return self.chance.random() < 0.4

    def _one(self, *choices: Any) -> Any:
        return self.chance.choice(choices)
