"""The texts of sources that the operator holds, to check quotes against. They are not answered."""

from collections.abc import Collection, Mapping
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from app.resources.evidence import RecordContent
from app.resources.sources import SourceContent
from app.store.contents import stored
from app.store.tables import SOURCE_TEXT


def held(connection: Connection, sources: Collection[str]) -> Mapping[str, bytes]:
    """The texts at hand of some sources, as the bytes they were given in.

    A text counts only as long as its fingerprint is the one on record of its source.
    """
    if not sources:
        return {}
    found = select(SOURCE_TEXT).where(SOURCE_TEXT.c.source.in_(sorted(sources)))
    rows = connection.execute(found).all()
    there = stored(connection, [("source", row.source) for row in rows])
    return {
        row.source: row.text.encode()
        for row in rows
        if row.sha256 == _registered(there["source", row.source].content)
    }


def holding(connection: Connection, sources: Collection[str], words: Collection[str]) -> list[str]:
    """Those of some sources whose kept text has one of the words; without words, any text."""
    rows = connection.execute(select(SOURCE_TEXT).where(SOURCE_TEXT.c.source.in_(sorted(sources))))
    return [row.source for row in rows if not words or any(one in row.text for one in words)]


def hold(connection: Connection, source: str, raw: bytes) -> None:
    """Keep the text of a source in place of the one that was kept. It must be UTF-8."""
    drop(connection, source)
    row = {"source": source, "sha256": sha256(raw).hexdigest(), "text": raw.decode()}
    connection.execute(insert(SOURCE_TEXT), row)


def drop(connection: Connection, source: str) -> None:
    """Keep the text of a source no longer."""
    connection.execute(delete(SOURCE_TEXT).where(SOURCE_TEXT.c.source == source))


def _registered(source: RecordContent) -> str | None:
    """The fingerprint on record of a source's text."""
    text = source.text if isinstance(source, SourceContent) else None
    return text.sha256 if text else None
