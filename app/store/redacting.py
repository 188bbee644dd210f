"""Redacting: words go from every version of a record, and from all that was made of them.

This is the one change of rows that were written before. Documents are changed as they stand, and
the rows beside them are made anew from them; where the record is there still, its next version is
the same facts with the gap. A SQLite file is written anew; of PostgreSQL, dead rows hold
the words until they are vacuumed. Older backups hold them on.
"""

import logging
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Table, delete, insert, select, update

from app.errors import Fault, InvalidBody, RecordNotFound
from app.resources import BY_NOUN
from app.resources.evidence import RecordContent
from app.resources.laying import cited, label_in, moment_rows, part_rows, quote_rows
from app.resources.redacting import Redaction, words_in
from app.resources.resource import Address, Resource
from app.store.contents import canonical, stored
from app.store.engine import Database, roll_back
from app.store.held_texts import drop, holding
from app.store.indexing import index
from app.store.searching import delete_words, purge_words
from app.store.selection import table_of
from app.store.tables import (
    CHANGE,
    IDEMPOTENCY,
    IDENTITY,
    LINK,
    MOMENT,
    QUOTE,
    REDACTION,
    REVISION,
    VERSION,
    table_for,
)
from app.store.tallying import tallied
from app.store.workspace import Workspace
from app.store.writer import Writer

Fields = dict[str, Any]

log = logging.getLogger("parley")


def redact(store: Workspace, resource: Resource[Any], identifier: str, words: Sequence[str]) -> int:
    """Remove words, or all prose where none are given, and give the revision that says so.

    Raises RecordNotFound, and InvalidBody with a pointer for words that stand nowhere in it.
    """
    connection, address = store.connection, (resource.noun, identifier)
    _check_words(connection, address, words)
    last = stored(connection, [address])[address]
    quoted = _quoted(connection, address)
    content = _without(last.content, Redaction(tuple(words), "", ""))
    label = resource.label(content)
    redaction = Redaction(tuple(words), f"/{resource.plural}/{identifier}", label)
    _Rows(connection, redaction, address).change()
    _forget_answers(connection, identifier)
    _forget_texts(connection, address, quoted, words)
    _identify(connection, resource, content, label, live=last.live)
    writer = Writer(connection, store.author, redacted={address})
    if last.live:
        writer.revise(resource, content)
    revision = writer.commit()
    told = {"revision": revision, "noun": resource.noun, "id": identifier}
    connection.execute(insert(REDACTION), told)
    if words:
        _clean_reasons(connection, redaction, address)
    return revision


def clean_files(database: Database) -> None:
    """Write the SQLite file anew and cut its log, both of which have what was there before.

    The change is made by then: where this cannot be done, for want of space, say, the log of the
    service tells.
    """
    if not database.is_sqlite:
        return
    with database.write() as connection:
        roll_back(connection)  # neither can be done in a transaction
        cursor = connection.connection.cursor()
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except _errors(connection) as error:
            log.warning("removed words may be in free pages: run VACUUM (%s)", error)
        finally:
            cursor.close()


def _errors(connection: Connection) -> type[Exception]:
    """What the driver raises."""
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    return errors


def _identify(
    connection: Connection,
    resource: Resource[Any],
    content: RecordContent,
    label: str,
    *,
    live: bool,
) -> None:
    """Change what other records show of it. All that shows the label is changed already; what
    follows from a publisher is for the writer to work out, as long as the record is there.
    """
    face: Fields = {"label": label}
    if not live:
        face["publisher"] = resource.provenance(content)[1]
    same = (IDENTITY.c.noun == resource.noun, IDENTITY.c.id == content.id)
    connection.execute(update(IDENTITY).where(*same).values(face))


def _quoted(connection: Connection, address: Address) -> set[str]:
    """The sources that any version of a record quotes."""
    own = select(VERSION.c.key).where(VERSION.c.noun == address[0], VERSION.c.id == address[1])
    found = select(LINK.c.id).where(LINK.c.noun == "source", LINK.c.key.in_(own)).distinct()
    return set(connection.execute(found).scalars())


def _forget_texts(
    connection: Connection, address: Address, quoted: set[str], words: Sequence[str]
) -> None:
    """Keep no text that has the words; where none are named, none of those that were quoted."""
    if address[0] == "source":
        drop(connection, address[1])
    for source in holding(connection, quoted, words):
        drop(connection, source)


def _clean_reasons(connection: Connection, redaction: Redaction, address: Address) -> None:
    """Take named words out of the reasons of all that was done to a record."""
    own = select(CHANGE.c.revision).where(CHANGE.c.noun == address[0], CHANGE.c.id == address[1])
    rows = select(REVISION.c.number, REVISION.c.reason).where(REVISION.c.number.in_(own))
    for number, reason in connection.execute(rows).all():
        left = redaction.cut(reason)
        if left != reason:
            cleaned = update(REVISION).where(REVISION.c.number == number).values(reason=left)
            connection.execute(cleaned)


def _check_words(connection: Connection, address: Address, words: Sequence[str]) -> None:
    same = (VERSION.c.noun == address[0], VERSION.c.id == address[1])
    found = set(connection.execute(select(VERSION.c.content).where(*same).distinct()).scalars())
    if not found:
        raise RecordNotFound(f"There is no {address[0]} with this id.")
    texts = [one for content in found for one in words_in(from_json(content))]
    faults = [
        Fault("stands in no version of the record", pointer=f"/words/{number}")
        for number, one in enumerate(words)
        if not any(one in each for each in texts)
    ]
    if faults:
        raise InvalidBody("The body is wrong. Nothing was changed.", tuple(faults))


