"""What a record leaves open, said in plain sentences: one kind of gap after another."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from app.resources.entries import Rendered
from app.resources.gaps import UNVERIFIED, GapKind, Lead
from app.resources.positions import UNANSWERED, PositionStance

Fields = dict[str, Any]


def gaps_of(kind: GapKind, lead: Lead) -> list[Fields]:
    """The gaps of one kind that a row leaves open, in order."""
    return list(MAKERS[kind](kind, lead))


def _gap(kind: GapKind, place: str, record: Rendered, detail: str, **told: Any) -> Fields:
    empty = {"party": None, "reported_by": None, "quote": None}
    head = {"id": f"{kind}.{place}", "kind": kind, "record": _link(record)}
    return {**head, **empty, "detail": detail, "since": None, **told}


def _link(record: Rendered) -> Fields:
    return {name: record[name] for name in ("noun", "id", "title", "href")}


def _unanswered(kind: GapKind, lead: Lead) -> Iterator[Fields]:
    """One for each addressee that gave none of the answers; who reports so, is told along."""
    demand = lead.document
    asked = {party["id"] for party in demand["addressed_to"]}
    day = demand["on"] and demand["on"]["latest"]
    for cell in sorted(lead.cells, key=lambda cell: str(cell["party"]["id"])):
        party = cell["party"]
        if party["id"] in asked and cell["stance"] in UNANSWERED:
            yield _gap(
                kind,
                f"{lead.id}.{party['id']}",
                {"noun": lead.noun, **demand["demand"]},
                _silence(cell),
                party=party,
                reported_by=cell["reported_by"],
                since=day and date.fromisoformat(day),
            )


def _silence(cell: Rendered) -> str:
    name, reporter = cell["party"]["name"], cell["reported_by"]
    if cell["stance"] == PositionStance.no_record:
        return f"{name}: no answer is on record."
    told = f", as {reporter['name']} reports" if reporter else ""
    return f"{name}: no answer was given{told}."


def _overdue(kind: GapKind, lead: Lead) -> Iterator[Fields]:
    meeting = lead.document
    record = {"noun": lead.noun, "href": f"/meetings/{lead.id}", **meeting}
    detail = (
        f"Its last day on record is {lead.latest}; judged by {lead.at}, nothing says whether it "
        "was held."
    )
    yield _gap(kind, lead.id, record, detail, since=lead.latest)


def _of_claim(detail: str) -> Callable[[GapKind, Lead], Iterator[Fields]]:
    def make(kind: GapKind, lead: Lead) -> Iterator[Fields]:
        yield _gap(kind, lead.id, lead.document["record"], detail)

    return make


def _unverified(kind: GapKind, lead: Lead) -> Iterator[Fields]:
    quote = lead.document
    detail = UNVERIFIED[quote["verification"]]
    yield _gap(kind, quote["id"], quote["record"], detail, quote=quote["id"])


MAKERS: Mapping[GapKind, Callable[[GapKind, Lead], Iterator[Fields]]] = {
    GapKind.unanswered: _unanswered,
    GapKind.overdue: _overdue,
    GapKind.single_source: _of_claim("All that supports it comes from one independent source."),
    GapKind.unsupported: _of_claim("No quote supports it."),
    GapKind.unverified: _unverified,
}
