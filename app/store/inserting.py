"""Inserts rows that are laid out already, by the driver's own statements."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Table

from app.store.searching import insert_words
from app.store.sheets import Counts, Line, Sheet
from app.store.tables import MOMENT, QUOTE

# What the rows of a table of words are numbered with.
_WORDS: Final = {"record_words": "version", "quote_words": "quote", "entry_words": "moment"}
_NUMBERED: Final = {QUOTE.name: "quote", MOMENT.name: "moment"}
_AT_START: Final = Counts()


def insert_sheet(connection: Connection, sheet: Sheet, start: Counts = _AT_START) -> None:
    """Insert the rows of a revision; their keys are moved behind those of ``start``."""
    for table, rows in sheet.rows.items():
        insert_rows(connection, table, rows, start)
    for name, words in sheet.words.items():
        insert_words(connection, name, words, getattr(start, _WORDS[name]))


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[Line], start: Counts = _AT_START
) -> None:
    """Insert rows of one table, with their values as the driver takes them."""
    if rows:
        connection.exec_driver_sql(_statement(connection, table, start), rows)


def _statement(connection: Connection, table: Table, start: Counts) -> str:
    quoted = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = [column.name for column in table.columns]
    names = ", ".join(map(quoted, columns))
    shifts = (_shift(table, name, start) for name in columns)
    values = ", ".join(f"{mark} + {shift}" if shift else mark for shift in shifts)
    return f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({values})"  # noqa: S608


def _shift(table: Table, column: str, start: Counts) -> int:
    """How far the values of a column are moved on: only keys and numbers of lists are."""
    if column == "key":
        return start.version
    if column == "number" and table.name in _NUMBERED:
        return int(getattr(start, _NUMBERED[table.name]))
    return 0
