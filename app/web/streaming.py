"""Streams: answers in pieces that are made in threads, of which they have few of their own."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.responses import StreamingResponse

# Pieces that are made at the same time. Threads that compute take turns with the event loop: with
# more of them it would wait longer for its own.
AT_ONCE = 2


class Stream(StreamingResponse):
    """An answer in pieces, each made when the one before was handed over.

    However many streams there are, other requests have all other threads.
    """

    def __init__(self, pieces: Iterator[bytes], threads: CapacityLimiter, **told: Any) -> None:
        super().__init__(_made(pieces, threads), **told)


async def _made(pieces: Iterator[bytes], threads: CapacityLimiter) -> AsyncIterator[bytes]:
    while (piece := await run_sync(next, pieces, None, limiter=threads)) is not None:
        yield piece
