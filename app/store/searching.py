"""Searching: full text on both databases, behind conditions that match the same rows on both.

Every word is made by ``app.resources.folding``: no tokenizer, stemmer or list of stop words of a
database has a say. SQLite keeps the words in FTS5 tables with the columns title, body and rest,
and no copy of the text; PostgreSQL keeps them in a tsvector, where the weights A, B and C stand for
these columns. Both are given what a tsvector can hold: beyond its positions a word is found, but no
phrase with it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    TableClause,
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

from app.resources.folding import folded
from app.resources.wording import Texts, Tier, Words

# The tables whose words are not under the key of a record's row.
NUMBERED: Final = {"quote": "quote_words", "moment": "entry_words"}

COLUMNS: Final = ("title", "body", "rest")
WEIGHTS: Final = "ABC"
# A row of words: its number, then a text for each column, or one for all of them.
WordLine = tuple[Any, ...]
# Not part of any word: keeps apart what must not be a phrase.
GAP: Final = "·"
# What a tsvector can hold: positions, positions of one word, and bytes of words (2^20, less what
# the positions take).
LAST_POSITION: Final = 16_383
MOST_OF_ONE_WORD: Final = 255
MOST_BYTES: Final = 1_000_000
# Up to so many characters, the words of a text are kept for when it is met again.
LONGEST_KEPT: Final = 400


def matching(rows: Table, words: Words) -> ColumnElement[bool]:
    """The rows of a table whose texts have all of the words, wherever they stand."""
    return _found(rows, words, Tier.rest)


def tier(rows: Table, words: Words) -> ColumnElement[int]:
    """Of rows that match: 0 where the title has all of the words, 1 where title and body have, 2
    where quotes and names are needed.
    """
    return case(
        (_found(rows, words, Tier.title), Tier.title.value),
        (_found(rows, words, Tier.body), Tier.body.value),
        else_=Tier.rest.value,
    )


def words_table(rows: Table) -> str:
    """The name of the table that has the words of a table's rows."""
    return NUMBERED.get(rows.name, "record_words")


def write_words(connection: Connection, name: str, rows: Iterable[tuple[int, Texts]]) -> None:
    """Insert the words of rows into a table of words. None of the numbers may be there yet."""
    sqlite = connection.dialect.name == "sqlite"
    insert_words(connection, name, [word_line(number, own, sqlite=sqlite) for number, own in rows])


def word_line(number: int, texts: Texts, *, sqlite: bool) -> WordLine:
    """The row of a table of words: its number, and the words as the database keeps them."""
    columns = laid_out(texts)
    return (number, *map(" ".join, columns)) if sqlite else (number, tsvector(columns))


def insert_words(
    connection: Connection, name: str, lines: Sequence[WordLine], shift: int = 0
) -> None:
    """Insert rows of words; their numbers are moved on by ``shift``."""
    if not lines:
        return
    moved = f" + {shift}" if shift else ""
    if connection.dialect.name == "sqlite":
        into = f"{name} (rowid, {', '.join(COLUMNS)}) VALUES (?{moved}, ?, ?, ?)"
    else:
        into = f"{name} (number, words) VALUES (%s{moved}, CAST(%s AS tsvector))"
    connection.exec_driver_sql(f"INSERT INTO {into}", lines)


def delete_words(connection: Connection, name: str, numbers: Iterable[int]) -> None:
    """Delete the words of rows from a table of words; numbers that are not there do not matter."""
    there = _table(connection, name)
    gone = [{"gone": number} for number in numbers]
    if gone:
        connection.execute(delete(there).where(there.c[0] == bindparam("gone")), gone)


def purge_words(connection: Connection) -> None:
    """Leave nothing of deleted words in the files of the index: SQLite only marks them as gone."""
    if connection.dialect.name == "sqlite":
        for name in ("record_words", *NUMBERED.values()):
            connection.execute(insert(table(name, column(name))).values({name: "optimize"}))


def _found(rows: Table, words: Words, least: Tier) -> ColumnElement[bool]:
    number = rows.c.number if rows.name in NUMBERED else rows.c.key
    return _Found(number, literal_column(words_table(rows)), literal(words, _Query(least)))


def _table(connection: Connection, name: str) -> TableClause:
    if connection.dialect.name == "sqlite":
        return table(name, column("rowid", BigInteger), *map(column, COLUMNS))
    # Here alone: with the type come eighteen modules that SQLite has no use for.
    from sqlalchemy.dialects.postgresql import TSVECTOR

    return table(name, column("number", BigInteger), column("words", TSVECTOR))


