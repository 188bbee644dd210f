"""Claims: what somebody asserted, in whose words. Never a verdict that it is true."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator
from sqlmodel import Field as Column

from app.resources.base import (
    Answer,
    ClaimId,
    Line,
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
from app.resources.disagreements import Disagreement, among_quotes
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
from app.resources.happenings import of_claim
from app.resources.queries import MOST_WORDS, DatedQuery, Linked, Many, OneOf
from app.resources.resource import Derived, Resource, View
from app.resources.rows import PartRow, Row, words
from app.resources.voices import supporting, voices_of


class ClaimKind(StrEnum):
    """What sort of assertion a claim is."""

    intention = "intention"
    fact = "fact"
    assessment = "assessment"
    expectation = "expectation"
    commitment = "commitment"
    accusation = "accusation"
    warning = "warning"
    unclassified = "unclassified"


class Attribution(StrEnum):
    """How close the record is to the speaker's own words."""

    direct_quote = "direct_quote"
    partial_quote = "partial_quote"
    paraphrase = "paraphrase"


class RelationType(StrEnum):
    """How one claim relates to another."""

    contradicts = "contradicts"
    qualifies = "qualifies"
    confirms = "confirms"
    supersedes = "supersedes"
    responds_to = "responds_to"
    retracts = "retracts"


class RelationContent(SourcedPart):
    """How this claim relates to another one, and what that judgement rests on."""

    id_prefix: ClassVar[str] = "l"
    needs_proof: ClassVar[bool] = False

    to: ClaimId
    type: RelationType
    basis: Line | None = Field(default=None, description="What the relation rests on.")

    def link_role(self, field: str, name: str) -> str:
        """The link to the other claim stands in a role of the relation's type."""
        return self.type.value if name == "to" else super().link_role(field, name)

    def related_to(self) -> tuple[str, str]:
        """The claim that this one relates to."""
        return "claim", self.to

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not (self.evidence or self.inferred or self.basis):
            raise ValueError("needs a basis, evidence, or an inferred entry with a note")
        return self


class ClaimContent(RecordContent):
    """A claim as an editor writes it."""

    needs_proof: ClassVar[bool] = True

    negotiation: NegotiationId
    claimant: ParticipantId
    on_behalf_of: ParticipantId | None = None
    addressed_to: list[ParticipantId] = Field(default_factory=list)
    meeting: MeetingId | None = Field(default=None, description="Where or after which it was said.")
    about_meetings: list[MeetingId] = Field(default_factory=list)
    on: When | None = None
    text: Prose | None = Field(default=None, description="The proposition, in our own words.")
    kind: ClaimKind
    attribution: Attribution
    reported_by: list[ParticipantId] = Field(
        default_factory=list, description="Set when it is known only through others."
    )
    about: list[ParticipantId] = Field(default_factory=list)
    issue: Slug | None = Field(default=None, description="An issue of the negotiation.")
    relations: list[RelationContent] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.kind is not ClaimKind.unclassified:
            raise ValueError("text may be left out only where kind is unclassified")
        return self


class Claim(Row, table=True):
    """One row for each stretch in which a claim read the same."""

    negotiation: str
    claimant: str
    on_behalf_of: str | None = None
    meeting: str | None = None
    kind: str = words(ClaimKind)
    attribution: str = words(Attribution)
    issue: str | None = None
    # How many origins the quotes that support it have: reprints of one count once.
    origins: int = Column(sa_column_kwargs={"server_default": "0"})


class Relation(PartRow, table=True):
    """How a claim relates to another one."""

    to: str
    type: str = words(RelationType)
    basis: str | None = None


class RelationOut(SourcedPartOut):
    """How this claim relates to another one."""

    to: TitledLink
    type: RelationType
    basis: str | None


class RelatedClaim(Answer):
    """Another claim that relates to this one, and how."""

    type: RelationType
    claim: TitledLink


class ClaimOut(RecordOut):
    """What somebody asserted, with the words that show it."""

    negotiation: TitledLink
    claimant: NamedLink
    on_behalf_of: NamedLink | None
    addressed_to: list[NamedLink]
    meeting: TitledLink | None
    about_meetings: list[TitledLink]
    on: EdtfOut | None
    text: str | None
    kind: ClaimKind
    attribution: Attribution
    reported_by: list[NamedLink]
    about: list[NamedLink]
    issue: Slug | None
    relations: list[RelationOut]
    disagreement: list[Disagreement] = Field(
        description="What supports the claim beside what disputes it, where a quote disputes it."
    )
    related_from: list[RelatedClaim] = Field(
        description="Claims that relate to this one: `contradicts` means they contradict it."
    )


