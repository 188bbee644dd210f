"""Edits: how an editor asks for a change, and what is answered about many records at once."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.resources.base import Answer, Line, ParticipantId, Prose
from app.resources.queries import TrueOrFalse
from app.resources.quotes import RecordLink
from app.resources.texts import Verification


class DossierFormName(StrEnum):
    """The forms that a dossier is read and written in."""

    json = "json"
    yaml = "yaml"
    ndjson = "ndjson"


class EditQuery(BaseModel):
    """How a change is asked for, whatever it changes."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    reason: Line | SkipJsonSchema[None] = Field(
        default=None,
        description="Why, in a sentence. It stands in the history and in `/changes`, for everybody "
        "to read.",
        examples=["The transcript gives the words in full."],
    )
    dry_run: TrueOrFalse = Field(
        default=False, description="Do everything, answer what would be, and change nothing."
    )


class RetractQuery(EditQuery):
    """How a record is taken back: with a reason, which its address answers from then on."""

    reason: Line = Field(
        description="Why. Whoever asks for the record is told so.",
        examples=["The source withdrew the report."],
    )


class DossierFormQuery(BaseModel):
    """In which form a dossier is asked for."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    format: DossierFormName | SkipJsonSchema[None] = Field(
        default=None, description="The form of the dossier. It goes before `Accept`."
    )


class DossierQuery(EditQuery):
    """How a dossier is put in place."""

    replace: TrueOrFalse = Field(
        default=False, description="Overrule records that are shared or were changed since."
    )


class EditReport(Answer):
    """What a change does to the record, or would do: each record that it touches."""

    revision: int | None = Field(
        description="The revision that was written; null where nothing had to change, or nothing "
        "was to be written."
    )
    dry_run: bool
    added: list[RecordLink]
    revised: list[RecordLink]
    retracted: list[RecordLink]
    unchanged: int = Field(description="How many records that were sent are on record just so.")


class MergerCreate(BaseModel):
    """Into which participant another one is merged."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    into: ParticipantId = Field(description="The participant that stays.")


class RedactionCreate(BaseModel):
    """What is to be removed for good. A marked gap stays."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    words: list[Prose] = Field(
        default_factory=list,
        max_length=100,
        description="The very words that are to go. Without any, all prose of the record goes.",
    )


class VerificationCreate(BaseModel):
    """The text that the quotes of a source are compared with."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    text: str = Field(
        max_length=64 * 1024 * 1024, description="The text as it was published, in full."
    )


class CheckedQuote(Answer):
    """A quote, beside the text that it was checked against."""

    record: RecordLink
    pointer: str = Field(description="A JSON pointer to the quote in its record.")
    exact: str
    start: int | None = Field(description="Where it was said to stand, in code points.")
    before: Verification = Field(description="What was on record of it.")
    verification: Verification


class VerificationCounts(Answer):
    """How many quotes there are of each result."""

    verified: int
    verified_multiple: int
    relocated: int
    missing: int


class VerificationReport(Answer):
    """What a comparison of all quotes of a source with a text showed."""

    source: str
    revision: int | None = Field(description="The revision that recorded it; null in a dry run.")
    dry_run: bool
    verified_on: str = Field(description="The day of the comparison.")
    same_text: bool | None = Field(
        description="Whether it is the text on record; null where none is."
    )
    held: bool = Field(description="Whether the service keeps the text, to check quotes later.")
    counts: VerificationCounts
    quotes: list[CheckedQuote]
