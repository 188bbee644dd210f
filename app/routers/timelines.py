"""Timelines over HTTP: of one negotiation, and across them."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.negotiations import NEGOTIATIONS
from app.resources.timeline import TIMELINE, EntryOut, NegotiationTimelineQuery, TimelineQuery
from app.web import answers
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("timeline")


class EntryPage(PageOut):
    """A page of entries of the timeline."""

    items: list[EntryOut]


@router.get("/timeline", response_model=EntryPage, summary="List what happened")
def list_timeline(request: Request, query: Annotated[TimelineQuery, Query()]) -> Response:
    """What happened or was announced in all negotiations, in order: each notice of a meeting,
    claim, demand, answer and withdrawal. What has no day on record comes last.
    """
    return answers.page(request, TIMELINE, query)


@router.get(
    "/negotiations/{id}/timeline",
    response_model=EntryPage,
    summary="List what happened in a negotiation",
)
def list_negotiation_timeline(
    request: Request, id: RecordId, query: Annotated[NegotiationTimelineQuery, Query()]
) -> Response:
    """What happened or was announced in one negotiation, in order."""
    fixed = {"negotiation": (id,)}
    return answers.page(request, TIMELINE, query, parent=(NEGOTIATIONS, id), fixed=fixed)
