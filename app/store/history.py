"""History: the versions of one record, with who wrote each of them, when and why."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from app.resources.resource import Address
from app.store.pins import Pin
from app.store.tables import REVISION, VERSION

# Later than every revision there will be.
OPEN = 2**62


def versions(
    connection: Connection, address: Address, pin: Pin, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """The versions of a record up to a revision, newest first, and one more than the limit.

    Each has its number, its revision with instant, editor and reason, ``closed``, the revision
    that ended it, and ``next_revision``, the one that wrote the version after it. A version that
    ended before the next one began, or without a next one, was retracted.
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
    following = func.lead(spans.c.revision).over(order_by=spans.c.number)
    numbered = select(spans, following.label("next_revision")).subquery()
    found = (
        select(numbered, REVISION.c.recorded_at, REVISION.c.editor, REVISION.c.reason)
        .join(REVISION, REVISION.c.number == numbered.c.revision)
        .order_by(numbered.c.number.desc())
        .limit(limit + 1)
    )
    if before is not None:
        found = found.where(numbered.c.number < before)
    return connection.execute(found).mappings().all()


def revisions(connection: Connection, numbers: set[int]) -> dict[int, dict[str, Any]]:
    """Revisions by their numbers, in one statement: instant, editor and reason."""
    if not numbers:
        return {}
    found = select(REVISION).where(REVISION.c.number.in_(numbers))
    rows = connection.execute(found).mappings()
    return {row["number"]: {**row, "revision": row["number"]} for row in rows}


def contents(connection: Connection, address: Address, numbers: Collection[int]) -> dict[int, str]:
    """The facts of some versions of a record, as they were written (JSON), in one statement."""
    if not numbers:
        return {}
    found = select(VERSION.c.number, VERSION.c.content).where(
        VERSION.c.noun == address[0],
        VERSION.c.id == address[1],
        VERSION.c.number.in_(numbers),
        # Of its rows, the one that the change itself wrote, with all that is known.
        VERSION.c.recorded_from == VERSION.c.revision,
        VERSION.c.known_until.is_(None),
    )
    return {row.number: row.content for row in connection.execute(found)}


def instants(connection: Connection, numbers: set[int]) -> dict[int, str]:
    """When each of some revisions was recorded (RFC 3339, UTC), in one statement."""
    found = select(REVISION.c.number, REVISION.c.recorded_at).where(REVISION.c.number.in_(numbers))
    return {row.number: row.recorded_at for row in connection.execute(found)}
