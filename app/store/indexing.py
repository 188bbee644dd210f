"""Indexing: the words of rows that are there already, made from their documents."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, RowMapping, Table, select, tuple_

from app.resources import RESOURCES
from app.resources.wording import texts_of
from app.store.searching import write_words
from app.store.selection import table_of
from app.store.tables import MOMENT, QUOTE

CHUNK = 500


def worded() -> Iterator[Table]:
    """The tables whose rows can be found by their words."""
    yield from (table_of(resource) for resource in RESOURCES)
    yield from (QUOTE, MOMENT)


def index(connection: Connection, table: Table, rows: Iterable[Mapping[Any, Any]]) -> None:
    """Write the words of rows, none of which has any yet."""
    write_words(connection, table, ((row, texts_of(from_json(row["document"]))) for row in rows))


def index_all(connection: Connection) -> None:
    """Write the words of all rows, none of which has any yet."""
    for table in worded():
        for rows in chunks(connection, table):
            index(connection, table, rows)


def chunks(connection: Connection, table: Table) -> Iterator[list[RowMapping]]:
    """The rows of a table in the order of their keys, some at a time."""
    columns = list(table.primary_key.columns)
    after: tuple[Any, ...] | None = None
    while True:
        found = select(table).order_by(*columns).limit(CHUNK)
        if after is not None:
            found = found.where(tuple_(*columns) > after)
        rows = list(connection.execute(found).mappings())
        if not rows:
            return
        yield rows
        after = tuple(rows[-1][column.name] for column in columns)
