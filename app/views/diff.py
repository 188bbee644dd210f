"""What changed in one record between two pins: from how it read to flat items, nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.resources import BY_NOUN
from app.resources.diff import Changed, DiffKind, Reading
from app.resources.differences import Difference
from app.resources.entries import Rendered
from app.resources.positions import PositionStance
from app.views.contents import changes, contents_of

Fields = dict[str, Any]

SCHEDULE = ("status", "starts", "ends", "place", "duration")
CELL = ("stance", "since", "response", "reported_by", "conflict")
ENTRY = (
    *("id", "kind", "on", "earliest", "latest", "title", "text", "by", "reported_by", "stance"),
    *("status", "evidence"),
)
# What is derived from the parts of a record, and told apart from what was written.
DERIVED = {
    "meeting": (DiffKind.meeting_changed, SCHEDULE),
    "demand": (DiffKind.demand_status_changed, ("status",)),
}
# A party without a cell stands where one without an answer does.
NO_CELL: Fields = {"stance": PositionStance.no_record.value, "conflict": False}
ORDER = {kind: place for place, kind in enumerate(DiffKind)}


def items_of(changed: Changed) -> list[Fields]:
    """What is to be told of a record, in order; nothing where only labels in it are new."""
    found = [*_record(changed), *_entries(changed), *_positions(changed)]
    if changed.before and changed.after:
        found += _kept(changed, changed.before, changed.after)
    return sorted(found, key=lambda item: (ORDER[item["kind"]], item["id"]))


def _item(changed: Changed, kind: DiffKind, place: str = "", **told: Any) -> Fields:
    empty: Fields = {"party": None, "fields": [], "before": None, "after": None, "differences": []}
    place = place or f"{changed.noun}.{changed.id}"
    head = {"id": f"{kind}.{place}", "kind": kind, "record": _link(changed)}
    return head | empty | told


def _link(changed: Changed) -> Rendered:
    """The record as links show it. Its entries know what it is called; a meeting has a title."""
    newest = changed.newest
    if newest.entries:
        link: Rendered = newest.entries[0]["record"]
        return link
    href = f"/{BY_NOUN[changed.noun].plural}/{changed.id}"
    title = newest.document["title"]
    return {"noun": changed.noun, "id": changed.id, "title": title, "href": href}


def _record(changed: Changed) -> Iterator[Fields]:
    """That the record came or went, as far as its own entry does not tell."""
    before, after = changed.before, changed.after
    if before is None and after is not None and not _is_entry(after):
        yield _item(changed, DiffKind.record_added, after=_described(after))
    if before is not None and after is None:
        if not changed.live:
            title = {"title": _link(changed)["title"]}
            yield _item(changed, DiffKind.record_retracted, before=title)
        elif not _is_entry(before):
            yield _item(changed, DiffKind.record_removed, before=_described(before))


def _is_entry(reading: Reading) -> bool:
    """Whether the record is an entry of the timeline itself, as claims and demands are."""
    return any(entry["kind"] == entry["record"]["noun"] for entry in reading.entries)


def _described(reading: Reading) -> Fields:
    schedule = _cut(reading.document, SCHEDULE) if "notices" in reading.document else {}
    return {"title": reading.document["title"], **schedule}


def _kept(changed: Changed, before: Reading, after: Reading) -> Iterator[Fields]:
    """What is different in a record that is there at both pins."""
    if changed.noun in DERIVED:
        kind, names = DERIVED[changed.noun]
        old, new = _cut(before.document, names), _cut(after.document, names)
        if old != new:
            yield _item(changed, kind, fields=_differing(old, new), before=old, after=new)
    one, other = ({"version": reading.document["version"]} for reading in (before, after))
    shape = BY_NOUN[changed.noun].content
    found = changes(contents_of(before.document, shape), contents_of(after.document, shape))
    corrected, extended = found.told(same_version=one == other)
    if corrected:
        yield _compared(changed, DiffKind.record_corrected, corrected, one, other)
    if extended:
        yield _compared(changed, DiffKind.record_extended, extended, one, other)


def _compared(
    changed: Changed, kind: DiffKind, places: Sequence[Difference], old: Fields, new: Fields
) -> Fields:
    names = dict.fromkeys(place.path.split("/")[1] for place in places)
    told = [{"path": one.path, "before": one.before, "after": one.after} for one in places]
    return _item(changed, kind, fields=list(names), before=old, after=new, differences=told)


def _positions(changed: Changed) -> Iterator[Fields]:
    """The cells in which somebody stands elsewhere, or sources came to disagree or to agree."""
    old, new = (_by_party(one) for one in (changed.before, changed.after))
    for party in sorted({**old, **new}):
        one, other = old.get(party, NO_CELL), new.get(party, NO_CELL)
        if all(one[name] == other[name] for name in NO_CELL):
            continue
        states = [_cut(cells[party], CELL) if party in cells else None for cells in (old, new)]
        yield _item(
            changed,
            DiffKind.position_changed,
            f"{changed.id}.{party}",
            party={**old, **new}[party]["party"],
            fields=_differing(*states) if all(states) else [],
            before=states[0],
            after=states[1],
        )


def _by_party(reading: Reading | None) -> dict[str, Rendered]:
    return {cell["party"]["id"]: cell for cell in reading.cells} if reading else {}


def _entries(changed: Changed) -> Iterator[Fields]:
    """The entries of the timeline that are there at one of the pins only."""
    old, new = (
        {entry["id"]: _cut(entry, ENTRY) for entry in reading.entries} if reading else {}
        for reading in (changed.before, changed.after)
    )
    for place, entry in new.items():
        if place not in old:
            yield _item(changed, DiffKind.entry_added, place, after=entry)
    for place, entry in old.items():
        if place not in new:
            yield _item(changed, DiffKind.entry_removed, place, before=entry)


def _cut(fields: Rendered, names: Sequence[str]) -> Fields:
    return {name: fields[name] for name in names}


def _differing(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> list[str]:
    return [name for name in one or {} if (one or {})[name] != (other or {}).get(name)]
