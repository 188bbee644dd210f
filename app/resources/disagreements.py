"""Disagreements: what reports say differently, side by side, with the words that show each side.

Nothing here says which side is right.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field

from app.resources.answers import ResponseContent, standing_of
from app.resources.attendance import AttendanceContent, contradicted
from app.resources.base import Answer, NamedLink, TitledLink
from app.resources.dates import EdtfOut
from app.resources.entries import Rendered, place_of
from app.resources.evidence import Bearing, Evidence, EvidenceOut, SourcedPart
from app.resources.notices import Contradiction, LengthOut, NoticeContent, PlaceOut
from app.resources.voices import voices_of

Fields = dict[str, Any]
# A quote, and the same quote as it was rendered.
Quoted = tuple[Evidence, Rendered]
# The parts of a record by their ids, as they were written and as they were rendered.
Parts = Mapping[str, tuple[SourcedPart, Rendered]]


class Side(Answer):
    """One of the values that reports give, and who gives it."""

    value: str = Field(description="The value in words, whatever the field.")
    starts: EdtfOut | None = Field(description="The value, where the field is `starts`.")
    place: PlaceOut | None = Field(description="The value, where the field is `place`.")
    duration: LengthOut | None = Field(description="The value, where the field is `duration`.")
    notices: list[str] = Field(description="The ids of the notices that say so.")
    responses: list[str] = Field(description="The ids of the responses that say so.")
    attendance: list[str] = Field(description="The ids of the attendance that says so.")
    voices: int = Field(description="How many origins its quotes have: reprints of one count once.")
    sources: list[TitledLink] = Field(description="The sources of its quotes, each once.")
    evidence: list[EvidenceOut]


class Disagreement(Answer):
    """Independent reports of one field that cannot all be true. Equal values are one side."""

    field: str
    by: NamedLink | None = Field(
        description="Whose answers they are, of answers to a demand; whose presence, of attendance."
    )
    notices: list[str] = Field(description="The ids of the notices, in the order of the record.")
    responses: list[str] = Field(description="The ids of the responses, from the oldest on.")
    attendance: list[str] = Field(description="The ids of the attendance, from the oldest on.")
    sides: list[Side]


def among_notices(
    found: Sequence[Contradiction], notices: Sequence[NoticeContent], rendered: Sequence[Rendered]
) -> list[Fields]:
    """The contradictions between the notices of a meeting, as answers show them."""
    return [_of_notices(one, _by_id(notices, rendered)) for one in found]


def among_attendance(
    attendance: Sequence[AttendanceContent], rendered: Sequence[Rendered]
) -> list[Fields]:
    """Where reports of one participant's presence contradict each other, as answers show it."""
    parts = _by_id(attendance, rendered)
    return [
        _disagreement(
            "presence",
            [
                _side("presence", value, _quotes(ids, parts), attendance=ids)
                for value, ids in _grouped("presence", told, parts)
            ],
            by=parts[told[0]][1]["participant"],
            attendance=told,
        )
        for told in contradicted(attendance)
    ]


def among_answers(
    responses: Sequence[ResponseContent], rendered: Sequence[Rendered]
) -> list[Fields]:
    """Where reports of one party's answer contradict each other, as answers show it."""
    return list(_conflicts(responses, _by_id(responses, rendered)))


def among_quotes(evidence: Sequence[Evidence], rendered: Sequence[Rendered]) -> list[Fields]:
    """What supports a claim or demand beside what disputes it; nothing where no quote does."""
    if all(quote.bearing is Bearing.supports for quote in evidence):
        return []
    sides = [
        _side("bearing", bearing.value, _bearing_so(bearing, evidence, rendered))
        for bearing in (Bearing.supports, Bearing.disputes)
    ]
    return [_disagreement("bearing", sides)]


def _by_id(parts: Sequence[SourcedPart], rendered: Sequence[Rendered]) -> Parts:
    return {part.id or "": (part, shown) for part, shown in zip(parts, rendered, strict=True)}


def _bearing_so(
    bearing: Bearing, evidence: Sequence[Evidence], rendered: Sequence[Rendered]
) -> list[Quoted]:
    pairs = zip(evidence, rendered, strict=True)
    return [(quote, shown) for quote, shown in pairs if quote.bearing is bearing]


def _of_notices(found: Contradiction, parts: Parts) -> Fields:
    sides = [
        _side(found.field, value, _quotes(ids, parts), notices=ids)
        for value, ids in _grouped(found.field, found.notices, parts)
    ]
    return _disagreement(found.field, sides, notices=found.notices)


def _conflicts(responses: Sequence[ResponseContent], parts: Parts) -> Iterator[Fields]:
    for party in dict.fromkeys(answer.by for answer in responses):
        standing = standing_of(responses, party)
        if standing is None or not standing.conflict:
            continue
        told = [answer.id or "" for answer in standing.current]
        sides = [
            _side("stance", value, _quotes(ids, parts), responses=ids)
            for value, ids in _grouped("stance", told, parts)
        ]
        yield _disagreement("stance", sides, by=parts[told[0]][1]["by"], responses=told)


def _grouped(field: str, ids: list[str], parts: Parts) -> Iterator[tuple[Any, list[str]]]:
    """Each value with the parts that give it, in the order in which values are first given."""
    values: list[Any] = []
    for one in ids:
        value = parts[one][1][field]
        if value not in values:
            values.append(value)
    for value in values:
        yield value, [one for one in ids if parts[one][1][field] == value]


def _quotes(ids: list[str], parts: Parts) -> list[Quoted]:
    """The quotes that support these parts."""
    return [
        quoted
        for part, fields in (parts[one] for one in ids)
        for quoted in _bearing_so(Bearing.supports, part.evidence, fields["evidence"])
    ]


def _side(
    field: str,
    value: Any,
    quotes: list[Quoted],
    notices: Sequence[str] = (),
    responses: Sequence[str] = (),
    attendance: Sequence[str] = (),
) -> Fields:
    sources = {shown["source"]["id"]: shown["source"] for _, shown in quotes}
    return {
        "value": _in_words(value),
        **{name: value if name == field else None for name in NESTED},
        "notices": list(notices),
        "responses": list(responses),
        "attendance": list(attendance),
        "voices": len(voices_of(quote for quote, _ in quotes)),
        "sources": list(sources.values()),
        "evidence": [shown for _, shown in quotes],
    }


# Fields whose values are more than a word.
NESTED = ("starts", "place", "duration")


def _in_words(value: Any) -> str:
    """A rendered value as a reader would say it: a date as EDTF, a length with its bound."""
    if isinstance(value, str):
        return value
    if "edtf" in value:
        return str(value["edtf"])
    if "city" in value:
        found = place_of(value)
        return found.words() if found else ""
    ((bound, length),) = [(name, text) for name, text in value.items() if text]
    return f"{bound.replace('_', ' ')} {length}"


def _disagreement(
    field: str,
    sides: list[Fields],
    by: Rendered | None = None,
    notices: Sequence[str] = (),
    responses: Sequence[str] = (),
    attendance: Sequence[str] = (),
) -> Fields:
    return {
        "field": field,
        "by": by,
        "notices": list(notices),
        "responses": list(responses),
        "attendance": list(attendance),
        "sides": sides,
    }
