"""Reading: one record, or one page of them, as they were at a pin."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from sqlalchemy import Connection, func, select

from app.errors import Merged, NotYetKnown, NotYetRecorded, RecordNotFound, Retracted
from app.resources.resource import Derived, Listing, Resource
from app.store.engine import Database
from app.store.pins import Pin, newest_revision, resolve
from app.store.selection import (
    Selection,
    conditions,
    facet,
    sort_columns,
    statement,
)
from app.store.tables import IDENTITY, REDACTION, REVISION, VERSION
from app.store.tallying import most_frequent, scope_of, whole_number
from app.store.word_pages import course_for, words_page

# Values of a facet; who wants more filters first.
MOST_VALUES = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A stored document, and the fields that depend on the day the answer judges by."""

    document: str
    judged: Derived | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records in order, and the sort values of the last where more follow."""

    items: tuple[Found, ...]
    last: tuple[Any, ...] | None


class Snapshot:
    """One consistent look at the store: every answer from it is of the same moment."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def revision(self) -> int:
        """The newest revision in this snapshot."""
        return newest_revision(self.connection)

    def pin(self, as_of: int | datetime | None, known_at: date | None) -> Pin:
        """The pin that a request asks for. Raises InvalidParameter."""
        return resolve(self.connection, as_of, known_at)

    def revision_at(self, point: int | datetime, parameter: str) -> int:
        """A revision by its number, or the newest one at an instant. Raises InvalidParameter."""
        return resolve(self.connection, point, None, parameter).revision

    def redacted(self) -> int:
        """The newest revision that removed words for good, from answers of the past as well."""
        return self.connection.execute(select(func.max(REDACTION.c.revision))).scalar() or 0

    def page(self, listing: Listing, pin: Pin, selection: Selection) -> Page:
        """One page of a noun at a pin, in one statement; in two where words are walked along."""
        rows = self._rows(listing, pin, selection)
        shown = rows[: selection.limit]
        names = [name for name, _ in sort_columns(listing, selection.order)]
        more = len(rows) > selection.limit
        return Page(
            tuple(_found(listing, row, selection.at, pin) for row in shown),
            tuple(shown[-1][name] for name in names) if more else None,
        )

    def _rows(
        self, listing: Listing, pin: Pin, selection: Selection
    ) -> Sequence[Mapping[Any, Any]]:
        course = course_for(self.connection, listing, selection)
        if course is not None:
            return words_page(self.connection, listing, pin, selection, course)
        return self.connection.execute(statement(listing, pin, selection)).mappings().all()

    def count(self, listing: Listing, pin: Pin, selection: Selection) -> int:
        """How many records the selection has on all its pages."""
        scope = scope_of(listing, pin, selection)
        if scope is not None:
            told = {"noun": listing.noun, "scope": scope}
            return self.connection.execute(whole_number(), told).scalar() or 0
        found = select(func.count()).where(*conditions(listing, pin, selection))
        return self.connection.execute(found).scalar_one()

    def facet(
        self, listing: Listing, pin: Pin, selection: Selection, name: str
    ) -> list[tuple[str, int]]:
        """The most frequent values of a filter in a selection, with their counts."""
        scope = scope_of(listing, pin, selection)
        if scope is None:
            rows = self.connection.execute(facet(listing, pin, selection, name, MOST_VALUES))
        else:
            told = {"noun": listing.noun, "scope": scope, "facet": name}
            rows = self.connection.execute(most_frequent(MOST_VALUES), told)
        return [(value, number) for value, number in rows]

    def linked(self, resource: Resource[Any], ids: Sequence[str], pin: Pin) -> list[Found]:
        """The records with these ids that are there at the pin, by id."""
        wanted = Selection(order="id", limit=max(len(ids), 1), ids=tuple(ids))
        return list(self.page(resource, pin, wanted).items) if ids else []

    def modified(self, pin: Pin) -> datetime | None:
        """The second in which the revision of the pin was recorded.

        None where the one before it was recorded in the same second: HTTP dates cannot tell them
        apart.
        """
        found = (
            select(REVISION.c.recorded_at)
            .where(REVISION.c.number.in_((pin.revision - 1, pin.revision)))
            .order_by(REVISION.c.number.desc())
        )
        seconds = [
            datetime.fromisoformat(text).replace(microsecond=0)
            for text in self.connection.execute(found).scalars()
        ]
        return seconds[0] if seconds and seconds[0] not in seconds[1:] else None

    def get(
        self, resource: Resource[Any], identifier: str, pin: Pin, at: date | None = None
    ) -> Found:
        """One record at a pin.

        Raises RecordNotFound, Retracted, Merged, NotYetKnown or NotYetRecorded.
        """
        one = Selection(order="id", limit=1, ids=(identifier,), at=at)
        page = self.page(resource, pin, one)
        if not page.items:
            self.refuse(resource, identifier, pin)
        return page.items[0]

    def refuse(self, resource: Resource[Any], identifier: str, pin: Pin) -> NoReturn:
        """Raise what says why a record is not there at the pin."""
        self._explain(resource, identifier, pin)
        raise RecordNotFound(f"There is no {resource.noun} with this id.")

    def _explain(self, resource: Resource[Any], identifier: str, pin: Pin) -> None:
        """Say why a record is not there at the pin, where it was ever given out."""
        known = select(IDENTITY.c.merged_into).where(
            IDENTITY.c.noun == resource.noun, IDENTITY.c.id == identifier
        )
        identity = self.connection.execute(known).first()
        if identity is None:
            return
        if identity.merged_into is not None:
            raise Merged(f"This {resource.noun} was merged.", identity.merged_into)
        self._explain_time(resource, identifier, pin)

    def _explain_time(self, resource: Resource[Any], identifier: str, pin: Pin) -> None:
        seen = (
            select(VERSION.c.recorded_until, REVISION.c.reason)
            .outerjoin(REVISION, REVISION.c.number == VERSION.c.recorded_until)
            .where(
                VERSION.c.noun == resource.noun,
                VERSION.c.id == identifier,
                VERSION.c.recorded_from <= pin.revision,
            )
            .order_by(VERSION.c.recorded_from.desc(), VERSION.c.key.desc())
        )
        last = self.connection.execute(seen).first()
        if last is None:
            raise NotYetRecorded(f"This {resource.noun} was not recorded yet at this revision.")
        if last.recorded_until is not None and last.recorded_until <= pin.revision:
            raise Retracted(f"This {resource.noun} was retracted: {last.reason}")
        raise NotYetKnown(f"This {resource.noun} was not known yet on this day.")


def _found(listing: Listing, row: Mapping[Any, Any], at: date | None, pin: Pin) -> Found:
    if listing.judge is None:
        return Found(row["document"])
    day = at or pin.known_at or row["horizon"]
    return Found(row["document"], listing.judge(dict(row), day))


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """Open a snapshot for the length of the block."""
    with database.read() as connection:
        yield Snapshot(connection)
