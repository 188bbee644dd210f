"""HEAD and OPTIONS on every path, and a true Allow: routes themselves name only what they do."""

from fastapi import Request
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Answers HEAD with what GET would send, without its body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on (ASGI)."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET", "head": True}, _without_body(send)
        await self.app(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


def allowed(request: Request, declared: str) -> str:
    """Every method of a path, as ``Allow`` lists them (RFC 9110, section 10.2.1).

    ``declared`` is what the one route says that refused the request; other routes of the same
    path may take other methods.
    """
    found = {"OPTIONS", *declared.split(", ")}
    for route in iter_route_contexts(request.app.routes):
        if route.methods and route.path_regex.fullmatch(request.scope["path"]):
            found |= route.methods
    if "GET" in found:
        found.add("HEAD")
    return ", ".join(sorted(found))
