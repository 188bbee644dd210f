"""Finding: records of every noun that have some words, ranked or in the order of their days."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    desc,
    literal,
    or_,
    select,
    union_all,
)

from app.resources import RESOURCES
from app.resources.queries import Linked, OneOf
from app.resources.resource import Listing
from app.resources.results import ResultOut
from app.resources.wording import Tier, Words
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.searching import Sought, tier
from app.store.selection import Selection, conditions, table_of, within
from app.store.tables import VERSION, Version
from app.store.word_walks import (
    TIER,
    Course,
    Line,
    bounds,
    first_lines,
    numbered,
    tier_bounds,
    tiers,
    walk,
    walkable,
)

SEARCH = Listing(
    noun="result",
    title="Search",
    row=Version,
    out=ResultOut,
    filters={
        "noun": OneOf("noun"),
        "negotiation": OneOf("negotiation", "negotiation"),
        "participant": Linked("participant"),
        "source": Linked("source", ("source",)),
    },
    sorts={"on": ("undated", "earliest", "latest", "noun", "id")},
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: its tier (0 is best), its days, and its document."""

    noun: str
    id: str
    tier: int
    earliest: date
    latest: date
    undated: bool
    document: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Some hits in order, and the sort values of the last where more follow."""

    items: tuple[Hit, ...]
    last: tuple[Any, ...] | None


# What a hit is ordered by, and its key.
Fields = dict[str, Any]
# A sort key and whether it runs down.
Key = tuple[ColumnElement[Any], bool]

# What orders hits, by the name of the order. What has no day comes last in every one.
ORDERS = {
    "rank": ("tier", "undated", "-earliest", "-latest", "noun", "id"),
    "on": ("undated", "earliest", "latest", "noun", "id"),
    "-on": ("undated", "-earliest", "-latest", "noun", "id"),
}


def search(look: Snapshot, pin: Pin, selection: Selection) -> Hits:
    """One page of what was found: a statement for the order, and one for the documents. On SQLite
    one more tells the tiers, where they are not the order.
    """
    words = selection.words
    assert words is not None  # noqa: S101
    walks = look.connection.dialect.name == "sqlite" and walkable(words)
    find = _walked if walks else _sorted
    rows = find(look, words, pin, selection)
    shown = rows[: selection.limit]
    documents = _documents(look, [row["key"] for row in shown])
    keys = [name.removeprefix("-") for name in ORDERS[selection.order]]
    more = len(rows) > selection.limit
    return Hits(
        tuple(hit_of(row, documents[row["key"]]) for row in shown),
        tuple(shown[-1][name] for name in keys) if more else None,
    )


# False and true have no order that both databases share with their numbers.
_UNDATED = case((VERSION.c.undated, 1), else_=0).label("undated")
_COLUMNS = (_UNDATED, VERSION.c.earliest, VERSION.c.latest, VERSION.c.noun, VERSION.c.id)


def order_of(name: str) -> list[tuple[str, bool]]:
    """What hits are ordered by, and whether each runs down."""
    return [(key.removeprefix("-"), key[0] == "-") for key in ORDERS[name]]


def walk_of_hits(course: Course, pin: Pin, selection: Selection) -> Select[Any]:
    """The statement that finds them by the index of words, which has them in their order."""
    chosen = conditions(SEARCH, pin, replace(selection, words=None))
    return walk(VERSION, course, {column.name: column for column in _COLUMNS}, chosen)


@lru_cache
def read_hits() -> CompoundSelect[Any]:
    """The statement that reads the documents of rows of any noun whose keys are bound (SQLite)."""
    tables = (table_of(resource) for resource in RESOURCES)
    return union_all(
        *(select(table.c.key, table.c.document).select_from(numbered(table)) for table in tables)
    )


def _walked(look: Snapshot, words: Words, pin: Pin, selection: Selection) -> list[Fields]:
    """The first that were found, out of no more than must be read."""
    course, sought = Course(tuple(order_of(selection.order))), Sought(words, within(selection))
    found = walk_of_hits(course, pin, selection)
    told = bounds(sought, course, selection.after)
    with closing(look.connection.execute(found, told)) as lines:
        first = first_lines(lines, course, selection.after, selection.limit + 1)
    places = [line[-1] for line in first]
    known: dict[int, int] = {}
    if not course.ranked:
        better = look.connection.execute(tiers(), tier_bounds(sought, places))
        known = {place: tier for tier, place in better}
    return [fields_of(line, course, known) for line in first]


def fields_of(line: Line, course: Course, known: Mapping[int, int]) -> Fields:
    """What a line of a walk says of a hit; ``known`` are tiers by place, if no key tells them."""
    told: Fields = dict(zip(course.names, line, strict=False))
    told.setdefault(TIER, known.get(line[-1], Tier.rest.value))
    told["key"] = line[-2]
    return told


def _sorted(look: Snapshot, words: Words, pin: Pin, selection: Selection) -> list[Fields]:
    """The first that were found, out of all of them."""
    hits = _hits(words, pin, selection)
    keys = [(hits.c[name], down) for name, down in order_of(selection.order)]
    found = select(hits).order_by(*(desc(key) if down else key for key, down in keys))
    if selection.after is not None:
        found = found.where(_beyond(keys, selection.after))
    rows = look.connection.execute(found.limit(selection.limit + 1)).mappings()
    return [dict(row) for row in rows]


def _hits(words: Words, pin: Pin, selection: Selection) -> CTE:
    """Everything that was found. Materialized: the words are looked up once, whatever the order."""
    found = select(VERSION.c.key, *_COLUMNS, tier(VERSION, words).label(TIER))
    found = found.where(*conditions(SEARCH, pin, selection))
    return found.cte("hits").prefix_with("MATERIALIZED")


def hit_of(row: Fields, document: str) -> Hit:
    """A hit, from what a row says and its document."""
    return Hit(
        noun=row["noun"],
        id=row["id"],
        tier=row["tier"],
        earliest=row["earliest"],
        latest=row["latest"],
        undated=bool(row["undated"]),
        document=document,
    )


def _beyond(keys: Sequence[Key], after: tuple[Any, ...]) -> ColumnElement[bool]:
    """What stands behind the hit whose sort values are given."""
    steps: list[ColumnElement[bool]] = []
    for place, ((key, down), value) in enumerate(zip(keys, after, strict=True)):
        same = [
            earlier == known
            for (earlier, _), known in zip(keys[:place], after[:place], strict=True)
        ]
        bound = literal(value, key.type)
        steps.append(and_(*same, key < bound if down else key > bound))
    return or_(*steps)


def _documents(look: Snapshot, keys: Sequence[int]) -> dict[int, str]:
    """The documents of rows of any noun, in one statement."""
    if look.connection.dialect.name == "sqlite":
        rows = look.connection.execute(read_hits(), {"numbers": to_json(keys).decode()})
    else:
        tables = [table_of(resource) for resource in RESOURCES]
        own = (select(one.c.key, one.c.document).where(one.c.key.in_(keys)) for one in tables)
        rows = look.connection.execute(union_all(*own))
    return {row.key: row.document for row in rows}
