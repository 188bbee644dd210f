"""Positions over HTTP."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from app.resources.base import NamedLink
from app.resources.matrix import PositionQuery
from app.resources.positions import PositionRowOut
from app.web import matrices
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import Paging

router = operations("positions")


class PositionPage(Paging):
    """A page of the matrix: its columns, and some of its rows."""

    items: list[PositionRowOut]
    parties: list[NamedLink] = Field(description="The columns: a cell of each row for each.")


@router.get(
    "/negotiations/{id}/positions",
    response_model=PositionPage,
    summary="List where the parties stand",
)
def list_positions(
    request: Request, id: RecordId, query: Annotated[PositionQuery, Query()]
) -> Response:
    """Where each party stands on each demand of a negotiation at the pin, since when, by whose
    report, and how it came to that. A cell without an answer says `no_record`. In CSV each cell is
    a row.
    """
    return matrices.positions(request, id, query)
