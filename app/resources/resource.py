"""One noun, declared: everything the rest of the service needs to know of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlmodel import SQLModel

from app.resources.base import ALWAYS
from app.resources.dates import EdtfDate, parse_edtf
from app.resources.entries import Entry, Rendered
from app.resources.evidence import RecordContent, RecordOut
from app.resources.queries import Filter

ContentT = TypeVar("ContentT", bound=RecordContent)

# A record's noun and id.
Address = tuple[str, str]
# What a record derives from its parts: JSON values under their public names.
Derived = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Face:
    """What other records show of a record: its label, and from which day they may show it.

    Of a source also what it reprints, and its publisher: reprints of one story count once.
    """

    label: str
    known_from: date
    origin: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Pointer:
    """A record that points at the one being rendered, the role in which, and since when known."""

    role: str
    address: Address
    known_from: date


@dataclass(frozen=True, slots=True)
class View:
    """What a record sees of others while it is rendered for one stretch of knowledge days.

    ``day`` is the first day of the stretch, or None where all that is recorded is shown.
    """

    day: date | None
    faces: Mapping[Address, Face]
    pointers: tuple[Pointer, ...] = ()

    def shows(self, known_from: date) -> bool:
        """Whether something known from that day on is visible here."""
        return self.day is None or known_from <= self.day

    def link(self, address: Address) -> dict[str, str] | None:
        """The link to another record, or None where it is not known yet."""
        face = self.faces[address]
        if not self.shows(face.known_from):
            return None
        noun, identifier = address
        label = "name" if noun == "participant" else "title"
        return {"id": identifier, label: face.label, "href": f"/{noun}s/{identifier}"}


def date_out(edtf: str | None) -> dict[str, str | None] | None:
    """A date as answers show it: as written, with its first and last day."""
    if edtf is None:
        return None
    when = parse_edtf(edtf)
    first, last = (day.isoformat() if day else None for day in (when.earliest, when.latest))
    return {"edtf": edtf, "earliest": first, "latest": last}


def span(starts: str | None, ends: str | None) -> EdtfDate | None:
    """The days from the first of ``starts`` to the last of ``ends``, where that is later."""
    if starts is None:
        return parse_edtf(ends) if ends else None
    first, last = parse_edtf(starts), parse_edtf(ends or starts)
    return EdtfDate(starts, first.earliest, last.latest)


def _nothing(_content: Any, _view: View, _fields: Rendered) -> Derived:
    return {}


def _no_columns(_content: Any, _document: Rendered) -> dict[str, Any]:
    return {}


def _first_hand(_content: Any) -> tuple[str | None, str | None]:
    return None, None


def _tells_nothing(_label: str, _document: Rendered) -> Iterable[Mapping[str, Any]]:
    return ()


@dataclass(frozen=True, slots=True)
class Flat:
    """How something nested is laid flat for a table: the shape of a row, and its rows."""

    shape: type[BaseModel]
    rows: Callable[[Rendered], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that is answered in several formats. ``entry`` makes the small form of an item,
    and ``traits`` says what such entries have; without them there are only formats of rows.
    """

    noun: str
    out: type[BaseModel]
    entry: Callable[[Rendered], Entry] | None = None
    traits: frozenset[str] = frozenset()
    flat: Flat | None = None
    # What a list of them is called.
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Subject):
    """Something that can be listed at a pin: its rows, its answers, its filters and its orders."""

    # A table of rows that have the columns of ``Row`` for time travel.
    row: type[SQLModel]
    # The tables of its parts, by field.
    parts: Mapping[str, type[SQLModel]] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    # The columns that sort a list, by the name of the order.
    sorts: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"on": ("undated", "earliest", "latest", "id"), "id": ("id",)}
    )
    # Fields that depend on the day an answer judges by; from the row's columns and that day.
    judge: Callable[[Mapping[str, Any], date | None], Derived] | None = None

    @property
    def plural(self) -> str:
        """The noun as URLs and dossiers spell it."""
        return f"{self.noun}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Listing, Generic[ContentT]):
    """A noun. ``label`` names a record in links; ``when`` dates it, given what it derives.
    ``derive`` is given the record's own fields as they were rendered.
    """

    content: type[ContentT]
    out: type[RecordOut]
    label: Callable[[ContentT], str]
    when: Callable[[ContentT, Derived], EdtfDate | None]
    derive: Callable[[ContentT, View, Rendered], Derived] = _nothing
    # The values of columns that no field of the document holds, from the document among others.
    extra: Callable[[ContentT, Rendered], Mapping[str, Any]] = _no_columns
    # The source that a record reprints, and its publisher.
    provenance: Callable[[ContentT], tuple[str | None, str | None]] = _first_hand
    # What a rendered record tells the timeline, given its label.
    tells: Callable[[str, Rendered], Iterable[Mapping[str, Any]]] = _tells_nothing
    # The roles in which records of the same noun point at it and change how it reads.
    pointers: tuple[str, ...] = ()
    # The day of a record that dates itself, rather than by its quotes.
    dated_by: Callable[[ContentT], date] | None = None
    # Identity data is always listed, whatever was known; only its parts appear with time.
    always_listed: bool = False
    # Whether a record belongs to one negotiation, and so to one dossier.
    owned: bool = True

    def face(self, content: ContentT, known_from: date) -> Face:
        """What other records show of a record that is known from that day on."""
        day = ALWAYS if self.always_listed else known_from
        return Face(self.label(content), day, *self.provenance(content))
