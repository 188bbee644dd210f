"""Who makes a change over HTTP: what the record and the audit say of a request."""

from fastapi import Request

from app.store.audit import Origin
from app.store.tables import Via
from app.store.writer import Author
from app.web.access import Principal
from app.web.service import service_of


def author_of(request: Request, principal: Principal, reason: str) -> Author:
    """The author of a change that a request makes, now."""
    origin = Origin(
        via=Via.http,
        token_id=principal.token_id,
        method=request.method,
        path=request.scope["path"],
        request_id=request.state.request_id,
    )
    return Author(principal.label, reason, service_of(request).clock(), origin)
