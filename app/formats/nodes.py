"""Nodes: how a record becomes linked data, field by field, as the tables of terms say."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, get_args
from urllib.parse import quote

from pydantic import BaseModel

from app.resources import BY_NOUN
from app.resources.evidence import EvidenceOut, WordsOut
from app.resources.meanings import MEANINGS, SCHEMA
from app.resources.meetings import MeetingOut
from app.resources.terms import (
    CERTAIN,
    OURS,
    POSITION,
    PREFIXES,
    TARGET,
    TYPES,
    Shape,
    Step,
    term_of,
)
from app.resources.texts import normalize

Node = dict[str, Any]

# EDTF that is a plain ISO 8601 date or time as well, with what XML Schema calls it.
_SURE: Final = (
    (re.compile("[0-9]{4}"), "xsd:gYear"),
    (re.compile("[0-9]{4}-(0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"), "xsd:date"),
    (re.compile("[0-9-]{10}T[0-9:]{8}(Z|[+-][0-9]{2}:[0-9]{2})?"), "xsd:dateTime"),
)
_PLAIN_NAME: Final = re.compile("[A-Za-z][A-Za-z0-9_]*")


def node_of(fields: Node, noun: str, shape: Shape | None, site: str) -> Node:
    """A record, or a row of an answer, as a node. ``site`` is the public URL."""
    address = _address(fields, noun, site)
    writer = _Writer(site, address, _linked(fields.get("negotiation"), site))
    node = writer.node(fields, shape, address)
    record, revision = node.get("schema:subjectOf"), fields.get("revision")
    if record and address and revision:
        change = {"@id": f"{site}/#revision-{revision}", **record["prov:wasGeneratedBy"]}
        version = {"@id": f"{address}?as_of={revision}", **record, "prov:wasGeneratedBy": change}
        node["schema:subjectOf"] = version
    return node


def _address(fields: Node, noun: str, site: str) -> str | None:
    """The address of a record; of a piece of one, with a fragment; None where nothing is stable."""
    if own := _linked(fields, site):
        return own
    if noun in BY_NOUN:
        return f"{site}/{BY_NOUN[noun].plural}/{fields['id']}" if "id" in fields else None
    record, fragment = _linked(fields.get("record"), site), fields.get("path") or fields.get("id")
    return f"{record}#{quote(str(fragment))}" if record and fragment else None


def _linked(value: Any, site: str) -> str | None:
    """The address that a link leads to; None for what is no link."""
    href = value.get("href") if isinstance(value, dict) else None
    return f"{site}{href}" if isinstance(href, str) else None


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the nodes of one record. ``record`` and ``negotiation`` are what its short ids are of:
    those of notices and of issues.
    """

    site: str
    record: str | None
    negotiation: str | None

    def node(self, fields: Node, shape: Shape | None, address: str | None) -> Node:
        """A record or a part of it. What is null or empty is not said."""
        node: Node = {"@id": address} if address else {}
        if types := _types(fields, shape):
            node["@type"] = types
        for name, value in fields.items():
            if value is not None and value != []:
                self._put(node, name, value, shape, address)
        if shape is not None and issubclass(shape, WordsOut):
            _complete(node, fields)
        return node

    def _put(
        self, node: Node, name: str, value: Any, shape: Shape | None, address: str | None
    ) -> None:
        term = term_of(shape, name)
        if term is None:
            return
        holder = node
        for step in term.steps:
            holder = _inner(holder, step)
        _add(holder, _key(term.name), self._value(name, value, shape, address))
        if name in CERTAIN and isinstance(value, dict) and (sure := _sure(value.get("edtf"))):
            _add(node, CERTAIN[name], sure)
        if name == "status" and shape is MeetingOut:
            for status in _counterparts(shape, name, value):
                _add(node, "schema:eventStatus", {"@id": status})

    def _value(self, name: str, value: Any, shape: Shape | None, address: str | None) -> Any:
        if isinstance(value, list):
            if any(isinstance(one, list) for one in value):  # a set of sets would lose their bounds
                return {"@type": "@json", "@value": value}
            return [self._value(name, one, shape, address) for one in value if one is not None]
        if isinstance(value, dict):
            return self._part(name, value, shape, address)
        if isinstance(value, str):
            return self._text(name, value, shape)
        return value

    def _part(self, name: str, value: Node, shape: Shape | None, address: str | None) -> Node:
        inner = _shape_of(shape, name, value)
        place = _linked(value, self.site)
        if place is None and address and value.get("id"):
            between = "." if "#" in address else "#"
            place = address + between + quote(f"{name}.{value['id']}")
        node = self.node(value, inner, place)
        if inner is EvidenceOut and address:
            node["oa:hasBody"] = {"@id": address}
        return node

    def _text(self, name: str, value: str, shape: Shape | None) -> Any:
        for kind in _classes(shape, name):
            if issubclass(kind, StrEnum) and any(value == one for one in kind):
                return {"@id": f"{OURS}:{kind.__name__}.{value}"}
        if name == "wikidata":
            return {"@id": f"wikidata:{value}"}
        if name in ("issue", "issues"):
            return _pointer(self.negotiation, "issues", value)
        if name in ("notices", "responses", "attendance"):
            return _pointer(self.record, name, value)
        return value


