"""CSV (RFC 4180): one row for each record, in columns that the shape of the record gives."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from app.formats.base import Document, Rows
from app.resources.dates import EdtfOut
from app.resources.evidence import EvidenceOut

# A cell that begins with one of these is run as a formula by common spreadsheets.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# With apostrophes before it a text would read like one that got its apostrophe here.
_GUARDED = re.compile(f"'*[{re.escape(''.join(FORMULA_STARTS))}]")
# Sorts behind all of these: most texts do, and need no closer look.
_BEYOND = "A"
BETWEEN = "; "
LINE_END = "\r\n"

# The text of the cells of a field, with commas between them, from its value.
Text = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Cells:
    """What a field takes of a row: the names of its columns, and how their cells are written."""

    field: str
    names: tuple[str, ...]
    text: Text


class Csv(Rows):
    """Links become an id and a name, dates their text and bounds, parts JSON in one cell."""

    name = "csv"
    media_type = "text/csv"
    streams = True
    extension: str | None = "csv"

    def render(self, document: Document) -> bytes:
        """A header and the rows."""
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The header, then one piece for each chunk."""
        cells = [
            one
            for one in cells_of(document.flat.shape if document.flat else document.shape)
            if not document.fields or one.field in document.fields
        ]
        yield (",".join(name for one in cells for name in one.names) + LINE_END).encode()
        line = _line(cells)
        for chunk in chunks:
            lines = [line(row) for item in chunk for row in _rows_of(item, document)]
            if lines:
                yield "".join(lines).encode()


def _rows_of(item: bytes, document: Document) -> Iterable[Mapping[str, Any]]:
    # The names of fields are the same in each record; most values are not worth remembering.
    record = from_json(item, cache_strings="keys")
    return document.flat.rows(record) if document.flat else (record,)


def _line(cells: Sequence[Cells]) -> Callable[[Mapping[str, Any]], str]:
    """What makes a line of a row. The standard library's writer looks at each character of it."""
    writing = [(one.field, one.text) for one in cells]
    # A line with nothing on it would be no row.
    empty = '""' if sum(len(one.names) for one in cells) == 1 else ""

    def line(row: Mapping[str, Any]) -> str:
        get = row.get
        found = ",".join([text(get(field)) for field, text in writing])
        return (found or empty) + LINE_END

    return line


def text_of(value: str | float | None) -> str:
    """A value as a cell that no spreadsheet runs: a text that looks like a formula gets an
    apostrophe, and so does one that begins with apostrophes before such a sign: taking away one
    gives the text back.
    """
    if not isinstance(value, str):
        return _number(value)
    if value < _BEYOND and _GUARDED.match(value):
        value = f"'{value}"
    if '"' in value:
        return quoted(value)
    if "," in value or "\n" in value or "\r" in value:
        return f'"{value}"'
    return value


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def quoted(value: str) -> str:
    """A text between quotation marks, with those in it twice."""
    return '"' + value.replace('"', '""') + '"'


@lru_cache(maxsize=64)
def cells_of(shape: type[BaseModel]) -> tuple[Cells, ...]:
    """The cells of a shape, in the order of its fields."""
    return tuple(
        _cells(declared.alias or name, _bare(declared.annotation))
        for name, declared in shape.model_fields.items()
    )


def _bare(annotation: Any) -> Any:
    """The type without the null that it may be instead."""
    if get_origin(annotation) in (Union, UnionType):
        return next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation


def _cells(field: str, kind: Any) -> Cells:
    many = get_origin(kind) is list
    item = get_args(kind)[0] if many else kind
    if item is EdtfOut:
        return Cells(field, (field, f"{field}_earliest", f"{field}_latest"), _date)
    if item is EvidenceOut:
        return Cells(field, ("quote", "quote_source", field), _evidence)
    if isinstance(item, type) and issubclass(item, BaseModel):
        return _link(field, item, many) if "href" in item.model_fields else _parts(field)
    return Cells(field, (field,), _joined if many else text_of)


def _link(field: str, link: type[BaseModel], many: bool) -> Cells:
    """A column for each thing a link tells, its address aside."""
    parts = tuple(name for name in link.model_fields if name != "href")
    names = tuple(f"{field}_{part}{'s' * many}" for part in parts)
    return Cells(field, names, _each(parts) if many else _one(parts))


def _each(parts: tuple[str, ...]) -> Text:
    blank = "," * (len(parts) - 1)

    def text(links: Any) -> str:
        if not links:
            return blank
        return ",".join([text_of(BETWEEN.join([link[part] for link in links])) for part in parts])

    return text


def _one(parts: tuple[str, ...]) -> Text:
    blank = "," * (len(parts) - 1)
    return lambda link: ",".join([text_of(link[part]) for part in parts]) if link else blank


def _parts(field: str) -> Cells:
    return Cells(field, (field,), lambda value: _json(value) if value else "")


def _json(value: Any) -> str:
    # It begins with a bracket, which is no sign of a formula, and has names, which are quoted.
    return quoted(to_json(value).decode())


def _date(value: Any) -> str:
    if not value:
        return ",,"
    return f"{text_of(value['edtf'])},{value['earliest'] or ''},{value['latest'] or ''}"


def _evidence(quotes: Any) -> str:
    """The words and the source of the first quote, and all quotes as JSON."""
    if not quotes:
        return ",,"
    first = quotes[0]
    return f"{text_of(first['exact'])},{text_of(first['source']['id'])},{_json(quotes)}"


def _joined(values: Any) -> str:
    return text_of(BETWEEN.join(map(str, values))) if values else ""
