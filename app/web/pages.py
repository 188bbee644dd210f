"""The shape of a page: its items, where the next one is, and the pin that it holds for."""

from datetime import date
from typing import Any

from pydantic import ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from app.resources.base import Answer
from app.web.facets import FacetValue

# What a page has only where it was asked for.
ONLY_WHEN_ASKED = ("total", "facets", "included")


class PinOut(Answer):
    """The point in time that an answer holds for."""

    revision: int = Field(description="What this service said at this revision.")
    known_at: date | None = Field(description="What a reader surely had on this day.")
    at: date | None = Field(description="The day that overdue and upcoming are judged by.")


def _only_when_asked(schema: dict[str, Any]) -> None:
    """Leave it open whether these are there: they are the only properties that may be absent."""
    schema["required"] = [name for name in schema["required"] if name not in ONLY_WHEN_ASKED]


class Paging(Answer):
    """Where the next page is, and the pin that this one holds for."""

    next: str | None = Field(description="The address of the next page.")
    next_cursor: str | None = Field(description="The cursor of the next page.")
    pin: PinOut


class PageOut(Paging):
    """What every page of a list has beside its items."""

    model_config = ConfigDict(json_schema_extra=_only_when_asked)

    total: int | SkipJsonSchema[None] = Field(
        default=None, description="How many there are on all pages; only with `count=true`."
    )
    facets: dict[str, list[FacetValue]] | SkipJsonSchema[None] = Field(
        default=None,
        description="The most frequent values of filters, up to 100 each; only with `facet`.",
    )
    included: dict[str, list[dict[str, Any]]] | SkipJsonSchema[None] = Field(
        default=None,
        description="The linked records, once each, by noun in the plural; only with `include`.",
    )
