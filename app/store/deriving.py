"""Deriving: what a newer release makes of documents that an older one wrote.

Entries of the timeline, full-text indexes and positions are made when a record is written. For
records that were written before there were any, they are made here, once, after the migration.
Documents get the fields that they lack; what they say already stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, RowMapping, insert, select, update

from app.resources import BY_NOUN, RESOURCES
from app.resources.evidence import RecordContent
from app.resources.knowledge import annotate, visible
from app.resources.laying import moment_rows
from app.resources.rendering import addresses_of
from app.resources.resource import Resource, View
from app.resources.sources import SourceContent
from app.store.contents import LIVE, faces_with_origins
from app.store.indexing import chunks, index
from app.store.selection import table_of
from app.store.tables import IDENTITY, INVOLVED, MOMENT, QUOTE, VERSION

# What documents of the release before lack, or have in less detail.
NEW_FIELD = "disagreement"
TIMES = ("key", "revision", "recorded_from", "recorded_until", "known_from", "known_until")


def derive(connection: Connection) -> None:
    """Make everything that is derived from the documents in the store."""
    _note_origins(connection)
    moments = _Moments(connection)
    for resource in RESOURCES:
        for rows in chunks(connection, table_of(resource)):
            index(connection, table_of(resource), rows)
            for row in rows:
                _derive(connection, resource, row, moments)
        moments.write()
    for rows in chunks(connection, QUOTE):
        index(connection, QUOTE, rows)


class _Moments:
    """Entries of the timeline, collected and written together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.number = 0
        self.rows: list[dict[str, Any]] = []
        self.involved: list[dict[str, Any]] = []

    def add(self, resource: Resource[Any], label: str, row: Mapping[Any, Any]) -> None:
        times = {name: row[name] for name in TIMES}
        for made in moment_rows(resource, label, from_json(row["document"])):
            self.number += 1
            self.rows.append(times | made.columns | {"number": self.number})
            place = {"key": row["key"], "position": made.columns["position"]}
            self.involved += [place | {"participant": one} for one in made.involved]

    def write(self) -> None:
        for table, rows in ((MOMENT, self.rows), (INVOLVED, self.involved)):
            if rows:
                self.connection.execute(insert(table), rows)
        index(self.connection, MOMENT, self.rows)
        self.rows, self.involved = [], []


def _derive(
    connection: Connection, resource: Resource[Any], row: RowMapping, moments: _Moments
) -> None:
    shown, view = _as_known(connection, resource, row)
    document = _brought_up(resource, shown, view, from_json(row["document"]))
    columns = dict(resource.extra(shown, document))  # noqa: S610  (no query set)
    columns["document"] = to_json(document).decode()
    table = table_of(resource)
    connection.execute(update(table).where(table.c.key == row["key"]).values(**columns))
    moments.add(resource, resource.label(shown), {**row, "document": columns["document"]})


def _brought_up(
    resource: Resource[Any], shown: RecordContent, view: View, document: dict[str, Any]
) -> dict[str, Any]:
    """The document with what this release says of disagreement, where the noun has any."""
    derived = resource.derive(shown, view, document)
    if NEW_FIELD not in derived:
        return document
    found = {NEW_FIELD: derived[NEW_FIELD]}
    proof = {name: document.pop(name) for name in ("evidence", "inferred", "cite")}
    brought_up: dict[str, Any] = from_json(to_json({**document, **found, **proof}))
    return brought_up


def _as_known(
    connection: Connection, resource: Resource[Any], row: RowMapping
) -> tuple[RecordContent, View]:
    """The facts of a row as they were known, and what it sees of others."""
    written = select(VERSION.c.content).where(VERSION.c.key == row["key"])
    text = connection.execute(written).scalar_one()
    content = resource.content.model_validate_json(text)
    linked = {address for _, address in addresses_of(content)}
    own = resource.dated_by(content) if resource.dated_by else None
    known = faces_with_origins(connection, linked)
    annotate(content, known, own)
    return visible(content, row["known_from"]), View(row["known_from"], known)


def _note_origins(connection: Connection) -> None:
    """Note of each source where it is from: since then, identities know."""
    rows = connection.execute(
        select(VERSION.c.id, VERSION.c.content).where(VERSION.c.noun == "source", *LIVE)
    ).all()
    for row in rows:
        content = BY_NOUN["source"].content.model_validate_json(row.content)
        assert isinstance(content, SourceContent)  # noqa: S101
        same = (IDENTITY.c.noun == "source", IDENTITY.c.id == row.id)
        told = {"origin": content.origin, "publisher": content.publisher}
        connection.execute(update(IDENTITY).where(*same).values(**told))
