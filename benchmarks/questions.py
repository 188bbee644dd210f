"""What is asked, before any contender spells it: seeded lists in which no two are alike."""

import sqlite3
from dataclasses import dataclass
from random import Random

from benchmarks.data import Data
from benchmarks.negotiation import claim_id, negotiation_of
from benchmarks.words import searched_words

PAGE = 50
TOP = 20
# A page of about fifty: the limit is drawn too, so that equal questions are rare.
LIMITS = range(45, 56)
MOST = 4_000
# The share of a negotiation's claims that a reader surely had on the day in its past.
KNOWN = 0.6


@dataclass(frozen=True, slots=True)
class Page:
    """The first claims of a negotiation in the order of their dates."""

    negotiation: str
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class One:
    """One claim."""

    id: str


@dataclass(frozen=True, slots=True)
class Deep:
    """A page of all claims, this many claims behind the first, found by counting."""

    offset: int


@dataclass(frozen=True, slots=True)
class Search:
    """The best or the newest claims that have a word."""

    word: str
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """How many claims of each kind there are, in one negotiation or in all."""

    negotiation: str | None


Question = Page | One | Deep | Search | Facet


def pages(data: Data) -> list[Page]:
    """Pages of every negotiation that fills one, in any order."""
    large = [one for one in data.manifest.negotiations if one.claims >= LIMITS.stop]
    drawn = [Page(one.id, limit) for one in large for limit in LIMITS]
    Random(data.manifest.seed).shuffle(drawn)
    return drawn[:MOST]


def ones(data: Data, share: float = 1.0) -> list[One]:
    """Claims of any negotiation, the large ones more often, from the first share of its time."""
    random = Random(data.manifest.seed)
    sizes = data.manifest.negotiations
    chosen = random.choices(sizes, [one.claims for one in sizes], k=MOST)
    numbers = ((one, random.randrange(max(int(one.claims * share), 1))) for one in chosen)
    return [One(name) for name in dict.fromkeys(claim_id(one.id, n) for one, n in numbers)]


def known_pages(data: Data) -> dict[Page, str]:
    """Pages that were full on a day in the past, with that day."""
    sizes = {one.id: one for one in data.manifest.negotiations}
    found = [(one, sizes[one.negotiation]) for one in pages(data)]
    return {page: size.past for page, size in found if size.claims * KNOWN >= page.limit}


def known_ones(data: Data) -> dict[One, str]:
    """Claims that were known on a day in the past, with that day."""
    days = {one.id: one.past for one in data.manifest.negotiations}
    return {one: days[negotiation_of(one.id)] for one in ones(data, KNOWN)}


def facets(data: Data) -> list[Facet]:
    """The counts of each negotiation."""
    return [Facet(one.id) for one in data.manifest.negotiations]


def searches(data: Data, *, newest: bool) -> list[Search]:
    """Words that about one claim in fifty to one in three has."""
    claims = data.manifest.claims
    connection = sqlite3.connect(data.peers)
    count = "SELECT count(*) FROM claim_words WHERE claim_words MATCH ?"
    hits = {
        word: connection.execute(count, (f'"{word}"',)).fetchone()[0]
        for word in searched_words(120)
    }
    connection.close()
    frequent = [word for word, found in hits.items() if claims / 50 <= found <= claims / 3]
    return [Search(word, newest) for word in frequent]
