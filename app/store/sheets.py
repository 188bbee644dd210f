"""The rows of one revision as tuples, table by table, under keys that count from a start."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Table

from app.resources.laying import MomentRow, QuoteRow
from app.resources.rendering import Rendition
from app.resources.resource import Resource
from app.resources.wording import Texts
from app.store.contents import canonical
from app.store.drafts import Draft
from app.store.searching import WordLine, word_line, words_table
from app.store.selection import table_of
from app.store.tables import INVOLVED, LINK, MOMENT, QUOTE, SPEAKER, VERSION, table_for

Fields = dict[str, Any]
# The values of a row, in the order of the columns of its table.
Line = tuple[Any, ...]

DATING: Final = ("undated", "earliest", "latest")


@dataclass(slots=True)
class Counts:
    """The last keys that were given out: of versions, of quotes and of entries."""

    version: int = 0
    quote: int = 0
    moment: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.version + other.version, self.quote + other.quote, self.moment + other.moment
        )


@dataclass(slots=True)
class Sheet:
    """Rows to insert, by their table, in the order that the links between them need."""

    rows: dict[Table, list[Line]] = field(default_factory=dict)
    words: dict[str, list[WordLine]] = field(default_factory=dict)


class Laying:
    """Lays records out as rows for one of the two databases, after the keys in ``counts``."""

    def __init__(self, revision: int, counts: Counts, *, sqlite: bool) -> None:
        self.revision = revision
        self.counts = counts
        self.sqlite = sqlite
        self.sheet = Sheet({VERSION: []})

    def taken(self) -> Sheet:
        """The rows laid out since it was last asked."""
        taken, self.sheet = self.sheet, Sheet({VERSION: []})
        return taken

    def add(self, resource: Resource[Any], draft: Draft, made: list[Rendition]) -> None:
        """Add the rows of a record."""
        content = canonical(draft.content)
        for rendition in made:
            self._add_rendition(resource, draft, rendition, content)

    def _add_rendition(
        self, resource: Resource[Any], draft: Draft, made: Rendition, content: str
    ) -> None:
        self.counts.version += 1
        key = self.counts.version
        columns = self._plain(made.columns)
        times = {
            "key": key,
            "id": draft.content.id,
            "revision": draft.stamp.revision,
            "recorded_from": self.revision,
            "recorded_until": None,
            **self._plain({"known_from": made.known_from, "known_until": made.known_until}),
        }
        dated = times | {name: columns[name] for name in DATING}
        spine = {"noun": resource.noun, "number": draft.stamp.version, "content": content}
        owned = dated | {"negotiation": _owner(resource, draft, made)}
        self._insert(VERSION, owned | spine)
        self._insert(table_of(resource), {**times, **columns, "document": made.document})
        self._rows(LINK).extend((key, *link) for link in made.links)
        for part, fields in made.parts:
            self._insert(table_for(part), {**self._plain(fields), "key": key})
        self._index(table_of(resource), owned, made.texts)
        for quote in made.quotes:
            self._add_quote(dated, quote)
        for moment in made.moments:
            self._add_moment(times, moment)

    def _add_quote(self, dated: Fields, quote: QuoteRow) -> None:
        self.counts.quote += 1
        number = self.counts.quote
        # A quote is dated as its record is, in all but its id.
        own = {**quote.columns, **dated, "id": quote.columns["id"], "number": number}
        self._insert(QUOTE, own)
        self._index(QUOTE, own, quote.texts)
        place = (dated["key"], quote.columns["position"])
        self._rows(SPEAKER).extend((*place, speaker) for speaker in quote.speakers)

    def _add_moment(self, times: Fields, moment: MomentRow) -> None:
        self.counts.moment += 1
        number = self.counts.moment
        columns = self._plain(moment.columns)
        own = {**times, **columns, "number": number}
        self._insert(MOMENT, own)
        self._index(MOMENT, own, moment.texts)
        place = (times["key"], columns["position"])
        self._rows(INVOLVED).extend((*place, participant) for participant in moment.involved)

    def _plain(self, fields: Fields) -> Fields:
        """The values as the driver takes them: SQLite has no type for days."""
        if not self.sqlite:
            return fields
        days = {name: day.isoformat() for name, day in fields.items() if type(day) is date}
        return {**fields, **days}

    def _index(self, table: Table, row: Fields, texts: Texts) -> None:
        line = word_line(table, row, texts, sqlite=self.sqlite)
        self.sheet.words.setdefault(words_table(table), []).append(line)

    def _rows(self, table: Table) -> list[Line]:
        return self.sheet.rows.setdefault(table, [])

    def _insert(self, table: Table, fields: Fields) -> None:
        self._rows(table).append(_in_order(table)(fields))


@lru_cache(maxsize=64)
def _in_order(table: Table) -> "itemgetter[Any]":
    """Gives the values of a row in the order of the columns."""
    return itemgetter(*table.columns.keys())


def _owner(resource: Resource[Any], draft: Draft, made: Rendition) -> str | None:
    """The negotiation that a record belongs to; a negotiation belongs to itself."""
    if resource.noun == "negotiation":
        return draft.content.id
    found: str | None = made.columns.get("negotiation")
    return found
