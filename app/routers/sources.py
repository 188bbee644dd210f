"""Sources over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.queries import HistoryQuery, RecordQuery
from app.resources.sources import SOURCES, SourceOut, SourceQuery
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("sources")


class SourcePage(PageOut):
    """A page of sources."""

    items: list[SourceOut]


@router.get("/sources", response_model=SourcePage, summary="List sources")
def list_sources(request: Request, query: Annotated[SourceQuery, Query()]) -> Response:
    """The documents that quotes are taken from."""
    return answers.page(request, SOURCES, query)


@router.get("/sources/{id}", response_model=SourceOut, summary="Get one source")
def get_source(request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]) -> Response:
    """One document that quotes are taken from."""
    return answers.one(request, SOURCES, id, query)


@router.get(
    "/sources/{id}/history", response_model=HistoryPage, summary="List the versions of one source"
)
def get_source_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one source, newest first: who wrote it, when and why."""
    return history(request, SOURCES, id, query)
