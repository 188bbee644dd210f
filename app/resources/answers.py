"""Responses: who answered a demand how, and what several answers come to."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from app.resources.base import MeetingId, NamedLink, ParticipantId, Prose, TitledLink, When
from app.resources.dates import EdtfOut, bounds, parse_edtf
from app.resources.evidence import SourcedPart, SourcedPartOut, day_said


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
    answers = [_outcomes(counted, party) - {DemandStatus.unanswered} for party in parties]
    if any(len(outcomes) > 1 for outcomes in answers):
        return DemandStatus.contested
    return _sum_up({outcome for outcomes in answers for outcome in outcomes})


def _outcomes(responses: list[ResponseContent], party: str) -> set[DemandStatus]:
    """What the party's answers come to now: more than one where reports contradict each other.

    Silence takes nothing back: a missing answer counts only where there is no other.
    """
    every = [
        (answer.given_on(), n, answer) for n, answer in enumerate(responses) if answer.by == party
    ]
    own = [item for item in every if item[2].stance is not Stance.no_answer] or every
    own.sort(key=lambda item: item[:2])
    (begun, _), _, newest = own[-1]
    rivals = [
        answer for (_, ended), _, answer in own if ended >= begun and _reports_apart(answer, newest)
    ]
    return {OUTCOME[answer.stance] for answer in [newest, *rivals]}


def _reports_apart(one: ResponseContent, other: ResponseContent) -> bool:
    """Whether two reports are independent; a reporter's later word replaces its earlier one."""
    if one.reported_by != other.reported_by:
        return True
    sources = [{evidence.source for evidence in answer.evidence} for answer in (one, other)]
    return sources[0].isdisjoint(sources[1])


def _sum_up(outcomes: set[DemandStatus]) -> DemandStatus:
    """One status for what several parties answer."""
    if len(outcomes) < 2:
        return next(iter(outcomes), DemandStatus.unanswered)
    if {DemandStatus.accepted, DemandStatus.rejected} <= outcomes:
        return DemandStatus.contested
    if outcomes & {DemandStatus.accepted, DemandStatus.partly_accepted}:
        return DemandStatus.partly_accepted
    return DemandStatus.under_discussion
