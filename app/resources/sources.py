"""Sources: the documents that quotes are taken from, with the day on which the public had them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.resources.base import (
    NEVER,
    Answer,
    Content,
    LanguageTag,
    Line,
    Sha256,
    SourceId,
    TitledLink,
    WebAddress,
    When,
)
from app.resources.dates import EdtfDate, EdtfOut, parse_edtf
from app.resources.entries import DATED, Entry, Rendered, inferences, on_days, references
from app.resources.evidence import RecordContent, RecordOut
from app.resources.queries import MOST_VALUES, MOST_WORDS, DatedQuery, Linked, Many, OneOf
from app.resources.resource import Derived, Resource
from app.resources.rows import Row, words


class SourceKind(StrEnum):
    """What sort of document a source is."""

    news = "news"
    wire = "wire"
    transcript = "transcript"
    press_release = "press_release"
    readout = "readout"
    treaty_draft = "treaty_draft"
    interview = "interview"
    document = "document"


class Proximity(StrEnum):
    """How close a source is to what it reports."""

    primary = "primary"
    secondary = "secondary"
    machine_translation = "machine_translation"


class TextContent(Content):
    """What is held of a source's text: enough to recognise it, never the text itself."""

    sha256: Sha256 = Field(description="SHA-256 of the bytes.")
    normalized_sha256: Sha256 = Field(description="SHA-256 of the normalised text in UTF-8.")
    length: int = Field(ge=0, description="Code points of the normalised text.")
    normalization: Line = Field(description="How the text was normalised.")


class SourceContent(RecordContent):
    """A source as an editor writes it."""

    title: Line
    publisher: Line | None = None
    authors: list[Line] = Field(default_factory=list)
    url: WebAddress | None = None
    archived_url: WebAddress | None = None
    language: LanguageTag | None = Field(default=None, description="BCP 47.")
    created: When | None = Field(default=None, description="When the document was made.")
    published: When | None = Field(default=None, description="When the public could read it.")
    kind: SourceKind
    proximity: Proximity
    origin: SourceId | None = Field(default=None, description="The source that it reprints.")
    text: TextContent | None = None


class Source(Row, table=True):
    """One row for each stretch in which a source read the same."""

    kind: str = words(SourceKind)
    proximity: str = words(Proximity)
    publisher: str | None = None
    language: str | None = None
    origin: str | None = None


class TextOut(Answer):
    """What is held of a source's text: enough to recognise it, never the text itself."""

    sha256: str
    normalized_sha256: str
    length: int
    normalization: str


class SourceOut(RecordOut):
    """A document that quotes are taken from."""

    title: str
    publisher: str | None
    authors: list[str]
    url: str | None
    archived_url: str | None
    language: str | None
    created: EdtfOut | None
    published: EdtfOut | None
    kind: SourceKind
    proximity: Proximity
    origin: TitledLink | None
    text: TextOut | None


class SourceQuery(DatedQuery):
    """What a client may ask of the list of sources."""

    kind: list[SourceKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only sources of this kind."
    )
    proximity: list[Proximity] = Field(
        default=[], max_length=MOST_WORDS, description="Only sources this close."
    )
    language: Annotated[list[LanguageTag], Field(max_length=MOST_VALUES)] = Field(
        default=[], description="Only sources in this language (BCP 47)."
    )
    publisher: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=500)]],
        Field(max_length=MOST_VALUES),
    ] = Field(default=[], description="Only sources of this publisher, spelled as recorded.")
    origin: Many = Field(default=[], description="Only reprints of this source.")
    sort: Literal["on", "-on", "id", "-id"] = Field(
        default="on", description="The order: by publication, or by id; `-` turns it round."
    )


def _when(source: SourceContent, _derived: Derived) -> EdtfDate | None:
    return parse_edtf(source.published) if source.published else None


def _dated_by(source: SourceContent) -> date:
    # An interval counts by its end: only then the public surely had it.
    published = parse_edtf(source.published) if source.published else None
    return published.latest if published and published.latest else NEVER


def _entry(source: Rendered) -> Entry:
    return Entry(
        id=f"source.{source['id']}",
        kind="source",
        title=source["title"],
        path=f"/sources/{source['id']}",
        version=source["version"],
        revision=source["revision"],
        text=source["publisher"],
        **on_days(source["published"]),
        inferred=inferences(source["inferred"]),
        links=references([source["origin"]]),
        known_from=source["known_from"],
    )


SOURCES = Resource(
    noun="source",
    title="Sources",
    entry=_entry,
    traits=frozenset({DATED}),
    content=SourceContent,
    row=Source,
    out=SourceOut,
    label=lambda source: source.title,
    when=_when,
    dated_by=_dated_by,
    provenance=lambda source: (source.origin, source.publisher),
    filters={
        "kind": OneOf("kind"),
        "proximity": OneOf("proximity"),
        "language": OneOf("language"),
        "publisher": OneOf("publisher"),
        "origin": Linked("source", ("origin",)),
    },
    owned=False,
)
