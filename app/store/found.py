"""Finding: records of every noun that have some words, ranked or in the order of their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    and_,
    case,
    desc,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.engine import RowMapping

from app.resources import RESOURCES
from app.resources.queries import Linked, OneOf
from app.resources.resource import Listing
from app.resources.results import ResultOut
from app.resources.wording import Words
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.searching import tier
from app.store.selection import Selection, conditions, table_of
from app.store.tables import VERSION, Version

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


# A sort key and whether it runs down.
Key = tuple[ColumnElement[Any], bool]

# What orders hits, by the name of the order. What has no day comes last in every one.
ORDERS = {
    "rank": ("tier", "undated", "-earliest", "-latest", "noun", "id"),
    "on": ("undated", "earliest", "latest", "noun", "id"),
    "-on": ("undated", "-earliest", "-latest", "noun", "id"),
}


def search(look: Snapshot, pin: Pin, selection: Selection) -> Hits:
    """One page of what was found: one statement for the order, one for the documents."""
    words = selection.words
    assert words is not None  # noqa: S101
    hits = _hits(words, pin, selection)
    keys = [(hits.c[name.removeprefix("-")], name[0] == "-") for name in ORDERS[selection.order]]
    found = select(hits).order_by(*(desc(key) if down else key for key, down in keys))
    if selection.after is not None:
        found = found.where(_beyond(keys, selection.after))
    rows = look.connection.execute(found.limit(selection.limit + 1)).mappings().all()
    shown = rows[: selection.limit]
    documents = _documents(look, [row["key"] for row in shown])
    more = len(rows) > selection.limit
    return Hits(
        tuple(_hit(row, documents[row["key"]]) for row in shown),
        tuple(shown[-1][key.name] for key, _ in keys) if more else None,
    )


def _hits(words: Words, pin: Pin, selection: Selection) -> CTE:
    """Everything that was found. Materialized: the words are looked up once, whatever the order."""
    columns = (VERSION.c.key, VERSION.c.noun, VERSION.c.id, VERSION.c.earliest, VERSION.c.latest)
    # False and true have no order that both databases share with their numbers.
    undated = case((VERSION.c.undated, 1), else_=0).label("undated")
    found = select(*columns, undated, tier(VERSION, words).label("tier"))
    found = found.where(*conditions(SEARCH, pin, selection))
    return found.cte("hits").prefix_with("MATERIALIZED")


def _hit(row: RowMapping, document: str) -> Hit:
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
    tables = [table_of(resource) for resource in RESOURCES]
    found = union_all(
        *(select(table.c.key, table.c.document).where(table.c.key.in_(keys)) for table in tables)
    )
    return {row.key: row.document for row in look.connection.execute(found)}
