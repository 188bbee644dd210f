"""Demands over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.demands import DEMANDS, DemandOut, DemandQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("demands")


class DemandPage(PageOut):
    """A page of demands."""

    items: list[DemandOut]


@router.get("/demands", response_model=DemandPage, summary="List demands")
def list_demands(request: Request, query: Annotated[DemandQuery, Query()]) -> Response:
    """What was asked of whom, with every answer on record: by whom, how, and who reported it."""
    return answers.page(request, DEMANDS, query)


@router.get("/demands/{id}", response_model=DemandOut, summary="Get one demand")
def get_demand(request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]) -> Response:
    """One demand, with every answer on record."""
    return answers.one(request, DEMANDS, id, query)


@router.get(
    "/demands/{id}/history", response_model=HistoryPage, summary="List the versions of one demand"
)
def get_demand_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one demand, newest first: who wrote it, when and why."""
    return history(request, DEMANDS, id, query)
