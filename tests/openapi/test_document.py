"""The document as a product: what generators of clients and their readers need of it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.formats import serving
from app.main import create_app
from app.resources.queries import GREATEST_LIMIT
from app.routers.views import MOST_DIFFERENCES
from app.web.pages import ONLY_WHEN_ASKED
from app.web.parameters import MOST_PARAMETERS
from app.web.subjects import traits_of
from tests.http import Json
from tests.openapi.snapshot import LOCAL_URL, settings

PROBLEM = "application/problem+json"
# Parameters that a question is none without.
ONLY_GIVEN = ("q", "since", "reason", "If-Match")
EVERYWHERE = {"Access-Control-Allow-Origin", "RateLimit", "RateLimit-Policy", "X-Request-Id"}
DOCUMENT: Json = create_app(settings(LOCAL_URL)).openapi()
SCHEMAS: Json = DOCUMENT["components"]["schemas"]
OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation | {"path": path, "method": method}
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
# What only editors may do.
EDITING = {name for name, operation in OPERATIONS.items() if operation["method"] != "get"}
# Shapes of what they send, which may leave much out.
SENT = ("Create", "Update")
# What comes in one form, where it is not JSON.
ALONE = ({"application/json"}, {"text/event-stream"}, {"text/plain"})
# A text is sent to it, and no text of a source is kept with the project.
UNSHOWN = "verify_source"
PARAMETERS: dict[str, Json] = {
    f"{name} {parameter['name']}": parameter
    for name, operation in OPERATIONS.items()
    for parameter in operation.get("parameters", [])
}

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
each_schema = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
each_parameter = pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)


def mappings(value: object) -> Iterator[Json]:
    """Every mapping in a value, itself included; examples are data, not schemas."""
    if isinstance(value, dict):
        yield value
        value = [inner for name, inner in value.items() if name not in ("example", "examples")]
    if isinstance(value, list):
        for inner in value:
            yield from mappings(inner)


def resolved(value: Json) -> Json:
    """What a reference leads to, or the value itself."""
    if "$ref" not in value:
        return value
    found: Any = DOCUMENT
    for step in value["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)


def takes_format(operation: Json) -> bool:
    return any(parameter["name"] == "format" for parameter in operation.get("parameters", []))


def is_dossier(operation: Json) -> bool:
    return bool(operation["path"].endswith("/dossier"))


def header_fields(operation: Json) -> dict[str, bool]:
    """The header fields that an operation takes, and whether it needs them."""
    fields = [one for one in operation.get("parameters", []) if one["in"] == "header"]
    return {one["name"]: one["required"] for one in fields}


def test_the_document_is_openapi_3_1_0() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_reference_leads_somewhere() -> None:
    for found in mappings(DOCUMENT):
        if "$ref" in found:
            assert resolved(found)


def test_operations_are_called_as_their_handlers_are_once_each_in_snake_case() -> None:
    app = create_app(settings(LOCAL_URL))
    handlers = [
        context.original_route.endpoint.__name__
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute) and context.original_route.include_in_schema
    ]
    assert sorted(OPERATIONS) == sorted(handlers)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in OPERATIONS)


@each_operation
def test_an_operation_has_a_summary_a_description_and_a_described_tag(operation: Json) -> None:
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    assert operation["summary"]
    assert operation["description"]
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= described


def test_every_tag_is_used() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}


def test_schemas_have_plain_names() -> None:
    for name, schema in SCHEMAS.items():
        assert re.fullmatch(r"[A-Z][A-Za-z]*", name)
        assert not name.endswith(("Input", "Output", "Content", "Row"))
        assert schema["title"] == name
        assert schema["description"]


def test_lists_answer_in_pages_with_names_of_their_own() -> None:
    pages = {
        resolved(operation["responses"]["200"]["content"]["application/json"]["schema"])["title"]
        for operation in OPERATIONS.values()
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", []))
    }
    assert pages == {name for name in SCHEMAS if name.endswith("Page")}
    for name in pages:
        most = SCHEMAS[name]["properties"]["items"]["maxItems"]
        # The differences of as many records can be more.
        assert most == (MOST_DIFFERENCES if name == "DiffPage" else GREATEST_LIMIT)


@each_schema
def test_every_property_of_an_answer_is_required(schema: Json) -> None:
    for found in mappings(schema):
        if isinstance(found.get("properties"), dict) and not found["title"].endswith(SENT):
            optional = set(found["properties"]) - set(found.get("required", []))
            assert optional <= set(ONLY_WHEN_ASKED), optional
            assert not optional or found["title"].endswith("Page")


@each_schema
def test_nulls_are_explicit_and_in_no_enumeration(schema: Json) -> None:
    for found in mappings(schema):
        if isinstance(found.get("enum"), list):
            assert None not in found["enum"]
        assert "nullable" not in found
        assert not isinstance(found.get("type"), list)


@each_schema
def test_shapes_are_ones_that_every_language_has(schema: Json) -> None:
    for found in mappings(schema):
        assert not {"prefixItems", "itemSchema", "patternProperties", "not", "if"} & set(found)
        assert found.get("format") not in ("duration", "decimal", "time-delta")
        # A choice of several shapes needs a property that tells them apart.
        shapes: list[Json] = found.get("oneOf") or found.get("anyOf") or []
        kinds = [one for one in shapes if one.get("type") != "null"]
        if "oneOf" in found or len(kinds) > 1:
            tell = found["discriminator"]
            assert set(tell["mapping"].values()) == {one["$ref"] for one in kinds}
            for one in kinds:
                assert tell["propertyName"] in resolved(one)["required"]
                assert "default" not in resolved(one)["properties"][tell["propertyName"]]


def test_nothing_is_written_in_the_words_of_a_later_version() -> None:
    assert not any("itemSchema" in found for found in mappings(DOCUMENT))


def test_dates_of_sources_are_edtf_with_a_pattern_and_examples() -> None:
    edtf = SCHEMAS["EdtfOut"]["properties"]["edtf"]
    assert edtf["type"] == "string"
    assert "format" not in edtf
    assert edtf["examples"]
    for text in [*edtf["examples"], "2022-01-10", "2022-01~", "202X", "../2022"]:
        assert re.search(edtf["pattern"], text)
    assert not re.search(edtf["pattern"], "10 January 2022")


@each_schema
def test_every_value_is_bounded(schema: Json) -> None:
    for found in mappings(schema):
        if found.get("type") == "string" and "contentMediaType" not in found:
            assert {"maxLength", "enum", "const"} & set(found), found
        if found.get("type") == "integer":
            assert {"minimum", "maximum", "format"} <= set(found), found


@each_parameter
def test_a_parameter_is_described_bounded_and_never_null(parameter: Json) -> None:
    schema = parameter["schema"]
    assert parameter["description"]
    needed = parameter["in"] == "path" or parameter["name"] == "If-Match"
    assert parameter["required"] == needed or parameter["name"] in ONLY_GIVEN
    for found in mappings(resolved(schema)):
        assert not {"anyOf", "oneOf", "nullable"} & set(found)
        assert found.get("type") != "null"
        if found.get("type") == "string":
            assert {"maxLength", "enum", "const"} & set(found)
        if found.get("type") == "integer":
            assert {"minimum", "maximum", "format"} <= set(found)
    if schema.get("type") == "array":
        assert schema["default"] == []
        assert schema["maxItems"] <= MOST_PARAMETERS


@each_operation
def test_the_formats_are_those_of_the_registry(operation: Json) -> None:
    if is_dossier(operation):
        return
    found = set(operation["responses"]["200"]["content"])
    assert not any(";" in media_type for media_type in found)
    formats = serving(traits_of(operation, SCHEMAS)) if takes_format(operation) else ()
    others = {form.media_type for form in formats}
    assert found == others or found in ALONE
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "format":
            assert resolved(parameter["schema"])["enum"] == [form.name for form in formats]


@each_operation
def test_every_refusal_is_a_problem_document(operation: Json) -> None:
    for status, answer in operation["responses"].items():
        found = resolved(answer)
        assert found["description"]
        if status >= "305":
            problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
            assert list(found["content"]) == [PROBLEM]
            assert found["content"][PROBLEM].items() >= problem.items()


@each_operation
def test_an_operation_declares_what_can_happen_to_it(operation: Json) -> None:
    expected = {"200", "400", "401", "414", "429", "431", "500"}
    path, parameters = operation["path"], operation.get("parameters", [])
    if any(parameter["in"] == "query" for parameter in parameters):
        expected |= {"422", "503"}
    if takes_format(operation):
        expected |= {"304", "406"}
    if "{" in path:
        expected |= {"404"}
    if "{id}" in path and not path.endswith("/history"):
        expected |= {"308", "410"}
    if path == "/readyz":
        expected |= {"503"}
    assert set(operation["responses"]) == expected | _of_editors(operation)


def _of_editors(operation: Json) -> set[str]:
    """What can happen to an operation because it changes the record."""
    expected: set[str] = set()
    if operation["operationId"] in EDITING:
        expected |= {"403", "409", "422", "503"}
    if "requestBody" in operation:
        expected |= {"408", "413", "415"}
    guards = header_fields(operation)
    if "If-Match" in guards:
        expected |= {"412"}
    if guards.get("If-Match") or "If-None-Match" in guards:
        expected |= {"428"}
    if operation["operationId"].startswith(("create_", "add_", "put_")):
        expected |= {"201"}
    return expected


@each_operation
def test_the_header_fields_of_an_answer_are_documented(operation: Json) -> None:
    for status, answer in operation["responses"].items():
        fields = set(resolved(answer)["headers"])
        assert fields >= EVERYWHERE
        assert ("Retry-After" in fields) == (status in ("429", "503"))
        assert ("Location" in fields) == (status in ("201", "308"))
        assert ("WWW-Authenticate" in fields) == (status in ("401", "403"))
        if is_dossier(operation):
            assert status != "200" or fields >= {"ETag", "Parley-Revision"}
            continue
        if takes_format(operation) and status in ("200", "304"):
            assert fields >= {"ETag", "Last-Modified", "Cache-Control", "Vary"}
        if takes_format(operation) and status == "200":
            assert fields >= {"Link", "Parley-Revision", "Parley-Known-At", "Parley-At"}


def test_every_header_field_is_described_with_an_example() -> None:
    for name, field in DOCUMENT["components"]["headers"].items():
        assert field["description"], name
        assert "example" in field, name


def test_the_service_says_who_it_is() -> None:
    info = DOCUMENT["info"]
    assert info["title"]
    assert info["summary"]
    assert info["description"]
    assert info["license"]["identifier"] == "Apache-2.0"


def test_the_contact_and_the_licence_of_the_data_are_those_of_the_settings() -> None:
    said = {"contact_url": "https://parley.example/corrections", "data_license": "CC-BY-4.0"}
    info = create_app(settings(LOCAL_URL).model_copy(update=said)).openapi()["info"]
    assert info["contact"] == {"name": "Corrections to the record", "url": said["contact_url"]}
    assert "CC-BY-4.0" in info["description"]
    assert "contact" not in DOCUMENT["info"]


@pytest.mark.parametrize(
    ("url", "environment", "internal"),
    [
        (LOCAL_URL, "Local", True),
        ("http://[::1]:8000", "Local", True),
        ("https://parley.example", "Production", False),
    ],
)
def test_there_is_one_server_the_public_one(url: str, environment: str, internal: bool) -> None:
    (server,) = create_app(settings(url)).openapi()["servers"]
    assert server["url"] == url
    assert server["description"].startswith(environment)
    assert server["x-internal"] is internal


def test_reading_needs_no_credentials() -> None:
    assert DOCUMENT["security"] == [{}]
    for name, operation in OPERATIONS.items():
        assert ("security" in operation) == (name in EDITING)


def test_no_path_ends_with_a_slash() -> None:
    assert not any(path.endswith("/") for path in DOCUMENT["paths"])


@each_operation
def test_an_operation_shows_a_real_answer(operation: Json) -> None:
    content = operation["responses"]["200"]["content"]
    # A stream has no end, so none is shown.
    without = "text/event-stream" in content or operation["operationId"] == UNSHOWN
    assert without or any("example" in one for one in content.values())
    for sent in operation.get("requestBody", {}).get("content", {}).values():
        assert "example" in sent or without
    for parameter in operation.get("parameters", []):
        assert parameter["in"] != "path" or without or parameter["example"]


@each_operation
def test_fields_and_include_name_what_the_answer_has(operation: Json) -> None:
    named = {one["name"]: one["schema"] for one in operation.get("parameters", [])}
    for parameter in {"fields", "include"} & set(named):
        for example in named[parameter]["examples"]:
            assert re.search(named[parameter]["pattern"], example)
        assert not re.search(named[parameter]["pattern"], "nothing")
        assert "source" in named["include"]["pattern"] if parameter == "include" else True
