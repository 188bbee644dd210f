"""Differences between two pins: what the record of a negotiation did not say before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.resources.base import Answer, NamedLink
from app.resources.dates import parse_day
from app.resources.differences import DifferenceOut
from app.resources.entries import Rendered
from app.resources.queries import DEFAULT_LIMIT, INSTANT, Limit, PageQuery, RecordQuery
from app.resources.quotes import RecordLink
from app.resources.resource import Subject

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# The nouns whose records belong to a negotiation, in the order in which their changes are told.
TOLD_OF = ("meeting", "claim", "demand", "negotiation")


class DiffKind(StrEnum):
    """What sort of change it is, in the order in which the changes of one record are told."""

    record_added = "record_added"
    record_retracted = "record_retracted"
    record_removed = "record_removed"
    record_corrected = "record_corrected"
    record_extended = "record_extended"
    meeting_changed = "meeting_changed"
    demand_status_changed = "demand_status_changed"
    position_changed = "position_changed"
    entry_added = "entry_added"
    entry_removed = "entry_removed"


class DiffState(Answer):
    """How something was at one of the two pins. What it has depends on the kind of the change."""

    model_config = ConfigDict(extra="allow")


class DiffOut(Answer):
    """One thing that is different at the later of two pins."""

    id: str = Field(examples=["entry_added.meeting.geneva-2022-01-10.notices.held"])
    kind: DiffKind
    record: RecordLink = Field(description="The record in which it changed.")
    party: NamedLink | None = Field(description="Whose position changed.")
    fields: list[str] = Field(description="Which fields of the two states differ, or of a record.")
    before: DiffState | None = Field(description="At the earlier pin; null where it was not there.")
    after: DiffState | None = Field(description="At the later pin; null where it is not there.")
    differences: list[DifferenceOut] = Field(
        description="Of a record that was corrected or extended: each place that changed, with "
        "links as ids and dates as written."
    )


class SincePin(Answer):
    """The earlier of the two pins."""

    revision: int = Field(description="What this service said at this revision.")
    known_at: date | None = Field(description="What a reader surely had on this day.")


def _day_or_point(text: str) -> str:
    # A "+" that was not percent-encoded arrives as a space.
    text = text.replace(" ", "+")
    if re.fullmatch(DAY, text):
        parse_day(text, date.min)
    elif not re.fullmatch(r"[0-9]{1,15}|" + INSTANT, text):
        raise ValueError(
            "must be a day like 2022-01-11, a revision number, or an instant like "
            "2022-01-12T09:30:00Z"
        )
    return text


SinceText = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_day_or_point),
    Field(examples=["2022-01-11", "1", "2022-01-12T09:30:00Z"]),
]


class DiffQuery(RecordQuery, PageQuery):
    """What a client may ask of the differences between two pins."""

    since: SinceText = Field(
        description="The earlier pin. A day is a knowledge day: what changed for readers since "
        "then. A revision number or an RFC 3339 instant is record time: what this service changed "
        "since then. The later pin is that of the request: `known_at` and `as_of`.",
    )
    limit: Limit = Field(
        default=DEFAULT_LIMIT,
        description="How many records a page tells of at the most. It has all that changed in "
        "each of them, so it can have more items than that.",
    )


DIFF = Subject(noun="difference", title="Differences", out=DiffOut)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a record reads at a pin: its document, its entries of the timeline, and, of a demand,
    its cells of the positions.
    """

    document: Rendered
    entries: Sequence[Rendered]
    cells: Sequence[Rendered]


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that reads differently at two pins; None where it is not there.

    ``live`` says whether it is on record at the later one, whatever a reader knew by then.
    """

    noun: str
    id: str
    before: Reading | None
    after: Reading | None
    live: bool

    @property
    def newest(self) -> Reading:
        """How it reads at the later pin, or, where it is not there, at the earlier one."""
        found = self.after or self.before
        assert found is not None  # noqa: S101
        return found
