"""Demands: what was asked of whom, and what each of them answered."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field
from sqlalchemy import Text, text
from sqlmodel import Field as Column

from app.resources.answers import DemandStatus, ResponseContent, ResponseOut, Stance, status_of
from app.resources.base import (
    DemandId,
    MeetingId,
    NamedLink,
    NegotiationId,
    ParticipantId,
    Prose,
    Slug,
    TitledLink,
    When,
)
from app.resources.dates import EdtfDate, EdtfOut, parse_edtf
from app.resources.disagreements import Disagreement, among_answers, among_quotes
from app.resources.entries import (
    DATED,
    Entry,
    Rendered,
    headline,
    inferences,
    on_days,
    quoted,
    references,
    shortened,
)
from app.resources.evidence import RecordContent, RecordOut, SourcedPart, SourcedPartOut
from app.resources.happenings import of_demand
from app.resources.positions import position_columns
from app.resources.queries import MOST_WORDS, DatedQuery, Linked, Many, OneOf, PartHas
from app.resources.resource import Derived, Resource, View
from app.resources.rows import PartRow, Row, words


class Mode(StrEnum):
    """What sort of request a demand is (PLOVER's modes of REQUEST)."""

    assist = "assist"
    change = "change"
    yield_ = "yield"
    meet = "meet"


class WithdrawalContent(SourcedPart):
    """That a demand was taken back, and when."""

    id_prefix: ClassVar[str] = "w"

    on: When | None = None


class DemandContent(RecordContent):
    """A demand as an editor writes it."""

    needs_proof: ClassVar[bool] = True

    negotiation: NegotiationId
    made_by: list[ParticipantId] = Field(min_length=1)
    addressed_to: list[ParticipantId] = Field(default_factory=list)
    meeting: MeetingId | None = Field(default=None, description="Where or after which it was made.")
    on: When | None = None
    text: Prose = Field(description="What is asked, in our own words.")
    mode: Mode | None = None
    issue: Slug | None = Field(default=None, description="An issue of the negotiation.")
    part_of: DemandId | None = Field(default=None, description="The umbrella demand.")
    reported_by: list[ParticipantId] = Field(
        default_factory=list, description="Set when it is known only through others."
    )
    replaces: DemandId | None = None
    withdrawn: WithdrawalContent | None = None
    responses: list[ResponseContent] = Field(default_factory=list)


# What the columns of positions hold until they are made.
NOTHING = text("''")


class Demand(Row, table=True):
    """One row for each stretch in which a demand read the same."""

    negotiation: str
    meeting: str | None = None
    mode: str | None = words(Mode, optional=True)
    issue: str | None = None
    part_of: str | None = None
    status: str = words(DemandStatus)
    # Its row of the positions: JSON without the cells, then the cells and the ids of their
    # parties, each with a newline between them.
    position_head: str = Column(sa_type=Text, sa_column_kwargs={"server_default": NOTHING})
    position_cells: str = Column(sa_type=Text, sa_column_kwargs={"server_default": NOTHING})
    position_parties: str = Column(sa_type=Text, sa_column_kwargs={"server_default": NOTHING})
    # How many of those it is addressed to have no answer on record.
    unanswered: int = Column(sa_column_kwargs={"server_default": "0"})


class Response(PartRow, table=True):
    """What a party answered to a demand."""

    by: str
    stance: str = words(Stance)
    on: str | None = None
    on_earliest: date | None = None
    on_latest: date | None = None
    meeting: str | None = None
    reported_by: str | None = None


class Withdrawal(PartRow, table=True):
    """That a demand was taken back."""

    on: str | None = None
    on_earliest: date | None = None
    on_latest: date | None = None


class WithdrawalOut(SourcedPartOut):
    """That a demand was taken back, and when."""

    on: EdtfOut | None


class DemandOut(RecordOut):
    """What was asked of whom, with every answer on record."""

    negotiation: TitledLink
    made_by: list[NamedLink]
    addressed_to: list[NamedLink]
    meeting: TitledLink | None
    on: EdtfOut | None
    text: str
    mode: Mode | None
    issue: Slug | None
    part_of: TitledLink | None
    reported_by: list[NamedLink]
    replaces: TitledLink | None
    withdrawn: WithdrawalOut | None
    responses: list[ResponseOut]
    status: DemandStatus = Field(description="What the answers come to at the pin.")
    disagreement: list[Disagreement] = Field(
        description="Where reports of one party's answer come to different outcomes, and what "
        "supports the demand beside what disputes it, where a quote disputes it."
    )
    parts: list[TitledLink] = Field(description="The demands that are part of this one.")
    replaced_by: list[TitledLink] = Field(description="The demands that replace this one.")


class DemandQuery(DatedQuery):
    """What a client may ask of the list of demands."""

    negotiation: Many = Field(default=[], description="Only demands of this negotiation.")
    made_by: Many = Field(default=[], description="Only demands made by this participant.")
    addressed_to: Many = Field(default=[], description="Only demands addressed to it.")
    reported_by: Many = Field(default=[], description="Only demands known through it.")
    participant: Many = Field(default=[], description="Only demands that name it in any role.")
    meeting: Many = Field(default=[], description="Only demands made at or after this meeting.")
    mode: list[Mode] = Field(
        default=[], max_length=MOST_WORDS, description="Only requests of this sort."
    )
    issue: Many = Field(default=[], description="Only demands on this issue.")
    part_of: Many = Field(default=[], description="Only the parts of this demand.")
    status: list[DemandStatus] = Field(
        default=[], max_length=MOST_WORDS, description="Only demands in this state."
    )
    stance: list[Stance] = Field(
        default=[], max_length=MOST_WORDS, description="Only those with such an answer."
    )
    source: Many = Field(default=[], description="Only demands that this source shows.")
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on", description="The order: by date, or by id; `-` turns it round."
    )


