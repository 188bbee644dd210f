"""Limits on what a request may be: its address, its header fields, its body."""

import re

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import ContentTooLarge, HeadersTooLarge, ParleyError, UriTooLong
from app.web import problems

LONGEST_ADDRESS = 8 * 1024
LARGEST_HEADERS = 16 * 1024
LARGEST_BODY = 1024 * 1024
# Whole dossiers, and the texts of sources.
LARGEST_FILE = 64 * 1024 * 1024
FILES = re.compile(r"/negotiations/[^/]+/dossier|/sources/[^/]+/verification")


class Limits:
    """Refuses what is too large before anything is done with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        refused = _refused(scope) if scope["type"] == "http" else None
        if refused is not None:
            response = problems.answer(Request(scope), refused)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _refused(scope: Scope) -> ParleyError | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        return UriTooLong(f"The address is longer than {LONGEST_ADDRESS} bytes.")
    # Each field counts with its colon, its space and its line end.
    if sum(len(name) + len(value) + 4 for name, value in scope["headers"]) > LARGEST_HEADERS:
        return HeadersTooLarge(f"The header fields are larger than {LARGEST_HEADERS} bytes.")
    length = Headers(scope=scope).get("content-length", "0")
    most = largest_body(scope["path"])
    # Python reads no number of thousands of digits.
    if length.isdecimal() and (len(length) > 18 or int(length) > most):
        return too_large(most)
    return None


def largest_body(path: str) -> int:
    """How many bytes a body may have at a path."""
    return LARGEST_FILE if FILES.fullmatch(path) else LARGEST_BODY


def too_large(most: int) -> ContentTooLarge:
    """What is said of a body of more bytes than that."""
    return ContentTooLarge(f"The body is larger than {most} bytes.")
