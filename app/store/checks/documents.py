"""Checks what is stored beside each document, past ones too: parts, quotes, entries and links."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, Table, func, select

from app.resources import RESOURCES
from app.resources.laying import label_in, moment_rows, part_rows, quote_rows
from app.resources.rendering import addresses_of
from app.resources.resource import Resource
from app.store.checks.finding import Finding, of_record
from app.store.indexing import chunks
from app.store.selection import table_of
from app.store.tables import INVOLVED, LINK, MOMENT, QUOTE, SPEAKER, VERSION, table_for
from app.store.telling import Tell

Fields = Mapping[Any, Any]
# The rows of a table by the key of the version that they hang on.
Hanging = Mapping[Table, Mapping[int, list[Fields]]]
# What a damaged document or a damaged text of facts raises where it is read.
DAMAGE = (ValueError, KeyError, TypeError, AttributeError)


def check_documents(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """The rows beside every document are those that it makes."""
    for resource in RESOURCES:
        table = table_of(resource)
        many = connection.execute(select(func.count()).select_from(table)).scalar_one()
        done = 0
        for rows in chunks(connection, table):
            yield from _check(connection, resource, rows)
            done += len(rows)
            tell(f"documents of {resource.plural}", done, many)


def _check(
    connection: Connection, resource: Resource[Any], rows: Sequence[Fields]
) -> Iterator[Finding]:
    keys = [row["key"] for row in rows]
    parts = [table_for(part) for part in resource.parts.values()]
    beside = (*parts, QUOTE, SPEAKER, MOMENT, INVOLVED, LINK)
    hanging = {table: _by_key(connection, table, keys) for table in beside}
    numbers = select(VERSION.c.key, VERSION.c.number, VERSION.c.content)
    versions = {row.key: row for row in connection.execute(numbers.where(VERSION.c.key.in_(keys)))}
    for row in rows:
        version = versions.get(row["key"])
        if version is None:
            continue  # a row astray, which the check of the spine names
        address = (resource.noun, row["id"])
        since = f"from {row['known_from']} on" if row["known_from"] else "on no day"
        for what in _wrong(resource, row, version.content, hanging):
            yield of_record(address, f"{what} (known {since}, key {row['key']})", version.number)


def _by_key(
    connection: Connection, table: Table, keys: Sequence[int]
) -> Mapping[int, list[Fields]]:
    found: dict[int, list[Fields]] = {}
    rows = select(table).where(table.c.key.in_(keys)).order_by(*table.primary_key.columns)
    for row in connection.execute(rows).mappings():
        found.setdefault(row["key"], []).append(row)
    return found


def _wrong(resource: Resource[Any], row: Fields, content: str, hanging: Hanging) -> Iterator[str]:
    try:
        document = from_json(row["document"])
        made = dict(_made(resource, row, document))
    except DAMAGE:
        yield "its document cannot be read"
        return
    for table in hanging:
        if table is LINK:
            continue
        there = hanging[table].get(row["key"], [])
        if not _alike(made.get(table, ()), there):
            yield f"its rows in '{table.name}' are not what its document says"
    links = {(link["role"], link["noun"], link["id"]) for link in hanging[LINK].get(row["key"], [])}
    yield from _wrong_links(resource, row, content, links)


def _made(
    resource: Resource[Any], row: Fields, document: dict[str, Any]
) -> Iterator[tuple[Table, list[Fields]]]:
    """The rows that a document makes, by table."""
    parts: dict[Table, list[Fields]] = {}
    for part, fields in part_rows(resource, document):
        parts.setdefault(table_for(part), []).append(fields)
    yield from parts.items()
    label = label_in(document)
    quotes = list(quote_rows(resource, label, document, dict(row)))
    moments = list(moment_rows(resource, label, document))
    yield QUOTE, [one.columns for one in quotes]
    yield MOMENT, [one.columns for one in moments]
    yield SPEAKER, list(_named((one.columns, one.speakers) for one in quotes))
    yield INVOLVED, list(_named((one.columns, one.involved) for one in moments))


def _named(rows: Iterable[tuple[Fields, Iterable[str]]]) -> Iterator[Fields]:
    for columns, names in rows:
        for name in sorted(set(names)):
            yield {"position": columns["position"], "participant": name}


def _alike(made: Sequence[Fields], there: Sequence[Fields]) -> bool:
    """Whether stored rows are those that were made, in all that a document says of them."""
    return len(made) == len(there) and all(
        same_facts(row[name], value) if name == "document" else row[name] == value
        for wanted, row in zip(made, there, strict=True)
        for name, value in wanted.items()
    )


def same_facts(one: str, other: str) -> bool:
    """Whether two documents say the same; the order of their fields is none of their facts."""
    if one == other:
        return True
    same: bool = from_json(one) == from_json(other)
    return same


def _wrong_links(
    resource: Resource[Any], row: Fields, text: str, links: set[tuple[str, str, str]]
) -> Iterator[str]:
    try:
        content = resource.content.model_validate_json(text)
    except ValueError:
        yield "its facts cannot be read"
        return
    wanted = {(role, *address) for role, address in addresses_of(content)}
    # What was not known yet has no link in a row of an earlier day; the last row has them all.
    if links != wanted if row["known_until"] is None else not links <= wanted:
        yield "its rows in 'link' are not the links of its facts"
