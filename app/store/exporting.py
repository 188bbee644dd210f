"""Exporting: a negotiation with all that it uses, in an order that people can read."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.errors import RecordNotFound
from app.resources import RESOURCES
from app.resources.evidence import RecordContent
from app.resources.rendering import addresses_of
from app.resources.resource import Address, Resource
from app.store.bases import base_of
from app.store.contents import CHUNK, Stored, owned_by, stored
from app.store.engine import Database
from app.store.loading import Bundle
from app.store.selection import sort_columns, table_of


def export(database: Database, negotiation: str) -> Bundle:
    """The current records of a negotiation, with the participants and sources that they use.

    The bundle names the facts that it is made of. Raises RecordNotFound.
    """
    with database.read() as connection:
        return export_from(connection, negotiation)


def export_from(connection: Connection, negotiation: str) -> Bundle:
    """The same from a snapshot."""
    owned = owned_by(connection, negotiation)
    if not owned:
        raise RecordNotFound("There is no negotiation with this id.")
    found = _with_linked(connection, owned)
    ordered = [address for noun in RESOURCES for address in _in_order(connection, noun, found)]
    records: dict[Address, RecordContent] = {key: found[key].content for key in ordered}
    return Bundle(negotiation, _base(owned), records)


def base_now(connection: Connection, negotiation: str) -> str | None:
    """The name of the facts that a negotiation has now; None where there is none."""
    owned = owned_by(connection, negotiation)
    return _base(owned) if owned else None


def _base(owned: Mapping[Address, Stored]) -> str:
    return base_of({address: one.text for address, one in owned.items()})


def _with_linked(connection: Connection, owned: dict[Address, Stored]) -> dict[Address, Stored]:
    """The records and all that they link to, and those link to, until there is nothing new."""
    found, fresh = dict(owned), dict(owned)
    while fresh:
        linked = {key for one in fresh.values() for _, key in addresses_of(one.content)}
        fresh = stored(connection, linked - set(found))
        found |= fresh
    return found


def _in_order(
    connection: Connection, resource: Resource[Any], found: dict[Address, Stored]
) -> list[Address]:
    """The records of one noun in the order of its list. They are asked for by their ids, so that
    a small negotiation in a large store is read as fast as in a small one.
    """
    table = table_of(resource)
    names = [name for name, _ in sort_columns(resource, next(iter(resource.sorts)))]
    columns = [table.c[name] for name in dict.fromkeys([*names, "id"])]
    ids = [identifier for noun, identifier in found if noun == resource.noun]
    rows: list[Any] = []
    for start in range(0, len(ids), CHUNK):
        live = table.c.recorded_until.is_(None), table.c.known_until.is_(None)
        some = select(*columns).where(table.c.id.in_(ids[start : start + CHUNK]), *live)
        rows += connection.execute(some)
    rows.sort(key=lambda row: tuple(getattr(row, name) for name in names))
    return [(resource.noun, row.id) for row in rows]
