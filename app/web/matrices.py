"""The matrix of positions over HTTP."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.resources.matrix import POSITIONS, PositionQuery, blank_cell, joined_row
from app.resources.negotiations import NEGOTIATIONS
from app.store.matrix import parties_of, rows_of
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.selection import Selection
from app.web.asking import Ask
from app.web.walks import Place, Slice, Walk, walked


def positions(request: Request, negotiation: str, query: PositionQuery) -> Response:
    """A page of the matrix of a negotiation; each row has a cell for every column."""
    asked = {"issue": query.issue, "status": [one.value for one in query.status]}
    filters = {name: tuple(values) for name, values in asked.items() if values}
    selection = Selection(
        order="on",
        limit=query.limit,
        ids=tuple(query.demand),
        filters={"negotiation": (negotiation,), **filters},
    )

    def prepare(_ask: Ask, look: Snapshot, pin: Pin) -> Walk:
        parties = parties_of(look, negotiation, pin)
        shown = [one for one in parties if not query.party or one["id"] in query.party]
        columns = {one["id"].encode(): blank_cell(one) for one in shown}

        def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
            found = rows_of(look, pin, replace(selection, after=after, limit=limit))
            rows = [joined_row(row.head, row.cells, row.parties, columns) for row in found.items]
            return Slice(rows, found.last)

        def extras(_look: Snapshot, _pin: Pin, _items: Sequence[bytes]) -> dict[str, Any]:
            return {"parties": shown}

        return Walk(piece, extras)

    return walked(request, POSITIONS, query, prepare, parent=(NEGOTIATIONS, negotiation))
