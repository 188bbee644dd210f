"""Whether the service is alive, and whether it can answer."""

from typing import Literal

from fastapi import Request

from app.errors import Fault, Unavailable
from app.resources.base import Answer
from app.web.operations import operations
from app.web.readiness import reasons_not_ready
from app.web.service import service_of

router = operations("service")


class Health(Answer):
    """The service is alive."""

    status: Literal["ok"]


class Readiness(Answer):
    """The service can answer."""

    status: Literal["ready"]


@router.get("/healthz", response_model=Health, summary="Is the service alive?")
async def get_health() -> dict[str, str]:
    """Answers without looking at anything, so it only fails when the process does."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Readiness, summary="Can the service answer?")
def get_readiness(request: Request) -> dict[str, str]:
    """Looks at the store: it can be read and written, and its schema is this release's.

    Where it cannot answer, the problem's `errors` give the reasons.
    """
    reasons = reasons_not_ready(service_of(request).database)
    if reasons:
        raise Unavailable("The service is not ready.", tuple(Fault(each) for each in reasons))
    return {"status": "ready"}
