"""Bodies of requests: their media type, their size, and the time they take to arrive."""

from asyncio import timeout
from collections.abc import Awaitable, Callable
from email.message import Message

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.errors import BadRequest, RequestTimeout, UnsupportedMediaType
from app.web.limits import LARGEST_BODY, largest_body, too_large

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
NDJSON = "application/x-ndjson"
YAML = "application/yaml"
PLAIN = "text/plain"
BINARY = "application/octet-stream"

# Seconds for a body of up to 1 MiB, and for one of up to 64.
PATIENCE = 10
PATIENCE_WITH_FILES = 120


def taking(*media_types: str) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that gives the body, where it is of one of the media types.

    It raises UnsupportedMediaType, ContentTooLarge, RequestTimeout and BadRequest.
    """

    async def body(request: Request) -> bytes:
        media_type_of(request, media_types)
        most = largest_body(request.scope["path"])
        seconds = PATIENCE if most == LARGEST_BODY else PATIENCE_WITH_FILES
        try:
            async with timeout(seconds):
                return await _received(request, most)
        except TimeoutError:
            raise RequestTimeout(f"The body took more than {seconds} seconds.") from None

    return body


def media_type_of(request: Request, taken: tuple[str, ...]) -> str:
    """The media type of the body. Raises UnsupportedMediaType where it is none that is taken."""
    coding = request.headers.get("content-encoding", "identity")
    if coding.strip().lower() != "identity":
        raise UnsupportedMediaType("The body must not have a Content-Encoding.")
    told = Message()
    told["content-type"] = request.headers.get("content-type", "")
    media_type, charset = told.get_content_type(), told.get_param("charset", "utf-8")
    # What cannot be read counts as plain text there, and as nothing here.
    named = told["content-type"].partition(";")[0].strip().lower()
    if named != media_type or media_type not in taken:
        raise UnsupportedMediaType(f"The body must be of the type {' or '.join(taken)}.")
    if str(charset).lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType("The body must be in UTF-8.")
    return media_type


async def _received(request: Request, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise too_large(most)
            pieces.append(piece)
    except ClientDisconnect:
        raise BadRequest("The body ended early.") from None
    return b"".join(pieces)
