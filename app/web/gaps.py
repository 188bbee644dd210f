"""Gaps over HTTP: what the record of a negotiation leaves open, kind by kind."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from fastapi import Request
from pydantic_core import to_json
from starlette.responses import Response

from app.resources.gaps import GAPS, GapKind, GapQuery
from app.resources.negotiations import NEGOTIATIONS
from app.store import gaps as store
from app.store.gaps import Asked
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.views.gaps import gaps_of
from app.web.asking import Ask
from app.web.sparse import check_form, checked
from app.web.walks import Place, Slice, Walk, walked

Fields = dict[str, Any]


def gaps(request: Request, identifier: str, query: GapQuery) -> Response:
    """The gaps of a negotiation: a page of them, or all of them as a stream."""
    kinds = [kind for kind in GapKind if kind in query.kind or not query.kind]
    wanted = checked("facet", query.facet, ("kind",))

    def prepare(ask: Ask, _look: Snapshot, _pin: Pin) -> Walk:
        check_form(ask.form, facet=wanted)

        def asked(pin: Pin) -> Asked:
            return Asked(identifier, pin, ask.question.days["at"] or pin.known_at)

        def piece(look: Snapshot, pin: Pin, after: Place | None, limit: int) -> Slice:
            found = list(islice(_beyond(look, kinds, asked(pin), after, limit + 1), limit + 1))
            shown = [gap for _, gap in found[:limit]]
            last = found[limit - 1][0] if len(found) > limit else None
            return Slice([to_json(gap) for gap in shown], last)

        def extras(look: Snapshot, pin: Pin, _items: Sequence[bytes]) -> Fields:
            return _counted(look, kinds, asked(pin), query.count, bool(wanted))

        return Walk(piece, extras)

    return walked(request, GAPS, query, prepare, (NEGOTIATIONS, identifier))


def _beyond(
    look: Snapshot, kinds: Sequence[GapKind], asked: Asked, after: Place | None, most: int
) -> Iterator[tuple[Place, Fields]]:
    """The gaps behind a place, each with its own. No kind is read before the last one is done."""
    for kind in kinds:
        rank = list(GapKind).index(kind)
        if after is not None and rank < after[0]:
            continue
        begun = after if after is not None and rank == after[0] else None
        begin = store.Place(*begun[1:]) if begun else None
        for lead in store.leads(look.connection, kind, asked, begin, most):
            for gap in gaps_of(kind, lead):
                inner = gap["quote"] or (gap["party"] or {"id": ""})["id"]
                place = (rank, lead.noun, lead.id, inner)
                if begun is None or place > begun:
                    yield place, gap


def _counted(
    look: Snapshot, kinds: Sequence[GapKind], asked: Asked, total: bool, facet: bool
) -> Fields:
    if not (total or facet):
        return {}
    counts = store.counts(look.connection, kinds, asked)
    found: Fields = {"total": sum(counts.values())} if total else {}
    if facet:
        found["facets"] = {"kind": _most_first({k: n for k, n in counts.items() if n})}
    return found


def _most_first(counts: dict[GapKind, int]) -> list[Fields]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [
        {"value": kind, "label": None, "href": None, "count": number} for kind, number in ordered
    ]
