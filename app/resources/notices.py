"""Notices: what a source said about a meeting's schedule, and what follows from several of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import inf
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from app.resources.base import NEVER, Answer, Content, CountryCode, Line, Prose, When
from app.resources.dates import Duration, EdtfOut, bounds, parse_duration, parse_edtf
from app.resources.evidence import SourcedPart, SourcedPartOut, day_said
from app.resources.resource import span
from app.resources.voices import stands


class MeetingStatus(StrEnum):
    """What is said of a meeting's schedule. Held is only ever sourced."""

    proposed = "proposed"
    scheduled = "scheduled"
    rescheduled = "rescheduled"
    postponed = "postponed"
    cancelled = "cancelled"
    held = "held"
    not_held = "not_held"


# The first and the last of something that is not known exactly.
Range = tuple[Any, Any]
# Whether two notices cannot both be true of one field.
Contradict = Callable[["NoticeContent", "NoticeContent"], bool]

# What happened outranks every plan: a later look back at the plan changes nothing.
OUTCOMES = frozenset({MeetingStatus.held, MeetingStatus.not_held})
# A meeting put off without a new date has none; its old date no longer holds.
MOVED = frozenset({MeetingStatus.postponed, MeetingStatus.rescheduled})


class PlaceContent(Content):
    """Where a meeting is."""

    name: Line | None = Field(default=None, description="A building or a site.")
    city: Line | None = None
    country: CountryCode | None = Field(default=None, description="ISO 3166-1 alpha-3.")
    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    timezone: (
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")] | None
    ) = Field(default=None, description="IANA time zone, like Europe/Brussels.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if not (self.name or self.city or self.country or self.latitude is not None):
            raise ValueError("needs a name, a city, a country or coordinates")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("needs both latitude and longitude, or neither")
        return self


class LengthContent(Content):
    """How long a meeting took, as exactly as the source says: one of the four."""

    more_than: Duration | None = None
    at_least: Duration | None = None
    about: Duration | None = None
    at_most: Duration | None = None

    @model_validator(mode="after")
    def _is_one_of_four(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("needs exactly one of more_than, at_least, about, at_most")
        return self

    def range(self) -> tuple[float, float]:
        """The seconds that the words leave open; "about" is read as within a tenth."""
        ((bound, text),) = self.model_dump(exclude_none=True).items()
        seconds = parse_duration(text)
        if seconds is None:  # months and years have no fixed length
            return 0, inf
        ranges = {
            "more_than": (seconds + 1, inf),
            "at_least": (seconds, inf),
            "about": (seconds * 0.9, seconds * 1.1),
            "at_most": (0, seconds),
        }
        return ranges[bound]


class NoticeContent(SourcedPart):
    """What a source said about a meeting's schedule."""

    id_prefix: ClassVar[str] = "n"

    status: MeetingStatus
    reported_on: When | None = Field(
        default=None, description="When it was said; by default the day it was known."
    )
    starts: When | None = None
    ends: When | None = None
    place: PlaceContent | None = None
    duration: LengthContent | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.starts and self.ends:
            first, last = parse_edtf(self.starts).earliest, parse_edtf(self.ends).latest
            if first and last and last < first:
                raise ValueError("ends before it starts")
        return self

    def said_on(self) -> tuple[date, date]:
        """The days on which it was said: as stated, or else the day it was known."""
        if self.reported_on is None:
            return day_said(self.known_from)
        return bounds(parse_edtf(self.reported_on))[1:]


class PlaceOut(Answer):
    """Where a meeting is."""

    name: str | None
    city: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    timezone: str | None


class LengthOut(Answer):
    """How long a meeting took: exactly one of the four is set, as an ISO 8601 duration."""

    more_than: str | None
    at_least: str | None
    about: str | None
    at_most: str | None


class NoticeOut(SourcedPartOut):
    """What a source said about a meeting's schedule."""

    status: MeetingStatus
    reported_on: EdtfOut | None
    starts: EdtfOut | None
    ends: EdtfOut | None
    place: PlaceOut | None
    duration: LengthOut | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Notices that cannot all be true of one field: their ids, in the order of the record."""

    field: str
    notices: list[str]


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the notices come to: the status, and the newest word on each of the rest."""

    status: MeetingStatus
    starts: str | None
    ends: str | None
    place: PlaceContent | None
    duration: LengthContent | None
    disagreement: tuple[Contradiction, ...]


def schedule(notices: Sequence[NoticeContent]) -> Schedule | None:
    """What the notices come to, or None where there is none."""
    if not notices:
        return None
    newest_first = _ranked(notices)
    told = _looks_back_last(newest_first)
    dated = _dated(told)
    return Schedule(
        status=told[0].status,
        starts=dated.starts if dated else None,
        ends=dated.ends if dated else None,
        place=next((notice.place for notice in told if notice.place), None),
        duration=next((notice.duration for notice in told if notice.duration), None),
        disagreement=tuple(_disagreements(_in_force(newest_first), notices)),
    )


def _ranked(notices: Sequence[NoticeContent]) -> list[NoticeContent]:
    """Outcomes before plans; within both the newest said first, then the newest known, then the
    last in position.
    """
    keyed = [
        (
            (notice.status in OUTCOMES, notice.said_on(), day_said(notice.known_from), position),
            notice,
        )
        for position, notice in enumerate(notices)
    ]
    return [notice for _, notice in sorted(keyed, key=lambda pair: pair[0], reverse=True)]


def _looks_back_last(newest_first: list[NoticeContent]) -> list[NoticeContent]:
    """The same notices, with the plans told when the outcome was out already at the end: they
    fill in only what nothing else says.
    """
    outcome = newest_first[0].status
    if outcome not in OUTCOMES:
        return newest_first
    # An outcome without a day does not tell which plans came after it.
    told = [notice.said_on() for notice in newest_first if notice.status == outcome]
    out = min((days for days in told if days != day_said(NEVER)), default=day_said(NEVER))
    # Sorting is stable: within both groups the newest stays first.
    return sorted(
        newest_first,
        key=lambda notice: notice.status not in OUTCOMES and notice.said_on() >= out,
    )


def _dated(told: list[NoticeContent]) -> NoticeContent | None:
    """The notice that gives the date: the first with one, unless the date was taken back."""
    for notice in told:
        if notice.starts or notice.ends:
            return notice
        if notice.status in MOVED:
            return None
    return None


def _in_force(newest_first: list[NoticeContent]) -> list[NoticeContent]:
    """The notices that speak of the same state of affairs as the winner does, newest first."""
    first = newest_first[0]
    if first.status in OUTCOMES:
        return [notice for notice in newest_first if notice.status in OUTCOMES]
    return [notice for notice in newest_first if notice.said_on() == first.said_on()]


def _disagreements(
    in_force: list[NoticeContent], in_order: Sequence[NoticeContent]
) -> Iterator[Contradiction]:
    tests: dict[str, Contradict] = {
        "status": lambda one, other: one.status != other.status,
        "starts": lambda one, other: _apart(*_days(one, other)),
        "place": lambda one, other: _elsewhere(one.place, other.place),
        "duration": lambda one, other: _apart(_length(one), _length(other)),
    }
    for field, contradict in tests.items():
        rivals = _rivals(in_force, contradict)
        if rivals:
            ids = [notice.id or "" for notice in in_order if any(notice is one for one in rivals)]
            yield Contradiction(field, ids)


def _rivals(newest_first: list[NoticeContent], contradict: Contradict) -> list[NoticeContent]:
    """The notices that contradict another one; what a later word took back does not count."""
    standing = [
        notice
        for place, notice in enumerate(newest_first)
        if stands(
            (notice, notice.said_on()),
            [(new, new.said_on()) for new in newest_first[:place] if contradict(notice, new)],
        )
    ]
    return [one for one in standing if any(contradict(one, other) for other in standing)]


def _days(one: NoticeContent, other: NoticeContent) -> tuple[Range | None, Range | None]:
    """When each of them says that the meeting starts. Where only one of them names an end, the
    days up to it count too: who tells of one day of several contradicts nobody.
    """
    uneven = bool(one.ends) != bool(other.ends)
    first, second = (
        span(notice.starts, notice.ends if uneven else None) if notice.starts else None
        for notice in (one, other)
    )
    return (bounds(first)[1:] if first else None, bounds(second)[1:] if second else None)


def _length(notice: NoticeContent) -> tuple[float, float] | None:
    return notice.duration.range() if notice.duration else None


def _apart(one: Range | None, other: Range | None) -> bool:
    # Both are ranges of days, or both of seconds.
    return bool(one and other and (one[1] < other[0] or other[1] < one[0]))


def _elsewhere(one: PlaceContent | None, other: PlaceContent | None) -> bool:
    """Whether two places cannot be the same: like is compared with like, cities first."""
    if one is None or other is None:
        return False
    for name in ("city", "country", "name"):
        first, second = getattr(one, name), getattr(other, name)
        if first and second:
            return bool(first != second)
    return False
