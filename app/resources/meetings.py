"""Meetings: who met when and where, derived from what each source said about the schedule."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.resources.attendance import AttendanceContent, AttendanceOut, Capacity, Presence
from app.resources.base import (
    NEVER,
    Line,
    NamedLink,
    NegotiationId,
    ParticipantId,
    Slug,
    TitledLink,
)
from app.resources.dates import EdtfDate, EdtfOut
from app.resources.disagreements import Disagreement, among_attendance, among_notices
from app.resources.entries import (
    DATED,
    PLACED,
    SCHEDULED,
    Entry,
    Rendered,
    inferences,
    on_days,
    place_of,
    quoted,
    references,
)
from app.resources.evidence import RecordContent, RecordOut
from app.resources.happenings import company, dated_part, of_meeting, remark
from app.resources.notices import (
    LengthOut,
    MeetingStatus,
    NoticeContent,
    NoticeOut,
    PlaceOut,
    schedule,
)
from app.resources.queries import (
    MOST_WORDS,
    DatedQuery,
    DayText,
    Linked,
    ListQuery,
    Many,
    OneOf,
    RecordQuery,
)
from app.resources.resource import Derived, Resource, View, date_out, span
from app.resources.rows import PartRow, Row, words

# A meeting that was still to come when it was last heard of.
AHEAD = (
    MeetingStatus.proposed,
    MeetingStatus.scheduled,
    MeetingStatus.rescheduled,
    MeetingStatus.postponed,
)


class MeetingContent(RecordContent):
    """A meeting as an editor writes it: status, dates and place follow from the notices."""

    needs_proof: ClassVar[bool] = True
    reserved: ClassVar[frozenset[str]] = frozenset({"upcoming"})

    negotiation: NegotiationId
    title: Line
    round: int | None = Field(default=None, ge=1, le=10_000)
    issues: list[Slug] = Field(default_factory=list, description="Issues of the negotiation.")
    forum: ParticipantId | None = Field(default=None, description="The body that meets.")
    format: Line | None = None
    attendance: list[AttendanceContent] = Field(default_factory=list)
    notices: list[NoticeContent] = Field(min_length=1)

    def is_proven(self) -> bool:
        """A notice always says what shows it, so a meeting needs no more."""
        return True


class Meeting(Row, table=True):
    """One row for each stretch in which a meeting read the same."""

    negotiation: str
    forum: str | None = None
    status: str | None = words(MeetingStatus, optional=True)
    starts: str | None = None
    followed_until: date | None = None


class Notice(PartRow, table=True):
    """What a source said about a meeting's schedule."""

    status: str = words(MeetingStatus)
    reported_on: str | None = None
    starts: str | None = None
    starts_earliest: date | None = None
    starts_latest: date | None = None
    ends: str | None = None
    ends_earliest: date | None = None
    ends_latest: date | None = None


class Attendance(PartRow, table=True):
    """Who was to be at a meeting, for whom, and whether they came."""

    participant: str
    on_behalf_of: str | None = None
    capacity: str | None = words(Capacity, optional=True)
    presence: str = words(Presence)


class MeetingOut(RecordOut):
    """A meeting. Status, dates, place and duration follow from its notices at the pin."""

    negotiation: TitledLink
    title: str
    round: int | None
    issues: list[Slug]
    forum: NamedLink | None
    format: str | None
    attendance: list[AttendanceOut]
    notices: list[NoticeOut]
    status: MeetingStatus | None = Field(description="Null where no notice was known yet.")
    starts: EdtfOut | None
    ends: EdtfOut | None
    place: PlaceOut | None
    duration: LengthOut | None
    disagreement: list[Disagreement] = Field(
        description="Notices that contradict each other, and reports of who was there."
    )
    followed_until: date | None = Field(
        description="The newest day on which a notice about this meeting became known."
    )
    at: date | None = Field(
        description="The day it was judged by: `at`, else `known_at`, else the newest day "
        "on which a notice of its negotiation became known."
    )
    overdue: bool = Field(description="Still to come on record, though its last day is past.")


