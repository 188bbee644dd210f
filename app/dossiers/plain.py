"""Tidies the plain values of a record, and finds text in them that nothing can hold."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.dossiers.document import Steps
from app.resources.texts import normalize

_HALF = re.compile("[\ud800-\udfff]")


def plain(fields: dict[str, Any]) -> str:
    """The record as JSON, its quotes without the white space that block scalars end with."""
    _trim(fields)
    return json.dumps(fields, ensure_ascii=False)


def _trim(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _trim(item)
    elif isinstance(value, dict):
        for item in value.values():
            _trim(item)
        exact = value.get("exact")
        if isinstance(exact, str) and exact != exact.strip() and not _is_measured(value, exact):
            value["exact"] = exact.strip()


def _is_measured(quote: dict[str, Any], exact: str) -> bool:
    """Whether the stated offsets count the white space at the ends, so that it belongs there."""
    start, end = quote.get("start"), quote.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return False
    return end - start == len(normalize(exact)) != len(normalize(exact.strip()))


def has_unusable(text: str) -> bool:
    """Whether the JSON of a record may have text that no database holds; ``unusable`` is sure."""
    return "\\u0000" in text or _HALF.search(text) is not None


def unusable(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Text that no database holds: NUL, and half of a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value:
            yield steps, "must not have the character NUL"
        if _HALF.search(value):
            yield steps, "must not have lone surrogates, which are half of a character"
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from unusable(item, (*steps, position))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unusable(item, (*steps, key))
            if _HALF.search(key) or "\0" in key:
                yield (*steps, key), "is not a known key"
