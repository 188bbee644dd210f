"""From a rendered record to the rows that it is stored as: columns, parts, quotes and entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from pydantic_core import to_json
from sqlmodel import SQLModel

from app.resources.base import HERE
from app.resources.dates import bounds
from app.resources.entries import shortened
from app.resources.evidence import RecordContent
from app.resources.quotes import NOWHERE, quotes_in
from app.resources.resource import Resource
from app.resources.rows import Row
from app.resources.timeline import moments_in, when_of
from app.resources.wording import Texts, texts_of

Fields = dict[str, Any]

# The columns of a noun's row, and of a part's, that are no fields of it.
_COMMON: Final = frozenset(Row.model_fields)
_PLACE: Final = frozenset({"key", "position", "known_from"})


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote ready to be stored, and the ids of those who speak in it."""

    columns: Fields
    speakers: tuple[str, ...]
    texts: Texts


@dataclass(frozen=True, slots=True)
class MomentRow:
    """An entry of the timeline ready to be stored, and the ids of those who have a part in it."""

    columns: Fields
    involved: tuple[str, ...]
    texts: Texts


@dataclass(frozen=True, slots=True)
class _Column:
    """A column and the field that it is taken from; ``bound`` names the end of a date."""

    name: str
    field: str
    bound: str | None


@lru_cache(maxsize=64)
def _columns(table: type[SQLModel], beside: frozenset[str]) -> tuple[_Column, ...]:
    """The columns of a table that its record or part has as fields."""
    return tuple(_taken_from(name) for name in table.model_fields if name not in beside)


def _taken_from(name: str) -> _Column:
    for bound in ("earliest", "latest"):
        if name.endswith(f"_{bound}"):
            return _Column(name, name.removesuffix(f"_{bound}"), bound)
    return _Column(name, name, None)


def columns_of(
    resource: Resource[Any], shown: RecordContent, derived: Fields, document: Fields
) -> Fields:
    """The values of the columns of a noun's row, beside its times and its document."""
    undated, earliest, latest = bounds(resource.when(shown, derived))
    extra = resource.extra(shown, document)  # noqa: S610 - this is not Django's
    beside = _COMMON if not extra else _COMMON.union(extra)
    columns = {one.name: _value(one, document) for one in _columns(resource.row, beside)}
    return {**columns, **extra, "undated": undated, "earliest": earliest, "latest": latest}


def _value(column: _Column, fields: Fields) -> Any:
    """The value of a column: the field's own, a link's id, a date's text or one of its bounds."""
    value = fields[column.field]
    if column.bound is not None:
        return date.fromisoformat(value[column.bound]) if value and value[column.bound] else None
    if isinstance(value, dict):
        return value["edtf"] if "edtf" in value else value["id"]
    return value


def part_rows(resource: Resource[Any], document: Fields) -> Iterator[tuple[type[SQLModel], Fields]]:
    """The parts of a record as rows of the tables that the noun has for them."""
    for field, table in resource.parts.items():
        value = document[field]
        parts = value if isinstance(value, list) else [value] if value else []
        taken = _columns(table, _PLACE)
        for position, part in enumerate(parts):
            known_from = part["known_from"] and date.fromisoformat(part["known_from"])
            columns = {one.name: _value(one, part) for one in taken}
            yield table, columns | {"position": position, "known_from": known_from}


def label_in(document: Mapping[str, Any]) -> str:
    """What links to a record show of it, as its document tells."""
    named = document.get("name") or document.get("title")
    if named:
        return str(named)
    oldest = min(document["evidence"], key=lambda one: one["known_from"] or "never", default=None)
    return shortened(document["text"] or (oldest["exact"] if oldest else document["id"]))


def cited(resource: Resource[Any], label: str, document: Mapping[str, Any]) -> str:
    """A ready citation with a permalink. HERE stands for the public URL, which may change."""
    name, version = document["id"], document["version"]
    link = f"{HERE}/{resource.plural}/{name}?as_of={document['revision']}"
    return f"{shortened(label)} ({resource.noun}, version {version}). {link}"


def quote_rows(
    resource: Resource[Any], label: str, document: Fields, columns: Fields
) -> Iterator[QuoteRow]:
    """The quotes of a record as rows of their own, dated as it is."""
    dates = {name: columns[name] for name in ("undated", "earliest", "latest")}
    own = {"id": document["id"]} if resource.noun == "negotiation" else None
    negotiation = document.get("negotiation", own)
    for position, quote in enumerate(quotes_in(resource.noun, label, document)):
        fields = {
            "id": quote["id"],
            "position": position,
            "noun": resource.noun,
            "record": document["id"],
            "negotiation": negotiation and negotiation["id"],
            "source": quote["source"]["id"],
            "start_offset": NOWHERE if quote["start"] is None else quote["start"],
            "bearing": quote["bearing"],
            "verification": quote["verification"],
            "document": to_json(quote).decode(),
        }
        speakers = tuple(one["id"] for one in quote["speakers"])
        yield QuoteRow(fields | dates, speakers, texts_of(quote))


def moment_rows(resource: Resource[Any], label: str, document: Fields) -> Iterator[MomentRow]:
    """The entries of the timeline that a record tells, as rows of their own."""
    told = moments_in(resource.noun, label, document, resource.tells(label, document))
    for position, moment in enumerate(told):
        undated, earliest, latest = bounds(when_of(moment))
        fields = {
            "id": moment["id"],
            "position": position,
            "kind": moment["kind"],
            "noun": resource.noun,
            "record": document["id"],
            "negotiation": moment["negotiation"]["id"],
            "meeting": moment["meeting"] and moment["meeting"]["id"],
            "issue": moment["issue"],
            "status": moment["status"],
            "stance": moment["stance"],
            "undated": undated,
            "earliest": earliest,
            "latest": latest,
            "document": to_json(moment).decode(),
        }
        involved = tuple(one["id"] for one in moment["participants"])
        yield MomentRow(fields, involved, texts_of(moment))
