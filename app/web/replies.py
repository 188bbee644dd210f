"""From an answer's bytes to a response: coding, validators, pin and links in its header fields."""

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from app.web.asking import Ask
from app.web.coding import SMALLEST, compressed, compressed_stream
from app.web.conditional import Validators
from app.web.streaming import Stream


def not_modified(ask: Ask, validators: Validators, version: int | None = None) -> Response:
    """What the client holds is still right."""
    return Response(None, 304, validators.headers(version, ask.service.max_age, ask.private))


def respond(
    ask: Ask,
    body: bytes,
    pin: dict[str, Any],
    validators: Validators,
    *,
    version: int | None = None,
    following: str | None = None,
) -> Response:
    """A whole answer."""
    headers = _headers(ask, pin, validators, version, following)
    if ask.coding and len(body) >= SMALLEST:
        headers["Content-Encoding"] = ask.coding
        body = compressed(body)
    return Response(body, headers=headers, media_type=ask.form.media_type)


def stream(
    ask: Ask, pieces: Iterator[bytes], pin: dict[str, Any], validators: Validators
) -> Response:
    """An answer in pieces. A transfer that breaks off lacks the last chunk of its framing, so the
    client can tell.
    """
    coded = compressed_stream(pieces) if ask.coding else pieces
    headers = _headers(ask, pin, validators, None, None)
    if ask.coding:
        headers["Content-Encoding"] = ask.coding
    if ask.request.scope.get("head"):  # what a HEAD request would be sent is not worth reading
        coded = iter(())
    told = {"headers": headers, "media_type": ask.form.media_type}
    return Stream(coded, ask.service.threads, **told)


def _headers(
    ask: Ask,
    pin: dict[str, Any],
    validators: Validators,
    version: int | None,
    following: str | None,
) -> dict[str, str]:
    headers = validators.headers(version, ask.service.max_age, ask.private)
    for name, value in pin.items():
        if value is not None:
            headers[f"Parley-{name.replace('_', '-').title()}"] = str(value)
    headers["Link"] = ", ".join(_links(ask, following))
    if ask.form.extension:
        name = ask.path.strip("/").replace("/", "-")
        told = f'filename="{name}.{ask.form.extension}"'
        headers["Content-Disposition"] = f"attachment; {told}"
    return headers


def _links(ask: Ask, following: str | None) -> Iterator[str]:
    """The next page, and the same answer in the other formats (RFC 8288)."""
    if following:
        yield f'<{following}>; rel="next"'
    for form in ask.formats():
        if form.name != ask.form.name:
            link = ask.question.alternate(ask.base, form.name)
            yield f'<{link}>; rel="alternate"; type="{form.media_type}"'
