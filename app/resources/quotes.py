"""Quotes: every piece of evidence on its own, with the record that it shows and who speaks."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Index
from sqlalchemy.orm import declared_attr
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from app.resources.base import Answer, NamedLink, Slug
from app.resources.evidence import Bearing, WordsOut
from app.resources.queries import MOST_VALUES, MOST_WORDS, DatedQuery, Linked, Many, OneOf, PartHas
from app.resources.resource import Listing
from app.resources.rows import SPAN, Exact, Row, Whole, indexes, words
from app.resources.texts import Verification

# Sorts before every offset: a quote whose place is not known.
NOWHERE = -1
# The fields that name whoever speaks, in a part or in its record.
VOICES = ("by", "claimant", "made_by")

QuoteId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,511}$")]
Noun = Literal["negotiation", "participant", "meeting", "claim", "demand", "source"]


class Quote(Row, table=True):
    """The words that show a fact, in a stretch in which their record read the same."""

    position: int = Column(primary_key=True)
    noun: str = Column(sa_type=Exact)
    record: str = Column(sa_type=Exact)
    negotiation: str | None = None
    source: str = Column(sa_type=Exact)
    start_offset: int = Column(sa_type=Whole)
    bearing: str = words(Bearing)
    verification: str = words(Verification)
    # Names the quote in the full-text index.
    number: int = Column(sa_type=Whole, index=True, sa_column_kwargs={"server_default": "0"})

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """Beside the common indexes: by record, and in the order of the words in their source."""
        place = Index("ix_quote_place", "source", "start_offset", "id", *SPAN)
        record = Index("ix_quote_record", "noun", "record", "recorded_from")
        return (*indexes("quote", {"negotiation"}), place, record)


class Speaker(SQLModel, table=True):
    """Who speaks in a quote."""

    key: int = Column(primary_key=True, foreign_key="version.key", sa_type=Whole)
    position: int = Column(primary_key=True)
    participant: str = Column(primary_key=True, sa_type=Exact, index=True)


class RecordLink(Answer):
    """The record that a quote shows."""

    noun: Noun
    id: Slug
    title: str
    href: str


class QuotedOut(Answer):
    """Which record a quote shows, where in it, and who speaks."""

    id: str
    record: RecordLink
    path: str = Field(description="Where in the record the quote stands.")
    speakers: list[NamedLink] = Field(description="Who makes the claim, demand or answer.")
    reported_by: list[NamedLink] = Field(description="Through whom it is known, if not directly.")
    known_from: date | None


class QuoteOut(WordsOut, QuotedOut):
    """The exact words in a source, the record that they show, and who speaks in them."""


class SourceQuoteQuery(DatedQuery):
    """What a client may ask of the quotes of one source."""

    id: Annotated[list[QuoteId], Field(max_length=MOST_VALUES)] = Field(
        default=[], description="Only these quotes. Repeat it for more than one."
    )
    noun: list[Noun] = Field(
        default=[], max_length=MOST_WORDS, description="Only quotes that show such a record."
    )
    record: Many = Field(default=[], description="Only quotes of the records with this id.")
    negotiation: Many = Field(default=[], description="Only quotes of this negotiation.")
    speaker: Many = Field(default=[], description="Only quotes in which it speaks.")
    participant: Many = Field(default=[], description="Only those whose record names it.")
    bearing: list[Bearing] = Field(
        default=[], max_length=MOST_WORDS, description="Only quotes that bear so on the fact."
    )
    verification: list[Verification] = Field(
        default=[], max_length=MOST_WORDS, description="Only quotes checked so."
    )
    sort: Literal["place", "-place", "on", "-on", "id", "-id"] = Field(
        default="place",
        description="The order: by source and place in it, by the date of the record, or by id; "
        "`-` turns it round.",
    )


class QuoteQuery(SourceQuoteQuery):
    """What a client may ask of the list of quotes."""

    source: Many = Field(default=[], description="Only quotes of this source.")


QUOTES = Listing(
    noun="quote",
    title="Quotes",
    row=Quote,
    out=QuoteOut,
    parts={"speakers": Speaker},
    filters={
        "source": OneOf("source", "source"),
        "noun": OneOf("noun"),
        "record": OneOf("record"),
        "negotiation": OneOf("negotiation", "negotiation"),
        "speaker": PartHas("speakers", "participant", "participant", by_position=True),
        "participant": Linked("participant"),
        "bearing": OneOf("bearing"),
        "verification": OneOf("verification"),
    },
    sorts={
        "place": ("source", "start_offset", "id"),
        "on": ("undated", "earliest", "latest", "id"),
        "id": ("id",),
    },
)


def quotes_in(noun: str, label: str, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The quotes of a rendered record as documents of their own, in the order they stand in."""
    record = {
        "noun": noun,
        "id": document["id"],
        "title": label,
        "href": f"/{noun}s/{document['id']}",
    }
    for path, holder in _holders(document):
        voices = {
            "speakers": _voices(holder, document, VOICES),
            "reported_by": _voices(holder, document, ("reported_by",)),
        }
        for number, evidence in enumerate(holder["evidence"]):
            inner = ".".join([*path, "evidence", evidence["id"] or str(number)])
            head = {"id": f"{noun}.{document['id']}.{inner}", "record": record, "path": inner}
            yield head | voices | {name: value for name, value in evidence.items() if name != "id"}


def _holders(document: dict[str, Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The record and its parts, as far as they can hold evidence."""
    yield [], document
    for name, value in document.items():
        for number, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, dict) and "evidence" in part:
                yield [name, part["id"] or str(number)], part


def _voices(
    part: dict[str, Any], record: dict[str, Any], names: tuple[str, ...]
) -> list[dict[str, str]]:
    """Whoever the part names in one of the fields; where it has none of them, the record."""
    for holder in (part, record):
        for name in names:
            if name in holder:
                found = holder[name]
                return found if isinstance(found, list) else [found] if found else []
    return []
