"""What the service does, in numbers."""

from typing import Any

from fastapi import Request
from starlette.responses import PlainTextResponse

from app.web.metrics_sources import families
from app.web.metrics_text import MEDIA_TYPE, written
from app.web.operations import operations

router = operations("service")

HEADERS = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}


class MetricsText(PlainTextResponse):
    """Metrics in the exposition format of Prometheus."""

    media_type = "text/plain"


ANSWER: dict[str, Any] = {
    "description": "The numbers.",
    "content": {
        "text/plain": {
            "schema": {
                "type": "string",
                "title": "MetricsText",
                "description": "Metrics in the exposition format of Prometheus, version 0.0.4.",
                "contentMediaType": "text/plain",
            },
            "example": "# HELP parley_revision The newest revision of the record.\n"
            "# TYPE parley_revision gauge\n"
            "parley_revision 12\n",
        }
    },
}


@router.get(
    "/metrics",
    status_code=200,
    response_class=MetricsText,
    responses={200: ANSWER},
    summary="What does the service do?",
)
def get_metrics(request: Request) -> MetricsText:
    """Counts of this process since its start, in the text format of Prometheus: requests by method,
    route and status, their durations, the cache, and the process. Another worker has its own.
    """
    return MetricsText(written(families(request)), headers=HEADERS)
