"""What is kept of the document, so that a review sees every change to it."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.openapi.snapshot import (
    DOCUMENT,
    EXAMPLES,
    FORMATS_PAGE,
    LOCAL_URL,
    ask_examples,
    formats_page,
    local_document,
    seeded,
    written,
)

STALE = "run `make openapi`, and look at what has changed"


def test_the_kept_document_is_the_one_that_is_served() -> None:
    # Compared as values first: a diff of two long texts takes long.
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == local_document(), STALE
    assert DOCUMENT.read_text(encoding="utf-8") == written(local_document()), STALE


def test_the_tables_of_formats_are_those_of_the_code() -> None:
    text = FORMATS_PAGE.read_text(encoding="utf-8")
    assert text == formats_page(text), STALE


async def test_the_examples_are_what_the_service_answers_over_the_seed(tmp_path: Path) -> None:
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    assert kept == await ask_examples(tmp_path), STALE


async def test_the_examples_are_as_their_schemas_say(tmp_path: Path) -> None:
    async with seeded(tmp_path) as (app, _):
        document = app.openapi()
        resource = DRAFT202012.create_resource(document)
        registry = Registry[Any]().with_resource("urn:openapi", resource)
        for methods in document["paths"].values():
            for operation in methods.values():
                sent = operation.get("requestBody", {}).get("content", {})
                for shown in (*operation["responses"]["200"]["content"].values(), *sent.values()):
                    if "example" not in shown:
                        continue
                    schema = json.dumps(shown["schema"]).replace('"#/', '"urn:openapi#/')
                    validator = Draft202012Validator(json.loads(schema), registry=registry)
                    errors = list(validator.iter_errors(shown["example"]))
                    assert errors == [], operation["operationId"]


def test_examples_link_to_the_service_that_shows_them() -> None:
    assert f"{LOCAL_URL}/claims" in DOCUMENT.read_text(encoding="utf-8")
    assert "parley.example/" not in json.dumps(local_document()["paths"])
