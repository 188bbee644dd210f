"""Entries: the small form of a record that calendars, feeds, maps and timelines print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from app.resources.evidence import Bearing

# What the entries of a list can have. A format says which of these it needs.
DATED = "dated"
PLACED = "placed"
SCHEDULED = "scheduled"

# A record or a part of one, as it was rendered.
Rendered = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is. Coordinates are WGS 84 degrees, both or neither."""

    name: str | None
    city: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    timezone: str | None

    def words(self) -> str:
        """The place on one line, from the building to the country."""
        return ", ".join(part for part in (self.name, self.city, self.country) if part)


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that an entry names: its label, and its address below the public URL."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Exact words, the source they stand in, their language (BCP 47) where it is known, and
    whether they support what they stand by.
    """

    exact: str
    source: Reference
    language: str | None
    bearing: Bearing = Bearing.supports


@dataclass(frozen=True, slots=True)
class Inference:
    """A field that no source states, and why the record says so all the same."""

    field: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record, or one thing that happened, in small.

    ``id`` is unique in the service and stays the same in every version and at every pin. Dates
    are EDTF; ``earliest`` and ``latest`` are the first and last day (ISO 8601) of the whole entry,
    None where it is open or unknown. ``status`` is that of a meeting's schedule, and ``stands`` is
    false for a plan that something newer has replaced. ``date_holds`` is false where the date was
    taken back and no other is known. ``reported_by`` are those through whom it is known, if not
    directly. ``updated`` is the instant (RFC 3339) of ``revision``; it is filled in when the entry
    is printed.
    """

    id: str
    kind: str
    title: str
    path: str
    version: int
    revision: int
    text: str | None = None
    starts: str | None = None
    ends: str | None = None
    earliest: str | None = None
    latest: str | None = None
    status: str | None = None
    stands: bool = True
    date_holds: bool = True
    place: Place | None = None
    who: tuple[Reference, ...] = ()
    reported_by: tuple[Reference, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    inferred: tuple[Inference, ...] = ()
    links: tuple[Reference, ...] = ()
    known_from: str | None = None
    updated: str = ""


def references(links: Sequence[Rendered | None]) -> tuple[Reference, ...]:
    """The links of a rendered record as references, each once and in order; None is left out."""
    found = [Reference(one.get("name") or one["title"], one["href"]) for one in links if one]
    return tuple(dict.fromkeys(found))


def quoted(evidence: Sequence[Rendered]) -> tuple[Quoted, ...]:
    """The evidence of a rendered record or part, in small."""
    return tuple(
        Quoted(
            one["exact"],
            Reference(one["source"]["title"], one["source"]["href"]),
            one["language"],
            Bearing(one["bearing"]),
        )
        for one in evidence
    )


def inferences(inferred: Sequence[Rendered]) -> tuple[Inference, ...]:
    """What a rendered record or part names as inferred, in small, each once."""
    found = [
        Inference(one["field"], " ".join(filter(None, (one["note"], one["basis"]))))
        for one in inferred
    ]
    return tuple(dict.fromkeys(found))


def place_of(place: Rendered | None) -> Place | None:
    """A rendered place, in small."""
    return Place(**place) if place else None


def edtf_of(when: Rendered | None) -> str | None:
    """The EDTF text of a rendered date."""
    return when["edtf"] if when else None


class Days(TypedDict):
    """The fields of an entry that say when."""

    starts: str | None
    ends: str | None
    earliest: str | None
    latest: str | None


def on_days(first: Rendered | None, last: Rendered | None = None) -> Days:
    """The four fields of an entry that say when, from one or two rendered dates."""
    begins, closes = first or last, last or first
    return {
        "starts": edtf_of(first),
        "ends": edtf_of(last),
        "earliest": begins["earliest"] if begins else None,
        "latest": closes["latest"] if closes else None,
    }


def label_of(record: Rendered) -> str:
    """What lists call a record: its name or title, or else its words in short."""
    named = record.get("name") or record.get("title")
    if named:
        return str(named)
    quotes = record["evidence"]
    return shortened(record["text"] or (quotes[0]["exact"] if quotes else record["id"]))


def headline(who: str, reporters: Sequence[Rendered | None], words: str) -> str:
    """The title of what somebody said or did, and by whose report it is known, if not directly.

    A title is often all that is read: hearsay must not look like the party's own word.
    """
    names = ", ".join(one["name"] for one in reporters if one)
    return shortened(f"{who} (reported by {names}): {words}" if names else f"{who}: {words}")


def shortened(text: str, most: int = 120) -> str:
    """The text on one line, cut at a word where it is longer than a label may be."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0] + "…"
