"""Facets: how many records there are for each value of a filter, under the same question."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field
from pydantic_core import from_json

from app.resources import BY_NOUN
from app.resources.base import Answer
from app.resources.entries import label_of
from app.resources.resource import Listing, Resource
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.selection import Selection
from app.web.sparse import checked

# No record has it.
NO_ID = ""


class FacetValue(Answer):
    """A value of a filter, and how many records of the whole list have it."""

    value: str
    label: str | None = Field(description="The name or title, where the value is an id.")
    href: str | None = Field(description="The record, where the value is an id.")
    count: int


def check_facets(listing: Listing, text: str | None) -> tuple[str, ...]:
    """The filters to count by. Raises InvalidParameter for one that there is not."""
    return checked("facet", text, listing.filters)


def facets(
    look: Snapshot, listing: Listing, pin: Pin, selection: Selection, names: tuple[str, ...]
) -> dict[str, list[dict[str, Any]]]:
    """The counts for each facet, the most frequent value first.

    Each facet takes one statement, and one more where its values are ids.
    """
    return {name: _facet(look, listing, pin, selection, name) for name in names}


def _facet(
    look: Snapshot, listing: Listing, pin: Pin, selection: Selection, name: str
) -> list[dict[str, Any]]:
    counts = look.facet(listing, pin, selection, name)
    noun = listing.filters[name].noun
    if noun is None:
        return facet_values(counts, {})
    # An answer without values takes as many statements as any other.
    ids = [value for value, _ in counts] or [NO_ID]
    records = look.linked(BY_NOUN[noun], ids, pin)
    return facet_values(counts, labels(BY_NOUN[noun], [one.document for one in records]))


def facet_values(
    counts: Iterable[tuple[str, int]], labelled: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """A facet as answers show it: values with their counts, and their labels by value."""
    found = []
    for value, count in counts:
        label, href = labelled.get(value, (None, None))
        found.append({"value": value, "label": label, "href": href, "count": count})
    return found


def labels(resource: Resource[Any], documents: Iterable[str | bytes]) -> dict[str, tuple[str, str]]:
    """The label and the path of records of a noun, by id."""
    records = map(from_json, documents)
    return {one["id"]: (label_of(one), f"/{resource.plural}/{one['id']}") for one in records}
