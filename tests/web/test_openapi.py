"""The OpenAPI document and what the service really does; its shape is held by tests/openapi."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.main import create_app
from app.store.engine import Database
from tests.http import LISTS, RECORDS, Json, Site, settings
from tests.web.queries import QUERIES, name_of


@pytest.fixture
def app(sqlite_store: Database) -> FastAPI:
    return create_app(settings(sqlite_store))


@pytest.fixture
def document(app: FastAPI) -> Json:
    return app.openapi()


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


async def test_the_document_is_served(site: Site) -> None:
    assert await site.get("/openapi.json") == site.app.openapi()


def test_every_schema_has_only_words_that_json_schema_knows(document: Json) -> None:
    known = {
        *("$ref", "title", "description", "examples", "default", "enum", "const", "type"),
        *("anyOf", "items", "properties", "required", "additionalProperties", "format"),
        *(
            "contentMediaType",
            "pattern",
            "minimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
        ),
    }
    schemas = list(document["components"]["schemas"].values())
    for _, operation in operations(document):
        schemas += [parameter["schema"] for parameter in operation.get("parameters", [])]
    while schemas:
        schema = schemas.pop()
        assert set(schema) <= known, schema
        schemas += schema.get("properties", {}).values()
        schemas += schema.get("anyOf", [])
        schemas += [schema["items"]] if "items" in schema else []


def test_the_limit_of_a_list_is_declared(document: Json) -> None:
    for address in LISTS:
        path = document["paths"][template_of(document, address)]
        parameters = {p["name"]: p for p in path["get"]["parameters"]}
        limit = parameters["limit"]["schema"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 200, 50)


def test_every_parameter_of_a_query_is_documented(document: Json) -> None:
    for noun, model in QUERIES.items():
        names = {p["name"] for p in document["paths"][f"/{noun}"]["get"]["parameters"]}
        assert names == {name_of(model, field) for field in model.model_fields}


def test_the_document_is_made_once(app: FastAPI) -> None:
    assert app.openapi() is app.openapi()


def test_handlers_explain_themselves(app: FastAPI) -> None:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            assert inspect.getdoc(context.original_route.endpoint)


ASKED = [
    *(
        f"{address}{query}"
        for address in LISTS
        for query in ("", "?limit=1", "?known_at=2022-01-09")
    ),
    *RECORDS,
    *(f"{address}?as_of=0" for address in RECORDS),
    *("/claims?limit=0", "/claims?%ff", "/claims/nothing", "/healthz", "/readyz"),
    *("/problems", "/problems/not-found", "/problems/nothing"),
]


async def test_every_answer_is_as_its_schema_says(site: Site) -> None:
    document = site.app.openapi()
    registry = Registry[Any]().with_resource("urn:openapi", DRAFT202012.create_resource(document))
    for address in ASKED:
        answer = await site.client.get(address)
        operation = document["paths"][template_of(document, address.partition("?")[0])]["get"]
        content = declared(document, operation["responses"][str(answer.status_code)])["content"]
        schema = content[answer.headers["content-type"]]["schema"]
        pointed = json.loads(json.dumps(schema).replace('"#/', '"urn:openapi#/'))
        closed = {"allOf": [pointed], "unevaluatedProperties": False}
        found = answer.json()
        validator = Draft202012Validator(
            closed if isinstance(found, dict) else pointed, registry=registry
        )
        assert list(validator.iter_errors(found)) == [], address


def declared(document: Json, answer: Json) -> Json:
    """An answer, or the one that its reference names."""
    if "$ref" in answer:
        found: Json = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        return found
    return answer


def template_of(document: Json, path: str) -> str:
    """The path of the document that an address belongs to."""
    if path in document["paths"]:
        return path
    patterns = {re.sub(r"{\w+}", "[^/]+", template): template for template in document["paths"]}
    (template,) = (known for shape, known in patterns.items() if re.fullmatch(shape, path))
    return str(template)
