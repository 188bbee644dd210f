"""The list of changes over HTTP: a page of it, or all of it."""

from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from app.resources.changes import CHANGES, ChangeQuery, ChangeStreamQuery, document_of
from app.store.changes import Wanted, changes
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.web.asking import Ask
from app.web.questions import point
from app.web.walks import Place, Slice, Walk, walked


def listed(request: Request, query: ChangeQuery) -> Response:
    """A page of the changes, or all of them where the format streams and no limit is set."""

    def prepare(ask: Ask, look: Snapshot, _pin: Pin) -> Walk:
        since = point("since", query.since, ask.service.clock())
        order: str = ask.question.parameters.get("sort", query.sort)
        wanted = replace(
            wanted_of(query),
            since=0 if since is None else look.revision_at(since, "since"),
            newest_first=order.startswith("-"),
        )

        def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
            found = changes(look.connection, wanted, pin.revision, _place(after), limit)
            return Slice([document_of(change) for change in found.items], found.last)

        return Walk(piece)

    return walked(request, CHANGES, query, prepare)


def wanted_of(query: ChangeStreamQuery) -> Wanted:
    """What the filters of a query leave."""
    return Wanted(
        nouns=tuple(query.noun),
        kinds=tuple(kind.value for kind in query.change),
        negotiations=tuple(query.negotiation),
        participants=tuple(query.participant),
    )


def _place(after: Place | None) -> tuple[int, str, str] | None:
    if after is None:
        return None
    revision, noun, identifier = after
    return revision, noun, identifier
