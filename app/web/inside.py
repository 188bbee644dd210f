"""Asking the service from inside its own process: the answer as it would go over the wire."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message


async def ask(app: ASGIApp, target: str, take: Callable[[int, bytes], Any]) -> int:
    """Ask for a path with its query. ``take`` is given the status and each piece of the body.

    Returns the status. Nothing of a long answer is held: a list that streams is written as it is
    read.
    """
    path, _, query = target.partition("?")
    status = 500
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            take(status, message.get("body", b""))

    await app(_scope(path, query), receive, send)
    return status


def _scope(path: str, query: str) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }
