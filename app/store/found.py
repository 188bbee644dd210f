"""Finding: records of every noun that have some words, ranked or in the order of their days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
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


def search(look: Snapshot, pin: Pin, selection: Selection) -> Hits:
    """One page of what was found: one statement for the order, one for the documents."""
    words = selection.words
    assert words is not None  # noqa: S101
    keys = _order(words, selection.order)
    labelled = [key.label(f"key_{place}") for place, (key, _) in enumerate(keys)]
    columns = (VERSION.c.key, VERSION.c.noun, VERSION.c.id, VERSION.c.undated)
    days = (VERSION.c.earliest, VERSION.c.latest)
    found = select(*columns, *days, tier(VERSION, words).label("tier"), *labelled)
    found = found.where(*conditions(SEARCH, pin, selection))
    if selection.after is not None:
        found = found.where(_beyond(keys, selection.after))
    # By their labels: as expressions, the words would be looked up again for the order.
    ordered = [desc(one) if down else one for one, (_, down) in zip(labelled, keys, strict=True)]
    found = found.order_by(*ordered).limit(selection.limit + 1)
    rows = look.connection.execute(found).mappings().all()
    shown = rows[: selection.limit]
    documents = _documents(look, [row["key"] for row in shown])
    more = len(rows) > selection.limit
    names = [f"key_{place}" for place in range(len(keys))]
    return Hits(
        tuple(
            Hit(
                noun=row["noun"],
                id=row["id"],
                tier=row["tier"],
                earliest=row["earliest"],
                latest=row["latest"],
                undated=row["undated"],
                document=documents[row["key"]],
            )
            for row in shown
        ),
        tuple(shown[-1][name] for name in names) if more else None,
    )


def _order(words: Words, order: str) -> list[Key]:
    """Newest first within a tier; what has no day comes last in every order."""
    columns = VERSION.c
    # False and true have no order that both databases share with their numbers.
    undated = case((columns.undated, 1), else_=0)
    names = [(columns.noun, False), (columns.id, False)]
    if order == "rank":
        days = [(columns.earliest, True), (columns.latest, True)]
        return [(tier(VERSION, words), False), (undated, False), *days, *names]
    down = order.startswith("-")
    return [(undated, False), (columns.earliest, down), (columns.latest, down), *names]


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
