"""One made-up negotiation, record by record, always the same for the same seed and number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from benchmarks.people import People, Table
from benchmarks.words import Prose

Record = dict[str, Any]

KINDS = ["intention", "fact", "assessment", "expectation", "commitment", "accusation", "warning"]
KIND_WEIGHTS = (12, 40, 16, 12, 8, 7, 5)
STANCES = [
    "accepts",
    "accepts_in_part",
    "conditional",
    "open_to_discuss",
    "defers",
    "no_answer",
    "rejects",
]
RELATIONS = ["contradicts", "qualifies", "confirms", "responds_to"]
ISSUES = 6
QUOTES_A_SOURCE = 25
# Every how-manieth record is another one in a later revision of its negotiation.
REVISED = 3


def claim_id(negotiation: str, number: int) -> str:
    """The id of a claim, counted from 0."""
    return f"{negotiation}-claim-{number:05}"


def negotiation_of(claim: str) -> str:
    """The negotiation that the claim with this id belongs to."""
    return claim.rsplit("-claim-", 1)[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a negotiation is to be. ``answers``: how many parties answer each demand;
    by default a few, drawn for each.
    """

    number: int
    meetings: int
    demands: int
    claims: int
    parties: int
    answers: int | None = None

    @property
    def id(self) -> str:
        """The id of the negotiation, and the beginning of those of its records."""
        return f"talks-{self.number:05}"

    @property
    def sources(self) -> int:
        """How many sources are its own."""
        return max(2, (self.claims + self.demands) // QUOTES_A_SOURCE)

    @property
    def records(self) -> int:
        """How many records the dossier has; participants are elsewhere."""
        return 1 + self.sources + self.meetings + self.demands + self.claims


class Negotiation:
    """The records of one plan. ``revision`` counts the times that they were written again."""

    def __init__(self, plan: Plan, people: People, seed: int, revision: int = 0) -> None:
        self.plan = plan
        self.revision = revision
        self.random = Random(f"{seed} {plan.number}")
        self.prose = Prose(self.random)
        self.table = Table.of(people.drawn(self.random, max(plan.parties, 2)))
        self.start = date(1990, 1, 1) + timedelta(days=self.random.randrange(12_000))
        self.days = 60 + self.random.randrange(1_500)

    def lines(self) -> Iterator[Record]:
        """The header and every record, in the order of a dossier."""
        yield {"dossier": 1, "negotiation": self.plan.id}
        yield self._negotiation()
        yield from (self._source(number) for number in range(self.plan.sources))
        yield from (self._meeting(number) for number in range(self.plan.meetings))
        yield from (self._claim(number) for number in range(self.plan.claims))
        yield from (self._demand(number) for number in range(self.plan.demands))

    def _id(self, noun: str, number: int) -> str:
        return f"{self.plan.id}-{noun}-{number:05}"

    def day(self, share: float) -> date:
        """The day after this share of the negotiation's time."""
        return self.start + timedelta(days=int(self.days * min(share, 1.0)))

    def _negotiation(self) -> Record:
        issues = [{"id": f"issue-{n}", "title": self.prose.words(2, 4, 8)} for n in range(ISSUES)]
        parties = [{"participant": one, "role": "principal"} for one in self.table.ids]
        return {
            "noun": "negotiation",
            "id": self.plan.id,
            "title": f"Talks on {self.prose.words(2, 4, 8)}",
            "summary": self.prose.sentence(10, 30, 80),
            "kind": "multilateral",
            "state": "active",
            "starts": self.start.isoformat(),
            "parties": parties,
            "issues": issues,
        }

    def _source(self, number: int) -> Record:
        reported = self.day((number + 1) / self.plan.sources) + timedelta(days=number % 3)
        source = {
            "noun": "source",
            "id": self._id("source", number),
            "title": self.prose.sentence(4, 9, 20),
            "publisher": f"Gazette {int(30 ** self.random.random())}",
            "language": self.random.choice(("en", "en", "fr", "ru")),
            "published": reported.isoformat(),
            "kind": "news" if number % 4 else "press_release",
            "proximity": "secondary" if number % 4 else "primary",
        }
        if number and self.random.random() < 0.1:
            source["origin"] = self._id("source", number - 1)
        return source

    def _evidence(self, share: float, count: int) -> list[Record]:
        """Quotes from the first source that appeared after this time, and from the next ones."""
        first = int(share * self.plan.sources)
        return [
            {
                "source": self._id("source", min(first + later, self.plan.sources - 1)),
                "exact": self.prose.words(5, 12, 40),
            }
            for later in range(count)
        ]

    def _quotes(self, share: float) -> list[Record]:
        return self._evidence(share, self.random.choices((1, 2, 3), (70, 24, 6))[0])

    def _meeting(self, number: int) -> Record:
        share = number / self.plan.meetings
        city = {"city": self.prose.words(1, 1, 1).title(), "country": "CHE"}
        starts = self.day(share).isoformat()
        notices = [
            {
                "status": status,
                "starts": starts,
                "place": city,
                "evidence": self._evidence(share, 1),
            }
            for status in ("scheduled", "held")[: self.random.choice((1, 2, 2))]
        ]
        attending = [
            {"participant": one, "presence": "attended", "evidence": self._evidence(share, 1)}
            for one in self.table.others(self.random, 3)
        ]
        return {
            "noun": "meeting",
            "id": self._id("meeting", number),
            "title": self.prose.words(2, 4, 9),
            "round": number + 1,
            "attendance": attending,
            "notices": notices,
        }

    def _claim(self, number: int) -> Record:
        share = number / self.plan.claims
        claim = {
            "noun": "claim",
            "id": claim_id(self.plan.id, number),
            "claimant": self.table.speaker(self.random),
            "text": self._wording(number),
            "kind": self.random.choices(KINDS, KIND_WEIGHTS)[0],
            "attribution": self.random.choice(("direct_quote", "partial_quote", "paraphrase")),
            "issue": f"issue-{int(ISSUES ** self.random.random()) - 1}",
            "evidence": self._quotes(share),
        }
        return claim | self._date(share) | self._connections(number, share)

    def _wording(self, number: int) -> str:
        """The text; every third one reads otherwise in each revision."""
        text = self.prose.sentence()
        changed = self.revision and number % REVISED == 0
        return f"{text} Corrected for the {self.revision}. time." if changed else text

    def _connections(self, number: int, share: float) -> Record:
        links: Record = {}
        chance = self.random.random()
        if chance < 0.35 and self.plan.meetings:
            links["meeting"] = self._id("meeting", int(share * self.plan.meetings))
        if chance < 0.25:
            links["addressed_to"] = self.table.others(self.random, 1)
        if chance > 0.85:
            links["reported_by"] = self.table.others(self.random, 1)
        if chance > 0.6:
            links["about"] = self.table.others(self.random, 2)
        if number and chance > 0.95:
            other = claim_id(self.plan.id, self.random.randrange(number))
            kind = self.random.choice(RELATIONS)
            links["relations"] = [{"to": other, "type": kind, "basis": self.prose.sentence()}]
        return links

    def _date(self, share: float) -> Record:
        day = self.day(share).isoformat()
        chance = self.random.random()
        if chance < 0.02:
            return {}
        if chance < 0.07:
            day = day[:7]
        elif chance < 0.10:
            day = f"{day}~"
        return {"on": day}

    def _demand(self, number: int) -> Record:
        share = number / self.plan.demands
        maker = self.table.speaker(self.random)
        rest = [one for one in self.table.ids if one != maker]
        count = min(self.plan.answers or self.random.choice((0, 1, 1, 2)), len(rest))
        answering = self.random.sample(rest, count)
        return {
            "noun": "demand",
            "id": self._id("demand", number),
            "made_by": [maker],
            "addressed_to": answering or rest[:1],
            "text": self.prose.sentence(),
            "mode": self.random.choice(("assist", "change", "yield", "meet")),
            "issue": f"issue-{number % ISSUES}",
            "evidence": self._quotes(share),
            "responses": [self._response(by, share) for by in answering],
        } | self._date(share)

    def _response(self, by: str, share: float) -> Record:
        later = min(share + 0.05, 0.99)
        return {
            "by": by,
            "stance": self.random.choice(STANCES),
            "text": self.prose.sentence(3, 8, 30),
            "on": self.day(later).isoformat(),
            "evidence": self._evidence(later, 1),
        }
