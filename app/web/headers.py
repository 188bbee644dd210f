"""The header fields that every answer has: who may read it, and what a browser may do with it."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EXPOSED = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Content-Disposition, "
    "Parley-Revision, Parley-Known-At, Parley-At, Parley-Total, X-Request-Id"
)
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# An answer of data runs nothing. Pages set a policy of their own.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
PREFLIGHT_SECONDS = 86_400


class CommonHeaders:
    """Adds the common fields, and answers the preflight requests of browsers (Fetch, CORS).

    Anybody may read; no credentials are taken from a browser, so no origin is echoed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        preflight = _is_preflight(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), preflight)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _is_preflight(scope: Scope) -> bool:
    asked = "access-control-request-method" in Headers(scope=scope)
    return bool(scope["method"] == "OPTIONS" and asked)


def _add(headers: MutableHeaders, preflight: bool) -> None:
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", DATA_POLICY)
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = EXPOSED
    if preflight:
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "*, Authorization"
        headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
