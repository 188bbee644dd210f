"""Quotes over HTTP: all of them, and those of one source."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from app.resources.quotes import QUOTES, QuoteOut, QuoteQuery, SourceQuoteQuery
from app.resources.sources import SOURCES
from app.web import answers
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut

router = operations("quotes")


class QuotePage(PageOut):
    """A page of quotes."""

    items: list[QuoteOut]


@router.get("/quotes", response_model=QuotePage, summary="List quotes")
def list_quotes(request: Request, query: Annotated[QuoteQuery, Query()]) -> Response:
    """Every quote, with the record that it shows, who speaks, and how it was checked."""
    return answers.page(request, QUOTES, query)


@router.get("/sources/{id}/quotes", response_model=QuotePage, summary="List quotes of a source")
def list_source_quotes(
    request: Request, id: RecordId, query: Annotated[SourceQuoteQuery, Query()]
) -> Response:
    """Every quote that was taken from one source, in the order of its text."""
    return answers.page(request, QUOTES, query, parent=(SOURCES, id), fixed={"source": (id,)})
