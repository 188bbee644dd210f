"""Of which state of the store an answer may be served: learnt once for many requests at a time."""

from collections.abc import Callable, Hashable
from datetime import datetime
from time import monotonic
from typing import Protocol

import anyio

from app.errors import Unavailable
from app.store.engine import Database
from app.store.versions import Versions, versions_of

# The version of the store, and the day (UTC): ``today`` in a query means another day tomorrow.
State = tuple[Hashable, int]
Clock = Callable[[], datetime]


class Freshness(Protocol):
    """Says which state an answer must be of. It is read before anything else of a request is."""

    def known(self) -> State | None:
        """The state, where it can be told without waiting."""
        ...

    async def learn(self) -> State | None:
        """The state; None where the store does not tell it."""
        ...

    def written(self) -> None:
        """This process may have changed the store: whatever was known before is too old."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class Exact:
    """Reads the version after each request came in: no answer is older than its request.

    To share a reading among requests of one turn of the event loop costs as much as to read.
    """

    def __init__(self, versions: Versions, clock: Clock) -> None:
        self._read = versions.read
        self._clock = clock
        self.close = versions.close

    def known(self) -> State | None:
        """The state after this request came in."""
        try:
            return self._read(), self._clock().toordinal()
        except Unavailable:
            return None

    async def learn(self) -> State | None:
        """Nothing that ``known`` did not tell."""
        return None

    def written(self) -> None:
        """Nothing was kept."""


class Polled:
    """Reads the version in a thread, at most once in ``lag`` seconds: no answer is older than its
    request by more. Nothing runs while nobody asks.
    """

    def __init__(self, versions: Versions, clock: Clock, lag: float) -> None:
        self._read = versions.read
        self._clock = clock
        self._lag = lag
        self._version: Hashable = None
        self._asked = float("-inf")
        self._written = float("-inf")
        self._line = anyio.Lock()
        # A thread of its own: those that answer requests may all be busy.
        self._threads = anyio.CapacityLimiter(1)
        self.close = versions.close

    def known(self) -> State | None:
        """The state, where it was read within the lag."""
        return self._state() if self._is_fresh(monotonic() - self._lag) else None

    async def learn(self) -> State | None:
        """The state as of at most the lag ago; all who wait for it at once share one reading."""
        earliest = monotonic() - self._lag
        if not self._is_fresh(earliest):
            async with self._line:
                if not self._is_fresh(earliest):
                    await self._ask()
        return self._state()

    def written(self) -> None:
        """Have the version read again before the next answer."""
        self._written = monotonic()

    def _is_fresh(self, earliest: float) -> bool:
        return self._asked >= earliest and self._asked > self._written

    async def _ask(self) -> None:
        begun = monotonic()
        try:
            self._version = await anyio.to_thread.run_sync(self._read, limiter=self._threads)
        except Unavailable:
            self._version = None
        self._asked = begun

    def _state(self) -> State | None:
        return None if self._version is None else (self._version, self._clock().toordinal())


class Unwatched:
    """Says nothing of the store, where no answer is kept."""

    def known(self) -> State | None:
        """The same for each request."""
        return None, 0

    async def learn(self) -> State | None:
        """The same for each request."""
        return None, 0

    def written(self) -> None:
        """Nothing was known."""

    def close(self) -> None:
        """Nothing is open."""


def freshness_of(database: Database, clock: Clock, lag: float, *, kept: bool) -> Freshness:
    """How the state of this store is learnt, where answers are kept. ``lag``, in seconds, is for
    PostgreSQL alone.
    """
    if not kept:
        return Unwatched()
    versions = versions_of(database)
    return Exact(versions, clock) if database.is_sqlite else Polled(versions, clock, lag)
