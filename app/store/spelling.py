"""Columns that the two databases have to be told differently, so that they do the same."""

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class ByCodePoint(FunctionElement[str]):
    """A text that sorts alike on both databases, whatever the collation of its column."""

    type = Text()
    inherit_cache = True


@compiles(ByCodePoint)
def _as_it_is(element: ByCodePoint, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(ByCodePoint, "postgresql")
def _collated(element: ByCodePoint, compiler: SQLCompiler, **kw: Any) -> str:
    return f'{compiler.process(element.clauses, **kw)} COLLATE "C"'


class Unindexed(FunctionElement[str]):
    """A column as it is, but SQLite looks nothing up by it."""

    type = Text()
    inherit_cache = True


@compiles(Unindexed)
def _for_what_it_is(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(Unindexed, "sqlite")
def _plus(element: Unindexed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"
