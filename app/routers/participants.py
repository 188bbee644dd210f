"""Participants over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.resources.participants import PARTICIPANTS, ParticipantOut, ParticipantQuery
from app.resources.queries import PinQuery
from app.web import answers
from app.web.answers import PageOut
from app.web.openapi import RecordId

router = APIRouter(tags=["participants"])


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
    request: Request, id: RecordId, query: Annotated[PinQuery, Query()]
) -> Response:
    """One participant, with the posts it holds."""
    return answers.one(request, PARTICIPANTS, id, query)
