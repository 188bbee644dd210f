"""Examples in the OpenAPI document: real answers over the seed, kept beside this file.

``make openapi`` asks for them anew; a test holds them to what the service answers.
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic_core import from_json

from app.web.problems import MEDIA_TYPE

# The address of the service that the examples were asked of.
EXAMPLE_URL = "https://parley.example"


@lru_cache(maxsize=4)
def examples(public_url: str) -> dict[str, Any]:
    """The examples, with links to this service.

    ``answers`` holds one for each operation, with its address; ``texts`` one for each schema of
    a format that is text; ``problems`` one for each response that is easily had.
    """
    text = files("app.web").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = from_json(text.replace(EXAMPLE_URL, public_url))
    return found


def declare_examples(document: dict[str, Any], public_url: str) -> None:
    """Write the examples into the document."""
    found = examples(public_url)
    for path, methods in document["paths"].items():
        for operation in methods.values():
            example = found["answers"].get(operation["operationId"])
            if example:
                _exemplify(operation, path, example)
    for name, problem in found["problems"].items():
        document["components"]["responses"][name]["content"][MEDIA_TYPE]["example"] = problem
    for name, text in found["texts"].items():
        document["components"]["schemas"][name]["examples"] = [text]


def _exemplify(operation: dict[str, Any], path: str, example: dict[str, Any]) -> None:
    operation["responses"]["200"]["content"]["application/json"]["example"] = example["answer"]
    if "body" in example:
        for content in operation["requestBody"]["content"].values():
            if content["schema"].get("type") != "string":
                content["example"] = example["body"]
    names = re.findall(r"\{(\w+)\}", path)
    pattern = re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(path))
    match = re.fullmatch(pattern, example["address"].partition("?")[0])
    values = dict(zip(names, match.groups(), strict=True)) if match else {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path" and parameter["name"] in values:
            parameter["example"] = values[parameter["name"]]
