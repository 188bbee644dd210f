"""Pages by statements that are compiled once, and the connection to SQLite that is held for them.

A question has a shape: its order, the names of its filters, whether it goes on from a place, and
how it is pinned. The statement of a shape is built like any other, with a probe in the place of
each value; what is kept of it is its text, and which value goes where. So filters, orders and pins
stay declared once.

SQLite holds a snapshot for as long as a question takes. On PostgreSQL that would be two statements
more: there each statement tells, in a column of its own, the newest revision that it saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Self
from weakref import finalize

from sqlalchemy import CompoundSelect, Dialect, TextualSelect, func, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler

from app.resources.resource import Listing
from app.store.pins import Pin
from app.store.reader import MOST_VALUES
from app.store.selection import Paged, Selection, conditions, sort_columns, statement, table_of
from app.store.tables import REVISION
from app.store.tallying import most_frequent, whole_number

# Values that nothing else in a statement has: each stands for the one that a request brings.
PROBE_LIMIT = 7_351
PROBE_REVISION = 87_654_321
PROBE_DAY = date(1111, 1, 3)
PROBE_DAYS = {"earliest": date(1111, 1, 1), "latest": date(1111, 1, 2)}
PROBE_ID = "?id?"
SQLITE = SQLiteDialect_pysqlite(paramstyle="qmark")
# Instructions of SQLite's machine in one statement: some milliseconds. What takes more belongs in a
# thread.
MOST_STEPS = 200_000
STEPS = 10_000
# Bytes of a file that are mapped into memory: the most that SQLite is built for.
MAPPED = 2**31 - 65_536

Values = Mapping[str, Any]


class Shape(NamedTuple):
    """What a statement depends on beside values. ``filters`` have one value each.

    ``after`` says whether it goes on from a place, and ``undated`` whether that has no day: truth
    values are spelled out in statements.
    """

    order: str
    filters: tuple[str, ...] = ()
    one: bool = False
    after: bool = False
    undated: bool = False
    known: bool = False
    newest: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as text. ``slots`` names the value of each placeholder; what has no name is a
    constant. ``columns`` are what it answers: the document, and the values of all orders. On
    PostgreSQL the newest revision stands behind them.
    """

    text: str
    slots: tuple[tuple[str | None, Any], ...]
    columns: tuple[str, ...]

    def bound(self, values: Values) -> list[Any]:
        """The parameters of the statement."""
        return [constant if name is None else values[name] for name, constant in self.slots]


@lru_cache(maxsize=1_000)
def prepare(listing: "Kept", shape: Shape, dialect: Dialect) -> Prepared:
    """The statement of a shape."""
    found = statement(listing.listing, *probed(listing.listing, shape))
    compiled = _compiled(found, dialect)
    told = compiled.params
    names = _names(shape)
    slots = tuple(_slot(told[name], names) for name in compiled.positiontup or ())
    return Prepared(str(compiled), slots, tuple(column.name for column in found.selected_columns))


@lru_cache
def prepare_tallies(dialect: Dialect) -> tuple[Prepared, Prepared]:
    """How many records there are, and the first values of a facet, by ``noun``, ``scope`` and
    ``facet``.
    """
    names = {name: name for name in ("noun", "scope", "facet")}
    asked = (whole_number(), most_frequent(MOST_VALUES))
    total, values = (_compiled(one, dialect) for one in asked)
    return _bound(total, names, "number"), _bound(values, names, "value", "number")


@lru_cache(maxsize=100)
def prepare_labels(listing: "Kept", dialect: Dialect) -> Prepared:
    """The documents that records have now, by up to MOST_VALUES ids: ``id 0``, ``id 1`` and on."""
    probes = {f"?id {number}?": f"id {number}" for number in range(MOST_VALUES)}
    chosen = Selection(order="id", limit=MOST_VALUES, ids=tuple(probes))
    table = table_of(listing.listing)
    found = select(table.c.document).where(*conditions(listing.listing, Pin(0), chosen))
    compiled = _compiled(found, dialect)
    slots = tuple(_slot(compiled.params[name], probes) for name in compiled.positiontup or ())
    return Prepared(str(compiled), slots, ("document",))


