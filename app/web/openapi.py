"""The OpenAPI document: what FastAPI derives from the routes, and what it does not know."""

from typing import Annotated, Any

from fastapi import FastAPI, Path
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.resources.base import SLUG
from app.web.problems import MEDIA_TYPE, Problem

RecordId = Annotated[
    str, Path(pattern=SLUG, description="The id of the record.", examples=["wendy-sherman"])
]

TAGS = {
    "negotiations": "Who negotiates with whom, over which issues.",
    "participants": "People, states, organizations, bodies and groups.",
    "meetings": "Who met when and where, and which meetings come next.",
    "claims": "What somebody asserted, in whose words. Never a verdict that it is true.",
    "demands": "What was asked of whom, and what each of them answered.",
    "sources": "The documents that quotes are taken from.",
    "service": "The service itself.",
}

# What every route can answer beside its own.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The request is malformed."},
    404: {"model": Problem, "description": "Not there, or not there yet at this pin."},
    410: {"model": Problem, "description": "The record was retracted, with a reason."},
    422: {"model": Problem, "description": "A parameter is wrong; the problem names it."},
    500: {"model": Problem, "description": "The service failed."},
    503: {"model": Problem, "description": "The store cannot answer at the moment."},
}


# What Pydantic writes for a bound that stands behind a validator of ours.
BOUNDS = {"ge": "minimum", "le": "maximum"}


def operation_id(route: APIRoute) -> str:
    """The name of the handler: generated clients call their methods by it."""
    return route.name


def document(app: FastAPI, public_url: str) -> dict[str, Any]:
    """The OpenAPI document of the app, made once."""
    if app.openapi_schema is None:
        app.openapi_schema = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": words} for name, words in TAGS.items()],
            servers=[{"url": public_url}],
            license_info=app.license_info,
        )
        for path in app.openapi_schema["paths"].values():
            for operation in path.values():
                _name_problem_type(operation)
                _spell_bounds(operation)
    return app.openapi_schema


def _name_problem_type(operation: dict[str, Any]) -> None:
    """Declared error answers inherit the media type of the route; theirs is another one."""
    for answer in operation["responses"].values():
        content = answer.get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
        if reference.endswith("/Problem"):
            answer["content"] = {MEDIA_TYPE: content["application/json"]}


def _spell_bounds(operation: dict[str, Any]) -> None:
    """Bounds by the names that JSON Schema has for them."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        parameter["schema"] = {BOUNDS.get(name, name): value for name, value in schema.items()}
