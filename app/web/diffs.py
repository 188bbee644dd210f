"""Differences over HTTP: what changed in a negotiation from one pin to another."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from app.errors import Fault, InvalidParameter
from app.resources.diff import DAY, DIFF, DiffQuery
from app.resources.negotiations import NEGOTIATIONS
from app.store.diffing import Span, differing
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.views.diff import items_of
from app.web.asking import Ask
from app.web.questions import point
from app.web.walks import Place, Slice, Walk, walked

# The earlier pin as it was asked for: a knowledge day, or a revision.
Since = date | int


def diff(request: Request, identifier: str, query: DiffQuery) -> Response:
    """What changed in a negotiation since a pin: a page of it, or all of it as a stream."""

    def prepare(ask: Ask, look: Snapshot, pin: Pin) -> Walk:
        since = _since(ask, look, pin, query.since)

        def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
            span = Span(identifier, _earlier(pin, since), pin)
            place = (str(after[0]), str(after[1])) if after else None
            found = differing(look.connection, span, place, limit)
            told = [to_json(item) for changed in found.items for item in items_of(changed)]
            return Slice(told, found.last)

        def extras(_look: Snapshot, pin: Pin, _items: Sequence[bytes]) -> dict[str, Any]:
            earlier = _earlier(pin, since)
            return {"since": {"revision": earlier.revision, "known_at": earlier.known_at}}

        return Walk(piece, extras)

    return walked(request, DIFF, query, prepare, (NEGOTIATIONS, identifier))


def _since(ask: Ask, look: Snapshot, pin: Pin, text: str) -> Since:
    """The day or the revision that the text names. Raises InvalidParameter for a later one."""
    if re.fullmatch(DAY, text):
        day = date.fromisoformat(text)
        if pin.known_at is not None and pin.known_at < day:
            raise _refused("must not be after 'known_at'")
        return day
    asked = point("since", text, ask.service.clock())
    assert asked is not None  # noqa: S101
    revision = look.revision_at(asked, "since")
    if revision > pin.revision:
        raise _refused("must not be after the revision of the request")
    return revision


def _earlier(pin: Pin, since: Since) -> Pin:
    """The earlier pin: another knowledge day of the same record, or another state of it."""
    if isinstance(since, date):
        return replace(pin, known_at=since)
    return Pin(since, pin.known_at, newest=pin.newest and since == pin.revision)


def _refused(message: str) -> InvalidParameter:
    return InvalidParameter("A query parameter is wrong.", (Fault(message, "since"),))
