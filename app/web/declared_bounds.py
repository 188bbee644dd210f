"""Bounds of everything in the document, so that a client knows how much of it there can be.

A bound that a model declares stays; these are what the service as a whole holds to.
"""

from collections.abc import Iterator
from typing import Any

from app.resources.base import SLUG
from app.resources.dates import EDTF_PATTERN, LONGEST
from app.resources.queries import GREATEST_LIMIT
from app.web.parameters import MOST_PARAMETERS

# What Pydantic writes for a bound that stands behind a validator of ours.
SPELLINGS = {"ge": "minimum", "le": "maximum"}
# No text of a record is longer than an editor may write, and nothing else is as long.
LONGEST_TEXT = 20_000
LONGEST_BY_PATTERN = {SLUG: 128, EDTF_PATTERN: LONGEST}
LONGEST_BY_FORMAT = {"date": 10, "date-time": 35}
# Every count can be asked for again: parameters take up to fifteen digits.
GREATEST = 10**15 - 1
GREATEST_INT32 = 2**31 - 1


def declare_bounds(document: dict[str, Any]) -> None:
    """Write the bounds into every schema of the document."""
    for schema in _schemas(document):
        for spelling, name in SPELLINGS.items():
            if spelling in schema:
                schema[name] = schema.pop(spelling)
        if schema["type"] == "integer":
            _bound_number(schema)
        # A whole list in a format that streams ends where it ends.
        elif schema["type"] == "string" and "contentMediaType" not in schema:
            _bound_text(schema)
    _bound_lists(document)


def _bound_lists(document: dict[str, Any]) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["schema"].get("type") == "array":
                    parameter["schema"].setdefault("maxItems", MOST_PARAMETERS)
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Page"):
            schema["properties"]["items"].setdefault("maxItems", GREATEST_LIMIT)


def _bound_number(schema: dict[str, Any]) -> None:
    schema.setdefault("minimum", 0)
    schema.setdefault("maximum", GREATEST)
    schema.setdefault("format", "int32" if schema["maximum"] <= GREATEST_INT32 else "int64")


def _bound_text(schema: dict[str, Any]) -> None:
    if not {"enum", "const"} & set(schema):
        by_format = LONGEST_BY_FORMAT.get(schema.get("format", ""), LONGEST_TEXT)
        longest = LONGEST_BY_PATTERN.get(schema.get("pattern", ""), by_format)
        schema.setdefault("maxLength", longest)


def _schemas(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema with a type, however deep in the document; examples are none."""
    if isinstance(value, list):
        for inner in value:
            yield from _schemas(inner)
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for name, inner in value.items():
            if name not in ("example", "examples"):
                yield from _schemas(inner)