class ClaimQuery(DatedQuery):
    """What a client may ask of the list of claims."""

    negotiation: Many = Field(default=[], description="Only claims of this negotiation.")
    claimant: Many = Field(default=[], description="Only claims made by this participant.")
    on_behalf_of: Many = Field(default=[], description="Only claims made on its behalf.")
    addressed_to: Many = Field(default=[], description="Only claims addressed to it.")
    about: Many = Field(default=[], description="Only claims about this participant.")
    reported_by: Many = Field(default=[], description="Only claims known through it.")
    participant: Many = Field(default=[], description="Only claims that name it in any role.")
    meeting: Many = Field(default=[], description="Only claims made at or after this meeting.")
    about_meeting: Many = Field(default=[], description="Only claims about this meeting.")
    kind: list[ClaimKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only claims of this kind."
    )
    attribution: list[Attribution] = Field(
        default=[], max_length=MOST_WORDS, description="How close to the words."
    )
    issue: Many = Field(default=[], description="Only claims on this issue.")
    source: Many = Field(default=[], description="Only claims that this source shows.")
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on", description="The order: by date, or by id; `-` turns it round."
    )


def _label(claim: ClaimContent) -> str:
    # The oldest words: a label must not show what readers had only later.
    oldest = min(claim.evidence, key=lambda quote: quote.known_from, default=None)
    return shortened(claim.text or (oldest.exact if oldest else claim.id))


def _when(claim: ClaimContent, _derived: Derived) -> EdtfDate | None:
    return parse_edtf(claim.on) if claim.on else None


def _derive(claim: ClaimContent, view: View, fields: Rendered) -> Derived:
    found = [(view.link(pointer.address), pointer.role) for pointer in view.pointers]
    return {
        "disagreement": among_quotes(claim.evidence, fields["evidence"]),
        "related_from": [{"type": role, "claim": link} for link, role in found if link],
    }


def _extra(claim: ClaimContent, _document: Rendered) -> Mapping[str, Any]:
    return {"origins": len(voices_of(supporting(claim.evidence)))}


def _entry(claim: Rendered) -> Entry:
    return Entry(
        id=f"claim.{claim['id']}",
        kind="claim",
        title=headline(claim["claimant"]["name"], claim["reported_by"], _words(claim)),
        path=f"/claims/{claim['id']}",
        version=claim["version"],
        revision=claim["revision"],
        text=claim["text"],
        **on_days(claim["on"]),
        who=references([claim["claimant"], *claim["addressed_to"], *claim["about"]]),
        reported_by=references(claim["reported_by"]),
        quotes=quoted(claim["evidence"]),
        inferred=inferences(claim["inferred"]),
        links=references([claim["negotiation"], claim["meeting"]]),
        known_from=claim["known_from"],
    )


def _words(claim: Rendered) -> str:
    quotes = claim["evidence"]
    return str(claim["text"] or (quotes[0]["exact"] if quotes else claim["id"]))


CLAIMS = Resource(
    noun="claim",
    title="Claims",
    entry=_entry,
    traits=frozenset({DATED}),
    tells=of_claim,
    content=ClaimContent,
    row=Claim,
    out=ClaimOut,
    label=_label,
    when=_when,
    derive=_derive,
    extra=_extra,
    parts={"relations": Relation},
    pointers=tuple(kind.value for kind in RelationType),
    filters={
        "negotiation": OneOf("negotiation", "negotiation"),
        "claimant": OneOf("claimant", "participant"),
        "on_behalf_of": OneOf("on_behalf_of", "participant"),
        "addressed_to": Linked("participant", ("addressed_to",)),
        "about": Linked("participant", ("about",)),
        "reported_by": Linked("participant", ("reported_by",)),
        "participant": Linked("participant"),
        "meeting": OneOf("meeting", "meeting"),
        "about_meeting": Linked("meeting", ("about_meetings",)),
        "kind": OneOf("kind"),
        "attribution": OneOf("attribution"),
        "issue": OneOf("issue"),
        "source": Linked("source", ("source",)),
    },
)
