"""The rows of one revision: what is closed, what is inserted, under keys that only grow."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)

from app.resources import BY_NOUN
from app.resources.rendering import Rendition
from app.resources.resource import Address, Face, Resource
from app.resources.wording import Texts, texts_of
from app.store.contents import canonical, faces
from app.store.drafts import Draft
from app.store.searching import words_table, write_words
from app.store.selection import table_of
from app.store.tables import (
    IDENTITY,
    INVOLVED,
    LINK,
    MOMENT,
    QUOTE,
    SPEAKER,
    VERSION,
    table_for,
)

Fields = dict[str, Any]


class Rows:
    """Collects the new rows of every table and writes them in the order the links between them
    need: identities, versions, then all that hangs on a version.
    """

    def __init__(self, connection: Connection, revision: int) -> None:
        self.connection = connection
        self.revision = revision
        self.key = self._newest(VERSION.c.key)
        self.numbers = {table: self._newest(table.c.number) for table in (QUOTE, MOMENT)}
        self.words: dict[str, list[tuple[int, Texts]]] = {}
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
        written = {address: known[address] for address in self.replaced}
        there = faces(self.connection, written)
        self._close([*there, *retracted])
        self._identify(written, there)
        for table, rows in self.tables.items():
            if rows:
                self.connection.execute(insert(table), rows)
        for name, texts in self.words.items():
            write_words(self.connection, name, texts)

    def _newest(self, column: ColumnElement[int]) -> int:
        return self.connection.execute(select(func.max(column))).scalar() or 0

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
            "negotiation": _owner(resource, draft, made),
        }
        spine |= {name: made.columns[name] for name in ("undated", "earliest", "latest")}
        self._insert(VERSION, times | spine)
        self._insert(table_of(resource), times | made.columns | {"document": made.document})
        for role, noun, identifier in made.links:
            link = {"key": self.key, "role": role, "noun": noun, "id": identifier}
            self._insert(LINK, link)
        for part, fields in made.parts:
            self._insert(table_for(part), fields | {"key": self.key})
        self._index(table_of(resource), self.key, made.document)
        for quote in made.quotes:
            place = self._add_listed(QUOTE, times | quote.columns)
            for speaker in quote.speakers:
                self._insert(SPEAKER, place | {"participant": speaker})
        for moment in made.moments:
            place = self._add_listed(MOMENT, times | moment.columns)
            for participant in moment.involved:
                self._insert(INVOLVED, place | {"participant": participant})

    def _add_listed(self, table: Table, fields: Fields) -> Fields:
        """Add a row that is listed beside its record, and give the key of what hangs on it."""
        self.numbers[table] += 1
        number = self.numbers[table]
        self._insert(table, fields | {"number": number})
        self._index(table, number, fields["document"])
        return {"key": fields["key"], "position": fields["position"]}

    def _index(self, table: Table, number: int, document: str) -> None:
        texts = texts_of(from_json(document))
        self.words.setdefault(words_table(table), []).append((number, texts))

    def _insert(self, table: Table, fields: Fields) -> None:
        self.tables.setdefault(table, []).append(fields)

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


def _owner(resource: Resource[Any], draft: Draft, made: Rendition) -> str | None:
    """The negotiation that a record belongs to; a negotiation belongs to itself."""
    if resource.noun == "negotiation":
        return draft.content.id
    found: str | None = made.columns.get("negotiation")
    return found
