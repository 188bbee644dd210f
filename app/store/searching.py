"""Searching: full text on both databases, behind conditions that match the same rows on both.

Every word is made by ``app.resources.folding``: no tokenizer, stemmer or list of stop words of a
database has a say. SQLite keeps the words in FTS5 tables with the columns title, body and rest,
numbered by places, and no copy of the text; PostgreSQL keeps them in a tsvector, numbered as the
rows, where the weights A, B and C stand for these columns. Both are given what a tsvector can hold:
beyond its positions a word is found, but no phrase with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnClause,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    case,
    column,
    delete,
    insert,
    literal,
    literal_column,
    table,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.resources.wording import Texts, Tier, Words
from app.store.places import NUMBERS, place_of
from app.store.word_layout import WEIGHTS, laid_out, tsvector

RECORD_WORDS: Final = "record_words"
# The tables whose words are not under the key of a record's row.
NUMBERED: Final = {"quote": "quote_words", "moment": "entry_words"}

COLUMNS: Final = ("title", "body", "rest")
# In SQLite's indexes, the column with the mark of the negotiation that a row belongs to. A mark
# begins with a sign that no word has.
OWNER: Final = "negotiation"
MARK: Final = "·"
# A row of words: its number, then a text for each column, or one for all of them.
WordLine = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """Words, and the negotiations that they are looked for in; without any, in all.

    The negotiations only spare SQLite the rows of others: a statement must have the filter as well.
    """

    words: Words
    within: tuple[str, ...] = ()


def matching(rows: Table, words: Words, within: tuple[str, ...] = ()) -> ColumnElement[bool]:
    """The rows of a table whose texts have all of the words, wherever they stand."""
    return _found(rows, Sought(words, within), Tier.rest)


def tier(rows: Table, words: Words) -> ColumnElement[int]:
    """Of rows that match: 0 where the title has all of the words, 1 where title and body have, 2
    where quotes and names are needed.
    """
    return case(
        (_found(rows, Sought(words), Tier.title), Tier.title.value),
        (_found(rows, Sought(words), Tier.body), Tier.body.value),
        else_=Tier.rest.value,
    )


def words_table(rows: Table) -> str:
    """The name of the table that has the words of a table's rows."""
    return NUMBERED.get(rows.name, RECORD_WORDS)


def number_in_words(table: Table, row: Mapping[Any, Any], *, sqlite: bool) -> int:
    """What a table of words numbers a row with: its place, or on PostgreSQL its own number."""
    number: int = row["number" if table.name in NUMBERED else "key"]
    return place_of(row, number) if sqlite else number


def mark_of(negotiation: str) -> str:
    """What stands for a negotiation in an index: its id, made one word."""
    return MARK + negotiation.replace("-", MARK)


def owner_mark(table: Table, row: Mapping[Any, Any]) -> str:
    """The mark of the negotiation that a row belongs to, or nothing; one belongs to itself."""
    owner: str | None = row["id"] if table.name == OWNER else row.get(OWNER)
    return mark_of(owner) if owner else ""


def write_words(
    connection: Connection, table: Table, rows: Iterable[tuple[Mapping[Any, Any], Texts]]
) -> None:
    """Insert the words of rows of a table. None of them may have any yet."""
    sqlite = connection.dialect.name == "sqlite"
    lines = [word_line(table, row, texts, sqlite=sqlite) for row, texts in rows]
    insert_words(connection, words_table(table), lines)


def word_line(table: Table, row: Mapping[Any, Any], texts: Texts, *, sqlite: bool) -> WordLine:
    """The line in a table of words for a row: its number, and words as the database keeps them."""
    number, columns = number_in_words(table, row, sqlite=sqlite), laid_out(texts)
    if not sqlite:
        return number, tsvector(columns)
    return (number, *map(" ".join, columns), owner_mark(table, row))


