"""A made-up negotiation that is hard to print: every text of every record is hostile in turn.

Turn ``n`` writes a record of each noun under a revision of its own. A record takes its texts one
after the other from ``TEXTS``, beginning with text ``n``; so after as many turns as there are
texts, every field has had every text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice

from app.resources import BY_NOUN
from app.resources.evidence import RecordContent
from app.resources.resource import Address
from app.store.engine import Database
from app.store.writer import Author, Writer
from tests.formats.hostile import HOSTILE, HOSTILE_TOO
from tests.http import LOADED
from tests.made_up import (
    Fields,
    claim,
    day,
    demand,
    meeting,
    negotiation,
    noun_of,
    record,
    setting,
    source,
)

# Records have no carriage returns; a newline is what is left of them.
TEXTS = [text.replace("\r\n", "\n") for text in (*HOSTILE, *HOSTILE_TOO)]
TURNS = len(TEXTS)
# So many turns are revised in the end, with the texts of as many turns later.
REVISED, LATER = 3, 7
ENDS = ("held", "cancelled", "postponed", "rescheduled", "not_held")
ANSWERS = ("accepts", "conditional", "counter_proposes", "defers", "no_answer")
RELATIONS = ("contradicts", "qualifies", "confirms", "supersedes", "responds_to", "retracts")

_LONGEST_LINE, _LONGEST_ADDRESS = 500, 2_000
_NOT_IN_LINES = re.compile("[\n\t\u2028\u2029]")


def on_one_line(text: str) -> str:
    """The text as titles may have it."""
    return _NOT_IN_LINES.sub(" ", text)[:_LONGEST_LINE]


def address_with(text: str) -> str:
    """The text in an address of the web, as far as a record may have it there."""
    return ("https://example.org/" + "".join(text.split()))[:_LONGEST_ADDRESS]


def load(database: Database) -> None:
    """Write all turns, then revise some of the records and take others back."""
    _write(database, 0, [*setting(papers="a"), claim("first", claimant="boris", on="2022")])
    for number in range(TURNS):
        _write(database, number, list(records(number, number)))
    again = [one for number in range(REVISED) for one in records(number, number + LATER)]
    _write(database, TURNS, again)
    last = TURNS - 1  # nothing links to the records of the last turn
    gone = [("claim", f"c{last}"), ("demand", f"d{last}"), ("participant", "anna")]
    _write(database, TURNS + 1, [], gone)


def final_records() -> Iterator[RecordContent]:
    """Every turn's records as they are in the end, but for the last turn, which was taken back."""
    for number in range(TURNS - 1):
        yield from records(number, number + LATER if number < REVISED else number)


