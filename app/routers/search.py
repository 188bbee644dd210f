"""Search over HTTP: everything that was said or recorded."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.results import ResultOut, SearchQuery
from app.web import searches
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("search")


class ResultPage(PageOut):
    """A page of what was found."""

    items: list[ResultOut]


@router.get("/search", response_model=ResultPage, summary="Search everything")
def search_records(request: Request, query: Annotated[SearchQuery, Query()]) -> Response:
    """Records of every noun that have all of the words, the best match first, each with the part
    that has them. Nothing that the pin hides is found or counted.
    """
    return searches.found(request, query)