class MeetingQuery(DatedQuery):
    """What a client may ask of the list of meetings."""

    negotiation: Many = Field(default=[], description="Only meetings of this negotiation.")
    status: list[MeetingStatus] = Field(
        default=[], max_length=MOST_WORDS, description="Only meetings in this state."
    )
    forum: Many = Field(default=[], description="Only meetings of this body.")
    participant: Many = Field(default=[], description="Only those that name it in any role.")
    source: Many = Field(default=[], description="Only meetings that this source shows.")
    at: DayText | SkipJsonSchema[None] = Field(
        default=None, description="The day to judge by whether a meeting is overdue."
    )
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on", description="The order: by start, or by id; `-` turns it round."
    )


class MeetingRecordQuery(RecordQuery):
    """Which state of one meeting is asked for."""

    at: DayText | SkipJsonSchema[None] = Field(
        default=None, description="The day to judge by whether the meeting is overdue."
    )


class UpcomingQuery(ListQuery):
    """What a client may ask of the meetings that come next."""

    at: DayText | SkipJsonSchema[None] = Field(
        default=None,
        description="Meetings whose last day is on or after this one (or `today`, in UTC). "
        "By default `known_at`, else the newest day to which each negotiation was followed.",
    )
    until: DayText | SkipJsonSchema[None] = Field(
        default=None, description="Only what overlaps the days up to and including this one."
    )
    negotiation: Many = Field(default=[], description="Only meetings of this negotiation.")
    forum: Many = Field(default=[], description="Only meetings of this body.")
    participant: Many = Field(default=[], description="Only those that name it in any role.")


def _derive(meeting: MeetingContent, _view: View, fields: Rendered) -> Derived:
    found = schedule(meeting.notices)
    apart = found.disagreement if found else ()
    days = [notice.known_from for notice in meeting.notices if notice.known_from < NEVER]
    return {
        "status": found and found.status.value,
        "starts": date_out(found.starts) if found else None,
        "ends": date_out(found.ends) if found else None,
        "place": found.place.model_dump() if found and found.place else None,
        "duration": found.duration.model_dump() if found and found.duration else None,
        "disagreement": [
            *among_notices(apart, meeting.notices, fields["notices"]),
            *among_attendance(meeting.attendance, fields["attendance"]),
        ],
        "followed_until": max(days, default=None),
    }


def _when(_meeting: MeetingContent, derived: Derived) -> EdtfDate | None:
    starts, ends = (derived[name] and derived[name]["edtf"] for name in ("starts", "ends"))
    return span(starts, ends)


def _judge(columns: Mapping[str, Any], at: date | None) -> Derived:
    ahead = columns["status"] in AHEAD and not columns["undated"]
    return {"at": at, "overdue": bool(ahead and at and columns["latest"] < at)}


def _entry(meeting: Rendered) -> Entry:
    dated = dated_part(meeting)
    return Entry(
        id=f"meeting.{meeting['id']}",
        kind="meeting",
        title=meeting["title"],
        path=f"/meetings/{meeting['id']}",
        version=meeting["version"],
        revision=meeting["revision"],
        text=remark(meeting),
        **on_days(dated["starts"], dated["ends"]),
        status=meeting["status"],
        date_holds=dated is meeting,
        place=place_of(meeting["place"]),
        who=references(company(meeting)),
        quotes=quoted([quote for one in meeting["notices"] for quote in one["evidence"]]),
        inferred=inferences([note for one in meeting["notices"] for note in one["inferred"]]),
        links=references([meeting["negotiation"]]),
        known_from=meeting["known_from"],
    )


MEETINGS = Resource(
    noun="meeting",
    title="Meetings",
    entry=_entry,
    traits=frozenset({DATED, PLACED, SCHEDULED}),
    tells=of_meeting,
    content=MeetingContent,
    row=Meeting,
    out=MeetingOut,
    label=lambda meeting: meeting.title,
    when=_when,
    derive=_derive,
    judge=_judge,
    parts={"notices": Notice, "attendance": Attendance},
    filters={
        "negotiation": OneOf("negotiation", "negotiation"),
        "status": OneOf("status"),
        "forum": OneOf("forum", "participant"),
        "participant": Linked("participant"),
        "source": Linked("source", ("source",)),
    },
)
