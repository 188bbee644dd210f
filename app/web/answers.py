"""Answers: one record, or a list of them, at a pin, in the format that was asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import Request
from pydantic_core import from_json
from starlette.responses import Response, StreamingResponse

from app.formats import FORMATS
from app.formats.base import Document, Format
from app.resources.queries import ListQuery, RecordQuery
from app.resources.resource import Listing, Resource
from app.store.pins import Pin
from app.store.reader import Found, Snapshot, snapshot
from app.store.selection import Selection
from app.web.accept import asked_format, choose_coding
from app.web.coding import SMALLEST, compressed, compressed_stream
from app.web.conditional import Validators, digest
from app.web.cursors import Cursor, seal, unseal
from app.web.questions import Question, select, settle
from app.web.service import Service, service_of
from app.web.sparse import check_fields, check_form, check_include, cut, document_of, included

# Records in one piece of a stream: enough to be fast, few enough to be flat in memory.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, as far as it is the same for lists and records."""

    request: Request
    service: Service
    listing: Listing
    question: Question
    form: Format
    coding: str | None
    fields: tuple[str, ...]

    @property
    def path(self) -> str:
        """The path that was asked for, as links spell it."""
        return quote(self.request.scope["path"])

    @property
    def address(self) -> str:
        """The path and the query in one spelling: what a cursor is bound to."""
        return self.question.canonical(self.path)

    def validators(self, look: Snapshot, pin: Pin) -> Validators:
        """What tells this state of the answer from others."""
        # With paging and format as they were asked for: the link to the next page repeats them.
        asked = sorted(self.question.parameters.items())
        base = self.service.public_url + self.path
        state = (pin.revision, base, asked, self.form.name, self.coding)
        modified = None if self.question.moves else look.modified(pin)
        return Validators(digest(*state), modified, self.question.is_settled(pin.newest))


def _ask(request: Request, listing: Listing, query: RecordQuery) -> Ask:
    service = service_of(request)
    form = asked_format(FORMATS, query.format, ",".join(request.headers.getlist("accept")))
    coding = choose_coding(",".join(request.headers.getlist("accept-encoding")))
    question = settle(query, service.clock())
    return Ask(
        request, service, listing, question, form, coding, check_fields(listing, query.fields)
    )


def page(
    request: Request,
    listing: Listing,
    query: ListQuery,
    *,
    upcoming: bool = False,
    parent: tuple[Resource[Any], str] | None = None,
    fixed: Mapping[str, tuple[str, ...]] | None = None,
) -> Response:
    """A list: one page of it, or all of it where the format streams and no limit is set.

    ``parent`` is a record that the path names and that must be there; ``fixed`` holds filters
    that the path sets.
    """
    ask = _ask(request, listing, query)
    include = check_include(listing, query.include)
    check_form(ask.form, include)
    cursor = unseal(query.cursor, ask.address, ask.service.cursor_key) if query.cursor else None
    with snapshot(ask.service.database) as look:
        as_of = cursor.revision if cursor else ask.question.as_of
        pin = look.pin(as_of, ask.question.days["known_at"])
        if parent is not None:
            look.get(*parent, pin)
        validators = ask.validators(look, pin)
        if validators.held_by(request.headers):
            return _not_modified(ask, validators)
        selection = select(listing, query, ask.question, cursor.after if cursor else None)
        filters = {**selection.filters, **(fixed or {})}
        since = ask.question.changed_since
        selection = replace(
            selection,
            upcoming=upcoming,
            filters=filters,
            changed_since=None if since is None else look.revision_at(since, "changed_since"),
        )
        total = look.count(listing, pin, selection) if query.count else None
        if ask.form.streams and not {"limit", "cursor"} & query.model_fields_set:
            answer = _stream(ask, pin, selection, validators)
        else:
            answer = _page(ask, look, pin, selection, validators, include, total)
    if total is not None:  # every format has it in a header, so a stream can be checked, too
        answer.headers["Parley-Total"] = str(total)
    return answer


def one(request: Request, resource: Resource[Any], identifier: str, query: RecordQuery) -> Response:
    """One record."""
    ask = _ask(request, resource, query)
    with snapshot(ask.service.database) as look:
        pin = look.pin(ask.question.as_of, ask.question.days["known_at"])
        validators = ask.validators(look, pin)
        found = look.get(resource, identifier, pin, ask.question.days["at"])
    version: int = from_json(found.document)["version"]
    if validators.held_by(request.headers):
        return _not_modified(ask, validators, version)
    document = Document(resource.out, [_bytes(ask, found)], None, ask.fields)
    body = ask.form.render(document)
    return _respond(ask, body, _pin_fields(ask, pin), validators, version=version)


