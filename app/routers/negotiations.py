"""Negotiations over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.negotiations import NEGOTIATIONS, NegotiationOut, NegotiationQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("negotiations")


class NegotiationPage(PageOut):
    """A page of negotiations."""

    items: list[NegotiationOut]


@router.get("/negotiations", response_model=NegotiationPage, summary="List negotiations")
def list_negotiations(request: Request, query: Annotated[NegotiationQuery, Query()]) -> Response:
    """Negotiations, with their parties and issues. They are identity data: always listed."""
    return answers.page(request, NEGOTIATIONS, query)


@router.get("/negotiations/{id}", response_model=NegotiationOut, summary="Get one negotiation")
def get_negotiation(
    request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]
) -> Response:
    """One negotiation, with its parties and issues."""
    return answers.one(request, NEGOTIATIONS, id, query)


@router.get(
    "/negotiations/{id}/history",
    response_model=HistoryPage,
    summary="List the versions of one negotiation",
)
def get_negotiation_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one negotiation, newest first: who wrote it, when and why."""
    return history(request, NEGOTIATIONS, id, query)
