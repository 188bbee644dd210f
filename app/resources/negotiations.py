"""Negotiations: who negotiates with whom, over which issues."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from app.resources.base import (
    ALWAYS,
    Answer,
    Content,
    Line,
    NamedLink,
    ParticipantId,
    Prose,
    Slug,
    When,
)
from app.resources.dates import EdtfDate, EdtfOut
from app.resources.entries import DATED, Entry, Rendered, inferences, on_days, quoted, references
from app.resources.evidence import RecordContent, RecordOut, SourcedPart, SourcedPartOut
from app.resources.queries import MOST_WORDS, DatedQuery, Linked, Many, OneOf
from app.resources.resource import Derived, Resource, span
from app.resources.rows import PartRow, Row, words


class NegotiationKind(StrEnum):
    """How the parties talk."""

    bilateral = "bilateral"
    multilateral = "multilateral"
    mediated = "mediated"
    proximity = "proximity"


class NegotiationState(StrEnum):
    """How far the negotiation is."""

    announced = "announced"
    active = "active"
    suspended = "suspended"
    concluded = "concluded"
    collapsed = "collapsed"


class PartyRole(StrEnum):
    """The part that a participant has in a negotiation."""

    principal = "principal"
    mediator = "mediator"
    host = "host"
    guarantor = "guarantor"
    observer = "observer"
    affected_non_participant = "affected_non_participant"


class PartyContent(SourcedPart):
    """A participant and its role. Identity data, so it needs no quote of its own."""

    needs_proof: ClassVar[bool] = False
    id_prefix: ClassVar[str] = "p"

    participant: ParticipantId
    role: PartyRole


class IssueContent(Content):
    """A subject of the negotiation."""

    id: Slug
    title: Line


class NegotiationContent(RecordContent):
    """A negotiation as an editor writes it."""

    title: Line
    summary: Prose | None = None
    kind: NegotiationKind
    state: NegotiationState
    starts: When | None = None
    ends: When | None = None
    parties: list[PartyContent] = Field(default_factory=list)
    issues: list[IssueContent] = Field(default_factory=list)


class Negotiation(Row, table=True):
    """One row for each stretch in which a negotiation read the same."""

    kind: str = words(NegotiationKind)
    state: str = words(NegotiationState)


class Party(PartRow, table=True):
    """A party of a negotiation."""

    participant: str
    role: str = words(PartyRole)


class PartyOut(SourcedPartOut):
    """A participant and its role in the negotiation."""

    participant: NamedLink
    role: PartyRole


class IssueOut(Answer):
    """A subject of the negotiation."""

    id: Slug
    title: str


class NegotiationOut(RecordOut):
    """A negotiation: who negotiates with whom, over which issues."""

    title: str
    summary: str | None
    kind: NegotiationKind
    state: NegotiationState
    starts: EdtfOut | None
    ends: EdtfOut | None
    parties: list[PartyOut]
    issues: list[IssueOut]


class NegotiationQuery(DatedQuery):
    """What a client may ask of the list of negotiations."""

    kind: list[NegotiationKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only negotiations of this kind."
    )
    state: list[NegotiationState] = Field(
        default=[], max_length=MOST_WORDS, description="Only those in this state."
    )
    participant: Many = Field(default=[], description="Only those with this party.")
    source: Many = Field(default=[], description="Only those that a quote of this source shows.")
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on", description="The order: by start, or by id; `-` turns it round."
    )


def _when(content: NegotiationContent, _derived: Derived) -> EdtfDate | None:
    return span(content.starts, content.ends)


def _entry(negotiation: Rendered) -> Entry:
    return Entry(
        id=f"negotiation.{negotiation['id']}",
        kind="negotiation",
        title=negotiation["title"],
        path=f"/negotiations/{negotiation['id']}",
        version=negotiation["version"],
        revision=negotiation["revision"],
        text=negotiation["summary"],
        **on_days(negotiation["starts"], negotiation["ends"]),
        who=references([one["participant"] for one in negotiation["parties"]]),
        quotes=quoted(negotiation["evidence"]),
        inferred=inferences(negotiation["inferred"]),
        known_from=negotiation["known_from"],
    )


NEGOTIATIONS = Resource(
    noun="negotiation",
    title="Negotiations",
    entry=_entry,
    traits=frozenset({DATED}),
    content=NegotiationContent,
    row=Negotiation,
    out=NegotiationOut,
    label=lambda negotiation: negotiation.title,
    when=_when,
    parts={"parties": Party},
    filters={
        "kind": OneOf("kind"),
        "state": OneOf("state"),
        "participant": Linked("participant"),
        "source": Linked("source", ("source",)),
    },
    dated_by=lambda _: ALWAYS,
    always_listed=True,
)
