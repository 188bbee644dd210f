"""From a rendered record to the rows that it is stored as: columns, parts, quotes and entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic_core import to_json
from sqlmodel import SQLModel

from app.resources.dates import bounds
from app.resources.evidence import RecordContent
from app.resources.quotes import NOWHERE, quotes_in
from app.resources.resource import Resource
from app.resources.rows import Row
from app.resources.timeline import moments_in, when_of

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A quote ready to be stored, and the ids of those who speak in it."""

    columns: Fields
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MomentRow:
    """An entry of the timeline ready to be stored, and the ids of those who have a part in it."""

    columns: Fields
    involved: tuple[str, ...]


def columns_of(
    resource: Resource[Any], shown: RecordContent, derived: Fields, document: Fields
) -> Fields:
    """The values of the columns of a noun's row, beside its times and its document."""
    undated, earliest, latest = bounds(resource.when(shown, derived))
    extra = resource.extra(shown, document)  # noqa: S610 - this is not Django's
    names = set(resource.row.model_fields) - set(Row.model_fields) - set(extra)
    columns = {name: _column(name, document) for name in names} | dict(extra)
    return columns | {"undated": undated, "earliest": earliest, "latest": latest}


def _column(name: str, fields: Fields) -> Any:
    """The value of a column: the field's own, a link's id, a date's text or one of its bounds."""
    for bound in ("earliest", "latest"):
        if name.endswith(f"_{bound}"):
            when = fields[name.removesuffix(f"_{bound}")]
            return date.fromisoformat(when[bound]) if when and when[bound] else None
    value = fields[name]
    if isinstance(value, dict):
        return value["edtf"] if "edtf" in value else value["id"]
    return value


def part_rows(resource: Resource[Any], document: Fields) -> Iterator[tuple[type[SQLModel], Fields]]:
    """The parts of a record as rows of the tables that the noun has for them."""
    for field, table in resource.parts.items():
        value = document[field]
        parts = value if isinstance(value, list) else [value] if value else []
        names = set(table.model_fields) - {"key", "position", "known_from"}
        for position, part in enumerate(parts):
            known_from = part["known_from"] and date.fromisoformat(part["known_from"])
            columns = {name: _column(name, part) for name in names}
            yield table, columns | {"position": position, "known_from": known_from}


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
        yield QuoteRow(fields | dates, tuple(one["id"] for one in quote["speakers"]))


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
        yield MomentRow(fields, tuple(one["id"] for one in moment["participants"]))
