"""Meetings over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.meetings import (
    MEETINGS,
    MeetingOut,
    MeetingQuery,
    MeetingRecordQuery,
    UpcomingQuery,
)
from app.resources.queries import HistoryQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("meetings")


class MeetingPage(PageOut):
    """A page of meetings."""

    items: list[MeetingOut]


@router.get("/meetings", response_model=MeetingPage, summary="List meetings")
def list_meetings(request: Request, query: Annotated[MeetingQuery, Query()]) -> Response:
    """Meetings, with what each source said about their schedule."""
    return answers.page(request, MEETINGS, query)


@router.get("/meetings/upcoming", response_model=MeetingPage, summary="List meetings to come")
def list_upcoming_meetings(request: Request, query: Annotated[UpcomingQuery, Query()]) -> Response:
    """Meetings whose last day is on or after `at`, by start. Each names the day it was judged by:
    `at`, else `known_at`, else the newest day to which its negotiation was followed.
    """
    return answers.page(request, MEETINGS, query, upcoming=True)


@router.get("/meetings/{id}", response_model=MeetingOut, summary="Get one meeting")
def get_meeting(
    request: Request, id: RecordId, query: Annotated[MeetingRecordQuery, Query()]
) -> Response:
    """One meeting, with what each source said about its schedule."""
    return answers.one(request, MEETINGS, id, query)


@router.get(
    "/meetings/{id}/history", response_model=HistoryPage, summary="List the versions of one meeting"
)
def get_meeting_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one meeting, newest first: who wrote it, when and why."""
    return history(request, MEETINGS, id, query)
