"""Answers: one record, or a list of them, at a pin, in the format that was asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from pydantic_core import from_json
from starlette.responses import Response

from app.resources.queries import ListQuery, RecordQuery
from app.resources.resource import Listing, Resource
from app.store.pins import Pin
from app.store.reader import Snapshot, snapshot
from app.store.selection import Selection
from app.store.sweeping import sweep
from app.web import replies
from app.web.asking import Ask, asked
from app.web.cutting import cut
from app.web.facets import check_facets, facets
from app.web.questions import select
from app.web.sparse import addressed, check_form, check_include, document_of, included
from app.web.walks import Place, Slice, Walk, walked


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
    include = check_include(listing, query.include)
    wanted = check_facets(listing, query.facet)

    def prepare(ask: Ask, look: Snapshot, pin: Pin) -> Walk:
        check_form(ask.form, include=include, facet=wanted)
        chosen = select(listing, query, ask.question)
        since = ask.question.changed_since
        selection = replace(
            chosen,
            upcoming=upcoming,
            filters={**chosen.filters, **(fixed or {})},
            changed_since=None if since is None else look.revision_at(since, "changed_since"),
        )
        return _walk(ask, listing, selection, query.count, include, wanted)

    return walked(request, listing, query, prepare, parent)


def _walk(
    ask: Ask,
    listing: Listing,
    selection: Selection,
    count: bool,
    include: tuple[str, ...],
    wanted: tuple[str, ...],
) -> Walk:
    public_url = ask.service.public_url

    def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
        found = look.page(listing, pin, replace(selection, after=after, limit=limit))
        return Slice([document_of(item, public_url) for item in found.items], found.last)

    def extras(look: Snapshot, pin: Pin, items: Sequence[bytes]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if count:
            found["total"] = look.count(listing, pin, selection)
        if wanted:
            found["facets"] = facets(look, listing, pin, selection, wanted)
        if include:
            found["included"] = included(look, items, include, pin, public_url)
        return found

    def whole(pin: Pin) -> Iterator[Sequence[bytes]]:
        for documents in sweep(ask.service.database, listing, pin, selection):
            yield [addressed(document, public_url) for document in documents]

    # What depends on the day of the question is made for each record.
    return Walk(piece, extras, whole if listing.judge is None else None)


def one(request: Request, resource: Resource[Any], identifier: str, query: RecordQuery) -> Response:
    """One record."""
    ask = asked(request, resource, query)
    with snapshot(ask.service.database) as look:
        pin = look.pin(ask.question.as_of, ask.question.days["known_at"])
        validators = ask.validators(look, pin)
        found = look.get(resource, identifier, pin, ask.question.days["at"])
        whole = document_of(found, ask.service.public_url)
        version: int = from_json(found.document)["version"]
        if validators.held_by(request.headers):
            return replies.not_modified(ask, validators, version)
        item = cut(whole, ask.fields, resource.out) if ask.fields else whole
        body = ask.form.render(ask.document(look, pin, [item]))
    return replies.respond(ask, body, ask.pin_fields(pin), validators, version=version)
