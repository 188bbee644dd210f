"""Prints plain values as YAML 1.2 that people like to read and every parser reads alike."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.dossiers.yaml_scalars import is_string

_WIDTH = 100
_SHORTEST_FOLD = 40

# Written as they are; everything else stands in quotes. No indicator, no colon, no number sign.
_PLAIN = re.compile(r"[^\W_]([\w .,;()'’“”/+&%?!–—-]*[\w.)'’“”/+%?!~])?")
# Words that YAML 1.1 parsers take for a boolean, and numbers that they count in sixties.
_WORDS_OF_1_1 = re.compile("y|n|yes|no|on|off", re.IGNORECASE)
_NUMBER_OF_1_1 = re.compile(r"[-+]?[0-9][0-9_,.]*([eE][-+]?[0-9]+)?")
# JSON leaves these as they are. YAML parsers break lines at some, refuse others, and text with
# turned direction shows another order than it has.
_ESCAPED = re.compile(
    "[\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# A space at which a line may be folded: folding takes it for one space again.
_GAP = re.compile(r"(?<=[^ ]) (?=[^ ])")


def yaml_text(document: dict[str, Any]) -> str:
    """A mapping as a YAML document in block style, with LF line ends."""
    lines: list[str] = []
    for key, value in document.items():
        if isinstance(value, dict | list):
            lines.append("")
        lines.extend(_mapping({key: value}, ""))
    return "".join(f"{line}\n" for line in lines)


def _mapping(fields: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _mapping(value, f"{indent}  ")
        elif isinstance(value, list):
            yield from _sequence(key, value, indent)
        else:
            yield from _scalar_lines(f"{indent}{key}:", value, f"{indent}  ")


def _sequence(key: str, items: list[Any], indent: str) -> Iterator[str]:
    if all(isinstance(item, str) for item in items):
        line = f"{indent}{key}: [{', '.join(_in_flow(item) for item in items)}]"
        if len(line) <= _WIDTH:
            yield line
            return
    yield f"{indent}{key}:"
    for item in items:
        inner = f"{indent}    "
        if isinstance(item, dict):
            first, *rest = _mapping(item, inner)
            yield f"{indent}  - {first.removeprefix(inner)}"
            yield from rest
        else:
            yield from _scalar_lines(f"{indent}  -", item, inner)


def _scalar_lines(head: str, value: Any, indent: str) -> Iterator[str]:
    line = f"{head} {_one_line(value)}"
    if not isinstance(value, str) or _ESCAPED.search(value):
        yield line
    elif "\n" in value and _is_literal(value):
        yield f"{head} |-"
        yield from (f"{indent}{row}" if row else "" for row in value.split("\n"))
    elif len(line) > _WIDTH and _is_foldable(value):
        yield f"{head} >-"
        yield from (indent + row for row in _folded(value, _WIDTH - len(indent)))
    else:
        yield line


def _one_line(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    return value if _is_plain(value) else _quoted(value)


def _in_flow(item: str) -> str:
    return item if _is_plain(item) and "," not in item else _quoted(item)


def _is_plain(text: str) -> bool:
    # A date is a string in YAML 1.2, and reads best without quotes.
    return (
        _PLAIN.fullmatch(text) is not None
        and not _ESCAPED.search(text)
        and is_string(text)
        and not _WORDS_OF_1_1.fullmatch(text)
        and not _NUMBER_OF_1_1.fullmatch(text)
    )


def _quoted(text: str) -> str:
    # JSON's escapes are YAML's as well (YAML 1.2, 5.7).
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


def _is_literal(text: str) -> bool:
    rows = text.split("\n")
    return _is_clean(text) and bool(rows[0]) and bool(rows[-1]) and not text.startswith(" ")


def _is_foldable(text: str) -> bool:
    return "\n" not in text and _is_clean(text) and not text.startswith(" ")


def _is_clean(text: str) -> bool:
    """Whether nothing in it needs an escape, and no white space would go unseen."""
    return not re.search("[\x00-\x09\x0b-\x1f]| \n| $", text)


def _folded(text: str, width: int) -> Iterator[str]:
    row = ""
    for piece in _GAP.split(text):
        if row and len(row) + 1 + len(piece) > max(width, _SHORTEST_FOLD):
            yield row
            row = piece
        else:
            row = f"{row} {piece}" if row else piece
    yield row
