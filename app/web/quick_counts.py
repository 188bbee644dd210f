"""Quick counts: totals and facets of whole lists, from what is kept of them on write."""

from typing import Any

from app.resources import BY_NOUN
from app.store.pins import Pin
from app.store.prepared import HeldReader, Kept, prepare_labels, prepare_tallies
from app.store.reader import MOST_VALUES
from app.store.selection import Selection
from app.store.tallying import scope_of
from app.web.facets import NO_ID, check_facets, facet_values, labels
from app.web.quick_questions import Asked


class NotKept(ValueError):
    """What was asked for is not kept, or takes too long to read: the app counts it."""


def counts(asked: Asked, reader: HeldReader, pin: Pin) -> dict[str, Any]:
    """What a page has beside its items: only what was asked for.

    Raises InvalidParameter, and NotKept.
    """
    wanted = check_facets(asked.lane.listing, asked.texts.get("facet"))
    counted = asked.texts.get("count") == "true"
    if not wanted and not counted:
        return {}
    filters = {name: (asked.texts[name],) for name in asked.filters}
    scope = scope_of(asked.lane.listing, pin, Selection("id", 1, filters=filters))
    if scope is None:
        raise NotKept
    told = {"noun": asked.lane.listing.noun, "scope": scope}
    found: dict[str, Any] = {}
    if counted:
        rows = _rows(reader, 0, told)
        found["total"] = rows[0][0] if rows else 0
    if wanted:
        found["facets"] = {name: _facet(asked, reader, told, name) for name in wanted}
    return found


def _facet(
    asked: Asked, reader: HeldReader, told: dict[str, str], name: str
) -> list[dict[str, Any]]:
    rows = _rows(reader, 1, told | {"facet": name})
    counted = [(value.decode(), number) for value, number in rows]
    noun = asked.lane.listing.filters[name].noun
    if noun is None or not counted:
        return facet_values(counted, {})
    ids = [value for value, _ in counted] + [NO_ID] * (MOST_VALUES - len(counted))
    places = {f"id {number}": one for number, one in enumerate(ids)}
    records = reader.rows(prepare_labels(Kept(BY_NOUN[noun])), places)
    if records is None:
        raise NotKept
    return facet_values(counted, labels(BY_NOUN[noun], [row[0] for row in records]))


def _rows(reader: HeldReader, which: int, told: dict[str, str]) -> Any:
    found = reader.rows(prepare_tallies()[which], told)
    if found is None:
        raise NotKept
    return found
