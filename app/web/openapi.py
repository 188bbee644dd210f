"""The OpenAPI document: what FastAPI derives from the routes, and what it does not know."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Path
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.resources.base import SLUG, Answer
from app.web.declared_answers import declare_answers
from app.web.declared_bounds import declare_bounds
from app.web.declared_choices import declare_choices
from app.web.declared_edits import declare_edits
from app.web.examples import declare_examples
from app.web.problems import Problem

RecordId = Annotated[
    str,
    Path(pattern=SLUG, max_length=128, description="The id of the record."),
]

TAGS = {
    "negotiations": "Who negotiates with whom, over which issues.",
    "participants": "People, states, organizations, bodies and groups.",
    "meetings": "Who met when and where, and which meetings come next.",
    "claims": "What somebody asserted, in whose words. Never a verdict that it is true.",
    "demands": "What was asked of whom, and what each of them answered.",
    "sources": "The documents that quotes are taken from.",
    "timeline": "What happened or was announced, in order.",
    "positions": "Where each party stands on each demand.",
    "views": "What changed between two pins, and what the record leaves open.",
    "search": "Everything that was said or recorded.",
    "quotes": "The exact words in the exact source that show a fact.",
    "changes": "What was added, revised, retracted and redacted: listed, and as it happens.",
    "vocabulary": "What the values of enumerations mean, here and elsewhere.",
    "service": "The service itself.",
}

# Names the shape of every refusal, in place of FastAPI's own. Which ones an operation has is
# declared in one place for all of them.
PROBLEMS: dict[int | str, dict[str, Any]] = {422: {"model": Problem}}
# A host of this machine: nobody else can reach a server there.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def operation_id(route: APIRoute) -> str:
    """The name of the handler: generated clients call their methods by it."""
    return route.name


def document(app: FastAPI, public_url: str) -> dict[str, Any]:
    """The OpenAPI document of the app, made once."""
    if app.openapi_schema is None:
        _build(Answer)
        found = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": words} for name, words in TAGS.items()],
            servers=[_server(public_url)],
            contact=app.contact,
            license_info=app.license_info,
        )
        # Reading needs no credentials: one requirement, and it is empty.
        found["security"] = [{}]
        declare_edits(found)
        declare_answers(found)
        declare_choices(found)
        declare_examples(found, public_url)
        declare_bounds(found)
        app.openapi_schema = found
    return app.openapi_schema


def _build(shape: type[BaseModel]) -> None:
    """Build the shapes of answers. Else each route would build all that its own is made of."""
    for one in shape.__subclasses__():
        one.model_rebuild()
        _build(one)


def _server(public_url: str) -> dict[str, Any]:
    """The one server: the address that links are built from."""
    local = urlsplit(public_url).hostname in LOOPBACK
    words = "Local: this machine alone." if local else "Production: the public address."
    return {"url": public_url, "description": words, "x-internal": local}
