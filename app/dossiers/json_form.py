"""Reads JSON (RFC 8259) fast, and finds the line of a value only when somebody asks for it."""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from app.dossiers.document import Steps
from app.dossiers.faults import Faults
from app.dossiers.sheet import DEEPEST, TOO_DEEP, TWICE, Sheet, whole_number

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|NaN|-?Infinity')
_SPACE = re.compile(r"[ \t\n\r]*")
# Positions need the extent of a value, not the value.
_MEASURE = json.JSONDecoder(parse_int=len, parse_float=len)


class _NoNumber(ValueError):
    """NaN or an infinity, which JSON does not have."""


def read_json(text: str, faults: Faults) -> Sheet:
    """The values of a JSON file."""
    index = Index(text)
    faults.line_of = index.line_of
    return Sheet(load(text, faults), index.line_of)


def load(text: str, faults: Faults, line: int = 1, steps: Steps = ()) -> Any:
    """The value of a JSON text that starts on the line; of a key that stands twice, the first."""
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(items)
        if len(fields) < len(items):
            repeated.append("")
            return dict(reversed(items))
        return fields

    try:
        value = json.loads(
            text, object_pairs_hook=pairs, parse_constant=_refuse, parse_int=whole_number
        )
    except RecursionError:
        faults.stop(TOO_DEEP, steps, line - 1 + _deep_line(text))
    except _NoNumber:
        here = line - 1 + _line_of_constant(text)
        faults.stop("is not JSON here: NaN and Infinity are no numbers", steps, here)
    except json.JSONDecodeError as error:
        what = f"cannot be read as JSON here: {error.msg}, column {error.colno}"
        faults.stop(what, steps, line - 1 + error.lineno)
    if _is_too_deep(value):
        faults.stop(TOO_DEEP, steps, line - 1 + _deep_line(text))
    if repeated:
        for path, offset in Index(text).repeated():
            faults.add(TWICE, steps + path, line + text.count("\n", 0, offset))
    return value


def _refuse(_constant: str) -> Any:
    raise _NoNumber


def _is_too_deep(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _deep_line(text: str) -> int:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > DEEPEST:
            return text.count("\n", 0, token.start()) + 1
    return 1


def _line_of_constant(text: str) -> int:
    found = (token for token in _TOKEN.finditer(text) if token[0][-1] in "Ny")
    token = next(found, None)
    return text.count("\n", 0, token.start()) + 1 if token else 1


class Index:
    """Where each value of a JSON text stands. The text must be known to be well-formed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[Steps, dict[str | int, int]] = {}
        self._breaks: list[int] = []

    def line_of(self, steps: Steps) -> int | None:
        """The line of a value, or of the nearest one around it."""
        if not self._breaks:
            self._breaks = [-1, *(found.start() for found in re.finditer("\n", self._text))]
        return bisect_left(self._breaks, self._offset(steps))

    def repeated(self) -> Iterator[tuple[Steps, int]]:
        """Every key that stands twice in its object, with the offset of the second one."""
        waiting: list[tuple[Steps, int]] = [((), self._next(0))]
        while waiting:
            steps, offset = waiting.pop()
            seen: set[str | int] = set()
            for step, key_at, value_at in self._children(offset):
                if step in seen:
                    yield (*steps, step), key_at
                seen.add(step)
                waiting.append(((*steps, step), value_at))

    def _offset(self, steps: Steps) -> int:
        offset = self._next(0)
        for depth, step in enumerate(steps):
            inside = self._inside(steps[:depth], offset)
            if step not in inside:
                return offset
            offset = inside[step]
        return offset

    def _inside(self, steps: Steps, offset: int) -> dict[str | int, int]:
        if steps not in self._known:
            found: dict[str | int, int] = {}
            for step, _, value_at in self._children(offset):
                found.setdefault(step, value_at)
            self._known[steps] = found
        return self._known[steps]

    def _next(self, offset: int) -> int:
        found = _SPACE.match(self._text, offset)
        return found.end() if found else offset

    def _children(self, offset: int) -> Iterator[tuple[str | int, int, int]]:
        """The members of the container at an offset: step, and where key and value start."""
        opening = self._text[offset]
        if opening not in "[{":
            return
        place, position = self._next(offset + 1), 0
        while self._text[place] not in "]}":
            step: str | int = position
            value_at = place
            if opening == "{":
                step, end = _MEASURE.raw_decode(self._text, place)
                value_at = self._next(self._next(end) + 1)  # past the colon
            yield step, place, value_at
            place = self._next(_MEASURE.raw_decode(self._text, value_at)[1])
            if self._text[place] == ",":
                place = self._next(place + 1)
            position += 1
