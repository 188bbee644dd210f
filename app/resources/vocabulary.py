"""The vocabulary: every enumeration of the nouns, what each value means, and its counterparts.

A counterpart is named only where one is there. ``match`` says how near it is, in the words of SKOS:
``broader`` is a counterpart that covers more than the value, ``narrower`` one that covers less.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, Field

from app.resources import RESOURCES
from app.resources.base import Answer
from app.resources.changes import CHANGES
from app.resources.diff import DIFF
from app.resources.gaps import GAPS
from app.resources.matrix import POSITIONS
from app.resources.meanings import MEANINGS, SCHEMES, Meaning
from app.resources.quotes import QUOTES
from app.resources.timeline import TIMELINE
from app.resources.view_meanings import VIEW_MEANINGS


class SchemeOut(Answer):
    """A vocabulary of others that counterparts are taken from."""

    name: str = Field(examples=["iCalendar"])
    title: str
    url: str = Field(description="Where it is described.")


class CounterpartOut(Answer):
    """A term of another vocabulary that stands for the same thing, or nearly so."""

    scheme: str = Field(examples=["iCalendar"])
    term: str = Field(examples=["STATUS:CONFIRMED"])
    match: Literal["exact", "close", "broader", "narrower"] = Field(
        description="How near it is: `broader` covers more than the value, `narrower` less."
    )


class ValueOut(Answer):
    """A value of an enumeration."""

    value: str = Field(examples=["scheduled"])
    definition: str
    counterparts: list[CounterpartOut]


class EnumerationOut(Answer):
    """An enumeration: the values that a field can have."""

    name: str = Field(description="Its name in the OpenAPI document.", examples=["MeetingStatus"])
    definition: str
    fields: list[str] = Field(
        description="Where it is answered: the path, and the field.", examples=[["meetings.status"]]
    )
    values: list[ValueOut]


class VocabularyOut(Answer):
    """Every enumeration of the answers, in the order of the nouns."""

    schemes: list[SchemeOut]
    enumerations: list[EnumerationOut]


def enumerations_in(shape: Any, path: str) -> Iterator[tuple[type[StrEnum], str]]:
    """Every enumeration in a type, with the path of the field that holds it."""
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        yield shape, path
    elif isinstance(shape, type) and issubclass(shape, BaseModel):
        for name, declared in shape.model_fields.items():
            yield from enumerations_in(declared.annotation, f"{path}.{declared.alias or name}")
    else:
        for inner in get_args(shape):
            yield from enumerations_in(inner, path)


# The shape of every answer that can hold an enumeration, and where it is answered.
ANSWERED: Final[Mapping[type[BaseModel], str]] = {
    **{listing.out: listing.plural for listing in (*RESOURCES, QUOTES)},
    TIMELINE.out: "timeline",
    POSITIONS.out: "positions",
    DIFF.out: "diff",
    GAPS.out: "gaps",
    CHANGES.out: "changes",
}
_EVERY_MEANING: Final = {**MEANINGS, **VIEW_MEANINGS}


@cache
def vocabulary() -> VocabularyOut:
    """All of it, put together when it is first asked for."""
    places: dict[type[StrEnum], dict[str, None]] = {}
    for subject, name in ANSWERED.items():
        for enumeration, path in enumerations_in(subject, name):
            places.setdefault(enumeration, {})[path] = None
    return VocabularyOut(
        schemes=[SchemeOut(name=name, title=title, url=url) for name, title, url in SCHEMES],
        enumerations=[_enumeration(kind, paths) for kind, paths in places.items()],
    )


def _enumeration(kind: type[StrEnum], paths: Iterable[str]) -> EnumerationOut:
    return EnumerationOut(
        name=kind.__name__,
        definition=" ".join((kind.__doc__ or "").split()),
        fields=list(paths),
        values=[_value(value, _EVERY_MEANING[kind][value]) for value in kind],
    )


def _value(value: StrEnum, meaning: Meaning) -> ValueOut:
    found = [
        CounterpartOut(scheme=scheme, term=term, match=match)
        for match, scheme, term in meaning.counterparts
    ]
    return ValueOut(value=value.value, definition=meaning.definition, counterparts=found)
