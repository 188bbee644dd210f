"""Gaps: what the record of a negotiation leaves open, each as an item of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.resources.base import Answer, NamedLink
from app.resources.entries import Rendered
from app.resources.queries import (
    MOST_WORDS,
    CommaList,
    DayText,
    PageQuery,
    RecordQuery,
    TrueOrFalse,
)
from app.resources.quotes import RecordLink
from app.resources.resource import Subject
from app.resources.texts import Verification


class GapKind(StrEnum):
    """What sort of gap it is, in the order in which gaps are listed."""

    unanswered = "unanswered"
    overdue = "overdue"
    single_source = "single_source"
    unsupported = "unsupported"
    unverified = "unverified"


# Quotes that were not found in their source as they are stated.
UNVERIFIED: Mapping[str, str] = {
    Verification.relocated: "The words stand elsewhere in the text of the source than stated.",
    Verification.missing: "The words are not in the text of the source.",
    Verification.unchecked: "The words were not compared with the text of the source.",
}


class GapOut(Answer):
    """One thing that the record does not answer, or does not show well."""

    id: str = Field(examples=["unanswered.nato-non-expansion.united-states"])
    kind: GapKind
    record: RecordLink = Field(description="The record in which it is open.")
    party: NamedLink | None = Field(description="Of a demand: who has not answered it.")
    reported_by: NamedLink | None = Field(
        description="Of a demand: who reports that there was no answer, where somebody does."
    )
    quote: str | None = Field(description="The id of the quote that was not verified.")
    detail: str = Field(description="What is open, in one sentence.")
    since: date | None = Field(
        description="The last day that the demand can be of, or the last day of the meeting; null "
        "for gaps of other kinds, and where that day is not known."
    )


class GapQuery(RecordQuery, PageQuery):
    """What a client may ask of the gaps of a negotiation."""

    kind: list[GapKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only gaps of this kind."
    )
    at: DayText | SkipJsonSchema[None] = Field(
        default=None,
        description="The day to judge by whether a meeting is overdue (or `today`, in UTC). By "
        "default `known_at`, else the newest day to which the negotiation was followed.",
    )
    facet: CommaList | SkipJsonSchema[None] = Field(
        default=None,
        description="`kind`: how many gaps of each kind there are, under the same filter and pin.",
        examples=["kind"],
    )
    count: TrueOrFalse = Field(
        default=False, description="Whether to add the `total` of all pages."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Subject):
    """Something whose answer depends on a day: its pin names that day."""

    judge: bool = True


GAPS = Judged(noun="gap", title="Gaps", out=GapOut)


@dataclass(frozen=True, slots=True)
class Lead:
    """A row of a record that leaves something open, and what is needed to say what.

    ``document`` is the record itself, its entry of the timeline, its quote, or the head of its
    row of the positions, whose cells are ``cells``. ``latest`` is the last day of a meeting, and
    ``at`` the day it was judged by.
    """

    noun: str
    id: str
    document: Rendered
    cells: Sequence[Rendered] = ()
    latest: date | None = None
    at: date | None = None
