"""Pieces: an array inside a JSON object, written as its members come."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic_core import to_json


def array_pieces(
    opening: bytes, chunks: Iterable[Sequence[object]], closing: bytes
) -> Iterator[bytes]:
    """The opening, one piece for each chunk of members that is not empty, and the closing."""
    yield opening
    comma = b""
    for chunk in chunks:
        if chunk:
            yield comma + b",".join(to_json(member) for member in chunk)
            comma = b","
    yield closing
