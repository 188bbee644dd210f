"""Quick counts: totals and facets of whole lists, from what is kept of them on write."""

from typing import Any

from app.resources import BY_NOUN
from app.store.looking import Look, Rows
from app.store.pins import Pin
from app.store.prepared import Kept, Prepared, prepare_labels, prepare_tallies
from app.store.reader import MOST_VALUES
from app.store.selection import Selection
from app.store.tallying import scope_of
from app.web.facets import NO_ID, check_facets, facet_values, labels
from app.web.quick_questions import Asked


class NotKept(ValueError):
    """What was asked for is not kept, or takes too long to read: the app counts it."""


async def counts(asked: Asked, look: Look, pin: Pin) -> dict[str, Any]:
    """What a page has beside its items: only what was asked for.

    Raises InvalidParameter, NotKept and Moved.
    """
    wanted = check_facets(asked.lane.listing, asked.texts.get("facet"))
    counted = asked.texts.get("count") == "true"
    if not wanted and not counted:
        return {}
    filters = {name: (value,) for name, value in asked.filters.items()}
    scope = scope_of(asked.lane.listing, pin, Selection("id", 1, filters=filters))
    if scope is None:
        raise NotKept
    told = {"noun": asked.lane.listing.noun, "scope": scope}
    found: dict[str, Any] = {}
    if counted:
        total, _ = prepare_tallies(look.dialect)
        rows = await _rows(look, total, told)
        found["total"] = rows[0][0] if len(rows) else 0
    if wanted:
        found["facets"] = {name: await _facet(asked, look, told, name) for name in wanted}
    return found


async def _facet(asked: Asked, look: Look, told: dict[str, str], name: str) -> list[dict[str, Any]]:
    _, values = prepare_tallies(look.dialect)
    rows = await _rows(look, values, told | {"facet": name})
    counted = [(value.decode(), number) for value, number in (rows[n] for n in range(len(rows)))]
    noun = asked.lane.listing.filters[name].noun
    if noun is None or not counted:
        return facet_values(counted, {})
    ids = [value for value, _ in counted] + [NO_ID] * (MOST_VALUES - len(counted))
    places = {f"id {number}": one for number, one in enumerate(ids)}
    records = await _rows(look, prepare_labels(Kept(BY_NOUN[noun]), look.dialect), places)
    return facet_values(counted, labels(BY_NOUN[noun], records.documents(MOST_VALUES)))


async def _rows(look: Look, prepared: Prepared, told: dict[str, str]) -> Rows:
    found = await look.rows(prepared, told)
    if found is None:
        raise NotKept
    return found
