"""Writes a dossier, always the same bytes for the same records: YAML, JSON or NDJSON."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from app.dossiers.document import FORMAT
from app.dossiers.yaml_text import yaml_text
from app.resources import RESOURCES
from app.resources.evidence import RecordContent
from app.resources.resource import Address, Resource

Fields = dict[str, Any]
Records = Sequence[tuple[Address, RecordContent]]

_LAST = ("evidence", "inferred")


def write_yaml(base: str | None, negotiation: str | None, records: Records) -> bytes:
    """The dossier as YAML 1.2 in block style, for people."""
    return yaml_text(_document(base, negotiation, records)).encode()


def write_json(base: str | None, negotiation: str | None, records: Records) -> bytes:
    """The dossier as indented JSON."""
    document = _document(base, negotiation, records)
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def write_ndjson(base: str | None, negotiation: str | None, records: Records) -> Iterator[bytes]:
    """The dossier as NDJSON, line by line: a header, then one record a line."""
    yield _line(_header(base) | ({"negotiation": negotiation} if negotiation else {}))
    for resource, contents in _by_noun(records):
        for content in contents:
            yield _line({"noun": resource.noun} | _fields(resource, content))


def _line(fields: Fields) -> bytes:
    return f"{json.dumps(fields, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _header(base: str | None) -> Fields:
    return {"dossier": FORMAT} | ({} if base is None else {"base": base})


def _document(base: str | None, negotiation: str | None, records: Records) -> Fields:
    document = _header(base)
    for resource, contents in _by_noun(records):
        rows = [_fields(resource, content) for content in contents]
        if resource.noun != "negotiation":
            document[resource.plural] = rows
        elif [row["id"] for row in rows] != [negotiation]:
            raise ValueError("a dossier holds its own negotiation and no other")
        else:
            document[resource.noun] = rows[0]
    return document


def _by_noun(records: Records) -> Iterator[tuple[Resource[Any], list[RecordContent]]]:
    """The records by noun, in the order of a dossier; within one as they were given."""
    for resource in RESOURCES:
        contents = [content for (noun, _), content in records if noun == resource.noun]
        if contents:
            yield resource, contents


def _fields(resource: Resource[Any], content: RecordContent) -> Fields:
    fields = content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if resource.owned:
        fields.pop("negotiation", None)
    ordered: Fields = _proof_last(fields)
    return ordered


def _proof_last(value: Any) -> Any:
    """The same values, with what shows a fact after the fact."""
    if isinstance(value, list):
        return [_proof_last(item) for item in value]
    if not isinstance(value, dict):
        return value
    names = [name for name in value if name not in _LAST]
    return {name: _proof_last(value[name]) for name in [*names, *(n for n in _LAST if n in value)]}
