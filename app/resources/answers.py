"""Responses: who answered a demand how, and what several answers come to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from app.resources.base import MeetingId, NamedLink, ParticipantId, Prose, TitledLink, When
from app.resources.dates import EdtfOut, bounds, parse_edtf
from app.resources.evidence import SourcedPart, SourcedPartOut, day_said
from app.resources.voices import stands


class Stance(StrEnum):
    """How a party answers a demand, from most to least willing."""

    accepts = "accepts"
    accepts_in_part = "accepts_in_part"
    conditional = "conditional"
    counter_proposes = "counter_proposes"
    open_to_discuss = "open_to_discuss"
    defers = "defers"
    no_answer = "no_answer"
    rejects = "rejects"


class DemandStatus(StrEnum):
    """What the answers to a demand come to."""

    unanswered = "unanswered"
    under_discussion = "under_discussion"
    partly_accepted = "partly_accepted"
    accepted = "accepted"
    rejected = "rejected"
    contested = "contested"
    withdrawn = "withdrawn"
    superseded = "superseded"


# What one party's stance makes of a demand that was put to nobody else.
OUTCOME = {
    Stance.accepts: DemandStatus.accepted,
    Stance.accepts_in_part: DemandStatus.partly_accepted,
    Stance.conditional: DemandStatus.under_discussion,
    Stance.counter_proposes: DemandStatus.under_discussion,
    Stance.open_to_discuss: DemandStatus.under_discussion,
    Stance.defers: DemandStatus.under_discussion,
    Stance.no_answer: DemandStatus.unanswered,
    Stance.rejects: DemandStatus.rejected,
}


class ResponseContent(SourcedPart):
    """What a party answered; ``no_answer`` is an answer that somebody reported missing."""

    id_prefix: ClassVar[str] = "r"

    by: ParticipantId
    stance: Stance
    text: Prose | None = Field(default=None, description="The answer, in our own words.")
    on: When | None = None
    meeting: MeetingId | None = None
    reported_by: ParticipantId | None = Field(
        default=None, description="Set when it is known only through somebody else."
    )
    conditions: Prose | None = None
    counter_demand: Prose | None = None

    def given_on(self) -> tuple[date, date]:
        """The days on which it was given: as stated, or else the day it was known."""
        if self.on is None:
            return day_said(self.known_from)
        return bounds(parse_edtf(self.on))[1:]


class ResponseOut(SourcedPartOut):
    """What a party answered to a demand, and who says so."""

    by: NamedLink
    stance: Stance
    text: str | None
    on: EdtfOut | None
    meeting: TitledLink | None
    reported_by: NamedLink | None
    conditions: str | None
    counter_demand: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the answers of one party come to.

    ``answers`` are all of them, oldest first. ``current`` are those that hold now: the newest,
    which is the last of them, and the independent reports that stand beside it.
    """

    answers: tuple[ResponseContent, ...]
    current: tuple[ResponseContent, ...]

    @property
    def stance(self) -> Stance:
        """The stance of the newest answer."""
        return self.current[-1].stance

    @property
    def outcomes(self) -> set[DemandStatus]:
        """What the current answers come to; silence comes to nothing."""
        return {OUTCOME[answer.stance] for answer in self.current} - {DemandStatus.unanswered}

    @property
    def conflict(self) -> bool:
        """Whether independent reports come to different outcomes; stances may differ in less."""
        return len(self.outcomes) > 1


def standing_of(responses: Sequence[ResponseContent], party: str) -> Standing | None:
    """What the answers of one party come to; None where it has none on record.

    Silence takes nothing back: a missing answer counts only where there is no other.
    """
    every = sorted(
        (answer.given_on(), day_said(answer.known_from), n, answer)
        for n, answer in enumerate(responses)
        if answer.by == party
    )
    if not every:
        return None
    answers = tuple(answer for *_, answer in every)
    given = [answer for answer in answers if answer.stance is not Stance.no_answer]
    return Standing(answers, _current(given or list(answers)))


def _current(oldest_first: list[ResponseContent]) -> tuple[ResponseContent, ...]:
    """The newest answer, and the rest that are not surely earlier and were not taken back."""
    *rest, newest = oldest_first
    begun = newest.given_on()[0]
    beside = [
        answer
        for place, answer in enumerate(rest, start=1)
        if answer.given_on()[1] >= begun and _holds(answer, oldest_first[place:])
    ]
    return (*beside, newest)


def _holds(answer: ResponseContent, later: list[ResponseContent]) -> bool:
    """Whether nobody who reports an answer took it back; reporters speak each for themselves."""
    same = [other for other in later if other.reported_by == answer.reported_by]
    return stands((answer, answer.given_on()), [(other, other.given_on()) for other in same])


def status_of(
    responses: Sequence[ResponseContent],
    addressed_to: Iterable[str],
    withdrawn: bool,
    superseded: bool,
) -> DemandStatus:
    """What becomes of a demand: its own end first, then what its addressees answer now."""
    if withdrawn:
        return DemandStatus.withdrawn
    if superseded:
        return DemandStatus.superseded
    asked = set(addressed_to)
    counted = [answer for answer in responses if answer.by in asked] or list(responses)
    parties = dict.fromkeys(answer.by for answer in counted)
    found = [standing for party in parties if (standing := standing_of(counted, party))]
    if any(standing.conflict for standing in found):
        return DemandStatus.contested
    return _sum_up({outcome for standing in found for outcome in standing.outcomes})


def _sum_up(outcomes: set[DemandStatus]) -> DemandStatus:
    """One status for what several parties answer."""
    if len(outcomes) < 2:
        return next(iter(outcomes), DemandStatus.unanswered)
    if {DemandStatus.accepted, DemandStatus.rejected} <= outcomes:
        return DemandStatus.contested
    if outcomes & {DemandStatus.accepted, DemandStatus.partly_accepted}:
        return DemandStatus.partly_accepted
    return DemandStatus.under_discussion