def _page(
    ask: Ask,
    look: Snapshot,
    pin: Pin,
    selection: Selection,
    validators: Validators,
    include: tuple[str, ...],
    total: int | None,
) -> Response:
    found = look.page(ask.listing, pin, selection)
    whole = [document_of(item, ask.service.public_url) for item in found.items]
    envelope = _envelope(ask, pin, found.last)
    if total is not None:
        envelope["total"] = total
    if include:
        envelope["included"] = included(look, whole, include, pin, ask.service.public_url)
    items = [cut(item, ask.fields) for item in whole] if ask.fields else whole
    body = ask.form.render(Document(ask.listing.out, items, envelope, ask.fields))
    return _respond(ask, body, envelope["pin"], validators, following=envelope["next"])


def _envelope(ask: Ask, pin: Pin, last: tuple[Any, ...] | None) -> dict[str, Any]:
    cursor = link = None
    if last is not None:
        cursor = seal(Cursor(pin.revision, last), ask.address, ask.service.cursor_key)
        link = ask.question.link(ask.service.public_url + ask.path, cursor)
    return {"next": link, "next_cursor": cursor, "pin": _pin_fields(ask, pin)}


def _stream(ask: Ask, pin: Pin, selection: Selection, validators: Validators) -> Response:
    """All of a list, in pieces. Each is read on its own at the revision of the first, so the whole
    is one snapshot and no transaction waits for a slow reader. A transfer that breaks off lacks
    the last chunk of its framing, so the client can tell.
    """
    document = Document(ask.listing.out, (), None, ask.fields)
    pieces = ask.form.stream(document, _chunks(ask, replace(pin, newest=False), selection))
    coded = compressed_stream(pieces) if ask.coding else pieces
    headers = _headers(ask, _pin_fields(ask, pin), validators, None, None)
    if ask.coding:
        headers["Content-Encoding"] = ask.coding
    if ask.request.scope.get("head"):  # what a HEAD request would be sent is not worth reading
        coded = iter(())
    return StreamingResponse(coded, headers=headers, media_type=ask.form.media_type)


def _chunks(ask: Ask, pin: Pin, selection: Selection) -> Iterator[list[bytes]]:
    after = selection.after
    while True:
        with snapshot(ask.service.database) as look:
            chunk = replace(selection, limit=CHUNK, after=after)
            found = look.page(ask.listing, pin, chunk)
        yield [_bytes(ask, item) for item in found.items]
        if found.last is None:
            return
        after = found.last


def _bytes(ask: Ask, found: Found) -> bytes:
    document = document_of(found, ask.service.public_url)
    return cut(document, ask.fields) if ask.fields else document


def _pin_fields(ask: Ask, pin: Pin) -> dict[str, Any]:
    at = (ask.question.days["at"] or pin.known_at) if ask.listing.judge else None
    return {"revision": pin.revision, "known_at": pin.known_at, "at": at}


def _not_modified(ask: Ask, validators: Validators, version: int | None = None) -> Response:
    private = "authorization" in ask.request.headers
    return Response(None, 304, validators.headers(version, ask.service.max_age, private))


def _respond(
    ask: Ask,
    body: bytes,
    pin: dict[str, Any],
    validators: Validators,
    *,
    version: int | None = None,
    following: str | None = None,
) -> Response:
    headers = _headers(ask, pin, validators, version, following)
    if ask.coding and len(body) >= SMALLEST:
        headers["Content-Encoding"] = ask.coding
        body = compressed(body)
    return Response(body, headers=headers, media_type=ask.form.media_type)


def _headers(
    ask: Ask,
    pin: dict[str, Any],
    validators: Validators,
    version: int | None,
    following: str | None,
) -> dict[str, str]:
    private = "authorization" in ask.request.headers
    headers = validators.headers(version, ask.service.max_age, private)
    for name, value in pin.items():
        if value is not None:
            headers[f"Parley-{name.replace('_', '-').title()}"] = str(value)
    headers["Link"] = ", ".join(_links(ask, following))
    if ask.form.name == "csv":
        name = ask.path.strip("/").replace("/", "-")
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return headers


def _links(ask: Ask, following: str | None) -> Iterator[str]:
    """The next page, and the same answer in the other formats (RFC 8288)."""
    if following:
        yield f'<{following}>; rel="next"'
    for form in FORMATS:
        if form.name != ask.form.name:
            link = ask.question.alternate(ask.service.public_url + ask.path, form.name)
            yield f'<{link}>; rel="alternate"; type="{form.media_type}"'
