"""History: the versions of one record, with who wrote each of them, when and why."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from app.resources.resource import Address
from app.store.pins import Pin
from app.store.tables import REVISION, VERSION


def versions(
    connection: Connection, address: Address, pin: Pin, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """The versions of a record up to a revision, newest first, and one more than the limit.

    Each has its number, its revision with instant, editor and reason, and ``closed``: the revision
    that ended it. The newest version is closed only where the record was retracted.
    """
    spans = (
        select(
            VERSION.c.number,
            func.min(VERSION.c.revision).label("revision"),
            func.max(func.coalesce(VERSION.c.recorded_until, OPEN)).label("closed"),
        )
        .where(
            VERSION.c.noun == address[0],
            VERSION.c.id == address[1],
            VERSION.c.recorded_from <= pin.revision,
        )
        .group_by(VERSION.c.number)
        .subquery()
    )
    found = (
        select(spans, REVISION.c.recorded_at, REVISION.c.editor, REVISION.c.reason)
        .join(REVISION, REVISION.c.number == spans.c.revision)
        .order_by(spans.c.number.desc())
        .limit(limit + 1)
    )
    if before is not None:
        found = found.where(spans.c.number < before)
    return connection.execute(found).mappings().all()


def revision(connection: Connection, number: int) -> dict[str, Any] | None:
    """A revision: its number, instant, editor and reason."""
    row = connection.execute(select(REVISION).where(REVISION.c.number == number)).mappings().first()
    return dict(row) if row else None


# Later than every revision there will be.
OPEN = 2**62
