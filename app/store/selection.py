"""From a question about one noun to one SQL statement: filters, order, paging, time travel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    select,
    true,
    tuple_,
    union_all,
)

from app.resources.notices import MeetingStatus
from app.resources.queries import Filter, Linked, OneOf, PartHas, ShownBy
from app.resources.resource import Listing
from app.resources.wording import Words
from app.store.pins import Pin, at_pin
from app.store.searching import matching
from app.store.spelling import ByCodePoint, Unindexed
from app.store.tables import LINK, QUOTE, table_for

# The filter, and the column, of what a record belongs to.
NEGOTIATION = "negotiation"
# Before the name of a column: the parameter that holds its value at the place to go on from.
AFTER = "after_"
# Never to come, whatever the date says.
CALLED_OFF = (MeetingStatus.cancelled.value, MeetingStatus.not_held.value)


Paged = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list is asked for. ``after`` holds the sort values of the last record before it."""

    order: str
    limit: int
    ids: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Words | None = None
    first: date | None = None
    last: date | None = None
    at: date | None = None
    changed_since: int | None = None
    upcoming: bool = False
    after: tuple[Any, ...] | None = None


def table_of(listing: Listing) -> Table:
    """The table of a noun's rows."""
    return table_for(listing.row)


def statement(listing: Listing, pin: Pin, selection: Selection) -> Paged:
    """One page of a noun, with one row more than the limit to tell whether more follow."""
    table = table_of(listing)
    found = select(*answered(listing, table, pin)).where(*conditions(listing, pin, selection))
    return paged(found, table, sort_columns(listing, selection.order), selection)


def paged(
    found: Select[Any], table: Table, order: Sequence[tuple[str, bool]], selection: Selection
) -> Paged:
    """The rows of a question in an order, from a place on, with one more than the limit.

    They are read from one range of an index. Where unknown dates come last and the others run down,
    they are of two ranges, one behind the other; the second is read only where the first ends.
    """
    after, most = selection.after, selection.limit + 1
    if len({down for _, down in order}) == 1:
        return _range(found, table, order, after).limit(most)
    parts = []
    for undated, truth in _sides(selection):
        place = after[1:] if after is not None and after[0] == undated else None
        part = found.where(table.c.undated == truth)
        parts.append(_range(part, table, order[1:], place).limit(most))
    return parts[0] if len(parts) == 1 else _behind(parts).limit(most)


def _sides(selection: Selection) -> list[tuple[bool, ColumnElement[bool]]]:
    """Whether rows with dates are asked for, and whether those without."""
    dated, undated = (False, false()), (True, true())
    if selection.after is not None and selection.after[0]:
        return [undated]
    bound_to_days = selection.first or selection.last or selection.upcoming
    return [dated] if bound_to_days else [dated, undated]


def _range(
    found: Select[Any],
    table: Table,
    order: Sequence[tuple[str, bool]],
    after: tuple[Any, ...] | None,
) -> Select[Any]:
    """Rows in an order of columns that all run the same way, behind the place."""
    columns = [table.c[name] for name, _ in order]
    down = order[0][1]
    if after is not None:
        pairs = zip(columns, after, strict=True)
        place = tuple_(
            *(bindparam(AFTER + column.name, value, column.type) for column, value in pairs)
        )
        row = tuple_(*columns)
        found = found.where(row < place if down else row > place)
    return found.order_by(*(column.desc() if down else column for column in columns))


def _behind(parts: Sequence[Select[Any]]) -> CompoundSelect[Any]:
    """The rows of one question, then those of the next. Both databases take them in that order, and
    sort nothing.
    """
    return union_all(*(select(*part.subquery().c) for part in parts))


def sort_columns(listing: Listing, order: str) -> list[tuple[str, bool]]:
    """The columns of an order and whether each runs down. Unknown dates stay last both ways."""
    down = order.startswith("-")
    names = listing.sorts[order.removeprefix("-")]
    return [(name, down and name != "undated") for name in names]


def answered(listing: Listing, table: Table, pin: Pin) -> list[ColumnElement[Any]]:
    """The columns of a page: documents and sort values, or all there is to judge a row by."""
    if listing.judge is None:
        names = {name for names in listing.sorts.values() for name in names}
        return [table.c.document, *(table.c[name] for name in sorted(names))]
    return [*table.c, horizon(table, pin).label("horizon")]


def horizon(table: Table, pin: Pin) -> ColumnElement[date | None]:
    """The newest day on which a notice of the same negotiation became known, at the pin."""
    other = table.alias("followed")
    same = other.c.negotiation == table.c.negotiation
    newest = select(func.max(other.c.followed_until)).where(same, at_pin(other, pin))
    return newest.correlate(table).scalar_subquery()