def _when(demand: DemandContent, _derived: Derived) -> EdtfDate | None:
    return parse_edtf(demand.on) if demand.on else None


def _derive(demand: DemandContent, view: View, fields: Rendered) -> Derived:
    pointing = {
        role: [link for p in view.pointers if p.role == role and (link := view.link(p.address))]
        for role in DEMANDS.pointers
    }
    superseded, withdrawn = bool(pointing["replaces"]), demand.withdrawn is not None
    status = status_of(demand.responses, demand.addressed_to, withdrawn, superseded)
    return {
        "status": status.value,
        "disagreement": [
            *among_quotes(demand.evidence, fields["evidence"]),
            *among_answers(demand.responses, fields["responses"]),
        ],
        "parts": pointing["part_of"],
        "replaced_by": pointing["replaces"],
    }


def _extra(demand: DemandContent, document: Rendered) -> Mapping[str, Any]:
    return position_columns(demand.responses, document)


def _entry(demand: Rendered) -> Entry:
    makers = ", ".join(one["name"] for one in demand["made_by"])
    return Entry(
        id=f"demand.{demand['id']}",
        kind="demand",
        title=headline(f"Demand by {makers}", demand["reported_by"], demand["text"]),
        path=f"/demands/{demand['id']}",
        version=demand["version"],
        revision=demand["revision"],
        text=demand["text"],
        **on_days(demand["on"]),
        who=references([*demand["made_by"], *demand["addressed_to"]]),
        reported_by=references(demand["reported_by"]),
        quotes=quoted(demand["evidence"]),
        inferred=inferences(demand["inferred"]),
        links=references([demand["negotiation"], demand["meeting"], demand["part_of"]]),
        known_from=demand["known_from"],
    )


DEMANDS = Resource(
    noun="demand",
    title="Demands",
    entry=_entry,
    traits=frozenset({DATED}),
    tells=of_demand,
    content=DemandContent,
    row=Demand,
    out=DemandOut,
    label=lambda demand: shortened(demand.text),
    when=_when,
    derive=_derive,
    extra=_extra,
    parts={"responses": Response, "withdrawn": Withdrawal},
    pointers=("part_of", "replaces"),
    filters={
        "negotiation": OneOf("negotiation", "negotiation"),
        "made_by": Linked("participant", ("made_by",)),
        "addressed_to": Linked("participant", ("addressed_to",)),
        "reported_by": Linked("participant", ("reported_by",)),
        "participant": Linked("participant"),
        "meeting": OneOf("meeting", "meeting"),
        "mode": OneOf("mode"),
        "issue": OneOf("issue"),
        "part_of": OneOf("part_of", "demand"),
        "status": OneOf("status"),
        "stance": PartHas("responses", "stance"),
        "source": Linked("source", ("source",)),
    },
)
