"""Backing up: everything that the store holds, as it was at one moment, in one file."""

from datetime import datetime
from gzip import GzipFile
from pathlib import Path

from sqlalchemy import Connection, Table, func, select

from app import __version__
from app.errors import Unavailable
from app.store.backup_form import (
    END,
    FORMAT,
    Counted,
    Head,
    Sum,
    head_line,
    row_line,
    stored_tables,
)
from app.store.engine import Database
from app.store.pins import instant, newest_revision
from app.store.schema import head as newest_schema
from app.store.telling import Tell, quiet
from app.store.whole_files import written_whole

CHUNK = 1000


def back_up(database: Database, path: Path, now: datetime, tell: Tell = quiet) -> Head:
    """Write all tables of the store, history included, to a file that only its owner may read.

    All of it is of one snapshot: others may write meanwhile. The file is there as a whole or not
    at all; one that stands there already is replaced in the end. Raises Unavailable.
    """
    try:
        with written_whole(path) as raw, database.read() as connection:
            head = _head(connection, now)
            # Without a name and a time of its own, so that gzip adds nothing to the bytes.
            with GzipFile("", "wb", 6, raw, mtime=0) as file:
                _write(connection, file, head, tell)
    except OSError as error:
        raise Unavailable(f"The backup could not be written: {error}") from error
    return head


def _head(connection: Connection, now: datetime) -> Head:
    counted = [
        Counted(table.name, [column.name for column in table.columns], _count(connection, table))
        for table in stored_tables()
    ]
    newest = newest_revision(connection)
    return Head(FORMAT, newest_schema(), __version__, instant(now), newest, counted)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _write(connection: Connection, file: GzipFile, head: Head, tell: Tell) -> None:
    file.write(head_line(head))
    for table, counted in zip(stored_tables(), head.tables, strict=True):
        file.write(_write_rows(connection, file, table, counted, tell).line())
    file.write(END)


def _write_rows(
    connection: Connection, file: GzipFile, table: Table, counted: Counted, tell: Tell
) -> Sum:
    found = Sum(table.name)
    rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK)
    for some in connection.execute(rows).partitions():
        for row in some:
            line = row_line(row)
            found.add(line)
            file.write(line)
        tell(table.name, found.rows, counted.rows)
    return found
