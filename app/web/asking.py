"""A request for something that comes in several formats: what it asks, and in which form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import Request
from pydantic_core import from_json

from app.formats import serving
from app.formats.base import About, Document, Format
from app.resources.entries import Entry
from app.resources.queries import RevisionFormatQuery
from app.resources.resource import Subject
from app.store.history import instants
from app.store.pins import Pin
from app.store.reader import Snapshot, snapshot
from app.web.accept import asked_format, choose_coding
from app.web.conditional import Validators, digest
from app.web.questions import Question, settle
from app.web.service import Service, service_of
from app.web.sparse import check_fields, check_whole, has_place


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, as far as it is the same for lists, records and views."""

    request: Request
    service: Service
    subject: Subject
    question: Question
    form: Format
    coding: str | None
    fields: tuple[str, ...]
    # What the record is called that the path names before the list.
    inside: str = ""

    @property
    def path(self) -> str:
        """The path that was asked for, as links spell it."""
        return quote(self.request.scope["path"])

    @property
    def base(self) -> str:
        """The absolute address of the path."""
        return self.service.public_url + self.path

    @property
    def address(self) -> str:
        """The path and the query in one spelling: what a cursor is bound to."""
        return self.question.canonical(self.path)

    @property
    def title(self) -> str:
        """What the answer is called: the list, and what it was narrowed down to."""
        narrowed = [
            value if isinstance(value, str) else ", ".join(value)
            for name, value in self.question.parameters.items()
            if name in getattr(self.subject, "filters", {})
        ]
        inside = [self.inside] if self.inside else []
        return ": ".join([self.subject.title or self.path, *inside, *narrowed])

    @property
    def private(self) -> bool:
        """Whether the answer may be kept by this client alone."""
        return "authorization" in self.request.headers

    def formats(self) -> list[Format]:
        """Every format that this very question could be asked for in."""
        asked = set(self.question.parameters)
        return [form for form in serving(self.subject.traits) if has_place(form, asked)]

    def validators(self, look: Snapshot, pin: Pin) -> Validators:
        """What tells this state of the answer from others."""
        # With paging and format as they were asked for: the link to the next page repeats them.
        asked = sorted(self.question.parameters.items())
        state: tuple[object, ...] = (
            pin.revision,
            self.base,
            asked,
            self.form.name,
            self.coding,
        )
        redacted = 0 if pin.newest else look.redacted()
        if redacted > pin.revision:  # a past stays as it was, but for redactions
            state = (*state, redacted)
        modified = None if self.question.moves else look.modified(pin)
        return Validators(digest(*state), modified, self.question.is_settled(pin.newest))

    def pin_fields(self, pin: Pin) -> dict[str, Any]:
        """The pin as answers show it."""
        judges = getattr(self.subject, "judge", None) is not None
        at = (self.question.days["at"] or pin.known_at) if judges else None
        return {"revision": pin.revision, "known_at": pin.known_at, "at": at}

    def document(
        self,
        look: Snapshot,
        pin: Pin,
        items: Sequence[bytes],
        envelope: dict[str, Any] | None = None,
    ) -> Document:
        """The answer before it has a format."""
        about = About(
            title=self.title,
            address=self.question.self(self.base),
            identity=self.question.canonical(self.base).rstrip("?"),
            public_url=self.service.public_url,
            updated=instants(look.connection, {pin.revision}).get(pin.revision, NO_CHANGE_YET),
            following=envelope["next"] if envelope else None,
            contact=self.service.contact,
            license=self.service.license,
        )
        subject = self.subject
        return Document(
            noun=subject.noun,
            shape=subject.out,
            items=items,
            about=about,
            envelope=envelope,
            fields=self.fields,
            entries=partial(self._entries, look),
            flat=subject.flat,
        )

    def entries_of_piece(self, items: Sequence[bytes]) -> list[Entry]:
        """Items in small, where they are made long after their question was looked at."""
        with snapshot(self.service.database) as look:
            return self._entries(look, items)

    def _entries(self, look: Snapshot, items: Sequence[bytes]) -> list[Entry]:
        """Items in small, each with the instant of the revision that wrote it."""
        make = self.subject.entry
        if make is None:
            return []
        found = [make(from_json(item)) for item in items]
        moments = instants(look.connection, {entry.revision for entry in found})
        return [replace(entry, updated=moments[entry.revision]) for entry in found]


# What a store without any revision was last changed at.
NO_CHANGE_YET = "1970-01-01T00:00:00Z"


def asked(request: Request, subject: Subject, query: RevisionFormatQuery) -> Ask:
    """Read a request. Raises InvalidParameter and NotAcceptable."""
    service = service_of(request)
    offered = serving(subject.traits)
    form = asked_format(offered, query.format, ",".join(request.headers.getlist("accept")))
    coding = choose_coding(",".join(request.headers.getlist("accept-encoding")))
    question = settle(query, service.clock())
    if form.newest_first:
        question = question.newest_first(type(query))
    fields = check_fields(subject.out, getattr(query, "fields", None))
    check_whole(form, fields)
    return Ask(request, service, subject, question, form, coding, fields)
