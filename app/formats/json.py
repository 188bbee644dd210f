"""JSON: the canonical form. A page joins documents that were rendered when they were written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pydantic_core import to_json

from app.formats.base import Document, Rows


class Json(Rows):
    """One record as it is stored, or a page of them in an object with its pin."""

    name = "json"
    media_type = "application/json"
    streams = False

    def render(self, document: Document) -> bytes:
        """One object."""
        if document.envelope is None:
            return document.items[0]
        items = b",".join(document.items)
        return b'{"items":[' + items + b"]," + to_json(document.envelope)[1:]

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The same in one piece: an envelope cannot be read before its end anyway."""
        items = [item for chunk in chunks for item in chunk]
        yield self.render(replace(document, items=items))
