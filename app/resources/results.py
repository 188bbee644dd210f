"""Results of a search: which record has the words, and where in it."""

from datetime import date
from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.resources.base import Answer, TitledLink
from app.resources.queries import MOST_WORDS, DayText, Many, SearchText, WordsQuery
from app.resources.quotes import Noun, RecordLink


class RangeOut(Answer):
    """A stretch of a snippet's text, in Unicode code points."""

    start: int = Field(description="The first code point.")
    end: int = Field(description="The code point after the last.")


class SnippetOut(Answer):
    """The part of a record that has the words, ready to be shown."""

    field: str = Field(description="Where in the record it stands.")
    text: str
    html: str = Field(description="The same as HTML: escaped, with the words in `<mark>`.")
    matches: list[RangeOut] = Field(description="Where in `text` the words stand.")


class ResultOut(Answer):
    """A record that has all of the words."""

    id: str = Field(examples=["claim.sherman-no-direct-response"])
    record: RecordLink
    negotiation: TitledLink | None
    tier: int = Field(
        description="How well it matches: 0 where its title or wording has all of the words, 1 "
        "where its text has, 2 where quotes and names are needed."
    )
    earliest: date | None = Field(description="The first day that the record is about.")
    latest: date | None = Field(description="The last day that it is about.")
    snippet: SnippetOut
    version: int
    revision: int
    known_from: date | None


class SearchQuery(WordsQuery):
    """What a client may ask of a search."""

    q: SearchText = Field(
        description="The words, up to 32. All of them must be there; words in double quotes, or "
        "without a space between them, are a phrase; case, diacritics and punctuation do not "
        "count.",
        examples=["security guarantees"],
    )
    noun: list[Noun] = Field(
        default=[], max_length=MOST_WORDS, description="Only records of this noun."
    )
    negotiation: Many = Field(default=[], description="Only records of this negotiation.")
    participant: Many = Field(default=[], description="Only records that name it in any role.")
    source: Many = Field(default=[], description="Only records that this source shows.")
    from_: DayText | SkipJsonSchema[None] = Field(
        default=None, alias="from", description="What overlaps the days from this one on."
    )
    until: DayText | SkipJsonSchema[None] = Field(
        default=None, description="What overlaps the days up to and including this one."
    )
    sort: Literal["rank", "on", "-on"] = Field(
        default="rank",
        description="The order: by tier and then newest first, or by date; `-` turns it round.",
    )
