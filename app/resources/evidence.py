"""Evidence: the exact words in the exact source that show a fact, or a note where none do."""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    StringConstraints,
    field_validator,
    model_validator,
)

from app.resources.base import (
    NEVER,
    Answer,
    Content,
    LanguageTag,
    Line,
    Part,
    Prose,
    Slug,
    SourceId,
    TitledLink,
    readable,
)
from app.resources.texts import Verification, normalize

NO_PROOF = "needs evidence (the exact words), or an inferred entry with a note"

Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]
Context = Annotated[str, StringConstraints(max_length=500), AfterValidator(readable)]


class Bearing(StrEnum):
    """Whether the quoted words support the fact or dispute it."""

    supports = "supports"
    disputes = "disputes"


class Inferred(Content):
    """A field that the sources do not state. It needs a note instead of a quote."""

    field: Line = Field(description="The field that is inferred.")
    note: Prose = Field(description="Why the record says so all the same.")
    basis: Prose | None = Field(default=None, description="What it rests on.")


class Evidence(Part):
    """The exact words in a source that show a fact (W3C TextQuoteSelector and
    TextPositionSelector). Offsets count Unicode code points of the normalised text.
    """

    id_prefix: ClassVar[str] = "e"

    source: SourceId
    exact: Prose = Field(description="The words, as they stand in the source.")
    prefix: Context | None = Field(default=None, description="The words right before.")
    suffix: Context | None = Field(default=None, description="The words right after.")
    start: Offset | None = Field(default=None, description="Offset of the first code point.")
    end: Offset | None = Field(default=None, description="Offset after the last code point.")
    language: LanguageTag | None = Field(default=None, description="BCP 47 tag of the words.")
    bearing: Bearing = Field(default=Bearing.supports)
    original: Prose | None = Field(default=None, description="The words before translation.")
    translator: Line | None = None
    verification: Verification = Field(default=Verification.unchecked)
    verified_on: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None

    # Set by ``knowledge.annotate``; the origin of its source, and who published that.
    _voice: str | None = PrivateAttr(default=None)
    _publisher: str | None = PrivateAttr(default=None)

    @property
    def voice(self) -> str:
        """The source in which these words stood first: reprints of one story are one voice."""
        return self._voice or self.source

    @property
    def publisher(self) -> str | None:
        """Who published the words first, spelled as recorded; None where that is not known."""
        return self._publisher

    def link_role(self, field: str, name: str) -> str:
        """A quote links to its source in one role, however deep in the record it stands."""
        return name

    @model_validator(mode="after")
    def _begins_and_ends_with_words(self) -> Self:
        """White space at the ends is none of the words, unless the offsets count it."""
        counted = None if self.start is None or self.end is None else self.end - self.start
        if counted != len(normalize(self.exact)):
            self.exact = self.exact.strip()
        return self

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.start is None:
            raise ValueError("has an end but no start")
        if self.end is not None and self.end - (self.start or 0) != len(normalize(self.exact)):
            raise ValueError("start and end are not as far apart as exact is long")
        return self


def day_said(known_from: date) -> tuple[date, date]:
    """The first and last day on which something was said that gives no day of its own: the day it
    was known. What was never surely known comes before all that has a day.
    """
    day = date.min if known_from == NEVER else known_from
    return day, day


def _proven(model: "SourcedPart | RecordContent") -> bool:
    return not model.needs_proof or bool(model.evidence or model.inferred)


class SourcedPart(Part):
    """A part that states a fact, so it needs a quote, or a note that says it is inferred."""

    needs_proof: ClassVar[bool] = True

    evidence: list[Evidence] = Field(default_factory=list)
    inferred: list[Inferred] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if not _proven(self):
            raise ValueError(NO_PROOF)
        return self

    def related_to(self) -> tuple[str, str] | None:
        """The noun and id of the record that this part relates its own record to."""
        return None


class RecordContent(Content):
    """What an editor writes of one record, whichever its noun."""

    needs_proof: ClassVar[bool] = False

    # Ids that no record may have, because lists are at their addresses.
    reserved: ClassVar[frozenset[str]] = frozenset()

    id: Slug
    evidence: list[Evidence] = Field(default_factory=list)
    inferred: list[Inferred] = Field(default_factory=list)

    @field_validator("id")
    @classmethod
    def _is_free(cls, identifier: str) -> str:
        if identifier in cls.reserved:
            raise ValueError("must be another one: there is a list at this address")
        return identifier

    @model_validator(mode="after")
    def _is_proven(self) -> Self:
        if not self.is_proven():
            raise ValueError(NO_PROOF)
        return self

    def is_proven(self) -> bool:
        """Whether the fact has a quote, or a note that says it is inferred, or needs neither."""
        return _proven(self)


class InferredOut(Answer):
    """A field that the sources do not state, and why the record says so all the same."""

    field: str
    note: str
    basis: str | None


class PartOut(Answer):
    """A piece of a record, with the day from which readers surely had it."""

    id: str
    known_from: date | None


class WordsOut(Answer):
    """Words of a source, with their place in its text and how they were checked."""

    source: TitledLink
    exact: str
    prefix: str | None
    suffix: str | None
    start: int | None = Field(description="Code points of the normalised text, included.")
    end: int | None = Field(description="Code points of the normalised text, excluded.")
    language: str | None
    bearing: Bearing
    original: str | None
    translator: str | None
    verification: Verification
    verified_on: date | None


class EvidenceOut(WordsOut, PartOut):
    """The exact words in a source that show a fact, with their place in its text."""


class SourcedPartOut(PartOut):
    """A part that states a fact, with what shows it."""

    evidence: list[EvidenceOut]
    inferred: list[InferredOut]


class RecordOut(Answer):
    """What every record has, whichever its noun."""

    id: Slug
    version: int = Field(description="The number of this record's own version, from 1.")
    revision: int = Field(description="The service-wide number of the change that wrote it.")
    known_from: date | None = Field(
        description="The first day on which a reader surely had it; null where no day is sure."
    )
    evidence: list[EvidenceOut]
    inferred: list[InferredOut]
    cite: str = Field(description="A ready citation, with a link to this version for good.")