def conditions(listing: Listing, pin: Pin, selection: Selection) -> list[ColumnElement[bool]]:
    """Everything a row must meet to be listed, paging aside."""
    table = table_of(listing)
    found = [at_pin(table, pin)]
    if selection.ids:
        found.append(table.c.id.in_(selection.ids))
    if selection.changed_since is not None:
        found.append(table.c.revision > selection.changed_since)
    for name, values in selection.filters.items():
        found.append(_filter(listing, table, listing.filters[name], values, selection))
    if selection.words:
        found.append(matching(table, selection.words, within(selection)))
    if selection.first or selection.last:
        found.append(table.c.undated.is_(False))
    if selection.first:
        found.append(table.c.latest >= selection.first)
    if selection.last:
        found.append(table.c.earliest <= selection.last)
    if selection.upcoming:
        found += _still_to_come(table, pin, selection.at)
    return found


def within(selection: Selection) -> tuple[str, ...]:
    """The negotiations that a list is narrowed down to; without any, it is of all."""
    return selection.filters.get(NEGOTIATION, ())


def _still_to_come(table: Table, pin: Pin, at: date | None) -> list[ColumnElement[bool]]:
    # A meeting put off without a new date is undated, as is one whose date was never said.
    return [
        table.c.undated.is_(False),
        table.c.status.not_in(CALLED_OFF),
        table.c.latest >= (at or pin.known_at or horizon(table, pin)),
    ]


def facet(listing: Listing, pin: Pin, selection: Selection, name: str, most: int) -> Select[Any]:
    """How many records of a selection have each value of a filter, the most frequent first."""
    table = table_of(listing)
    wanted = listing.filters[name]
    value, joined = values_of(listing, wanted)
    number = number_of(table, wanted)
    return (
        select(value, number)
        .select_from(joined)
        .where(*conditions(listing, pin, selection), value.is_not(None))
        .group_by(value)
        .order_by(number.desc(), ByCodePoint(value))
        .limit(most)
    )


def number_of(table: Table, wanted: Filter) -> ColumnElement[int]:
    """How many records a group of values is of."""
    # A row has one value of its own; what is joined to it can have the same one several times.
    return func.count() if isinstance(wanted, OneOf) else func.count(table.c.id.distinct())


def values_of(listing: Listing, wanted: Filter) -> tuple[ColumnElement[Any], FromClause]:
    """The column that holds the values of a filter, and the table joined with the one it is in."""
    table = table_of(listing)
    if isinstance(wanted, OneOf):
        return table.c[wanted.column], table
    if isinstance(wanted, PartHas):
        part = table_for(listing.parts[wanted.part])
        same = part.c.key == table.c.key
        if wanted.by_position:
            same = and_(same, part.c.position == table.c.position)
        return part.c[wanted.column], table.join(part, same)
    if isinstance(wanted, ShownBy):
        return QUOTE.c[wanted.column], table.join(QUOTE, _shows(table))
    # An expression, so that the links are found by their row: by noun, all of them would be read.
    same = and_(LINK.c.key == table.c.key, func.coalesce(LINK.c.noun, "") == wanted.noun)
    if wanted.roles:
        same = and_(same, LINK.c.role.in_(wanted.roles))
    return LINK.c.id, table.join(LINK, same)


def _filter(
    listing: Listing,
    table: Table,
    wanted: Filter,
    values: tuple[str, ...],
    selection: Selection,
) -> ColumnElement[bool]:
    if isinstance(wanted, OneOf):
        return table.c[wanted.column].in_(values)
    if isinstance(wanted, PartHas):
        part = table_for(listing.parts[wanted.part])
        found = exists().where(part.c.key == table.c.key, part.c[wanted.column].in_(values))
        same_place = wanted.by_position
        return found.where(part.c.position == table.c.position) if same_place else found
    if isinstance(wanted, ShownBy):
        return exists().where(_shows(table), QUOTE.c[wanted.column].in_(values))
    return _linked(table, wanted, values, by_row=selection.words is not None)


def _shows(table: Table) -> ColumnElement[bool]:
    """The quotes that stand in a row of the timeline: their ids begin with its own."""
    within = table.c.id + literal(".evidence.")
    begins = func.substr(QUOTE.c.id, 1, func.length(within)) == within
    return and_(QUOTE.c.key == table.c.key, begins)


def _linked(
    table: Table, wanted: Linked, values: tuple[str, ...], *, by_row: bool
) -> ColumnElement[bool]:
    """Rows that link to one of the ids. Of rows that words lead to, each has few links; what links
    to an id may be very many.
    """
    link = LINK
    noun = Unindexed(link.c.noun) if by_row else link.c.noun
    found = exists().where(link.c.key == table.c.key, noun == wanted.noun, link.c.id.in_(values))
    return found.where(link.c.role.in_(wanted.roles)) if wanted.roles else found
