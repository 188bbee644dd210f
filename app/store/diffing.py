"""Which records of a negotiation read differently at two pins, and how they read at each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.resources import BY_NOUN
from app.resources.diff import TOLD_OF, Changed, Reading
from app.resources.entries import Rendered
from app.store.pins import Pin, at_pin
from app.store.selection import table_of
from app.store.tables import MOMENT, VERSION

# A noun and an id: where a page of differences ended.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Differing:
    """Some records that differ, in order, and where they end if more follow."""

    items: tuple[Changed, ...]
    last: Place | None


@dataclass(frozen=True, slots=True)
class Span:
    """Two pins of a negotiation: what changed from the first to the second."""

    negotiation: str
    earlier: Pin
    later: Pin


def differing(connection: Connection, span: Span, after: Place | None, limit: int) -> Differing:
    """The records whose row at one pin is not their row at the other.

    One statement finds them, and two more read them where there are any.
    """
    rows = connection.execute(changed_rows(span, after, limit)).all()
    shown = rows[:limit]
    readings = _readings(connection, shown)
    found = tuple(
        Changed(
            row.noun,
            row.id,
            readings.get(row.before),
            readings.get(row.now),
            live=row.whole is not None,
        )
        for row in shown
    )
    return Differing(found, tuple(shown[-1][:2]) if len(rows) > limit else None)


def changed_rows(span: Span, after: Place | None, limit: int) -> Select[Any]:
    """Noun, id, the keys of the two rows, and the key of the row that holds the whole record at the
    later pin, whatever is known; one row more than the limit where more follow.
    """
    pairs = _pairs(span, after, limit).subquery()
    everything = replace(span.later, known_at=None)
    # One row of a record holds all of it. Not EXISTS, for which PostgreSQL may read every record.
    whole = (
        select(func.max(VERSION.c.key))
        .where(
            VERSION.c.noun == pairs.c.noun, VERSION.c.id == pairs.c.id, at_pin(VERSION, everything)
        )
        .scalar_subquery()
    )
    return select(pairs, whole.label("whole")).order_by(_rank(pairs.c.noun), pairs.c.id)


def _pairs(span: Span, after: Place | None, limit: int) -> Select[Any]:
    nothing = cast(null(), BigInteger)
    sides = union_all(
        _side(span, span.earlier, after, VERSION.c.key, nothing),
        _side(span, span.later, after, nothing, VERSION.c.key),
    ).subquery()
    before, now = func.max(sides.c.before), func.max(sides.c.now)
    return (
        select(sides.c.noun, sides.c.id, before.label("before"), now.label("now"))
        .group_by(sides.c.noun, sides.c.id)
        .having(before.is_distinct_from(now))
        .order_by(_rank(sides.c.noun), sides.c.id)
        .limit(limit + 1)
    )


def _side(
    span: Span,
    pin: Pin,
    after: Place | None,
    before: ColumnElement[Any],
    now: ColumnElement[Any],
) -> Select[Any]:
    """The rows at one of the pins, read from an index alone."""
    found = select(VERSION.c.noun, VERSION.c.id, before.label("before"), now.label("now"))
    found = found.where(VERSION.c.negotiation == span.negotiation, at_pin(VERSION, pin))
    return found.where(_beyond(after)) if after else found


def _beyond(after: Place) -> ColumnElement[bool]:
    noun, identifier = after
    later = TOLD_OF[TOLD_OF.index(noun) + 1 :]
    return or_(and_(VERSION.c.noun == noun, VERSION.c.id > identifier), VERSION.c.noun.in_(later))


def _rank(noun: ColumnElement[str]) -> ColumnElement[int]:
    return case({name: rank for rank, name in enumerate(TOLD_OF)}, value=noun)


def _readings(connection: Connection, rows: Sequence[Any]) -> dict[int, Reading]:
    """How the records read in these rows, by key."""
    if not rows:
        return {}
    keys: dict[str, set[int]] = {}
    for row in rows:
        keys.setdefault(row.noun, set()).update({row.before, row.now} - {None})
    entries = _entries(connection, set().union(*keys.values()))
    return {
        row.key: Reading(from_json(row.document), entries.get(row.key, ()), _cells(row.cells))
        for row in connection.execute(_documents(keys))
    }


def _documents(keys: Mapping[str, Iterable[int]]) -> Any:
    """The documents in some rows, with the cells of demands."""
    found = []
    for noun, some in keys.items():
        table = table_of(BY_NOUN[noun])
        cells = table.c.position_cells if noun == "demand" else literal("")
        columns = (table.c.key, table.c.document, cells.label("cells"))
        found.append(select(*columns).where(table.c.key.in_(some)))
    return union_all(*found)


def _entries(connection: Connection, keys: set[int]) -> dict[int, list[Rendered]]:
    found: dict[int, list[Rendered]] = {}
    rows = select(MOMENT.c.key, MOMENT.c.document).where(MOMENT.c.key.in_(keys))
    for row in connection.execute(rows.order_by(MOMENT.c.key, MOMENT.c.position)):
        found.setdefault(row.key, []).append(from_json(row.document))
    return found


def _cells(text: str) -> list[Rendered]:
    return [from_json(line) for line in text.split("\n") if line]