def insert_words(
    connection: Connection, name: str, lines: Sequence[WordLine], shift: int = 0
) -> None:
    """Insert rows of words; the numbers of the rows they are of are moved on by ``shift``."""
    if not lines:
        return
    moved = f" + {shift}" if shift else ""
    if connection.dialect.name == "sqlite":
        into = f"{name} (rowid, {', '.join(COLUMNS)}, {OWNER}) VALUES (?{moved}, ?, ?, ?, ?)"
        # FTS5 writes what it has gathered to the file whenever a number is less than the last one.
        lines = sorted(lines, key=itemgetter(0))
    else:
        into = f"{name} (number, words) VALUES (%s{moved}, CAST(%s AS tsvector))"
    connection.exec_driver_sql(f"INSERT INTO {into}", lines)


def delete_words(connection: Connection, rows: Table, gone: Iterable[Mapping[Any, Any]]) -> None:
    """Delete the words of some rows of a table; those that have none do not matter."""
    sqlite = connection.dialect.name == "sqlite"
    number: ColumnClause[int] = column("rowid" if sqlite else "number", BigInteger)
    numbers = [{"gone": number_in_words(rows, row, sqlite=sqlite)} for row in gone]
    if numbers:
        there = delete(table(words_table(rows), number))
        connection.execute(there.where(number == bindparam("gone")), numbers)


def purge_words(connection: Connection) -> None:
    """Leave nothing of deleted words in the files of the index: SQLite only marks them as gone."""
    if connection.dialect.name == "sqlite":
        for name in (RECORD_WORDS, *NUMBERED.values()):
            connection.execute(insert(table(name, column(name))).values({name: "optimize"}))


def own_number(rows: Table) -> ColumnElement[int]:
    """The column with the number of a row, which is the end of its place."""
    return rows.c.number if rows.name in NUMBERED else rows.c.key


def _found(rows: Table, sought: Sought, least: Tier) -> ColumnElement[bool]:
    query = literal(sought, _Query(least))
    return _Found(own_number(rows), literal_column(words_table(rows)), query)


class _Query(TypeDecorator[Sought]):
    """Words in the query language of the database; they must stand in the tiers up to ``least``.

    Where they may stand anywhere nothing is said of it: PostgreSQL would read every row again.
    """

    impl = Text
    cache_ok = True

    def __init__(self, least: Tier) -> None:
        super().__init__()
        self.least = least

    def process_bind_param(self, value: Sought | None, dialect: Dialect) -> str | None:
        """The query. Words are letters and digits, so between quotes none is an operator."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return within(fts5_query(value.words, self.least), value)
        return _tsquery(value.words, self.least)


class _Found(FunctionElement[bool]):
    """That the number of a row is among those that a query finds in a table of words."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """The condition itself: as ``... = 1``, SQLite would look at every row."""
        return self


@compiles(_Found, "sqlite")
def _found_by_fts5(element: _Found, compiler: SQLCompiler, **kw: Any) -> str:
    number, words, query = (compiler.process(part, **kw) for part in element.clauses)
    found = f"SELECT rowid & {NUMBERS} FROM {words} WHERE {words} MATCH {query}"  # noqa: S608  (our names)
    return f"({number} IN ({found}))"


@compiles(_Found, "postgresql")
def _found_by_tsquery(element: _Found, compiler: SQLCompiler, **kw: Any) -> str:
    number, words, query = (compiler.process(part, **kw) for part in element.clauses)
    has = f"{words}.words @@ CAST({query} AS tsquery)"
    found = f"SELECT {words}.number FROM {words} WHERE {has}"  # noqa: S608  (our names)
    return f"({number} IN ({found}))"


def fts5_query(words: Words, least: Tier) -> str:
    """Words in the query language of FTS5; they must stand in the tiers up to ``least``."""
    found = " AND ".join(f'"{" ".join(phrase)}"' for phrase in words.phrases)
    return found if least is Tier.rest else f"{{{' '.join(COLUMNS[: least + 1])}}} : ({found})"


def within(query: str, sought: Sought) -> str:
    """A query of FTS5, kept to the negotiations that are looked in."""
    marks = " OR ".join(f'"{mark_of(one)}"' for one in sought.within)
    return f"({query}) AND ({marks})" if marks else query


def _tsquery(words: Words, least: Tier) -> str:
    own = "" if least is Tier.rest else f":{WEIGHTS[: least + 1]}"
    phrases = (" <-> ".join(f"'{word}'{own}" for word in phrase) for phrase in words.phrases)
    return " & ".join(f"({phrase})" for phrase in phrases)
