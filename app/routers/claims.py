"""Claims over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.claims import CLAIMS, ClaimOut, ClaimQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("claims")


class ClaimPage(PageOut):
    """A page of claims."""

    items: list[ClaimOut]


@router.get("/claims", response_model=ClaimPage, summary="List claims")
def list_claims(request: Request, query: Annotated[ClaimQuery, Query()]) -> Response:
    """What was claimed, by whom, with the exact words that show it."""
    return answers.page(request, CLAIMS, query)


@router.get("/claims/{id}", response_model=ClaimOut, summary="Get one claim")
def get_claim(request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]) -> Response:
    """One claim, with the exact words that show it and the claims that relate to it."""
    return answers.one(request, CLAIMS, id, query)


@router.get(
    "/claims/{id}/history", response_model=HistoryPage, summary="List the versions of one claim"
)
def get_claim_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one claim, newest first: who wrote it, when and why."""
    return history(request, CLAIMS, id, query)
