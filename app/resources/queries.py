"""What a client may ask of a list: paging, order, time travel, and the filters as data."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic.json_schema import SkipJsonSchema

from app.resources.base import Slug
from app.resources.dates import parse_day

MOST_VALUES = 200
# Of an enumeration, which has fewer words than this.
MOST_WORDS = 50
DEFAULT_LIMIT = 50
GREATEST_LIMIT = 200


def _whole_number(text: object) -> object:
    # int() would also read " 1", "1_0" and digits of other scripts.
    if isinstance(text, str) and not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("must be a whole number in plain digits")
    return text


def _true_or_false(text: object) -> object:
    # Pydantic would also read "yes", "on" and "1".
    if isinstance(text, str) and text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text


def _day(text: str) -> str:
    # "today" stands for a day; which one is settled when the pin is resolved.
    parse_day(text, date.min)
    return text


def _revision_or_instant(text: str) -> str:
    # A "+" that was not percent-encoded arrives as a space.
    text = text.replace(" ", "+")
    if not re.fullmatch(r"[0-9]{1,15}|" + INSTANT, text):
        raise ValueError("must be a revision number, or an instant like 2022-01-12T09:30:00Z")
    return text


INSTANT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|today)$"

DayText = Annotated[
    str,
    StringConstraints(max_length=10),
    AfterValidator(_day),
    Field(json_schema_extra={"pattern": DAY}, examples=["2022-01-12"]),
]
PointText = Annotated[
    str,
    StringConstraints(max_length=40),
    AfterValidator(_revision_or_instant),
    Field(examples=["1", "2022-01-12T09:30:00Z"]),
]
SearchText = Annotated[str, StringConstraints(max_length=500)]
CursorText = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Limit = Annotated[WholeNumber, Field(ge=1, le=GREATEST_LIMIT)]
Many = Annotated[list[Slug], Field(max_length=MOST_VALUES)]


CommaList = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(,[a-z_]+)*$", max_length=1_000)]
# Which formats there are is declared where they are made.
FormatName = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,20}$")]
TrueOrFalse = Annotated[bool, BeforeValidator(_true_or_false)]


class KnowledgeQuery(BaseModel):
    """Time travel in what readers knew."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    known_at: DayText | SkipJsonSchema[None] = Field(
        default=None,
        description="Only what a reader surely had before them on this day (or `today`, in UTC).",
    )


class RevisionQuery(BaseModel):
    """Time travel in what this service said. By itself it is for what has no knowledge days: the
    service's own history.
    """

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    as_of: PointText | SkipJsonSchema[None] = Field(
        default=None,
        description="What this service said then: a revision number, or an RFC 3339 instant.",
    )


class PinQuery(RevisionQuery, KnowledgeQuery):
    """Time travel: what was known on a day, and what this service said at a revision."""


class RevisionFormatQuery(RevisionQuery):
    """The state of the service's own history, and the form of the answer."""

    format: FormatName | SkipJsonSchema[None] = Field(
        default=None, description="The format of the answer. It goes before `Accept`."
    )


class RevisionPageQuery(RevisionFormatQuery):
    """What the service's own history takes where it comes in pages."""

    limit: Limit = Field(
        default=DEFAULT_LIMIT, description="How many records a page has at the most."
    )
    cursor: CursorText | SkipJsonSchema[None] = Field(
        default=None, description="The `next_cursor` of the page before."
    )


class FormatQuery(RevisionFormatQuery, PinQuery):
    """Time travel, and the form of the answer."""


class RecordQuery(FormatQuery):
    """How one record is asked for: its state, and its form."""

    fields: CommaList | SkipJsonSchema[None] = Field(
        default=None,
        description="Only these fields of each record, with commas between them.",
        examples=["id,text"],
    )


class PageQuery(RevisionPageQuery, FormatQuery):
    """What every view of the record takes that comes in pages."""


class WordsQuery(PageQuery):
    """A list that can be searched and counted."""

    q: SearchText | SkipJsonSchema[None] = Field(
        default=None,
        description="Only what has all of these words, up to 32. Words in double quotes, or "
        "without a space between them, are a phrase; case, diacritics and punctuation do not "
        "count.",
        examples=["security guarantees"],
    )
    facet: CommaList | SkipJsonSchema[None] = Field(
        default=None,
        description="Filters to count by, with commas between them: how many records there are "
        "for each of their values, under the same filters and pin.",
        examples=["kind,claimant"],
    )
    count: TrueOrFalse = Field(
        default=False, description="Whether to add the `total` of all pages."
    )


class ListQuery(RecordQuery, WordsQuery):
    """What every list takes."""

    id: Many = Field(default=[], description="Only these records. Repeat it for more than one.")
    changed_since: PointText | SkipJsonSchema[None] = Field(
        default=None,
        description="Only records written after this revision number or RFC 3339 instant.",
    )
    include: CommaList | SkipJsonSchema[None] = Field(
        default=None,
        description="The records that these fields link to, once each, under `included`.",
        examples=["claimant,meeting,source"],
    )


class HistoryQuery(RevisionQuery):
    """What a client may ask of the history of a record."""

    as_of: PointText | SkipJsonSchema[None] = Field(
        default=None, description="Only versions up to this revision number or RFC 3339 instant."
    )
    limit: Limit = Field(
        default=DEFAULT_LIMIT, description="How many versions a page has at the most."
    )
    cursor: CursorText | SkipJsonSchema[None] = Field(
        default=None, description="The `next_cursor` of the page before."
    )


class DatedQuery(ListQuery):
    """A list of records that have a date."""

    from_: DayText | SkipJsonSchema[None] = Field(
        default=None, alias="from", description="What overlaps the days from this one on."
    )
    until: DayText | SkipJsonSchema[None] = Field(
        default=None, description="What overlaps the days up to and including this one."
    )


@dataclass(frozen=True, slots=True)
class OneOf:
    """Keeps the rows whose column holds one of the values; of ids, ``noun`` says of what."""

    column: str
    noun: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Keeps the records that link to one of the ids; without roles, in any role."""

    noun: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartHas:
    """Keeps the records that have a part whose column holds one of the values."""

    part: str
    column: str
    noun: str | None = None
    # Whether the part belongs to one position of the row, rather than to all of its record.
    by_position: bool = False


@dataclass(frozen=True, slots=True)
class ShownBy:
    """Keeps the rows that stand in a part of a record which a quote of one of the ids shows."""

    column: str
    noun: str | None = None


Filter = OneOf | Linked | PartHas | ShownBy