def _without(content: RecordContent, redaction: Redaction) -> RecordContent:
    """The facts without the words, in a shape that is as valid as it was."""
    left = redaction.of(from_json(canonical(content)))
    return type(content).model_validate_json(to_json(left))


def _forget_answers(connection: Connection, identifier: str) -> None:
    """Answers that are kept to be sent again may show the record: they are forgotten."""
    named = identifier.encode()
    kept = connection.execute(select(IDEMPOTENCY)).all()
    for row in kept:
        if named in bytes(row.body):
            same = [column == getattr(row, column.name) for column in IDEMPOTENCY.primary_key]
            connection.execute(delete(IDEMPOTENCY).where(*same))


class _Rows:
    """The rows that show a record, of all revisions: its own, and of what it is linked with."""

    def __init__(self, connection: Connection, redaction: Redaction, address: Address) -> None:
        self.connection = connection
        self.redaction = redaction
        self.address = address

    def change(self) -> None:
        """Take the words out of all of them."""
        spine = self._spine()
        touched = {(noun, identifier) for _, noun, identifier, _ in spine}
        with tallied(self.connection, touched, touched):
            self._change(spine)
        purge_words(self.connection)

    def _change(self, spine: Sequence[tuple[int, str, str, str]]) -> None:
        for key, noun, identifier, content in spine:
            own = (noun, identifier) == self.address
            if own:
                facts = _without(BY_NOUN[noun].content.model_validate_json(content), self.redaction)
                same = VERSION.c.key == key
                cleaned = update(VERSION).where(same).values(content=canonical(facts))
                self.connection.execute(cleaned)
            self._row(BY_NOUN[noun], key, own)

    def _spine(self) -> list[tuple[int, str, str, str]]:
        noun, identifier = self.address
        own = select(VERSION.c.key).where(VERSION.c.noun == noun, VERSION.c.id == identifier)
        linking = select(LINK.c.key).where(LINK.c.noun == noun, LINK.c.id == identifier)
        linked = (
            select(VERSION.c.key)
            .join(LINK, (LINK.c.noun == VERSION.c.noun) & (LINK.c.id == VERSION.c.id))
            .where(LINK.c.key.in_(own))
        )
        chosen = VERSION.c.key.in_(own.union(linking, linked))
        columns = (VERSION.c.key, VERSION.c.noun, VERSION.c.id, VERSION.c.content)
        rows = self.connection.execute(select(*columns).where(chosen).order_by(VERSION.c.key))
        return [tuple(row) for row in rows]

    def _row(self, resource: Resource[Any], key: int, own: bool) -> None:
        table = table_of(resource)
        row = dict(
            self.connection.execute(select(table).where(table.c.key == key)).mappings().one()
        )
        change = self.redaction.of if own else self.redaction.elsewhere
        before = from_json(row["document"])
        document = change(before)
        if own:
            document["cite"] = cited(resource, label_in(document), document)
        if document == before:
            return
        columns = self._columns(row, document, change)
        left = {"document": to_json(document).decode()} | columns
        self.connection.execute(update(table).where(table.c.key == key).values(left))
        self._reindex(table, [row], [row | left])
        self._parts(resource, key, document)
        self._listed(resource, row, document)

    def _columns(self, row: Fields, document: Fields, change: Any) -> Fields:
        """The columns that repeat something of the document, or hold JSON made of it."""
        found: Fields = {}
        for name, value in row.items():
            if name in ("document", "id") or not isinstance(value, str):
                continue
            if isinstance(document.get(name), str):
                found[name] = document[name]
            elif name not in document and value.startswith(("{", "[")):
                lines = [change(from_json(line)) for line in value.split("\n")]
                found[name] = "\n".join(to_json(line).decode() for line in lines)
        return found

    def _parts(self, resource: Resource[Any], key: int, document: Fields) -> None:
        for part in resource.parts.values():
            self.connection.execute(delete(table_for(part)).where(table_for(part).c.key == key))
        for part, fields in part_rows(resource, document):
            self.connection.execute(insert(table_for(part)), fields | {"key": key})

    def _listed(self, resource: Resource[Any], row: Fields, document: Fields) -> None:
        """The quotes and the entries of the row, with their words, in their places."""
        label = label_in(document)
        made = {
            QUOTE: [one.columns for one in quote_rows(resource, label, document, row)],
            MOMENT: [one.columns for one in moment_rows(resource, label, document)],
        }
        for table, fields in made.items():
            same = select(table).where(table.c.key == row["key"]).order_by(table.c.position)
            there = [dict(one) for one in self.connection.execute(same).mappings()]
            for before, after in zip(there, fields, strict=True):
                if before | after != before:
                    number = table.c.number == before["number"]
                    self.connection.execute(update(table).where(number).values(after))
                    self._reindex(table, [before], [before | after])

    def _reindex(self, table: Table, before: Sequence[Fields], after: Sequence[Fields]) -> None:
        delete_words(self.connection, table, before)
        index(self.connection, table, after)
