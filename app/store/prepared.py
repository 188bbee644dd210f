"""Pages by statements that are compiled once.

A question has a shape: its order, the names of its filters, whether it goes on from a place, and
how it is pinned. The statement of a shape is built like any other, with a probe in the place of
each value; what is kept of it is its text, and which value goes where. So filters, orders and pins
stay declared once.

On PostgreSQL each statement tells, in a column of its own, the newest revision that it saw: a
snapshot would be two statements more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

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
    return prepared_of(found, shape, dialect)


def prepared_of(found: Paged, shape: Shape, dialect: Dialect) -> Prepared:
    """A statement that has the probes of a shape."""
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
