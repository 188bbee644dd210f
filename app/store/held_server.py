"""Quick answers from PostgreSQL: a few channels that are held open, and looks through them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from operator import attrgetter
from typing import Any

import anyio.to_thread
import psycopg
from psycopg.pq.abc import PGresult
from sqlalchemy import Dialect, make_url

from app.errors import Unavailable
from app.store.channels import Channel
from app.store.engine import Database
from app.store.looking import Moved
from app.store.prepared import Prepared, Values
from app.store.versions import PATIENCE

_of_psycopg: Callable[..., Dialect] = make_url("postgresql+psycopg://").get_dialect()
POSTGRESQL = _of_psycopg(paramstyle="numeric_dollar")
# Seconds that a question waits for the first channel, and before another attempt to open one.
WAIT = 0.5
PAUSE = 1.0
# What takes longer belongs in a thread, and for some seconds nobody tries it again.
MOST_MILLISECONDS = 500
SLOW_SECONDS = 5.0
MOST_SLOW = 100
# Seconds without a word from any channel, after which others do not begin to wait there.
QUIET = 0.1
# The operator's own limit holds where it is lower.
LIMIT = b"""SELECT set_config(name, least(nullif(setting::integer, 0), %s)::text, false)
FROM pg_settings WHERE name = 'statement_timeout'"""
NEWEST = Prepared("SELECT max(number) FROM revision", (), ())
REDACTED = Prepared(
    "SELECT max(revision), (SELECT max(number) FROM revision) FROM redaction", (), ("revision",)
)
INSTANTS = Prepared(
    "SELECT recorded_at FROM revision WHERE number IN ($1, $2) ORDER BY number DESC",
    (("before", None), ("revision", None)),
    ("recorded_at",),
)

log = logging.getLogger("parley.store")


def _integer(raw: bytes) -> int:
    return int.from_bytes(raw, signed=True)


def _day(raw: bytes) -> str:
    return date.fromordinal(FIRST_DAY + _integer(raw)).isoformat()


FIRST_DAY = date(2000, 1, 1).toordinal()
# How values come in binary, by the server's number of their type; texts are what they are.
BOOL, INT8, INT4, DATE = 16, 20, 23, 1082
DECODED: dict[int, Callable[[bytes], Any]] = {
    BOOL: lambda raw: raw == b"\1",
    INT8: _integer,
    INT4: _integer,
    DATE: _day,
}


class ServerRows:
    """Rows as the server sent them. Values are only decoded where they are asked for."""

    def __init__(self, found: PGresult) -> None:
        self._found = found

    def __len__(self) -> int:
        return self._found.ntuples

    def __getitem__(self, place: int, /) -> tuple[Any, ...]:
        return tuple(self.value(place, column) for column in range(self._found.nfields - 1))

    def documents(self, most: int) -> list[bytes]:
        """The first column of the first rows."""
        value = self._found.get_value
        return [value(place, 0) or b"" for place in range(min(most, len(self)))]

    def newest(self) -> int:
        """The newest revision when they were read: the last column of each."""
        number: int | None = self.value(0, self._found.nfields - 1)
        return number or 0

    def value(self, place: int, column: int) -> Any:
        """One value; texts are bytes, and days are texts in ISO form."""
        raw = self._found.get_value(place, column)
        decoded = DECODED.get(self._found.ftype(column))
        return raw if raw is None or decoded is None else decoded(raw)


class ServerReader:
    """Some channels, opened when they are needed: one more where all are busy, up to ``size``."""

    waits = True

    def __init__(self, database: Database, size: int) -> None:
        self.newest: int | None = None
        self._database = database
        self._size = size
        self._channels: list[Channel] = []
        self._opening: asyncio.Task[None] | None = None
        self._openings = anyio.CapacityLimiter(1)
        self._again = 0.0
        # Until when a statement, by its text, is left to a thread.
        self._slow: dict[str, float] = {}
        self._closings = 0

    async def look(self) -> "ServerLook":
        """Begin with the newest revision that was seen. Raises Unavailable."""
        newest = self.newest
        return ServerLook(self, await self.now() if newest is None else newest)

    async def ask(self, prepared: Prepared, values: Values) -> ServerRows | None:
        """What a statement finds; None where it is left to a thread. Raises Unavailable."""
        begun = asyncio.get_running_loop().time()
        if self._slow.get(prepared.text, 0.0) > begun:
            return None
        channel = self._idlest(begun) or await self._first()
        texts = [None if one is None else str(one).encode() for one in prepared.bound(values)]
        found = await channel.ask(prepared.text, texts)
        if found is None:
            if len(self._slow) == MOST_SLOW:
                self._slow.clear()
            self._slow[prepared.text] = begun + SLOW_SECONDS
            return None
        return ServerRows(found)

    async def now(self) -> int:
        """The newest revision. Raises Unavailable."""
        rows = await self.ask(NEWEST, {})
        if rows is None:
            raise Unavailable("The store cannot answer at the moment.")
        self.newest = rows.newest()
        return self.newest

    def close(self) -> None:
        """Close all channels; the next question opens one again."""
        self._closings += 1
        for channel in tuple(self._channels):
            channel.close()

    def _idlest(self, now: float) -> Channel | None:
        """A channel where nobody waits, or the one that was heard of last. Raises Unavailable."""
        if not self._channels:
            return None
        found = max(self._channels, key=attrgetter("quiet_since"))
        if found.is_busy and len(self._channels) < self._size:
            self._open_one()
        if found.quiet_since < now - QUIET:
            raise Unavailable("The store cannot answer at the moment.")
        return found

    async def _first(self) -> Channel:
        self._open_one()
        if self._opening is not None:
            await asyncio.wait((self._opening,), timeout=WAIT)
        if not self._channels:
            raise Unavailable("The store cannot answer at the moment.")
        return self._channels[0]

    def _open_one(self) -> None:
        loop = asyncio.get_running_loop()
        if self._opening is None and loop.time() >= self._again:
            self._opening = loop.create_task(self._open(self._closings))

    async def _open(self, closings: int) -> None:
        try:
            connection = await anyio.to_thread.run_sync(
                self._connect, closings, limiter=self._openings
            )
            prepares = not self._database.pooler
            self._channels.append(Channel(connection, self._channels.remove, prepares=prepares))
        except (psycopg.Error, Unavailable) as error:
            log.warning("no connection for quick answers could be opened: %s", error)
            self._again = asyncio.get_running_loop().time() + PAUSE
        finally:
            self._opening = None

    def _connect(self, closings: int) -> psycopg.Connection[Any]:
        """A connection with the settings of all others. Takes time."""
        _, address = POSTGRESQL.create_connect_args(self._database.url)
        connection: psycopg.Connection[Any] = psycopg.connect(
            **{**address, **PATIENCE}, client_encoding="UTF8", autocommit=True
        )
        if not self._database.pooler:
            connection.execute(LIMIT, (MOST_MILLISECONDS,))
        if closings != self._closings:
            connection.close()
            raise Unavailable("The store was closed meanwhile.")
        return connection


class ServerLook:
    """A look at one revision: each statement tells which one it saw, and another ends the look."""

    dialect: Dialect = POSTGRESQL

    def __init__(self, reader: ServerReader, newest: int) -> None:
        self.newest = newest
        self._reader = reader

    async def rows(self, prepared: Prepared, values: Values) -> ServerRows | None:
        """What a statement finds; None where it takes too long. Raises Moved, and Unavailable."""
        rows = await self._reader.ask(prepared, values)
        if rows is None:
            return None
        # Where nothing is found, nothing tells; but revisions only grow.
        newest = rows.newest() if len(rows) else await self._reader.now()
        if newest != self.newest:
            self._reader.newest = newest
            raise Moved
        return rows

    async def instants(self, revision: int) -> list[str]:
        """When a revision and the one before it were recorded, the newer one first."""
        told = {"before": revision - 1, "revision": revision}
        rows = await self._reader.ask(INSTANTS, told)
        if rows is None:
            raise Unavailable("The store cannot answer at the moment.")
        return [one.decode() for one in rows.documents(2)]

    async def redacted(self) -> int:
        """The newest revision that removed words for good. Raises Moved, and Unavailable."""
        rows = await self.rows(REDACTED, {})
        if rows is None:
            raise Unavailable("The store cannot answer at the moment.")
        return rows[0][0] or 0

    def end(self) -> None:
        """Nothing is held."""
