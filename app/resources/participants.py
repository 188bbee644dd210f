"""Participants: people, states, organizations, bodies and groups, with the posts they hold."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints
from sqlmodel import Field as Column

from app.resources.base import ALWAYS, CountryCode, Line, NamedLink, ParticipantId, Prose, When
from app.resources.dates import EdtfDate, EdtfOut
from app.resources.evidence import RecordContent, RecordOut, SourcedPart, SourcedPartOut
from app.resources.queries import MOST_VALUES, MOST_WORDS, Linked, ListQuery, Many, OneOf
from app.resources.resource import Derived, Resource
from app.resources.rows import Exact, PartRow, Row, words


class ParticipantKind(StrEnum):
    """What a participant is."""

    person = "person"
    state = "state"
    organization = "organization"
    body = "body"
    group = "group"


class PostContent(SourcedPart):
    """A post, held for a time: it is not a property of the person (Popolo)."""

    id_prefix: ClassVar[str] = "p"

    title: Line
    organization: ParticipantId | None = None
    from_: When | None = Field(default=None, alias="from")
    until: When | None = None


class ParticipantContent(RecordContent):
    """A participant as an editor writes it."""

    kind: ParticipantKind
    name: Line
    other_names: list[Line] = Field(default_factory=list)
    description: Prose | None = None
    country: CountryCode | None = Field(default=None, description="ISO 3166-1 alpha-3.")
    wikidata: Annotated[str, StringConstraints(pattern=r"^Q[1-9][0-9]{0,11}$")] | None = Field(
        default=None, description="Only where it was verified, never guessed."
    )
    part_of: ParticipantId | None = None
    posts: list[PostContent] = Field(default_factory=list)


class Participant(Row, table=True):
    """One row for each stretch in which a participant read the same."""

    name: str = Column(sa_type=Exact)
    kind: str = words(ParticipantKind)
    country: str | None = None
    part_of: str | None = None


class Post(PartRow, table=True):
    """A post that a participant held."""

    title: str
    organization: str | None = None
    from_earliest: date | None = None
    until_latest: date | None = None


class PostOut(SourcedPartOut):
    """A post, held for a time."""

    title: str
    organization: NamedLink | None
    from_: EdtfOut | None = Field(alias="from")
    until: EdtfOut | None


class ParticipantOut(RecordOut):
    """A person, state, organization, body or group that takes part or is talked about."""

    kind: ParticipantKind
    name: str
    other_names: list[str]
    description: str | None
    country: str | None
    wikidata: str | None
    part_of: NamedLink | None
    posts: list[PostOut]


class ParticipantQuery(ListQuery):
    """What a client may ask of the list of participants."""

    kind: list[ParticipantKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only participants of this kind."
    )
    country: Annotated[list[CountryCode], Field(max_length=MOST_VALUES)] = Field(
        default=[], description="Only participants of this country (ISO 3166-1 alpha-3)."
    )
    part_of: Many = Field(default=[], description="Only the parts of this participant.")
    source: Many = Field(default=[], description="Only those that a quote of this source shows.")
    sort: Literal["name", "-name", "id", "-id"] = Field(default="name", description="The order.")


def _undated(_content: ParticipantContent, _derived: Derived) -> EdtfDate | None:
    return None


PARTICIPANTS = Resource(
    noun="participant",
    title="Participants",
    content=ParticipantContent,
    row=Participant,
    out=ParticipantOut,
    label=lambda participant: participant.name,
    when=_undated,
    parts={"posts": Post},
    filters={
        "kind": OneOf("kind"),
        "country": OneOf("country"),
        "part_of": OneOf("part_of", "participant"),
        "source": Linked("source", ("source",)),
    },
    sorts={"name": ("name", "id"), "id": ("id",)},
    dated_by=lambda _: ALWAYS,
    always_listed=True,
    owned=False,
)
