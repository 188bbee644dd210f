"""Defects: what nobody foresaw is answered like every other problem, with the same fields."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web import problems


class Defects:
    """Answers a defect before it leaves the middleware that gives each answer its fields.

    Once an answer has begun it cannot be taken back: the defect goes on to the server, which
    breaks the transfer off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            response = problems.unforeseen(Request(scope), error)
            await response(scope, receive, send)
