"""From the facts of a record to its public documents: one for each stretch of knowledge days.

Everything here depends on the record's own version and on the faces of what it links to, so it is
done once, in the transaction that writes the record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic_core import to_json
from sqlmodel import SQLModel

from app.resources.base import ALWAYS, NEVER, IsDate, LinkTo, Part, fields_holding, fields_of
from app.resources.evidence import RecordContent
from app.resources.knowledge import annotate, days_of, parts_of, visible
from app.resources.laying import (
    MomentRow,
    QuoteRow,
    cited,
    columns_of,
    moment_rows,
    part_rows,
    quote_rows,
)
from app.resources.resource import Address, Face, Pointer, Resource, View, date_out
from app.resources.wording import Texts, texts_of

Fields = dict[str, Any]
# A role, and the noun and id of the record that a record links to in it.
LinkRow = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The version of a record, and the revision that wrote it."""

    version: int
    revision: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """How a record reads in one stretch of knowledge days, ready to be stored."""

    known_from: date | None
    known_until: date | None
    document: str
    columns: Fields
    parts: tuple[tuple[type[SQLModel], Fields], ...]
    links: tuple[LinkRow, ...]
    quotes: tuple[QuoteRow, ...]
    moments: tuple[MomentRow, ...]
    texts: Texts


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a model is not answered as it is written: its links and dates, each with its public
    name and its mark, and the names of the fields that hold parts.
    """

    marks: tuple[tuple[str, str, LinkTo | IsDate], ...]
    links: tuple[tuple[str, str], ...]
    parts: tuple[str, ...]


@lru_cache(maxsize=256)
def _shape(model: type[BaseModel]) -> _Shape:
    hints = get_type_hints(model, include_extras=True)
    fields = model.model_fields.items()
    found = [(name, info.alias or name, _mark(hints[name])) for name, info in fields]
    marks = tuple((name, key, mark) for name, key, mark in found if mark is not None)
    links = tuple((name, mark.noun) for name, _, mark in marks if isinstance(mark, LinkTo))
    return _Shape(marks, links, fields_holding(model, Part))


def _mark(hint: Any) -> LinkTo | IsDate | None:
    if get_origin(hint) is Annotated:
        for extra in hint.__metadata__:
            if isinstance(extra, LinkTo | IsDate):
                return extra
    return next((mark for inner in get_args(hint) if (mark := _mark(inner))), None)


def addresses_of(
    model: BaseModel, role_of: Callable[[str], str] = str
) -> Iterator[tuple[str, Address]]:
    """Every link of a record with its role: the field, or the field of the part and its field."""
    shape = _shape(type(model))
    for name, noun in shape.links:
        value = getattr(model, name)
        if value:
            role = role_of(name)
            for identifier in value if isinstance(value, list) else (value,):
                yield role, (noun, identifier)
    for field in shape.parts:
        value = getattr(model, field)
        if value:
            for part in value if isinstance(value, list) else (value,):
                yield from addresses_of(part, partial(part.link_role, field))


def _render(model: BaseModel, fields: Fields, view: View) -> Fields:
    shape = _shape(type(model))
    for _, key, mark in shape.marks:
        value = fields[key]
        fields[key] = _render_marked(mark, value, view) if value else value
    for name in shape.parts:
        value = getattr(model, name)
        if isinstance(value, Part):
            fields[name] = _render_part(value, fields[name], view)
        elif value:
            pairs = zip(value, fields[name], strict=True)
            fields[name] = [_render_part(part, plain, view) for part, plain in pairs]
    return fields


def _render_marked(mark: LinkTo | IsDate, value: Any, view: View) -> Any:
    if isinstance(mark, IsDate):
        return date_out(value)
    if isinstance(value, list):
        links = [view.link((mark.noun, identifier)) for identifier in value]
        return [link for link in links if link is not None]
    return view.link((mark.noun, value))


def _render_part(part: Part, fields: Fields, view: View) -> Fields:
    rendered = _render(part, fields, view)
    head = {"id": rendered.pop("id"), "known_from": _day_out(part.known_from)}
    return head | _proof_last(rendered)


def _proof_last(fields: Fields) -> Fields:
    proof = {name: fields.pop(name) for name in ("evidence", "inferred") if name in fields}
    return fields | proof


def _day_out(day: date) -> str | None:
    return None if day in (ALWAYS, NEVER) else day.isoformat()


def render(
    resource: Resource[Any],
    content: RecordContent,
    stamp: Stamp,
    faces: Mapping[Address, Face],
    pointers: Sequence[Pointer] = (),
) -> list[Rendition]:
    """The renditions of a record, in the order of their days.

    ``faces`` holds every record that it links to; ``pointers`` those that point at it.
    """
    own = resource.dated_by(content) if resource.dated_by else None
    known_from = annotate(content, faces, own)
    linked = {faces[address].known_from for _, address in addresses_of(content)}
    own_days = days_of(content)
    days = own_days | linked | {pointer.known_from for pointer in pointers}
    complete = max(own_days, default=ALWAYS)
    start = ALWAYS if resource.always_listed else known_from
    found: list[Rendition] = []
    for first, until in _stretches(start, days):
        view = View(
            first, faces, tuple(p for p in pointers if first is None or p.known_from <= first)
        )
        # From the day on which its last part was known, a record is shown as it is.
        all_of_it = first is None or first >= complete
        shown = content if all_of_it else visible(content, first)
        made = _rendition(resource, shown, stamp, known_from, view, until)
        if found and found[-1].document == made.document and first is not None:
            made = _joined(found.pop(), made)
        found.append(made)
    return found


def _stretches(start: date, days: set[date]) -> Iterator[tuple[date | None, date | None]]:
    """The stretches between the days on which something became known, the last one open.

    What no reader surely had on any day is in a stretch of its own, outside the calendar.
    """
    firsts = sorted(day for day in days | {start} if start <= day < NEVER)
    never = NEVER in days or not firsts
    for first, until in zip(firsts, [*firsts, None][1:], strict=True):
        yield first, NEVER if until is None and never else until
    if never:
        yield None, None


def _joined(before: Rendition, after: Rendition) -> Rendition:
    return Rendition(
        before.known_from,
        after.known_until,
        *(after.document, after.columns, after.parts, after.links),
        *(after.quotes, after.moments, after.texts),
    )


def _rendition(
    resource: Resource[Any],
    shown: RecordContent,
    stamp: Stamp,
    known_from: date,
    view: View,
    until: date | None,
) -> Rendition:
    fields = _render(shown, fields_of(shown), view)
    derived = resource.derive(shown, view, fields)
    head = {
        "id": fields.pop("id"),
        "version": stamp.version,
        "revision": stamp.revision,
        "known_from": _day_out(known_from),
    }
    document = head | _proof_last(fields | derived)
    label = resource.label(shown)
    document["cite"] = cited(resource, label, document)
    columns = columns_of(resource, shown, derived, document)
    return Rendition(
        view.day,
        until,
        to_json(document).decode(),
        columns,
        tuple(part_rows(resource, document)),
        tuple(sorted(_link_rows(shown, view))),
        tuple(quote_rows(resource, label, document, columns)),
        tuple(moment_rows(resource, label, document)),
        texts_of(document),
    )


def _link_rows(shown: RecordContent, view: View) -> set[LinkRow]:
    return {
        (role, *address)
        for role, address in addresses_of(shown)
        if view.shows(view.faces[address].known_from)
    }


def pointers_from(
    noun: str, content: RecordContent, own: Face, faces: Mapping[Address, Face]
) -> Iterator[tuple[Address, Pointer]]:
    """What a record points at, and from which day on readers could know that it does."""
    annotate(content, faces, None)
    source = (noun, content.id)
    for name, noun in _shape(type(content)).links:
        value = getattr(content, name)
        for identifier in value if isinstance(value, list) else [value] if value else []:
            yield (noun, identifier), Pointer(name, source, own.known_from)
    for field, part in parts_of(content):
        for role, target in addresses_of(part, partial(part.link_role, field)):
            yield target, Pointer(role, source, part.known_from)
