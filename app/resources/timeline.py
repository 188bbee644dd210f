"""The timeline: everything that happened or was announced, each as an entry of its own."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Index
from sqlalchemy.orm import declared_attr
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.resources.answers import Stance
from app.resources.base import Answer, NamedLink, Slug, TitledLink
from app.resources.dates import EdtfDate, EdtfOut
from app.resources.entries import (
    DATED,
    PLACED,
    SCHEDULED,
    Entry,
    Rendered,
    edtf_of,
    inferences,
    place_of,
    quoted,
    references,
)
from app.resources.evidence import EvidenceOut, InferredOut
from app.resources.happenings import Happening
from app.resources.notices import MeetingStatus, PlaceOut
from app.resources.queries import MOST_WORDS, DatedQuery, Many, OneOf, PartHas, ShownBy
from app.resources.quotes import QuoteId, RecordLink
from app.resources.resource import Listing, span
from app.resources.rows import Exact, Row, Whole, indexes, words


class EntryKind(StrEnum):
    """What sort of thing an entry of the timeline tells."""

    notice = "notice"
    claim = "claim"
    demand = "demand"
    response = "response"
    withdrawal = "withdrawal"


class Moment(Row, table=True):
    """An entry of the timeline, in a stretch in which its record read the same."""

    position: int = Column(primary_key=True)
    # Names the entry in the full-text index.
    number: int = Column(sa_type=Whole, index=True)
    kind: str = words(EntryKind)
    noun: str = Column(sa_type=Exact)
    record: str = Column(sa_type=Exact)
    negotiation: str | None = None
    meeting: str | None = None
    issue: str | None = None
    status: str | None = words(MeetingStatus, optional=True)
    stance: str | None = words(Stance, optional=True)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """Beside the common indexes: by record, to close what a change replaces."""
        record = Index("ix_moment_record", "noun", "record", "recorded_from")
        return (*indexes("moment", {"negotiation"}), record)


class Involved(SQLModel, table=True):
    """Who has a part in an entry of the timeline."""

    key: int = Column(primary_key=True, foreign_key="version.key", sa_type=Whole)
    position: int = Column(primary_key=True)
    participant: str = Column(primary_key=True, sa_type=Exact, index=True)


class EntryOut(Answer):
    """One thing that happened or was announced, with the words that show it."""

    id: str
    kind: EntryKind
    on: EdtfOut | None = Field(description="When it happened, or begins; null where not known.")
    ends: EdtfOut | None = Field(description="When it ends, where that is said.")
    earliest: date | None = Field(description="The first day that it can mean.")
    latest: date | None = Field(description="The last day that it can mean.")
    title: str
    text: str | None
    by: list[NamedLink] = Field(description="Who makes the claim, demand or answer.")
    participants: list[NamedLink] = Field(description="Everybody who has a part in it.")
    reported_by: list[NamedLink] = Field(description="Through whom it is known, if not directly.")
    negotiation: TitledLink
    meeting: TitledLink | None
    place: PlaceOut | None
    issue: Slug | None
    status: MeetingStatus | None = Field(description="Of a notice: what it says of the meeting.")
    stance: Stance | None = Field(description="Of a response: how it answers.")
    stands: bool = Field(description="False for a notice that something newer has replaced.")
    record: RecordLink = Field(description="The record that the entry is part of.")
    version: int = Field(description="The number of the version of that record.")
    revision: int = Field(description="The change that wrote it.")
    known_from: date | None
    evidence: list[EvidenceOut]
    inferred: list[InferredOut]


class NegotiationTimelineQuery(DatedQuery):
    """What a client may ask of the timeline of one negotiation."""

    id: list[QuoteId] = Field(default=[], max_length=200, description="Only these entries.")
    kind: list[EntryKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only entries of this kind."
    )
    participant: Many = Field(default=[], description="Only what it has a part in.")
    meeting: Many = Field(default=[], description="Only what is about or was said at this meeting.")
    issue: Many = Field(default=[], description="Only what is on this issue.")
    status: list[MeetingStatus] = Field(
        default=[], max_length=MOST_WORDS, description="Only notices that say so of a meeting."
    )
    stance: list[Stance] = Field(
        default=[], max_length=MOST_WORDS, description="Only responses of this stance."
    )
    source: Many = Field(default=[], description="Only what a quote of this source shows.")
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on",
        description="The order: by first and then last possible day, what has no day last; or by "
        "id; `-` turns it round.",
    )


class TimelineQuery(NegotiationTimelineQuery):
    """What a client may ask of the timeline across negotiations."""

    negotiation: Many = Field(default=[], description="Only entries of this negotiation.")


def entry_of(moment: Rendered) -> Entry:
    """An entry of the timeline, in small."""
    return Entry(
        id=moment["id"],
        kind=moment["kind"],
        title=moment["title"],
        path=moment["record"]["href"],
        version=moment["version"],
        revision=moment["revision"],
        text=moment["text"],
        starts=edtf_of(moment["on"]),
        ends=edtf_of(moment["ends"]),
        earliest=moment["earliest"],
        latest=moment["latest"],
        status=moment["status"],
        stands=moment["stands"],
        place=place_of(moment["place"]),
        who=references(moment["participants"]),
        reported_by=references(moment["reported_by"]),
        quotes=quoted(moment["evidence"]),
        inferred=inferences(moment["inferred"]),
        links=references([moment["negotiation"], moment["meeting"]]),
        known_from=moment["known_from"],
    )


TIMELINE = Listing(
    noun="entry",
    title="Timeline",
    row=Moment,
    out=EntryOut,
    entry=entry_of,
    traits=frozenset({DATED, PLACED, SCHEDULED}),
    parts={"participants": Involved},
    filters={
        "kind": OneOf("kind"),
        "negotiation": OneOf("negotiation", "negotiation"),
        "participant": PartHas("participants", "participant", "participant", by_position=True),
        "meeting": OneOf("meeting", "meeting"),
        "issue": OneOf("issue"),
        "status": OneOf("status"),
        "stance": OneOf("stance"),
        "source": ShownBy("source", "source"),
    },
)


def moments_in(
    noun: str, label: str, document: Rendered, told: Iterable[Happening]
) -> Iterator[dict[str, Any]]:
    """What a rendered record tells, as entries of the timeline."""
    record = {
        "noun": noun,
        "id": document["id"],
        "title": label,
        "href": f"/{noun}s/{document['id']}",
    }
    for happening in told:
        own = {name: document[name] for name in ("negotiation", "version", "revision")}
        fields = {"id": ".".join([noun, document["id"], *happening["path"]]), "record": record}
        proof = {name: happening["holder"][name] for name in PROOF}
        found = {**EMPTY, **happening, **own, **fields, **proof}
        found["participants"] = _everybody(found)
        when = when_of(found)
        found["earliest"] = when and when.earliest
        found["latest"] = when and when.latest
        yield {name: found[name] for name in FIELDS}


FIELDS = tuple(EntryOut.model_fields)
PROOF = ("known_from", "evidence", "inferred")
EMPTY: dict[str, Any] = {
    "ends": None,
    "text": None,
    "by": [],
    "participants": [],
    "reported_by": [],
    "meeting": None,
    "place": None,
    "issue": None,
    "status": None,
    "stance": None,
    "stands": True,
}


def when_of(moment: Rendered) -> EdtfDate | None:
    """The days that an entry of the timeline takes up."""
    return span(edtf_of(moment["on"]), edtf_of(moment["ends"]))


def _everybody(moment: Rendered) -> list[Rendered]:
    """Everybody who is named, each once, those who act first."""
    named = [*moment["by"], *moment["participants"], *moment["reported_by"]]
    return list({one["id"]: one for one in named if one}.values())
