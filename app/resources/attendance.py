"""Attendance: who was to be at a meeting, for whom, and whether they came."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import ClassVar

from app.resources.base import NamedLink, ParticipantId
from app.resources.evidence import SourcedPart, SourcedPartOut, day_said
from app.resources.voices import stands


class Capacity(StrEnum):
    """In what capacity a participant attends."""

    head_of_delegation = "head_of_delegation"
    delegate = "delegate"
    chair = "chair"
    host = "host"
    mediator = "mediator"
    observer = "observer"
    spokesperson = "spokesperson"


class Presence(StrEnum):
    """Whether a participant was there."""

    expected = "expected"
    attended = "attended"
    absent = "absent"
    unknown = "unknown"


class AttendanceContent(SourcedPart):
    """Who was to be there, for whom, and whether they came."""

    id_prefix: ClassVar[str] = "a"

    participant: ParticipantId
    on_behalf_of: ParticipantId | None = None
    capacity: Capacity | None = None
    presence: Presence


class AttendanceOut(SourcedPartOut):
    """Who was to be there, for whom, and whether they came."""

    participant: NamedLink
    on_behalf_of: NamedLink | None
    capacity: Capacity | None
    presence: Presence


# Both cannot be true of one participant; what was expected is no report of what was.
OUTCOMES = (Presence.attended, Presence.absent)


def contradicted(attendance: Sequence[AttendanceContent]) -> Iterator[list[str]]:
    """The ids of entries that say of one participant that it came and that it stayed away, the
    oldest first; for each participant of whom that is said. What was taken back does not count.
    """
    told: dict[str, list[AttendanceContent]] = {}
    for one in attendance:
        if one.presence in OUTCOMES:
            told.setdefault(one.participant, []).append(one)
    for reports in told.values():
        found = _standing(reports)
        if len({one.presence for one in found}) > 1:
            yield [one.id or "" for one in found]


def _standing(told: Sequence[AttendanceContent]) -> list[AttendanceContent]:
    """The entries that no later one that says otherwise takes back, the oldest first."""
    oldest_first = sorted(told, key=lambda one: day_said(one.known_from))
    return [
        one
        for place, one in enumerate(oldest_first)
        if stands(
            (one, day_said(one.known_from)),
            [
                (later, day_said(later.known_from))
                for later in oldest_first[place + 1 :]
                if later.presence is not one.presence
            ],
        )
    ]
