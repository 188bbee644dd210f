"""Changes over HTTP: listed, and as they come."""

from typing import Annotated

from fastapi import Header, Query, Request
from pydantic.json_schema import SkipJsonSchema
from starlette.responses import Response

from app.resources.changes import ChangeOut, ChangeQuery, ChangeStreamQuery
from app.web import changes, events
from app.web.operations import operations
from app.web.pages import Paging

router = operations("changes")

LastEventId = Annotated[
    str | SkipJsonSchema[None],
    Header(
        alias=events.LAST_EVENT_ID,
        description="The `id` of the last event that was taken: begin behind it.",
        json_schema_extra={"pattern": events.EVENT_ID, "maxLength": events.LONGEST_ID},
        examples=["1.claim.sherman-no-direct-response"],
    ),
]


class ChangePage(Paging):
    """A page of changes."""

    items: list[ChangeOut]


@router.get("/changes", response_model=ChangePage, summary="List changes")
def list_changes(request: Request, query: Annotated[ChangeQuery, Query()]) -> Response:
    """What each revision did to each record, oldest first: who changed it, when and why, with the
    record before and after. What was retracted is there as well.
    """
    return changes.listed(request, query)


@router.get(
    "/changes/stream",
    status_code=200,
    response_class=events.EventStream,
    responses={200: events.STREAM},
    summary="Follow changes as they come",
)
def stream_changes(
    request: Request,
    query: Annotated[ChangeStreamQuery, Query()],
    last_event_id: LastEventId = None,
) -> Response:
    """Server-Sent Events: each change as it is recorded, in the order and the form of the list of
    changes. A reader that comes back with `Last-Event-ID`, as browsers do by themselves, goes on
    where it left off: it misses nothing and gets nothing twice.
    """
    return events.streamed(request, query, last_event_id)
