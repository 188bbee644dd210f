"""Pins: which revision an answer is of, and what was known on which day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, or_, select

from app.errors import Fault, InvalidParameter
from app.resources.base import NEVER
from app.store.tables import REVISION


@dataclass(frozen=True, slots=True)
class Pin:
    """The point of an answer: the revision it is of, and the knowledge day if one was asked for.

    ``newest`` says that the revision is the newest one, so that current rows are enough.
    """

    revision: int
    known_at: date | None = None
    newest: bool = True


def instant(moment: datetime) -> str:
    """An instant as the store keeps it: RFC 3339, UTC, microseconds."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:  # an offset can lead out of the calendar, at either end of it
        first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        utc = first if moment.year == 1 else last
    # Not strftime: on Linux it writes years before 1000 with fewer than four digits.
    return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def newest_revision(connection: Connection) -> int:
    """The number of the newest revision; 0 in an empty store."""
    number = connection.execute(select(func.max(REVISION.c.number))).scalar()
    return number or 0


def resolve(
    connection: Connection,
    as_of: int | datetime | None,
    known_at: date | None,
    parameter: str = "as_of",
) -> Pin:
    """The pin that a request asks for. Raises InvalidParameter for a revision still to come."""
    newest = newest_revision(connection)
    if as_of is None:
        return Pin(newest, known_at)
    as_of = revision_at(connection, as_of)
    if as_of > newest:
        message = "must not be after the newest revision"
        raise InvalidParameter("The revision is still to come.", (Fault(message, parameter),))
    return Pin(as_of, known_at, newest=as_of == newest)


def revision_at(connection: Connection, point: int | datetime) -> int:
    """A revision by its number, or the newest one at an instant; 0 before the first."""
    if isinstance(point, int):
        return point
    found = select(func.max(REVISION.c.number)).where(REVISION.c.recorded_at <= instant(point))
    return connection.execute(found).scalar() or 0


def at_pin(table: FromClause, pin: Pin) -> ColumnElement[bool]:
    """The rows that were the record at the pin: one comparison for each axis of time."""
    return and_(_recorded(table.c, pin), _known(table.c, pin.known_at))


def _recorded(columns: Any, pin: Pin) -> ColumnElement[bool]:
    still: ColumnElement[bool] = columns.recorded_until.is_(None)
    if pin.newest:
        return still
    later = or_(still, columns.recorded_until > pin.revision)
    return and_(columns.recorded_from <= pin.revision, later)


def _known(columns: Any, known_at: date | None) -> ColumnElement[bool]:
    everything: ColumnElement[bool] = columns.known_until.is_(None)
    if known_at is None:
        return everything
    # NEVER ends the last stretch of what becomes known in full on no day at all.
    day = min(known_at, date.fromordinal(NEVER.toordinal() - 1))
    later = or_(everything, columns.known_until > day)
    return and_(columns.known_from <= day, later)
