"""What a format is, and the answer before it has one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Document:
    """An answer before it has a format: records as canonical JSON, and what stands around them.

    ``shape`` is the model that the records keep to; ``fields`` the ones that were asked for, or
    none for all. ``envelope`` is None for a single record.
    """

    shape: type[BaseModel]
    items: Sequence[bytes]
    envelope: Mapping[str, Any] | None = None
    fields: tuple[str, ...] = field(default=())


class Format(Protocol):
    """How an answer becomes bytes. Formats hold no state and know neither HTTP nor SQL.

    Laws: ``render`` of a page equals its opening, its lines and its closing joined; a format that
    ``streams`` has an opening and lines that need not know how many items there are.
    """

    name: str
    media_type: str
    streams: bool

    def render(self, document: Document) -> bytes:
        """The whole answer."""
        ...

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The answer in pieces; ``chunks`` take the place of the document's own items."""
        ...
