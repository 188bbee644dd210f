"""Content coding: gzip where the client takes it, for whole answers and for streams."""

import gzip
import zlib
from collections.abc import Iterable, Iterator

# Smaller answers fit into one packet anyway.
SMALLEST = 1_000
LEVEL = 6
# A stream is made anew for everyone who asks.
STREAM_LEVEL = 1


def compressed(body: bytes) -> bytes:
    """The body in gzip. No time stands in it, so equal bodies are equal bytes."""
    return gzip.compress(body, LEVEL, mtime=0)


def compressed_stream(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces in gzip, each flushed, so that a reader gets it as soon as it is there."""
    packer = zlib.compressobj(STREAM_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for piece in pieces:
        packed = packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH)
        if packed:
            yield packed
    yield packer.flush()
