"""Participants over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.participants import PARTICIPANTS, ParticipantOut, ParticipantQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("participants")


class ParticipantPage(PageOut):
    """A page of participants."""

    items: list[ParticipantOut]


@router.get("/participants", response_model=ParticipantPage, summary="List participants")
def list_participants(request: Request, query: Annotated[ParticipantQuery, Query()]) -> Response:
    """People, states, organizations, bodies and groups, with the posts they hold.

    They are identity data: always listed, whatever was known.
    """
    return answers.page(request, PARTICIPANTS, query)


@router.get("/participants/{id}", response_model=ParticipantOut, summary="Get one participant")
def get_participant(
    request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]
) -> Response:
    """One participant, with the posts it holds."""
    return answers.one(request, PARTICIPANTS, id, query)


@router.get(
    "/participants/{id}/history",
    response_model=HistoryPage,
    summary="List the versions of one participant",
)
def get_participant_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one participant, newest first: who wrote it, when and why."""
    return history(request, PARTICIPANTS, id, query)
