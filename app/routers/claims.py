"""Claims over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.resources.claims import CLAIMS, ClaimOut, ClaimQuery
from app.resources.queries import PinQuery
from app.web import answers
from app.web.answers import PageOut
from app.web.openapi import RecordId

router = APIRouter(tags=["claims"])


class ClaimPage(PageOut):
    """A page of claims."""

    items: list[ClaimOut]


@router.get("/claims", response_model=ClaimPage, summary="List claims")
def list_claims(request: Request, query: Annotated[ClaimQuery, Query()]) -> Response:
    """What was claimed, by whom, with the exact words that show it."""
    return answers.page(request, CLAIMS, query)


@router.get("/claims/{id}", response_model=ClaimOut, summary="Get one claim")
def get_claim(request: Request, id: RecordId, query: Annotated[PinQuery, Query()]) -> Response:
    """One claim, with the exact words that show it and the claims that relate to it."""
    return answers.one(request, CLAIMS, id, query)
