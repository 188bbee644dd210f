"""Checks references: what rows refer to is there, and a linked record lives as long as its link."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    ForeignKeyConstraint,
    Select,
    Table,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from app.store.backup_form import stored_tables
from app.store.checks.finding import Finding, of_record
from app.store.history import OPEN
from app.store.tables import LINK, VERSION
from app.store.telling import Tell


def check_references(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Every row that another one refers to by its key."""
    tables = stored_tables()
    for number, table in enumerate(tables, start=1):
        for constraint in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            yield from _dangling(connection, table, constraint)
        tell("references", number, len(tables))


def _dangling(
    connection: Connection, table: Table, constraint: ForeignKeyConstraint
) -> Iterator[Finding]:
    referred = constraint.referred_table
    other = referred.alias()
    own = [element.parent for element in constraint.elements]
    same = [other.c[element.column.name] == element.parent for element in constraint.elements]
    lost = select(*table.primary_key.columns).where(
        *(column.is_not(None) for column in own), ~exists().where(*same)
    )
    for row in connection.execute(lost):
        where = f"{table.name} {' '.join(str(value) for value in row)}"
        yield Finding(where, f"refers to a row of '{referred.name}' that is not there")


def check_links(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Every link leads to a record that is there at each revision at which the link is."""
    for row in connection.execute(_broken()):
        what = f"links to {row.noun}/{row.target} as {row.role}, which is not there"
        at = row.starts if row.gone is None else row.gone
        yield of_record((row.of_noun, row.of_id), f"{what} in revision {at}", row.number)
    tell("links", 1, 1)


def _broken() -> Select[Any]:
    """Links to what was not there when they were written, or was retracted while they stood.

    ``gone`` is the revision that retracted it, and null where it was never there.
    """
    life = _lives()
    covers = and_(
        life.c.noun == LINK.c.noun,
        life.c.id == LINK.c.id,
        life.c.starts <= VERSION.c.recorded_from,
        life.c.ends > VERSION.c.recorded_from,
    )
    place = [VERSION.c.noun.label("of_noun"), VERSION.c.id.label("of_id"), VERSION.c.number]
    link = [LINK.c.role, LINK.c.noun, LINK.c.id.label("target")]
    first = func.min(VERSION.c.recorded_from).label("starts")
    return (
        select(*place, *link, first, func.min(life.c.ends).label("gone"))
        .select_from(LINK)
        .join(VERSION, VERSION.c.key == LINK.c.key)
        .outerjoin(life, covers)
        .where(or_(life.c.ends.is_(None), life.c.ends < _end(VERSION.c.recorded_until)))
        .group_by(*place, *link)
        .order_by(*place, *link)
    )


def _lives() -> CTE:
    """From which revision until which each record was there; one that came back has two lives."""
    ended = func.lag(VERSION.c.recorded_until).over(
        partition_by=(VERSION.c.noun, VERSION.c.id), order_by=VERSION.c.recorded_from
    )
    # Of the rows that one revision wrote, the last; the others have the same revisions.
    rows = select(VERSION, ended.label("ended")).where(VERSION.c.known_until.is_(None)).subquery()
    begins = case((rows.c.ended == rows.c.recorded_from, 0), else_=1)
    count = func.sum(begins).over(
        partition_by=(rows.c.noun, rows.c.id), order_by=rows.c.recorded_from
    )
    counted = select(rows, count.label("life")).subquery()
    starts, ends = func.min(counted.c.recorded_from), func.max(_end(counted.c.recorded_until))
    return (
        select(counted.c.noun, counted.c.id, starts.label("starts"), ends.label("ends"))
        .group_by(counted.c.noun, counted.c.id, counted.c.life)
        .cte("lives")
    )


def _end(revision: ColumnElement[int | None]) -> ColumnElement[int]:
    return func.coalesce(revision, OPEN)
