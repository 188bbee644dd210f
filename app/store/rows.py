"""The rows of one revision: what is closed, what is inserted, under keys that only grow."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, update

from app.resources import BY_NOUN
from app.resources.rendering import Rendition
from app.resources.resource import Address, Face, Resource
from app.store.contents import faces
from app.store.drafts import Draft
from app.store.inserting import insert_sheet
from app.store.selection import table_of
from app.store.sheets import Counts, Laying
from app.store.tables import IDENTITY, MOMENT, QUOTE, VERSION
from app.store.tallying import tallied

Fields = dict[str, Any]


class Rows:
    """Collects the new rows of every table and writes them in the order the links between them
    need: identities, versions, then all that hangs on a version.
    """

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self.replaced: list[Address] = []
        self.laying = Laying(
            revision, newest_counts(connection), sqlite=connection.dialect.name == "sqlite"
        )

    def add(self, resource: Resource[Any], draft: Draft, made: list[Rendition]) -> None:
        """Add the rows of a record; of one whose own facts are not new, if it reads differently."""
        address = (resource.noun, draft.content.id)
        if not draft.changed and self._reads_the_same(resource, address[1], made):
            return
        self.replaced.append(address)
        self.laying.add(resource, draft, made)

    def write(self, known: Mapping[Address, Face], retracted: Iterable[Address]) -> None:
        """Close what is replaced or retracted, and insert what was added."""
        written = {address: known[address] for address in self.replaced}
        there = faces(self.connection, written)
        closed = [*there, *retracted]
        with tallied(self.connection, closed, self.replaced):
            self._close(closed)
            self._identify(written, there)
            insert_sheet(self.connection, self.laying.taken())

    def _reads_the_same(
        self, resource: Resource[Any], identifier: str, made: list[Rendition]
    ) -> bool:
        """Whether the rows of a record are those that are there, columns beside the document
        included: what a source reprints counts in columns alone.
        """
        table = table_of(resource)
        names = sorted({name for item in made for name in item.columns})
        rows = self.connection.execute(
            select(table.c.known_from, table.c.known_until, table.c.document)
            .add_columns(*(table.c[name] for name in names))
            .where(table.c.id == identifier, table.c.recorded_until.is_(None))
            .order_by(table.c.key)
        )
        fresh = [
            (item.known_from, item.known_until, item.document, *map(item.columns.get, names))
            for item in made
        ]
        return [tuple(row) for row in rows] == fresh

    def _close(self, addresses: Iterable[Address]) -> None:
        """Close the open rows of records that are there; a new one has none, and takes no time."""
        nouns: dict[str, list[Fields]] = {}
        for noun, identifier in addresses:
            nouns.setdefault(noun, []).append({"closed": identifier})
        closed: BindParameter[str] = bindparam("closed")
        for noun, ids in nouns.items():
            rows = table_of(BY_NOUN[noun])
            here = {
                VERSION: (VERSION.c.noun == noun, VERSION.c.id == closed),
                QUOTE: (QUOTE.c.noun == noun, QUOTE.c.record == closed),
                MOMENT: (MOMENT.c.noun == noun, MOMENT.c.record == closed),
                rows: (rows.c.id == closed,),
            }
            for table, same in here.items():
                closing = update(table).where(*same, table.c.recorded_until.is_(None))
                self.connection.execute(closing.values(recorded_until=self.revision), ids)

    def _identify(self, written: Mapping[Address, Face], there: Mapping[Address, Face]) -> None:
        """Give out the new ids, and keep the faces of all that was written."""
        fresh = [
            {"noun": noun, "id": identifier, "merged_into": None} | asdict(face)
            for (noun, identifier), face in written.items()
            if (noun, identifier) not in there
        ]
        if fresh:
            self.connection.execute(insert(IDENTITY), fresh)
        for (noun, identifier), before in there.items():
            face = written[noun, identifier]
            if before != face:
                same = (IDENTITY.c.noun == noun, IDENTITY.c.id == identifier)
                self.connection.execute(update(IDENTITY).where(*same).values(**asdict(face)))


def newest_counts(connection: Connection) -> Counts:
    """The last keys that the store has given out."""
    newest = (func.max(VERSION.c.key), func.max(QUOTE.c.number), func.max(MOMENT.c.number))
    return Counts(*(connection.execute(select(one)).scalar() or 0 for one in newest))
