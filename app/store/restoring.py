"""Restoring: a backup into a store that holds nothing, checked before it counts, or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from gzip import GzipFile
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, InvalidRequest, Unavailable
from app.store.backup_form import (
    END,
    Counted,
    Head,
    Sum,
    decoders,
    lines,
    read_head,
    stored_tables,
    values_of,
)
from app.store.engine import Database
from app.store.indexing import chunks, index, worded
from app.store.schema import head as newest_schema
from app.store.tables import SECRET
from app.store.telling import Tell, quiet

CHUNK = 1000


def inspect_backup(path: Path) -> Head:
    """What a backup says of itself, where this release can restore it.

    Raises InvalidRequest where it is no backup or has another schema, and Unavailable.
    """
    with _opened(path) as file:
        head = read_head(file)
    if head.schema != newest_schema():
        raise InvalidRequest(
            f"The backup has the schema '{head.schema}', and this version of Parley has "
            f"'{newest_schema()}'. Restore it with Parley {head.release}, then migrate the store."
        )
    columns = {table.name: list(table.columns.keys()) for table in stored_tables()}
    if {one.name: one.columns for one in head.tables} != columns:
        raise InvalidRequest("The backup has other tables than its schema says.")
    return head


def restore(database: Database, path: Path, tell: Tell = quiet) -> Head:
    """Fill a migrated store that holds nothing with what a backup holds, all of it or nothing.

    The number and the checksum of the rows of every table are compared before anything counts.
    The secrets of the new store, which nothing was sealed with yet, give way to those of the old.
    Raises Conflict where the store holds something, InvalidRequest, and Unavailable.
    """
    head = inspect_backup(path)
    with _opened(path) as file, database.write() as connection:
        _refuse_full(connection)
        connection.execute(delete(SECRET))
        try:
            _fill(connection, lines(file), head, tell)
        except IntegrityError as error:
            raise InvalidRequest(f"The backup does not hold together: {error.orig}") from error
        _index(connection, head, tell)
    return head


@contextmanager
def _opened(path: Path) -> Iterator[GzipFile]:
    try:
        with path.open("rb") as raw, GzipFile(fileobj=raw) as file:
            yield file
    except OSError as error:
        raise Unavailable(f"The backup cannot be read: {error.strerror or error}") from error


def _refuse_full(connection: Connection) -> None:
    for table in stored_tables():
        found = connection.execute(select(*table.primary_key.columns).limit(1)).first()
        if found is not None and table is not SECRET:
            raise Conflict(
                "The store holds something already. Restore into a new store, and nothing is lost."
            )


def _fill(connection: Connection, rest: Iterator[bytes], head: Head, tell: Tell) -> None:
    next(rest)  # the head was read before
    by_name = {table.name: table for table in stored_tables()}
    for counted in head.tables:
        _fill_table(connection, rest, by_name[counted.name], counted, tell)
    if next(rest, b"") != END or next(rest, b"") != b"":
        raise InvalidRequest("The backup does not end where it should.")


def _fill_table(
    connection: Connection, rest: Iterator[bytes], table: Table, counted: Counted, tell: Tell
) -> None:
    found = Sum(table.name)
    makers = decoders(list(table.columns))
    of_table = islice(rest, counted.rows)
    while some := list(islice(of_table, CHUNK)):
        for line in some:
            found.add(line)
        rows = [_row(line, table, makers) for line in some]
        connection.execute(insert(table), rows)
        tell(table.name, found.rows, counted.rows)
    if next(rest, b"") != found.line() or _count(connection, table) != counted.rows:
        raise InvalidRequest(f"The rows of the table '{table.name}' are not those of the backup.")


def _row(line: bytes, table: Table, makers: Any) -> Mapping[str, Any]:
    try:
        return dict(zip(table.columns.keys(), values_of(line, makers), strict=True))
    except (ValueError, TypeError):
        raise InvalidRequest(f"A row of the table '{table.name}' cannot be read.") from None


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _index(connection: Connection, head: Head, tell: Tell) -> None:
    """Make the words anew: the two databases keep them each in its own way."""
    of = {counted.name: counted.rows for counted in head.tables}
    for table in worded():
        done = 0
        for rows in chunks(connection, table):
            index(connection, table, rows)
            done += len(rows)
            tell(f"words of {table.name}", done, of[table.name])
