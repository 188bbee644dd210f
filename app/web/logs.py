"""One JSON line for each request, under an id that the client can quote."""

import logging
import re
import time
from datetime import UTC, datetime
from random import getrandbits

from pydantic_core import to_json
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

log = logging.getLogger("parley.requests")


class JsonLines(logging.Formatter):
    """A log record as one line of JSON. Control characters are escaped by the form itself."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return to_json(fields).decode()


class RequestLog:
    """Gives each request an id, and logs what was asked and what came of it.

    The query is left out: it is the client's own text, and may hold what belongs to nobody else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "").encode("latin-1")
        request_id = request_id_of(given)
        seen = {"status": 0, "bytes": 0}
        # What the layers inside learn of who asks comes back in it, too.
        state = scope.setdefault("state", {})
        state["request_id"] = request_id.decode()

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id.decode()
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        begun = time.perf_counter()
        try:
            await self.app(scope, receive, watch)
        finally:
            seconds = time.perf_counter() - begun
            bearer = state.get("principal")
            token = bearer.token_id if bearer else None
            note(scope, request_id, seen["status"], seen["bytes"], seconds, token)


def note(
    scope: Scope,
    request_id: bytes,
    status: int,
    size: int,
    seconds: float,
    token: str | None = None,
) -> None:
    """Log one request that was answered with so many bytes."""
    if not log.isEnabledFor(logging.INFO):
        return
    client = scope.get("client")
    fields = {
        "id": request_id.decode(),
        "method": scope["method"],
        "path": scope["path"],
        "client": client[0] if client else None,
        "token": token,
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 2),
    }
    # As ``log.info`` does, without looking for the place in the code from which it was called.
    record = logging.LogRecord(log.name, logging.INFO, "", 0, "request", None, None)
    record.fields = fields
    log.handle(record)


def request_id_of(given: bytes) -> bytes:
    """The id of a request: the client's own, where it can do no harm, or one made up."""
    # Whoever guesses an id gains nothing by it.
    return given if given and REQUEST_ID.fullmatch(given) else b"%016x" % getrandbits(64)


def set_up(level: str) -> None:
    """Let every logger of the service and its server write JSON lines to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # What migrations say of every start is news to nobody; what goes wrong in them is.
    logging.getLogger("alembic").setLevel(logging.WARNING)