def _write(
    database: Database,
    number: int,
    contents: Sequence[RecordContent],
    retracted: Sequence[Address] = (),
) -> None:
    """One revision, with a text for its reason and the next one for the label of its editor."""
    reason, editor = TEXTS[number % TURNS], on_one_line(TEXTS[(number + 1) % TURNS])
    with database.write() as connection:
        author = Author(editor, reason, LOADED + timedelta(minutes=number))
        writer = Writer(connection, author)
        for content in contents:
            writer.revise(BY_NOUN[noun_of(content)], content)
        for noun, identifier in retracted:
            writer.retract(BY_NOUN[noun], identifier)
        writer.commit()


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts in their order, each as a record may have it at that place."""

    following: Iterator[str]

    def prose(self) -> str:
        return next(self.following)

    def line(self) -> str:
        return on_one_line(next(self.following))

    def inferred(self) -> list[Fields]:
        return [{"field": self.line(), "note": self.prose(), "basis": self.prose()}]

    def quote(self, source: str, **fields: str) -> Fields:
        return {
            "source": source,
            "exact": self.prose(),
            "prefix": self.prose()[:_LONGEST_LINE],
            "suffix": self.prose()[:_LONGEST_LINE],
            "original": self.prose(),
            "translator": self.line(),
            "language": "en",
            **fields,
        }


def _from(text: int) -> _Texts:
    return _Texts(islice(cycle(TEXTS), text % TURNS, None))


def records(number: int, text: int) -> Iterator[RecordContent]:
    """The records of a turn, each with texts from that one on."""
    yield _participant(number, _from(text))
    yield _source(number, _from(text))
    yield _negotiation(number, _from(text))
    yield _meeting(number, _from(text))
    yield _claim(number, _from(text))
    yield _demand(number, _from(text))


def _before(number: int) -> int:
    """The turn before; the first has only itself."""
    return max(number - 1, 0)


def _participant(number: int, told: _Texts) -> RecordContent:
    post = {
        "title": told.line(),
        "organization": "council",
        "from": "2020",
        "until": "2022-01",
        "evidence": [told.quote(f"s{number}")],
        "inferred": told.inferred(),
    }
    return record(
        "participant",
        id=f"p{number}",
        name=told.line(),
        kind=("person", "state", "body")[number % 3],
        other_names=[told.line(), told.line()],
        description=told.prose(),
        country="CHE",
        wikidata="Q1",
        part_of="council",
        posts=[post],
    )


def _source(number: int, told: _Texts) -> RecordContent:
    text = {"sha256": "0" * 64, "normalized_sha256": "f" * 64, "length": number}
    return source(
        f"s{number}",
        str(day(number % 28 + 1)),
        title=told.line(),
        publisher=told.line(),
        authors=[told.line(), told.line()],
        url=address_with(told.prose()),
        archived_url=address_with(told.prose()),
        language="en",
        created="2021~",
        origin="a",
        text=text | {"normalization": told.line()},
    )


def _negotiation(number: int, told: _Texts) -> RecordContent:
    return negotiation(
        f"n{number}",
        title=told.line(),
        summary=told.prose(),
        starts="2022-01",
        ends="2022-03/..",
        issues=[{"id": "harbour", "title": told.line()}],
        evidence=[told.quote(f"s{number}")],
    )


def _meeting(number: int, told: _Texts) -> RecordContent:
    """Two sources differ on the day; in most turns a third tells how it ended."""
    place = {
        "name": told.line(),
        "city": told.line(),
        "country": "CHE",
        "timezone": "Europe/Zurich",
    }
    plan = {
        "status": "scheduled",
        "reported_on": "2022-01-02",
        "starts": str(day(number % 20 + 8)),
        "place": place | {"latitude": -46.5, "longitude": number / 7},
        "duration": {"about": "PT7H30M"},
        "note": told.prose(),
        "evidence": [told.quote(f"s{number}")],
        "inferred": told.inferred(),
    }
    rival = plan | {"starts": "2022-01-30T10:00:00", "evidence": [told.quote("a")]}
    end = {"status": ENDS[number % 5], "reported_on": "2022-02-01", "evidence": [told.quote("a")]}
    return meeting(
        f"m{number}",
        plan,
        rival,
        *([end] if number % 6 else []),
        title=told.line(),
        round=number + 1,
        forum="council",
        format=told.line(),
        attendance=[
            {
                "participant": f"p{number}",
                "on_behalf_of": "northland",
                "capacity": "chair",
                "presence": "expected",
                "inferred": told.inferred(),
            }
        ],
    )


def _claim(number: int, told: _Texts) -> RecordContent:
    relation = {
        "to": f"c{number - 1}" if number else "first",
        "type": RELATIONS[number % 6],
        "basis": told.line(),
        "inferred": told.inferred(),
    }
    return claim(
        f"c{number}",
        claimant=f"p{number}",
        on_behalf_of="northland",
        addressed_to=["southland", f"p{_before(number)}"],
        about=["council"],
        meeting=f"m{number}",
        about_meetings=[f"m{number}"],
        on=("2022-01-10", "2022-01~", "2022-01-10/2022-01-12", "2022-01-10T15:05:00+01:00")[
            number % 4
        ],
        text=told.prose(),
        evidence=[told.quote(f"s{number}"), told.quote("a", bearing="disputes")],
        inferred=told.inferred(),
        reported_by=[f"p{_before(number)}"],
        relations=[relation],
    )


def _demand(number: int, told: _Texts) -> RecordContent:
    """Two reports of the answer contradict each other; every third demand was taken back."""
    withdrawn = {"on": "2022-01-20", "evidence": [told.quote("a")]}
    return demand(
        f"d{number}",
        made_by=[f"p{number}", "southland"],
        addressed_to=["northland"],
        meeting=f"m{number}",
        on=str(day(number % 10 + 1)),
        text=told.prose(),
        mode="meet",
        part_of="d0" if number % 3 == 1 else None,
        replaces=f"d{number - 2}" if number % 5 == 2 else None,
        withdrawn=withdrawn if number % 3 == 2 else None,
        evidence=[told.quote(f"s{number}")],
        responses=[
            _answer(told, ANSWERS[number % 5], f"p{_before(number)}", f"s{number}"),
            _answer(told, "rejects", "boris", "a"),
        ],
    )


def _answer(told: _Texts, stance: str, reporter: str, paper: str) -> Fields:
    return {
        "by": "northland",
        "stance": stance,
        "text": told.prose(),
        "conditions": told.prose(),
        "counter_demand": told.prose(),
        "on": "2022-01-15",
        "reported_by": reporter,
        "evidence": [told.quote(paper)],
    }
