"""Searching over HTTP: what was found, each with the words where they stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import Request
from pydantic_core import from_json, to_json
from starlette.responses import Response

from app.resources.entries import label_of
from app.resources.results import SearchQuery
from app.resources.snippets import snippet
from app.resources.wording import Words, passages
from app.store.found import SEARCH, Hit, search
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.web.asking import Ask
from app.web.facets import check_facets, facets
from app.web.questions import read_words, select
from app.web.sparse import check_form
from app.web.walks import Place, Slice, Walk, walked


def found(request: Request, query: SearchQuery) -> Response:
    """A page of what was found, or all of it where the format streams and no limit is set."""
    wanted = check_facets(SEARCH, query.facet)
    words = read_words(query.q)

    def prepare(ask: Ask, _look: Snapshot, _pin: Pin) -> Walk:
        check_form(ask.form, facet=wanted)
        selection = select(SEARCH, query, ask.question)

        def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
            hits = search(look, pin, replace(selection, after=after, limit=limit))
            return Slice([result_of(hit, words) for hit in hits.items], hits.last)

        def extras(look: Snapshot, pin: Pin, _items: Sequence[bytes]) -> dict[str, Any]:
            more: dict[str, Any] = {}
            if query.count:
                more["total"] = look.count(SEARCH, pin, selection)
            if wanted:
                more["facets"] = facets(look, SEARCH, pin, selection, wanted)
            return more

        return Walk(piece, extras)

    return walked(request, SEARCH, query, prepare)


def result_of(hit: Hit, words: Words) -> bytes:
    """A hit as answers show it."""
    document = from_json(hit.document)
    href = f"/{hit.noun}s/{hit.id}"
    record = {"noun": hit.noun, "id": hit.id, "title": label_of(document), "href": href}
    result = {
        "id": f"{hit.noun}.{hit.id}",
        "record": record,
        "negotiation": document.get("negotiation"),
        "tier": hit.tier,
        "earliest": _day(hit, hit.earliest),
        "latest": _day(hit, hit.latest),
        "snippet": _snippet(document, words),
    }
    known = {name: document[name] for name in ("version", "revision", "known_from")}
    return to_json(result | known)


def _day(hit: Hit, day: date) -> date | None:
    """A bound of the days of a record, where it has one; the ends of the calendar are none."""
    return None if hit.undated or day in (date.min, date.max) else day


def _snippet(document: dict[str, Any], words: Words) -> dict[str, Any]:
    shown = snippet(((field, text) for _, field, text in passages(document)), words)
    ranges = [{"start": start, "end": end} for start, end in shown.ranges]
    return {"field": shown.field, "text": shown.text, "html": shown.html(), "matches": ranges}
