"""Demands over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.resources.demands import DEMANDS, DemandOut, DemandQuery
from app.resources.queries import PinQuery
from app.web import answers
from app.web.answers import PageOut
from app.web.openapi import RecordId

router = APIRouter(tags=["demands"])


class DemandPage(PageOut):
    """A page of demands."""

    items: list[DemandOut]


@router.get("/demands", response_model=DemandPage, summary="List demands")
def list_demands(request: Request, query: Annotated[DemandQuery, Query()]) -> Response:
    """What was asked of whom, with every answer on record: by whom, how, and who reported it."""
    return answers.page(request, DEMANDS, query)


@router.get("/demands/{id}", response_model=DemandOut, summary="Get one demand")
def get_demand(request: Request, id: RecordId, query: Annotated[PinQuery, Query()]) -> Response:
    """One demand, with every answer on record."""
    return answers.one(request, DEMANDS, id, query)