def _pointer(address: str | None, part: str, identifier: str) -> Node:
    place = {"@id": f"{address}#{part}.{identifier}"} if address else {}
    return {**place, "schema:identifier": identifier}


def _complete(node: Node, fields: Node) -> None:
    """What a Web Annotation has beside its fields: why it was made, and both ends of a place."""
    node["oa:motivatedBy"] = {"@id": "oa:linking"}
    source = node.get("oa:hasTarget", {}).get("oa:hasSource")
    if source:
        node["prov:wasQuotedFrom"] = {"@id": source["@id"]}
    start, exact = fields.get("start"), fields.get("exact")
    if start is not None and fields.get("end") is None and exact is not None:
        place = _inner(_inner(node, TARGET), POSITION)
        place["oa:end"] = start + len(normalize(exact))


def _inner(holder: Node, step: Step) -> Node:
    """The node that a step leads to; made where it is not there."""
    there = _listed(holder.get(step.term, []))
    for one in there:
        if one["@type"] == list(step.types):
            found: Node = one
            return found
    made: Node = {"@type": list(step.types)}
    holder[step.term] = [*there, made] if there else made
    return made


def _add(holder: Node, name: str, value: Any) -> None:
    holder[name] = [*_listed(holder[name]), *_listed(value)] if name in holder else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _key(name: str) -> str:
    """A term as a key: one of ours that could be taken for something else gets its prefix."""
    if ":" in name and name.partition(":")[0] in PREFIXES:
        return name
    if _PLAIN_NAME.fullmatch(name) and name not in PREFIXES and name != OURS:
        return name
    return f"{OURS}:{quote(name, safe='')}"


def _types(fields: Node, shape: Shape | None) -> list[str]:
    if shape is None:
        return []
    own = TYPES.get(shape, (re.sub(r"\W", "", shape.__name__).removesuffix("Out"),))
    return list(dict.fromkeys([*own, *_counterparts(shape, "kind", fields.get("kind"))]))


def _counterparts(shape: Shape, field: str, value: Any) -> list[str]:
    """The terms of Schema.org that a value of an enumeration falls under."""
    return [
        f"schema:{term}"
        for kind in _classes(shape, field)
        for match, scheme, term in _meanings(kind, value)
        if scheme == SCHEMA and match != "narrower"
    ]


def _meanings(kind: type, value: Any) -> Sequence[tuple[str, str, str]]:
    meaning = MEANINGS.get(kind, {}).get(value)
    return meaning.counterparts if meaning else ()


@lru_cache(maxsize=512)
def _classes(shape: Shape | None, field: str) -> tuple[type, ...]:
    """The shapes and enumerations that a field can hold."""
    declared = _declared(shape).get(field)
    return tuple(_found_in(declared.annotation)) if declared else ()


@lru_cache(maxsize=512)
def _declared(shape: Shape | None) -> Mapping[str, Any]:
    fields = shape.model_fields if shape else {}
    return {declared.alias or name: declared for name, declared in fields.items()}


def _found_in(annotation: Any) -> Iterator[type]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel | StrEnum):
        yield annotation
    for inner in get_args(annotation):
        yield from _found_in(inner)


def _shape_of(shape: Shape | None, field: str, value: Node) -> Shape | None:
    """The shape of a part: of those that the field can hold, the first with all its fields."""
    for kind in _classes(shape, field):
        if issubclass(kind, BaseModel) and set(value) <= set(_declared(kind)):
            return kind
    return None


def _sure(edtf: str | None) -> Node | None:
    """A date that leaves nothing open, as XML Schema has it."""
    for pattern, datatype in _SURE:
        if edtf and pattern.fullmatch(edtf):
            return {"@type": datatype, "@value": edtf}
    return None
