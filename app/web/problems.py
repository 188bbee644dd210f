"""Every error as one problem document (RFC 9457): one table from failure to status."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import errors
from app.errors import Fault, ParleyError
from app.resources.base import Answer
from app.web.methods import allowed
from app.web.service import service_of

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
LONGEST_INSTANCE = 256
CHALLENGE = 'Bearer realm="parley"'

# The whole family, from failure to HTTP status. A test asserts that no error is missing.
STATUS: dict[type[ParleyError], int] = {
    errors.Merged: 308,
    errors.BadRequest: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.ReadOnly: 403,
    errors.NotFound: 404,
    errors.RecordNotFound: 404,
    errors.NotYetKnown: 404,
    errors.NotYetRecorded: 404,
    errors.RouteNotFound: 404,
    errors.MethodNotAllowed: 405,
    errors.NotAcceptable: 406,
    errors.RequestTimeout: 408,
    errors.Conflict: 409,
    errors.Retracted: 410,
    errors.PreconditionFailed: 412,
    errors.ContentTooLarge: 413,
    errors.UriTooLong: 414,
    errors.UnsupportedMediaType: 415,
    errors.InvalidRequest: 422,
    errors.InvalidParameter: 422,
    errors.InvalidCursor: 422,
    errors.InvalidBody: 422,
    errors.InvalidDossier: 422,
    errors.IdempotencyMismatch: 422,
    errors.PreconditionRequired: 428,
    errors.TooManyRequests: 429,
    errors.HeadersTooLarge: 431,
    errors.InternalError: 500,
    errors.Unavailable: 503,
}

log = logging.getLogger("parley")


class ProblemFault(Answer):
    """One thing that is wrong, and where."""

    message: str
    parameter: str | None = Field(description="The query or path parameter.")
    pointer: str | None = Field(description="A JSON pointer into the body.")


class Problem(Answer):
    """A problem document (RFC 9457)."""

    type: str = Field(description="A URL that says what this sort of problem is.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    errors: list[ProblemFault]


def name_of(error: type[ParleyError]) -> str:
    """The name of an error in URLs: InvalidCursor is invalid-cursor."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def answer(request: Request, error: ParleyError) -> Response:
    """The problem document of a failure. It never repeats what the client sent."""
    body = document(error, service_of(request).public_url, _instance(request.scope["path"]))
    headers = dict(_headers(request, error))
    return Response(body, STATUS[type(error)], headers, media_type=MEDIA_TYPE)


def document(error: ParleyError, public_url: str, instance: str) -> bytes:
    """The problem document of a failure, as bytes."""
    fields = {
        "type": f"{public_url}/problems/{name_of(type(error))}",
        "title": error.title,
        "status": STATUS[type(error)],
        "detail": error.detail,
        "instance": instance,
        "errors": [_fault(fault) for fault in error.faults],
    }
    return to_json(fields)


def _instance(path: str) -> str:
    # Two slashes in front would make the first segment a host.
    return "/" + quote(path[:LONGEST_INSTANCE].lstrip("/"), safe="/", errors="replace")


def _fault(fault: Fault) -> dict[str, str | None]:
    # A record that stands against a change is named by noun and id.
    words = f"{fault.path} {fault.message}" if fault.path and not fault.pointer else fault.message
    return {"message": words, "parameter": fault.parameter, "pointer": fault.pointer}


def _headers(request: Request, error: ParleyError) -> Mapping[str, str]:
    if isinstance(error, errors.Merged):
        noun, _, *rest = request.scope["path"].strip("/").split("/")
        path = "/".join(["", noun, error.successor, *rest])
        query = request.scope["query_string"].decode("latin-1")
        # The pin goes along: it was asked for of the old id.
        return {"Location": path + (f"?{query}" if query else "")}
    if isinstance(error, errors.Unavailable):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if isinstance(error, errors.PreconditionFailed) and error.current:
        current = service_of(request).public_url + error.current
        return {"Link": f'<{current}>; rel="latest-version"'}  # RFC 5829
    return _challenge(request, error)


def _challenge(request: Request, error: ParleyError) -> Mapping[str, str]:
    """What a token has to be for this, as RFC 6750, section 3, says it."""
    if isinstance(error, errors.Unauthorized):
        # Who sent none is not told that it was wrong.
        wrong = ', error="invalid_token"' if "authorization" in request.headers else ""
        return {"WWW-Authenticate": CHALLENGE + wrong}
    if isinstance(error, errors.Forbidden) and error.scope:
        lacking = f', error="insufficient_scope", scope="{error.scope}"'
        return {"WWW-Authenticate": CHALLENGE + lacking}
    return {}


def install(app: FastAPI) -> None:
    """Let every failure of the app end in a problem document."""
    app.add_exception_handler(ParleyError, _named)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)


async def _named(request: Request, error: Exception) -> Response:
    assert isinstance(error, ParleyError)  # noqa: S101
    return answer(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = error.errors()
    if any(item["loc"][0] == "path" for item in found):
        return answer(request, errors.RecordNotFound("There is no record with this id."))
    # A parameter that may be left out is no less wrong for not being null.
    told = [item for item in found if item["type"] != "none_required"]
    faults = tuple(Fault(_words(item), _parameter(item["loc"])) for item in told)
    return answer(request, errors.InvalidParameter("A query parameter is wrong.", faults))


def _words(item: Mapping[str, Any]) -> str:
    if item["type"] == "missing":
        return "is missing"
    words = str(item["msg"]).removeprefix("Value error, ")
    # Pydantic speaks of "Input"; the parameter stands beside the message anyway.
    return words.removeprefix("Input ")


def _parameter(location: tuple[Any, ...]) -> str:
    return str(location[1]) if len(location) > 1 else str(location[0])


async def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(request, errors.RouteNotFound("There is nothing at this path."))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _other_method(request, allowed(request, (error.headers or {}).get("Allow", "GET")))
    return answer(request, errors.BadRequest("The request cannot be read."))


def _other_method(request: Request, allow: str) -> Response:
    # No route declares OPTIONS, so it comes here like any other method that none of them takes.
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allow})
    response = answer(request, errors.MethodNotAllowed("This path does not take this method."))
    response.headers["Allow"] = allow
    return response


def unforeseen(request: Request, error: Exception) -> Response:
    """The problem document of a defect: it shows nothing of it, the log does."""
    log.error("unforeseen failure at %s", request.scope["path"], exc_info=error)
    return answer(request, errors.InternalError("The service failed. Its log says more."))
