"""The participants that all negotiations share, some of whom speak far more often than others."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Any

from benchmarks.words import Prose

COUNTRIES = [
    "CHE",
    "DEU",
    "FRA",
    "GBR",
    "USA",
    "RUS",
    "UKR",
    "TUR",
    "EGY",
    "IND",
    "CHN",
    "JPN",
    "BRA",
    "ZAF",
    "KEN",
    "NOR",
    "FIN",
    "POL",
]
STATES = len(COUNTRIES)
BODIES = 6


@dataclass(frozen=True, slots=True)
class People:
    """``count`` participants, numbered from the one who speaks most; the first are states."""

    count: int

    def id(self, number: int) -> str:
        """The id of one of them."""
        return f"participant-{number:05}"

    def drawn(self, random: Random, count: int) -> list[str]:
        """Different ones, the low numbers more likely."""
        chosen: dict[int, None] = {}
        while len(chosen) < min(count, self.count):
            chosen[int(self.count ** random.random()) - 1] = None
        return [self.id(number) for number in chosen]

    def records(self, random: Random) -> Iterator[dict[str, Any]]:
        """All of them as lines of a dossier."""
        prose = Prose(random)
        for number in range(self.count):
            yield {"noun": "participant", "id": self.id(number)} | self._facts(number, prose)

    def _facts(self, number: int, prose: Prose) -> dict[str, Any]:
        name = prose.words(2, 2, 3).title()
        if number < STATES:
            return {"kind": "state", "name": f"State of {name}", "country": COUNTRIES[number]}
        if number < STATES + BODIES:
            return {"kind": "body", "name": f"Council of {name}"}
        home = number % STATES
        facts = {"kind": "person", "name": name, "country": COUNTRIES[home]}
        facts["description"] = prose.sentence(4, 8, 20)
        if number % 3:
            return facts
        return facts | {"posts": [_post(self.id(home), prose)]}


def _post(organization: str, prose: Prose) -> dict[str, Any]:
    note = {"field": "title", "note": "No source of the record states the post."}
    title = f"Minister of {prose.words(1, 1, 2)}"
    return {"title": title, "organization": organization, "inferred": [note]}


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits at the table of one negotiation: the first speak most."""

    ids: list[str]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, ids: list[str]) -> "Table":
        """The table with Zipf's weights: the n-th speaks one n-th as often as the first."""
        return cls(ids, tuple(accumulate(1 / (place + 1) for place in range(len(ids)))))

    def speaker(self, random: Random) -> str:
        """One of them."""
        return random.choices(self.ids, cum_weights=self.weights)[0]

    def others(self, random: Random, count: int) -> list[str]:
        """Some of them, each once."""
        return list(dict.fromkeys(random.choices(self.ids, k=count)))
