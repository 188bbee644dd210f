"""Checks the rows that hang on a version: each in its table, and under the version's own times."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, exists, func, or_, select

from app.resources import RESOURCES
from app.resources.resource import Resource
from app.store.checks.finding import Finding, of_record
from app.store.selection import table_of
from app.store.tables import MOMENT, QUOTE, VERSION, table_for
from app.store.telling import Tell

STRETCH = ("revision", "recorded_from", "recorded_until", "known_from", "known_until")
DATES = ("undated", "earliest", "latest")


def check_spine(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Versions and the rows of their nouns, one to one; and the rows of quotes and entries."""
    for number, resource in enumerate(RESOURCES, start=1):
        yield from _paired(connection, resource)
        for table in (table_of(resource), *map(table_for, resource.parts.values())):
            yield from _astray(connection, table, resource.noun)
        yield from _same(connection, table_of(resource), _columns_of(resource))
        tell("rows of versions", number, len(RESOURCES))
    place = {"noun": "noun", "record": "id", "negotiation": "negotiation"}
    yield from _same(connection, MOMENT, place | {name: name for name in STRETCH})
    yield from _same(connection, QUOTE, place | {name: name for name in (*STRETCH, *DATES)})
    for table in (MOMENT, QUOTE):
        yield from _numbered_once(connection, table)


def _columns_of(resource: Resource[Any]) -> Mapping[str, str]:
    """The columns that the row of a noun shares with the version, by their names in both."""
    shared = {name: name for name in ("id", *STRETCH, *DATES)}
    if resource.owned and resource.noun != "negotiation":
        shared["negotiation"] = "negotiation"
    return shared


def _paired(connection: Connection, resource: Resource[Any]) -> Iterator[Finding]:
    table = table_of(resource)
    here = exists().where(table.c.key == VERSION.c.key)
    lost = select(VERSION.c.id, VERSION.c.number, VERSION.c.key).where(
        VERSION.c.noun == resource.noun, ~here
    )
    for row in connection.execute(lost.order_by(VERSION.c.key)):
        what = f"has no row in '{table.name}' (key {row.key})"
        yield of_record((resource.noun, row.id), what, row.number)


def _astray(connection: Connection, table: Table, noun: str) -> Iterator[Finding]:
    """Rows under a key that is not of a version of their noun."""
    theirs = exists().where(VERSION.c.key == table.c.key, VERSION.c.noun == noun)
    for key in connection.execute(select(table.c.key).where(~theirs).distinct()).scalars():
        yield Finding(f"{table.name} {key}", f"its key is not that of a version of a {noun}")


def _same(connection: Connection, table: Table, columns: Mapping[str, str]) -> Iterator[Finding]:
    """Rows that say otherwise than their version, with the columns in which they do."""
    differs = {
        name: VERSION.c[other].is_distinct_from(table.c[name]) for name, other in columns.items()
    }
    told = [condition.label(f"differs_{name}") for name, condition in differs.items()]
    rows = (
        select(VERSION.c.noun, VERSION.c.id, VERSION.c.number, table.c.key, *told)
        .join(table, table.c.key == VERSION.c.key)
        .where(or_(*differs.values()))
        .order_by(table.c.key)
    )
    for row in connection.execute(rows).mappings():
        wrong = ", ".join(name for name in columns if row[f"differs_{name}"])
        what = f"its row in '{table.name}' (key {row['key']}) has another {wrong}"
        yield of_record((row["noun"], row["id"]), what, row["number"])


def _numbered_once(connection: Connection, table: Table) -> Iterator[Finding]:
    """Numbers name rows in a full-text index, so no two may have the same."""
    twice = select(table.c.number).group_by(table.c.number).having(func.count() > 1)
    for number in connection.execute(twice.order_by(table.c.number)).scalars():
        yield Finding(f"{table.name} number {number}", "is given to more than one row")
