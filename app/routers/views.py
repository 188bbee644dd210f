"""Views of one negotiation over HTTP: what changed between two pins, and what is left open."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from app.resources.diff import DiffOut, DiffQuery, SincePin
from app.resources.gaps import GapOut, GapQuery
from app.web import diffs
from app.web.gaps import gaps
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut, Paging

router = operations("views")
# A page of differences counts records, and a record can have any number of them.
MOST_DIFFERENCES = 1_000_000


class DiffPage(Paging):
    """A page of what changed between two pins."""

    items: list[DiffOut] = Field(json_schema_extra={"maxItems": MOST_DIFFERENCES})
    since: SincePin = Field(description="The earlier pin, which `since` named.")


class GapPage(PageOut):
    """A page of gaps."""

    items: list[GapOut]


@router.get(
    "/negotiations/{id}/diff",
    response_model=DiffPage,
    summary="List what changed in a negotiation since a pin",
)
def list_negotiation_differences(
    request: Request, id: RecordId, query: Annotated[DiffQuery, Query()]
) -> Response:
    """What changed in one negotiation between two pins: entries of the timeline that came or went,
    meetings that were moved or held, positions, and records that were corrected or taken back.

    With a day as `since`, it is what readers learned after that day; nothing counts as retracted
    or corrected there that they only had not heard of. With a revision or an instant, it is what
    this service changed after that. The order is by noun (meeting, claim, demand, negotiation), by
    record, and by kind. A page has all that changed in up to `limit` records; where only the names
    of linked records changed in them, that is nothing, so a page can be empty and have a next one.
    """
    return diffs.diff(request, id, query)


@router.get(
    "/negotiations/{id}/gaps",
    response_model=GapPage,
    summary="List what the record of a negotiation leaves open",
)
def list_negotiation_gaps(
    request: Request, id: RecordId, query: Annotated[GapQuery, Query()]
) -> Response:
    """What the record of one negotiation does not answer: demands that an addressee has no answer
    to on record (`unanswered`; not those withdrawn or replaced), meetings whose day is past and of
    which nothing says that they were held (`overdue`), claims that one independent source supports
    alone (`single_source`) or none does (`unsupported`), and quotes that were not found in their
    source as stated (`unverified`). They come kind by kind, and by record within a kind.
    """
    return gaps(request, id, query)
