"""What Atom and JSON Feed have in common: a page in one piece, and the identity of an entry."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from app.formats.base import Document
from app.resources.entries import DATED, Entry

AUTHOR: Final = "Parley"
# What a fragment may hold as it is (RFC 3986, section 3.5), beside letters, digits and "-._~".
_IN_FRAGMENT: Final = ":/?@!$&'()*+,;="


class Feed(ABC):
    """A page of entries, the newest first. Older ones are on the pages that follow."""

    streams = False
    needs = frozenset({DATED})
    newest_first = True
    extension: str | None = None

    @abstractmethod
    def render(self, document: Document) -> bytes:
        """The whole page."""

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The same in one piece: a feed names the page that follows it, so it is never long."""
        items = [item for chunk in chunks for item in chunk]
        yield self.render(replace(document, items=items))


def identifier(entry: Entry, site: str) -> str:
    """An IRI that stays the same in every version and at every pin, and no other entry has."""
    return f"{site}{entry.path}#{quote(entry.id, safe=_IN_FRAGMENT)}"
