"""The facts as they were written: what a change is compared with, and what an export prints."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, func, select

from app.resources import BY_NOUN
from app.resources.evidence import RecordContent
from app.resources.resource import Address, Face
from app.store.tables import IDENTITY, LINK, VERSION

# Well under the number of parameters that either database takes in one statement.
CHUNK = 500

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the store holds it now, or, where ``live`` is false, as it was retracted."""

    content: RecordContent
    text: str
    version: int
    revision: int
    live: bool


def canonical(content: RecordContent) -> str:
    """The facts of a record as JSON, without what is empty: equal facts are equal text."""
    return content.model_dump_json(by_alias=True, exclude_defaults=True)


def stored(connection: Connection, addresses: Iterable[Address]) -> dict[Address, Stored]:
    """The newest version of each of the records that was ever recorded."""
    found: dict[Address, Stored] = {}
    for noun, ids in _by_noun(addresses):
        newest = (
            select(VERSION.c.id, func.max(VERSION.c.key).label("key"))
            .where(VERSION.c.noun == noun, VERSION.c.id.in_(ids))
            .group_by(VERSION.c.id)
            .subquery()
        )
        rows = select(VERSION).join(newest, newest.c.key == VERSION.c.key)
        found.update(_read(connection, rows))
    return found


def linked_from(
    connection: Connection, targets: Iterable[Address], roles: Sequence[str] = ()
) -> dict[Address, Stored]:
    """The live records that link to one of the targets, in one of the roles if any are given."""
    found: dict[Address, Stored] = {}
    for noun, ids in _by_noun(targets):
        hit = select(LINK.c.key).where(LINK.c.noun == noun, LINK.c.id.in_(ids))
        if roles:
            hit = hit.where(LINK.c.role.in_(roles))
        live = select(VERSION).where(VERSION.c.key.in_(hit), *LIVE)
        found.update(_read(connection, live))
    return found


def owned_by(connection: Connection, negotiation: str) -> dict[Address, Stored]:
    """The live records of a negotiation, itself included."""
    found = linked_from(connection, [("negotiation", negotiation)], ("negotiation",))
    rows = select(VERSION).where(
        VERSION.c.noun == "negotiation", VERSION.c.id == negotiation, *LIVE
    )
    return dict(_read(connection, rows)) | found


def live(connection: Connection, addresses: Iterable[Address]) -> set[Address]:
    """Those of the addresses at which there is a record now."""
    found: set[Address] = set()
    for noun, ids in _by_noun(addresses):
        rows = select(VERSION.c.id).where(VERSION.c.noun == noun, VERSION.c.id.in_(ids), *LIVE)
        found |= {(noun, identifier) for identifier in connection.execute(rows).scalars()}
    return found


def faces(connection: Connection, addresses: Iterable[Address]) -> dict[Address, Face]:
    """The faces of the records among the addresses that were ever given out."""
    found: dict[Address, Face] = {}
    for noun, ids in _by_noun(addresses):
        rows = select(IDENTITY).where(IDENTITY.c.noun == noun, IDENTITY.c.id.in_(ids))
        for row in connection.execute(rows):
            found[noun, row.id] = Face(row.label, row.known_from, row.origin, row.publisher)
    return found


def faces_with_origins(connection: Connection, addresses: Iterable[Address]) -> dict[Address, Face]:
    """The same faces, and those of all that the sources among them reprint, to the first of each
    chain. Sources that reprint each other in a circle are loaded once.
    """
    found: dict[Address, Face] = {}
    fresh = set(addresses)
    while fresh:
        met = faces(connection, fresh)
        found |= met
        fresh = {("source", face.origin) for face in met.values() if face.origin} - set(found)
    return found


LIVE = (VERSION.c.recorded_until.is_(None), VERSION.c.known_until.is_(None))


def _read(connection: Connection, rows: Select[Any]) -> Iterator[tuple[Address, Stored]]:
    for row in connection.execute(rows):
        content = BY_NOUN[row.noun].content.model_validate_json(row.content)
        yield (
            (row.noun, row.id),
            Stored(content, row.content, row.number, row.revision, row.recorded_until is None),
        )


def _by_noun(addresses: Iterable[Address]) -> Iterator[tuple[str, list[str]]]:
    nouns: dict[str, list[str]] = {}
    for noun, identifier in sorted(set(addresses)):
        nouns.setdefault(noun, []).append(identifier)
    for noun, ids in nouns.items():
        for chunk in _chunks(ids):
            yield noun, chunk


def _chunks(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
