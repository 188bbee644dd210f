"""What a format is, and the answer before it has one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from app.resources.entries import Entry
from app.resources.resource import Flat


@dataclass(frozen=True, slots=True)
class About:
    """What an answer says of itself, for formats that name where they are from.

    ``address`` is that of this answer and ``following`` that of the next page, both absolute;
    ``identity`` is the address of the whole list, whichever page and format this is. ``updated``
    is the instant (RFC 3339) of the revision it is of. ``contact`` is where errors in the record
    are reported, ``license`` the terms of the data, each where the operator set it.
    """

    title: str
    address: str
    public_url: str
    updated: str
    identity: str = ""
    following: str | None = None
    contact: str | None = None
    license: str | None = None


def _no_entries(_items: Sequence[bytes]) -> list[Entry]:
    return []


@dataclass(frozen=True, slots=True)
class Document:
    """An answer before it has a format: records as canonical JSON, and what stands around them.

    ``noun`` says what they are and ``shape`` is the model that they keep to; ``fields`` the ones
    that were asked for, or none for all. ``envelope`` is None for a single record. ``entries``
    turns items into entries, complete with their instants, where the noun has any. ``flat`` lays
    them flat for tables, where one item is more than one row.
    """

    noun: str
    shape: type[BaseModel]
    items: Sequence[bytes]
    about: About
    envelope: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = field(default=())
    entries: Callable[[Sequence[bytes]], list[Entry]] = _no_entries
    flat: Flat | None = None


class Format(Protocol):
    """How an answer becomes bytes. Formats hold no state and know neither HTTP nor SQL.

    Laws: ``render`` of a page equals the pieces of its ``stream`` joined; a format that ``streams``
    has an opening and lines that need not know how many items there are. A format serves every
    list whose entries have all that it ``needs``; one that prints rows needs nothing.
    ``newest_first`` turns round a list that is asked for without an order. ``extension`` is that
    of a file; where it is None, the answer is not meant to be saved as one.
    """

    name: str
    media_type: str
    streams: bool
    needs: frozenset[str]
    newest_first: bool
    extension: str | None

    def render(self, document: Document) -> bytes:
        """The whole answer."""
        ...

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The answer in pieces; ``chunks`` take the place of the document's own items."""
        ...


class Rows:
    """What formats of rows have in common: they serve everything, in the order it has."""

    needs: frozenset[str] = frozenset()
    newest_first: bool = False
    extension: str | None = None
