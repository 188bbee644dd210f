"""Checks the full-text indexes: they have the words of every document, and no others."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Table, func, select, text

from app.resources.wording import texts_of
from app.store.checks.finding import Finding
from app.store.indexing import chunks, worded
from app.store.places import NUMBERS
from app.store.searching import COLUMNS, OWNER, number_in_words, owner_mark, words_table
from app.store.tables import MOMENT, QUOTE, VERSION
from app.store.telling import Tell
from app.store.word_layout import laid_out, tsvector

# What a damaged document raises where its words are read.
DAMAGE = (ValueError, KeyError, TypeError, AttributeError)
# The tables of words, each with the table whose rows its numbers name.
NUMBERED_BY = {"record_words": VERSION, "quote_words": QUOTE, "entry_words": MOMENT}

Columns = list[list[str]]
# A chunk of rows with their words, by their numbers in the index.
Wanted = dict[int, Columns]


def check_words(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Each row with a document has its words in the index, and each word its row."""
    find = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    for name in NUMBERED_BY:
        yield from find(connection, name, _all_wanted(connection, name, tell))


def _all_wanted(connection: Connection, name: str, tell: Tell) -> Iterator[tuple[Table, Wanted]]:
    """The words that an index should have, some rows at a time."""
    for table in worded():
        if words_table(table) != name:
            continue
        many = connection.execute(select(func.count()).select_from(table)).scalar_one()
        done = 0
        for rows in chunks(connection, table):
            yield table, dict(_wanted(table, rows, sqlite=connection.dialect.name == "sqlite"))
            done += len(rows)
            tell(f"words of {table.name}", done, many)


def _wanted(
    table: Table, rows: Iterable[Mapping[Any, Any]], *, sqlite: bool
) -> Iterator[tuple[int, Columns]]:
    for row in rows:
        number = number_in_words(table, row, sqlite=sqlite)
        marks = [[owner_mark(table, row)]] if sqlite else []
        try:
            yield number, laid_out(texts_of(from_json(row["document"]))) + marks
        except DAMAGE:
            continue  # the check of documents names it


def _differ(table: Table, number: int) -> Finding:
    return Finding(f"{table.name} {number}", "its words in the index are not those of its document")


def _astray(name: str, number: int) -> Finding:
    return Finding(f"{name} {number}", "has words of a row that is not there")


def _on_postgresql(
    connection: Connection, name: str, wanted: Iterator[tuple[Table, Wanted]]
) -> Iterator[Finding]:
    same = text(
        "SELECT given.number FROM unnest(CAST(:numbers AS bigint[]), CAST(:words AS text[])) "  # noqa: S608  (our names)
        f"AS given (number, words) JOIN {name} AS kept ON kept.number = given.number "
        "WHERE kept.words = CAST(given.words AS tsvector)"
    )
    for table, some in wanted:
        told = {"numbers": list(some), "words": [tsvector(columns) for columns in some.values()]}
        found = set(connection.execute(same, told).scalars())
        yield from (_differ(table, number) for number in sorted(some.keys() - found))
    rows = NUMBERED_BY[name]
    own = "key" if rows is VERSION else "number"
    lost = f"SELECT number FROM {name} EXCEPT SELECT {own} FROM {rows.name} ORDER BY 1"  # noqa: S608
    yield from (_astray(name, number) for number in connection.execute(text(lost)).scalars())


def _on_sqlite(
    connection: Connection, name: str, wanted: Iterator[tuple[Table, Wanted]]
) -> Iterator[Finding]:
    """The index has no text, but tells each word with where it stands, word by word: the sum of
    the hashes of what stands in a row is compared.
    """
    kept = _sums(connection, name)
    for table, some in wanted:
        for number, columns in some.items():
            if kept.pop(number, 0) != _sum(columns):
                yield _differ(table, number & NUMBERS)
    yield from (_astray(name, number & NUMBERS) for number in sorted(kept))


def _sums(connection: Connection, name: str) -> dict[int, int]:
    found: dict[int, int] = {}
    with _vocabulary(connection, name):
        words = text('SELECT doc, term, col, "offset" FROM temp.vocabulary')
        for row in connection.execute(words.execution_options(yield_per=1000)):
            found[row.doc] = found.get(row.doc, 0) + hash((row.term, row.col, row.offset))
    return found


def _sum(columns: Columns) -> int:
    return sum(
        hash((word, name, place))
        for name, own in zip((*COLUMNS, OWNER), columns, strict=True)
        for place, word in enumerate(own)
        if word
    )


@contextmanager
def _vocabulary(connection: Connection, name: str) -> Iterator[None]:
    """A view of an index, word by word. It is a table of this connection alone, not of the file;
    still a connection that only reads must be let make it.
    """
    own = f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, {name}, instance)"
    _unguarded(connection, own)
    try:
        yield
    finally:
        _unguarded(connection, "DROP TABLE temp.vocabulary")


def _unguarded(connection: Connection, statement: str) -> None:
    connection.execute(text("PRAGMA query_only = OFF"))
    try:
        connection.execute(text(statement))
    finally:
        connection.execute(text("PRAGMA query_only = ON"))
