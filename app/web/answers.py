"""Answers: one record, or a page of them, as JSON with the pin that they hold for."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import Request
from pydantic import Field
from pydantic_core import to_json
from starlette.responses import Response

from app.resources.base import Answer
from app.resources.queries import ListQuery, PinQuery
from app.resources.resource import Resource
from app.store.pins import Pin
from app.store.reader import Found, Page, Snapshot, snapshot
from app.web.cursors import Cursor, seal, unseal
from app.web.questions import Question, select, settle
from app.web.service import Service, service_of


class PinOut(Answer):
    """The point in time that an answer holds for."""

    revision: int = Field(description="What this service said at this revision.")
    known_at: date | None = Field(description="What a reader surely had on this day.")
    at: date | None = Field(description="The day that overdue and upcoming are judged by.")


class PageOut(Answer):
    """What every page of a list has beside its items."""

    next: str | None = Field(description="The address of the next page.")
    next_cursor: str | None = Field(description="The cursor of the next page.")
    pin: PinOut


def page(
    request: Request, resource: Resource[Any], query: ListQuery, *, upcoming: bool = False
) -> Response:
    """One page of a noun, in JSON."""
    service = service_of(request)
    question = settle(query, service.clock())
    path = quote(request.scope["path"])
    canonical = question.canonical(path)
    cursor = unseal(query.cursor, canonical, service.cursor_key) if query.cursor else None
    with snapshot(service.database) as look:
        pin = _pin(look, question, cursor)
        selection = select(resource, query, question, cursor.after if cursor else None)
        found = look.page(resource, pin, replace(selection, upcoming=upcoming))
    fields = _pin_fields(resource, pin, question)
    following = _following(service, found, pin, canonical)
    link = question.link(service.public_url + path, following) if following else None
    return _respond(_page_body(found, fields, link, following), fields, link)


def one(request: Request, resource: Resource[Any], identifier: str, query: PinQuery) -> Response:
    """One record, in JSON."""
    service = service_of(request)
    question = settle(query, service.clock())
    with snapshot(service.database) as look:
        pin = _pin(look, question, None)
        found = look.get(resource, identifier, pin, question.days["at"])
    return _respond(_document(found), _pin_fields(resource, pin, question), None)


def _pin(look: Snapshot, question: Question, cursor: Cursor | None) -> Pin:
    """The pin of the question; a walk stays at the revision of its first page."""
    as_of = cursor.revision if cursor else question.as_of
    return look.pin(as_of, question.days["known_at"])


def _following(service: Service, found: Page, pin: Pin, canonical: str) -> str | None:
    if found.last is None:
        return None
    return seal(Cursor(pin.revision, found.last), canonical, service.cursor_key)


def _document(found: Found) -> bytes:
    """A stored document, with the fields that depend on the day spliced in at its end."""
    if found.judged is None:
        return found.document.encode()
    return found.document[:-1].encode() + b"," + to_json(found.judged)[1:]


def _page_body(found: Page, pin: dict[str, Any], link: str | None, following: str | None) -> bytes:
    # Documents were rendered when they were written; a page only joins them.
    items = b",".join(_document(item) for item in found.items)
    rest = {"next": link, "next_cursor": following, "pin": pin}
    return b'{"items":[' + items + b"]," + to_json(rest)[1:]


def _pin_fields(resource: Resource[Any], pin: Pin, question: Question) -> dict[str, Any]:
    at = (question.days["at"] or pin.known_at) if resource.judge else None
    return {"revision": pin.revision, "known_at": pin.known_at, "at": at}


def _respond(body: bytes, pin: dict[str, Any], link: str | None) -> Response:
    headers = {
        f"Parley-{name.replace('_', '-').title()}": str(value)
        for name, value in pin.items()
        if value is not None
    }
    if link:
        headers["Link"] = f'<{link}>; rel="next"'
    return Response(body, headers=headers, media_type="application/json")
