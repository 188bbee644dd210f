"""Knowledge time: from which day on readers surely had a record, and each of its parts."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from app.resources.base import ALWAYS, NEVER, Part, fields_holding
from app.resources.evidence import Evidence, RecordContent, SourcedPart
from app.resources.resource import Address, Face
from app.resources.voices import origin_of

ModelT = TypeVar("ModelT", bound=BaseModel)


def parts_of(model: BaseModel) -> Iterator[tuple[str, Part]]:
    """The parts that stand directly in a record or part, each with the field it stands in."""
    for name in fields_holding(type(model), Part):
        value = getattr(model, name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, Part):
                yield name, part


def evidence_of(content: RecordContent) -> Iterator[tuple[str, Evidence]]:
    """Every quote of a record with its path in it, its parts' quotes included."""
    yield from _evidence(content, "")


def _evidence(model: BaseModel, path: str) -> Iterator[tuple[str, Evidence]]:
    seen: dict[str, int] = {}
    for name, part in parts_of(model):
        position = seen[name] = seen.get(name, -1) + 1
        here = f"{path}/{name}/{position}"
        if isinstance(part, Evidence):
            yield here, part
        else:
            yield from _evidence(part, here)


def annotate(content: RecordContent, faces: Mapping[Address, Face], own: date | None) -> date:
    """Write into each part the day from which it is known, and give the record's own.

    Each quote also learns whose words it has. ``faces`` holds every source that is quoted, and
    the sources that these reprint.

    ``own`` is the day of a record that dates itself (a source's publication, identity data).
    A part that rests on an inference alone, or may go without a quote, is known with its record.
    """
    quotes = [evidence for _, evidence in evidence_of(content)]
    for evidence in quotes:
        _trace(evidence, faces)
    sourced = [part for _, part in parts_of(content) if isinstance(part, SourcedPart)]
    # What shows how a record relates to another one does not yet show the record.
    aside = {id(quote) for part in sourced if part.related_to() for quote in part.evidence}
    days = [quote.known_from for quote in quotes if id(quote) not in aside]
    earliest = min(days, default=NEVER)
    known_from = earliest if own is None else own
    for part in sourced:
        part._known_from = min((item.known_from for item in part.evidence), default=known_from)
        target = part.related_to()
        if target is not None:  # a relation cannot be known before what it relates to
            part._known_from = max(part.known_from, faces[target].known_from)
    return earliest if own == ALWAYS else known_from


def _trace(evidence: Evidence, faces: Mapping[Address, Face]) -> None:
    evidence._known_from = faces["source", evidence.source].known_from
    evidence._voice = origin_of(evidence.source, faces)
    first = faces.get(("source", evidence._voice))
    evidence._publisher = first.publisher if first else None


def visible(model: ModelT, day: date | None) -> ModelT:
    """The same record or part as it was known on a day; as it is, where ``day`` is None."""
    if day is None:
        return model
    shown: dict[str, object] = {}
    for name in fields_holding(type(model), Part):
        value = getattr(model, name)
        if isinstance(value, list) and value and isinstance(value[0], Part):
            shown[name] = [visible(part, day) for part in value if part.known_from <= day]
        elif isinstance(value, Part):
            shown[name] = visible(value, day) if value.known_from <= day else None
    return model.model_copy(update=shown)


def days_of(content: RecordContent) -> set[date]:
    """The days on which something of the record became known."""
    days: set[date] = set()
    for _, part in parts_of(content):
        days |= {part.known_from}
        days |= {item.known_from for _, item in parts_of(part)}
    return days - {ALWAYS}
