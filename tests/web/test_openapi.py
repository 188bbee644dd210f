"""The OpenAPI document: valid, and as generators of clients need it."""

import inspect
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
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


def mappings(value: object) -> Iterator[Json]:
    """Every mapping in a value, itself included."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from mappings(inner)


def test_the_document_is_valid_openapi_3_1(document: Json) -> None:
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


async def test_the_document_is_served(site: Site) -> None:
    assert await site.get("/openapi.json") == site.app.openapi()


def test_every_schema_has_only_words_that_json_schema_knows(document: Json) -> None:
    known = {
        *("$ref", "title", "description", "examples", "default", "enum", "const", "type"),
        *("anyOf", "items", "properties", "required", "additionalProperties", "format"),
        *("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
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


def test_every_operation_is_called_as_its_handler_is(app: FastAPI, document: Json) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    handlers = {
        context.original_route.endpoint.__name__
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute) and context.original_route.include_in_schema
    }
    assert set(ids) == handlers


def test_every_operation_says_what_it_does(app: FastAPI, document: Json) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    used = set()
    for path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        used |= set(operation["tags"])
    assert used == described


def test_every_parameter_is_described_and_none_may_be_null(document: Json) -> None:
    for path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            where = f"{path} {parameter['name']}"
            for schema in mappings(parameter["schema"]):
                assert "anyOf" not in schema, where
                assert schema.get("type") != "null", where
            assert parameter["required"] == (parameter["in"] == "path"), where
            assert parameter.get("description") or parameter["in"] == "path", where


def test_parameters_that_repeat_begin_as_empty_lists_and_are_bounded(document: Json) -> None:
    for path, operation in operations(document):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            if schema.get("type") == "array":
                assert schema["default"] == [], path
                assert "maxItems" in schema or "$ref" in schema["items"], (path, parameter["name"])


def test_the_limit_of_a_list_is_declared(document: Json) -> None:
    for address in LISTS:
        parameters = {p["name"]: p for p in document["paths"][address]["get"]["parameters"]}
        limit = parameters["limit"]["schema"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 200, 50)


def test_every_parameter_of_a_query_is_documented(document: Json) -> None:
    for noun, model in QUERIES.items():
        names = {p["name"] for p in document["paths"][f"/{noun}"]["get"]["parameters"]}
        assert names == {name_of(model, field) for field in model.model_fields}


def test_every_error_is_a_problem_document(document: Json) -> None:
    for path, operation in operations(document):
        for status, answer in operation["responses"].items():
            expected = "application/json" if status < "400" else "application/problem+json"
            assert list(answer["content"]) == [expected], (path, status)
            assert answer["description"], (path, status)
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert "ValidationError" not in document["components"]["schemas"]


def test_every_property_of_an_answer_is_always_there(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert "enum" in schema or set(schema["required"]) == set(schema["properties"]), name


def test_no_enumeration_holds_null(document: Json) -> None:
    for schema in mappings(document["components"]):
        assert None not in schema.get("enum", []) if isinstance(schema.get("enum"), list) else True


def test_no_shape_is_written_twice_for_input_and_output(document: Json) -> None:
    for name in document["components"]["schemas"]:
        assert not name.endswith(("-Input", "-Output", "__Input", "__Output"))
        assert name.isidentifier()


def test_no_path_ends_with_a_slash_and_the_server_is_the_public_one(document: Json) -> None:
    assert not any(path.endswith("/") for path in document["paths"])
    assert document["servers"] == [{"url": "https://parley.example"}]
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["info"]["summary"]


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
        template = template_of(document, address.partition("?")[0])
        media_type = answer.headers["content-type"]
        status = str(answer.status_code)
        place = ("paths", template, "get", "responses", status, "content", media_type, "schema")
        schema = {"$ref": f"urn:openapi#{pointer(*place)}", "unevaluatedProperties": False}
        validator = Draft202012Validator(schema, registry=registry)
        assert list(validator.iter_errors(answer.json())) == [], address


def pointer(*parts: str) -> str:
    """A JSON pointer as the fragment of a URI."""
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in parts]
    return "".join(f"/{quote(part)}" for part in escaped)


def template_of(document: Json, path: str) -> str:
    """The path of the document that an address belongs to."""
    if path in document["paths"]:
        return path
    folder = path.rpartition("/")[0]
    (template,) = (known for known in document["paths"] if known.startswith(f"{folder}/{{"))
    return str(template)
