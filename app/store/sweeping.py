"""Sweeping: every record of a selection, piece by piece, by statements that are built once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, LargeBinary, cast, select

from app.resources.resource import Listing
from app.store.engine import Database
from app.store.pins import Pin
from app.store.selection import (
    AFTER,
    Paged,
    Selection,
    conditions,
    paged,
    sort_columns,
    table_of,
)

# Records in one piece: enough to be fast, few enough to stay in the caches of a processor and to be
# written to a socket in one go.
RECORDS = 125


def sweep(
    database: Database, listing: Listing, pin: Pin, selection: Selection
) -> Iterator[list[bytes]]:
    """The stored documents of all that is selected, in order.

    Each piece is read in a snapshot of its own, behind the last record of the one before it, so
    nothing is held open between two pieces. They are of one moment because ``pin`` is not that of
    the newest revision, whichever it is by then.
    """
    order = [name for name, _ in sort_columns(listing, selection.order)]
    statements: dict[bool | None, Paged] = {}
    place: tuple[Any, ...] | None = None
    while True:
        # Where unknown dates come last, what is behind a record without one is another question.
        kind = None if place is None else place[0] is True
        if kind not in statements:
            wanted = replace(selection, limit=RECORDS, after=place)
            statements[kind] = _statement(listing, pin, wanted, database.is_sqlite)
        told = {AFTER + name: value for name, value in zip(order, place or (), strict=False)}
        with database.read() as connection:
            rows = _rows(connection, statements[kind], told)
        yield [_bytes(row[0]) for row in rows[:RECORDS]]
        if len(rows) <= RECORDS:
            return
        place = tuple(rows[RECORDS - 1][1:])


def _statement(listing: Listing, pin: Pin, selection: Selection, is_sqlite: bool) -> Paged:
    table = table_of(listing)
    order = sort_columns(listing, selection.order)
    # Bytes need no decoding; PostgreSQL would spell them out as another text.
    document = cast(table.c.document, LargeBinary) if is_sqlite else table.c.document
    columns = [table.c[name] for name, _ in order]
    found = select(document.label("whole"), *columns).where(*conditions(listing, pin, selection))
    return paged(found, table, order, selection)


def _rows(connection: Connection, statement: Paged, told: dict[str, Any]) -> list[Any]:
    return list(connection.execute(statement, told).all())


def _bytes(document: bytes | str) -> bytes:
    return document if isinstance(document, bytes) else document.encode()
