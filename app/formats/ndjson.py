"""NDJSON: one record a line, for scripts that read as they go."""

from collections.abc import Iterable, Iterator, Sequence

from app.formats.base import Document, Rows


class Ndjson(Rows):
    """The documents as they are stored, one a line. JSON escapes every line end inside them."""

    name = "ndjson"
    media_type = "application/x-ndjson"
    streams = True

    def render(self, document: Document) -> bytes:
        """Every record on a line of its own."""
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """One piece for each chunk."""
        for chunk in chunks:
            if chunk:
                yield b"\n".join(chunk) + b"\n"