def prepare_bound(statement: Paged | TextualSelect, shape: Shape | None = None) -> Prepared:
    """A statement for SQLite whose parameters without a value have the names of their values. With
    a shape, it has the probes of the shape as well.
    """
    compiled = statement.compile(dialect=SQLITE, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  (a statement is no DDL)
    told, names = compiled.params, _names(shape) if shape else {}
    slots = tuple(
        _slot(told[name], names) if told[name] is not None else (name, None)
        for name in compiled.positiontup or ()
    )
    return Prepared(str(compiled), slots, ())


def probed(listing: Listing, shape: Shape) -> tuple[Pin, Selection]:
    """What a shape asks for, at its pin, with a probe in the place of each value."""
    selection = Selection(
        order=shape.order,
        limit=1 if shape.one else PROBE_LIMIT,
        ids=(PROBE_ID,) if shape.one else (),
        filters={name: (f"?{name}?",) for name in shape.filters},
        after=_place(listing, shape) if shape.after else None,
    )
    return Pin(PROBE_REVISION, PROBE_DAY if shape.known else None, shape.newest), selection


def _compiled(statement: Paged, dialect: Dialect) -> SQLCompiler:
    if dialect.name != SQLITE.name:
        statement = _telling(statement)
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  (a statement is no DDL)
    return compiled


def _telling(statement: Paged) -> Paged:
    """The same statement, with the newest revision behind the columns of each row."""
    newest = select(func.max(REVISION.c.number)).scalar_subquery().label("newest")
    if isinstance(statement, CompoundSelect):
        return select(*statement.subquery().c, newest)
    return statement.add_columns(newest)


def _bound(compiled: SQLCompiler, names: Mapping[str, str], *columns: str) -> Prepared:
    """A statement whose parameters have the names of their values."""
    places = compiled.positiontup or ()
    slots = tuple((names.get(name), compiled.params[name]) for name in places)
    return Prepared(str(compiled), slots, columns)


class Kept:
    """A listing that can be a key: two of the same noun are the same."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    def __hash__(self) -> int:
        return hash(self.listing.noun)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.listing.noun == other.listing.noun


def _place(listing: Listing, shape: Shape) -> tuple[Any, ...]:
    """A place that has a probe for each column of the order."""
    names = [name for name, _ in sort_columns(listing, shape.order)]
    return tuple(shape.undated if name == "undated" else _probe(name) for name in names)


def _probe(name: str) -> Any:
    return PROBE_DAYS.get(name, f"?after {name}?")


def _names(shape: Shape) -> dict[Any, str]:
    """The name of the value that each probe stands for."""
    names: dict[Any, str] = {PROBE_ID: "id", PROBE_LIMIT + 1: "limit", PROBE_REVISION: "revision"}
    names[PROBE_DAY] = "known_at"
    for name in shape.filters:
        names[f"?{name}?"] = name
    for name, day in PROBE_DAYS.items():
        names[day] = f"after {name}"
    return names


def _slot(value: Any, names: Mapping[Any, str]) -> tuple[str | None, Any]:
    if isinstance(value, bool):
        return None, int(value)
    if isinstance(value, str) and value.startswith("?after "):
        return value.strip("?"), None
    if isinstance(value, (str, int, date)) and value in names:
        return names[value], None
    return None, value


class FileRows(list[tuple[Any, ...]]):
    """Rows of SQLite: texts as bytes, days as the texts that it keeps."""

    def documents(self, most: int) -> list[bytes]:
        """The first column of the first rows."""
        return [row[0] for row in self[:most]]


class HeldReader:
    """One connection that only reads, for whoever asks one question after the other; ``hurried``
    where none may take more than a few milliseconds.

    Nothing is ever waited for, so it is its own look.
    """

    waits = False
    dialect: Dialect = SQLITE

    def __init__(self, path: str, *, hurried: bool = True) -> None:
        self.newest = 0
        self._path = path
        self._hurried = hurried
        self._connection: Any = None
        self._steps = 0

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def look(self) -> Self:
        """Open a snapshot."""
        connection = self._connection or self._open()
        connection.execute("BEGIN")
        number = connection.execute("SELECT max(number) FROM revision").fetchone()[0]
        self.newest = number or 0
        return self

    async def rows(self, prepared: Prepared, values: Values) -> FileRows | None:
        """The rows of a statement in the snapshot; None where it takes too long."""
        self._steps = 0
        try:
            found = self._connection.execute(prepared.text, prepared.bound(values))
            return FileRows(found.fetchall())
        except self._connection.OperationalError:
            return None

    def lines(self, prepared: Prepared, values: Values) -> Any:
        """The cursor of a statement, which reads no further than rows are taken. Close it."""
        return self._connection.execute(prepared.text, prepared.bound(values))

    async def instants(self, revision: int) -> list[str]:
        """When a revision and the one before it were recorded, the newer one first."""
        found = self._connection.execute(
            "SELECT recorded_at FROM revision WHERE number IN (?, ?) ORDER BY number DESC",
            (revision - 1, revision),
        )
        return [row[0].decode() for row in found.fetchall()]

    async def redacted(self) -> int:
        """The newest revision that removed words for good."""
        row = self._connection.execute("SELECT max(revision) FROM redaction").fetchone()
        return int(row[0] or 0)

    def end(self) -> None:
        """Close the snapshot."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def _open(self) -> Any:
        from pysqlite3 import dbapi2  # the one that all connections to the file use

        connection = dbapi2.connect(
            self._path,
            timeout=0.05,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=500,
        )
        connection.text_factory = bytes
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        # Pages are read where the system has them in memory already, and not copied: a seventh of
        # the time of a page of a list. What is behind the mapped part is read as ever.
        connection.execute(f"PRAGMA mmap_size = {MAPPED}")
        if self._hurried:
            connection.set_progress_handler(self._count, STEPS)
        finalize(self, connection.close)
        self._connection = connection
        return connection

    def _count(self) -> int:
        self._steps += STEPS
        return int(self._steps > MOST_STEPS)
