"""CSV (RFC 4180): one row for each record, in columns that the shape of the record gives."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from operator import itemgetter
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
BETWEEN = "; "

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the field it is made from, and how."""

    name: str
    field: str
    value: Callable[[Any], Cell]


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
        columns = [
            column
            for column in columns_of(document.flat.shape if document.flat else document.shape)
            if not document.fields or column.field in document.fields
        ]
        yield _rows([[column.name for column in columns]])
        for chunk in chunks:
            records = [record for item in chunk for record in _rows_of(from_json(item), document)]
            cells = [[_cell(column, record) for column in columns] for record in records]
            if cells:
                yield _rows(cells)


def _rows_of(record: dict[str, Any], document: Document) -> Iterable[Mapping[str, Any]]:
    return document.flat.rows(record) if document.flat else (record,)


def _cell(column: Column, record: Mapping[str, Any]) -> Cell:
    value = record.get(column.field)
    return safe(column.value(value)) if value is not None else None


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet runs: text that looks like a formula gets an apostrophe, and so
    does one that begins with apostrophes before such a sign: taking away one gives the text back.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and _GUARDED.match(cell):
        return f"'{cell}"
    return cell


def _rows(cells: Iterable[Sequence[Cell]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(cells)
    return text.getvalue().encode()


@lru_cache(maxsize=64)
def columns_of(shape: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a shape, in the order of its fields."""
    found: list[Column] = []
    for name, declared in shape.model_fields.items():
        field = declared.alias or name
        found += _columns(field, _bare(declared.annotation))
    return tuple(found)


def _bare(annotation: Any) -> Any:
    """The type without the null that it may be instead."""
    if get_origin(annotation) in (Union, UnionType):
        return next(arg for arg in get_args(annotation) if arg is not type(None))
    return annotation


def _columns(field: str, kind: Any) -> list[Column]:
    many = get_origin(kind) is list
    item = get_args(kind)[0] if many else kind
    if item is EdtfOut:
        return [
            Column(field, field, lambda value: value["edtf"]),
            Column(f"{field}_earliest", field, lambda value: value["earliest"]),
            Column(f"{field}_latest", field, lambda value: value["latest"]),
        ]
    if isinstance(item, type) and issubclass(item, BaseModel) and "href" in item.model_fields:
        return _link_columns(field, item, many)
    if item is EvidenceOut:
        return [
            Column("quote", field, lambda value: value[0]["exact"] if value else None),
            Column(
                "quote_source", field, lambda value: value[0]["source"]["id"] if value else None
            ),
            Column(field, field, _json),
        ]
    if isinstance(item, type) and issubclass(item, BaseModel):
        return [Column(field, field, _json)]
    return [Column(field, field, _joined if many else _plain)]


def _link_columns(field: str, link: type[BaseModel], many: bool) -> list[Column]:
    """A column for each thing a link tells, its address aside."""
    parts = [name for name in link.model_fields if name != "href"]
    if many:
        return [Column(f"{field}_{part}s", field, _each(part)) for part in parts]
    return [Column(f"{field}_{part}", field, itemgetter(part)) for part in parts]


def _each(part: str) -> Callable[[Any], Cell]:
    return lambda links: BETWEEN.join(link[part] for link in links) or None


def _json(value: Any) -> Cell:
    return to_json(value).decode() if value else None


def _joined(value: list[str]) -> Cell:
    return BETWEEN.join(str(one) for one in value) or None


def _plain(value: Cell) -> Cell:
    return value
