"""The rows of one revision: what is closed, what is inserted, under keys that only grow."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from app.resources import BY_NOUN
from app.resources.rendering import Rendition
from app.resources.resource import Address, Face, Resource
from app.store.contents import canonical, faces
from app.store.drafts import Draft
from app.store.selection import table_of
from app.store.tables import IDENTITY, LINK, QUOTE, SPEAKER, VERSION, table_for

Fields = dict[str, Any]


class Rows:
    """Collects the new rows of every table and writes them in the order the links between them
    need: identities, versions, then all that hangs on a version.
    """

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        newest = connection.execute(select(func.max(VERSION.c.key))).scalar()
        self.key: int = newest or 0
        self.replaced: list[Address] = []
        self.tables: dict[Table, list[Fields]] = {VERSION: []}

    def add(self, resource: Resource[Any], draft: Draft, made: list[Rendition]) -> None:
        """Add the rows of a record; of one whose own facts are not new, if it reads differently."""
        address = (resource.noun, draft.content.id)
        if not draft.changed and self._reads_the_same(resource, address[1], made):
            return
        self.replaced.append(address)
        for rendition in made:
            self._add_rendition(resource, draft, rendition)

    def write(self, known: Mapping[Address, Face], retracted: Iterable[Address]) -> None:
        """Close what is replaced or retracted, and insert what was added."""
        for address in [*self.replaced, *retracted]:
            self._close(address)
        self._identify(known)
        for table, rows in self.tables.items():
            if rows:
                self.connection.execute(insert(table), rows)

    def _reads_the_same(
        self, resource: Resource[Any], identifier: str, made: list[Rendition]
    ) -> bool:
        table = table_of(resource)
        rows = self.connection.execute(
            select(table.c.known_from, table.c.known_until, table.c.document)
            .where(table.c.id == identifier, table.c.recorded_until.is_(None))
            .order_by(table.c.key)
        )
        fresh = [(item.known_from, item.known_until, item.document) for item in made]
        return [tuple(row) for row in rows] == fresh

    def _add_rendition(self, resource: Resource[Any], draft: Draft, made: Rendition) -> None:
        self.key += 1
        times = {
            "key": self.key,
            "id": draft.content.id,
            "revision": draft.stamp.revision,
            "recorded_from": self.revision,
            "recorded_until": None,
            "known_from": made.known_from,
            "known_until": made.known_until,
        }
        spine = {
            "noun": resource.noun,
            "number": draft.stamp.version,
            "content": canonical(draft.content),
        }
        self._insert(VERSION, times | spine)
        self._insert(table_of(resource), times | made.columns | {"document": made.document})
        for role, noun, identifier in made.links:
            link = {"key": self.key, "role": role, "noun": noun, "id": identifier}
            self._insert(LINK, link)
        for part, fields in made.parts:
            self._insert(table_for(part), fields | {"key": self.key})
        for quote in made.quotes:
            self._insert(QUOTE, times | quote.columns)
            place = {"key": self.key, "position": quote.columns["position"]}
            for speaker in quote.speakers:
                self._insert(SPEAKER, place | {"participant": speaker})

    def _insert(self, table: Table, fields: Fields) -> None:
        self.tables.setdefault(table, []).append(fields)

    def _close(self, address: Address) -> None:
        noun, identifier = address
        rows = table_of(BY_NOUN[noun])
        here = {
            VERSION: (VERSION.c.noun == noun, VERSION.c.id == identifier),
            QUOTE: (QUOTE.c.noun == noun, QUOTE.c.record == identifier),
            rows: (rows.c.id == identifier,),
        }
        for table, same in here.items():
            closing = update(table).where(*same, table.c.recorded_until.is_(None))
            self.connection.execute(closing.values(recorded_until=self.revision))

    def _identify(self, known: Mapping[Address, Face]) -> None:
        """Give out the new ids, and keep the faces of all that was written."""
        written = {address: known[address] for address in self.replaced}
        there = faces(self.connection, written)
        for (noun, identifier), face in written.items():
            fields = {"label": face.label, "known_from": face.known_from}
            if (noun, identifier) not in there:
                fresh = {"noun": noun, "id": identifier, "merged_into": None}
                self.connection.execute(insert(IDENTITY), fresh | fields)
            elif there[noun, identifier] != face:
                table = IDENTITY
                same = (table.c.noun == noun, table.c.id == identifier)
                self.connection.execute(update(table).where(*same).values(**fields))
