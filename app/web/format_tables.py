"""The two tables of formats in the documentation, made from what is declared."""

from collections.abc import Iterator
from typing import Any

from app.formats import FORMATS
from app.formats.base import Format
from app.web.subjects import formats_of


def format_table() -> str:
    """Every format: its media type, how much of a list it gives, and its form in a sentence."""
    head = ["| format | media type | without `limit` and `cursor` | form |", "|---|---|---|---|"]
    return "\n".join([*head, *map(_row, FORMATS)])


def path_table(document: dict[str, Any]) -> str:
    """Which paths have which formats, from the OpenAPI document."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, names in _paths(document):
        groups.setdefault(names, []).append(path)
    rows = [f"| {_coded(paths)} | {_coded(names)} |" for names, paths in groups.items()]
    return "\n".join(["| paths | formats |", "|---|---|", *rows, "| all others | JSON |"])


def _row(form: Format) -> str:
    much = "all of the list, as a stream" if form.streams else "one page"
    much += ", newest first" if form.newest_first else ""
    words = " ".join((type(form).__doc__ or "").split()).partition(". ")[0].rstrip(".")
    words = words.replace("``", "`")
    return f"| `{form.name}` | `{form.media_type}` | {much} | {words}. |"


def _paths(document: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path, methods in document["paths"].items():
        operation = methods.get("get", {})
        # A dossier has forms of its own.
        if path.endswith("/dossier"):
            continue
        if "format" in {each["name"] for each in operation.get("parameters", [])}:
            formats = formats_of(operation, document["components"]["schemas"])
            yield path, tuple(form.name for form in formats)


def _coded(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