class _Query(TypeDecorator[Words]):
    """Words in the query language of the database; they must stand in the tiers up to ``least``.

    Where they may stand anywhere nothing is said of it: PostgreSQL would read every row again.
    """

    impl = Text
    cache_ok = True

    def __init__(self, least: Tier) -> None:
        super().__init__()
        self.least = least

    def process_bind_param(self, value: Words | None, dialect: Dialect) -> str | None:
        """The query. Words are letters and digits, so between quotes none is an operator."""
        if value is None:
            return None
        return (_fts5 if dialect.name == "sqlite" else _tsquery)(value, self.least)


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
    found = f"SELECT rowid FROM {words} WHERE {words} MATCH {query}"  # noqa: S608  (our names)
    return f"({number} IN ({found}))"


@compiles(_Found, "postgresql")
def _found_by_tsquery(element: _Found, compiler: SQLCompiler, **kw: Any) -> str:
    number, words, query = (compiler.process(part, **kw) for part in element.clauses)
    has = f"{words}.words @@ CAST({query} AS tsquery)"
    found = f"SELECT {words}.number FROM {words} WHERE {has}"  # noqa: S608  (our names)
    return f"({number} IN ({found}))"


def _fts5(words: Words, least: Tier) -> str:
    found = " AND ".join(f'"{" ".join(phrase)}"' for phrase in words.phrases)
    return found if least is Tier.rest else f"{{{' '.join(COLUMNS[: least + 1])}}} : ({found})"


def _tsquery(words: Words, least: Tier) -> str:
    own = "" if least is Tier.rest else f":{WEIGHTS[: least + 1]}"
    phrases = (" <-> ".join(f"'{word}'{own}" for word in phrase) for phrase in words.phrases)
    return " & ".join(f"({phrase})" for phrase in phrases)


class _Layout:
    """Lays out the words of a row within what a tsvector can hold, where columns follow each other.

    ``position`` is that of the last word so far.
    """

    def __init__(self) -> None:
        self.position = 0
        self.times: Counter[str] = Counter()
        self.room = MOST_BYTES

    def add(self, own: list[str], text: str) -> None:
        """Add a text to a column, apart from the one before it."""
        if own:
            self._put(own, GAP)
        for word in folded(text):
            if self.position < LAST_POSITION - 2:
                self._put(own, word if self._has_room(word) else GAP)
            elif word not in self.times and self._has_room(word):
                # There is no place left: it shares the last one, apart from all others.
                self._put(own, GAP, word)

    def end(self) -> None:
        """Leave a gap between the column and the next one."""
        self.position += 1

    def _put(self, own: list[str], *words: str) -> None:
        own += words
        self.position += len(words)

    def _has_room(self, word: str) -> bool:
        if word not in self.times:
            needed = len(word.encode()) + 4
            if needed > self.room:
                return False
            self.room -= needed
        self.times[word] += 1
        return self.times[word] <= MOST_OF_ONE_WORD


def laid_out(texts: Texts) -> list[list[str]]:
    """The words of a row by column, with a gap wherever a phrase must not run on."""
    columns = [_apart(own) for own in (texts.title, texts.body, texts.rest)]
    if sum(map(len, columns)) < MOST_OF_ONE_WORD:
        return columns  # so few words that none of the limits is near
    return _within_limits(texts)


def _apart(texts: Iterable[str]) -> list[str]:
    """The words of the texts of a column, with a gap before each text but the first."""
    own: list[str] = []
    for text in texts:
        if own:
            own.append(GAP)
        own += _folded_short(text) if len(text) <= LONGEST_KEPT else folded(text)
    return own


@lru_cache(maxsize=4096)
def _folded_short(text: str) -> tuple[str, ...]:
    """The words of a text; names stand in many records, and quotes in three rows each."""
    return tuple(folded(text))


def _within_limits(texts: Texts) -> list[list[str]]:
    """The same words as far as a tsvector can hold them."""
    layout = _Layout()
    columns: list[list[str]] = []
    for own in (texts.title, texts.body, texts.rest):
        columns.append([])
        for text in own:
            layout.add(columns[-1], text)
        layout.end()
    return columns


def tsvector(columns: list[list[str]]) -> str:
    """Words by column as the text of a tsvector."""
    places: dict[str, list[str]] = {}
    for word, place in _places(columns):
        places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(there)}" for word, there in places.items())


def _places(columns: list[list[str]]) -> Iterator[tuple[str, str]]:
    """The words with their positions and weights. Between two columns there is a gap of one."""
    position = 0
    for weight, own in zip(WEIGHTS, columns, strict=True):
        for word in own:
            position += 1
            if word != GAP:
                yield word, f"{min(position, LAST_POSITION)}{weight}"
        position += 1
