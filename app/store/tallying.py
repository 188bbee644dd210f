"""Tallying: how many records have each value of a filter now, kept as they are written.

Counted are the rows that hold at the newest revision and show all that is known, of every noun and
of the timeline, for each of their filters. Each record belongs to one negotiation, or to none: so
what there is over all is the sum of what there is in each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
    union_all,
)

from app.resources import BY_NOUN
from app.resources.resource import Address, Listing
from app.resources.timeline import TIMELINE
from app.store.pins import Pin, at_pin
from app.store.selection import NEGOTIATION, Selection, number_of, table_of, values_of
from app.store.tables import MOMENT, TALLY

# Where all negotiations are counted together, and where the records themselves are.
OVER_ALL: Final = ""
RECORDS: Final = ""
NOW: Final = Pin(0)
COLUMNS: Final = tuple(TALLY.columns.keys())
# The same as an expression: PostgreSQL does not group by a constant.
NOTHING: Final[ColumnElement[str]] = literal_column("CAST('' AS TEXT)", Text)
# Records in one statement.
CHUNK: Final = 500
# Adds a number to a tally, whether it is there or not; then takes away what came down to nothing.
ADD: Final = text(
    "INSERT INTO tally (noun, negotiation, facet, value, number) "
    "VALUES (:noun, :negotiation, :facet, :value, :number) "
    "ON CONFLICT (noun, negotiation, facet, value) "
    "DO UPDATE SET number = tally.number + excluded.number"
)
CLEAR: Final = text(
    "DELETE FROM tally WHERE noun = :noun AND negotiation = :negotiation "
    "AND facet = :facet AND value = :value AND number = 0"
)


# Reading.


def scope_of(listing: Listing, pin: Pin, selection: Selection) -> str | None:
    """The negotiation whose tallies answer a question, or OVER_ALL; None where it must be counted.

    Tallies are of the newest revision and of whole lists.
    """
    if not pin.newest or pin.known_at is not None or not is_tallied(listing):
        return None
    whole = Selection(
        order=selection.order,
        limit=selection.limit,
        filters=selection.filters,
        at=selection.at,
        after=selection.after,
    )
    (talks,) = selection.filters.get(NEGOTIATION, (OVER_ALL,))[:1]
    within = {NEGOTIATION: (talks,)} if talks else {}
    return talks if selection == whole and dict(selection.filters) == within else None


def is_tallied(listing: Listing) -> bool:
    """Whether it is a noun or the timeline."""
    return listing.noun in BY_NOUN or listing.noun == TIMELINE.noun


def most_frequent(most: int) -> Select[Any]:
    """The first values of a facet, with their numbers; ``noun``, ``scope`` and ``facet`` are bound.

    It is in the order in which they are counted otherwise.
    """
    return (
        select(TALLY.c.value, TALLY.c.number)
        .where(*_bound(), TALLY.c.facet == bindparam("facet"))
        .order_by(TALLY.c.number.desc(), TALLY.c.value)
        .limit(most)
    )


def whole_number() -> Select[Any]:
    """How many records there are; ``noun`` and ``scope`` are bound. No row where there are none."""
    return select(TALLY.c.number).where(*_bound(), TALLY.c.facet == RECORDS)


def _bound() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TALLY.c.noun == bindparam("noun"), TALLY.c.negotiation == bindparam("scope")


# Keeping.


@contextmanager
def tallied(
    connection: Connection, before: Iterable[Address], after: Iterable[Address]
) -> Iterator[None]:
    """Keep the tallies right while rows are changed within the block.

    ``before`` are the records whose rows may go or change, ``after`` those that have rows then.
    """
    change: Counter[tuple[str, ...]] = Counter()
    _count(connection, change, before, -1)
    yield
    _count(connection, change, after, 1)
    _add(connection, change)


def recount(connection: Connection) -> None:
    """Make all tallies anew from the rows."""
    connection.execute(delete(TALLY))
    for listing in (*BY_NOUN.values(), TIMELINE):
        for facet in facets_of(listing):
            fresh = counted(listing, facet)
            connection.execute(insert(TALLY).from_select(COLUMNS, fresh))


def facets_of(listing: Listing) -> tuple[str, ...]:
    """What is tallied of a list."""
    return (RECORDS, *listing.filters)


def counted(listing: Listing, facet: str) -> CompoundSelect[Any]:
    """The tallies of a facet, counted from the rows: in each negotiation, and over all."""
    each = _numbers(listing, facet).cte("counted")
    total = cast(func.sum(each.c.number), TALLY.c.number.type)
    head = literal(listing.noun).label("noun")
    facet_of = literal(facet).label("facet")
    within = select(head, each.c.negotiation, facet_of, each.c.value, each.c.number)
    over_all = select(head, literal(OVER_ALL), facet_of, each.c.value, total).group_by(each.c.value)
    return union_all(within.where(each.c.negotiation != OVER_ALL), over_all)


def _numbers(listing: Listing, facet: str, *chosen: ColumnElement[bool]) -> Select[Any]:
    """How many current rows have each value in each negotiation; without any, it is OVER_ALL."""
    table = table_of(listing)
    value, joined, number = _told(listing, facet)
    own = func.coalesce(table.c.negotiation, NOTHING) if NEGOTIATION in table.c else NOTHING
    told = (own.label("negotiation"), type_coerce(value, Text).label("value"))
    return (
        select(literal(facet).label("facet"), *told, number.label("number"))
        .select_from(joined)
        .where(at_pin(table, NOW), value.is_not(None), *chosen)
        .group_by(*told)
    )


def _told(
    listing: Listing, facet: str
) -> tuple[ColumnElement[Any], FromClause, ColumnElement[int]]:
    """The values of a facet, the rows that they are in, and how many records a group is of."""
    table = table_of(listing)
    if facet == RECORDS:
        return NOTHING, table, func.count()
    wanted = listing.filters[facet]
    return *values_of(listing, wanted), number_of(table, wanted)


def _count(
    connection: Connection,
    change: Counter[tuple[str, ...]],
    addresses: Iterable[Address],
    sign: int,
) -> None:
    """Add what the current rows of records come to, or take it off."""
    by_noun: dict[str, list[str]] = {}
    for noun, identifier in addresses:
        by_noun.setdefault(noun, []).append(identifier)
    for noun, ids in by_noun.items():
        for listed, start in product((noun, TIMELINE.noun), range(0, len(ids), CHUNK)):
            some = ids[start : start + CHUNK]
            asking = _of_records(connection.dialect, listed, noun, len(some))
            for row in connection.exec_driver_sql(asking.text, asking.bound(some)):
                for talks in {row.negotiation, OVER_ALL}:
                    change[listed, talks, row.facet, row.value] += sign * row.number


@dataclass(frozen=True, slots=True)
class _Asking:
    """A statement for a number of records, compiled once: it is sent with every change.

    ``values`` are its parameters by name; in the place of each id stands a probe. ``places`` are
    their names in order, where the driver counts them.
    """

    text: str
    values: Mapping[str, Any]
    places: Sequence[str] | None

    def bound(self, ids: Sequence[str]) -> Any:
        """The parameters as the driver takes them."""
        given = dict(zip(_probes(len(ids)), ids, strict=True))
        told = {name: given.get(value, value) for name, value in self.values.items()}
        return told if self.places is None else tuple(told[name] for name in self.places)


def _probes(many: int) -> list[str]:
    """What no id is: each stands for one."""
    return [f"?{number}?" for number in range(many)]


@lru_cache(maxsize=200)
def _of_records(dialect: Dialect, listed: str, noun: str, many: int) -> _Asking:
    """The numbers of some records of a noun in a list, for all of its facets."""
    listing: Listing = TIMELINE if listed == TIMELINE.noun else BY_NOUN[listed]
    chosen: list[ColumnElement[bool]] = [table_of(listing).c.id.in_(_probes(many))]
    if listing is TIMELINE:
        chosen = [MOMENT.c.noun == noun, MOMENT.c.record.in_(_probes(many))]
    union = union_all(*(_numbers(listing, facet, *chosen) for facet in facets_of(listing)))
    compiled = union.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    places = getattr(compiled, "positiontup", None)
    return _Asking(str(compiled), compiled.params, places)


def _add(connection: Connection, change: Counter[tuple[str, ...]]) -> None:
    rows: list[dict[str, Any]] = [
        {**dict(zip(COLUMNS, place, strict=False)), "number": number}
        for place, number in sorted(change.items())
        if number
    ]
    if rows:
        connection.execute(ADD, rows)
    less = [row for row in rows if row["number"] < 0]
    if less:
        connection.execute(CLEAR, less)
