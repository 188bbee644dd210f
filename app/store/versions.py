"""Whether the store has changed: a token that is equal as long as nothing was committed to it."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any, Protocol
from weakref import finalize

from sqlalchemy import Connection, Engine, NullPool, create_engine, select
from sqlalchemy.exc import SQLAlchemyError

from app.errors import Unavailable
from app.store.engine import Database
from app.store.tables import REVISION

# For a server that cannot be reached: seconds to connect, and milliseconds for what follows.
PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 3_000}


class Versions(Protocol):
    """Tells versions of a store apart. Two equal answers: what was read at the first is still so.

    It holds one connection of its own, opened when it is first needed.
    """

    def read(self) -> Hashable:
        """The version now. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Close the connection; the next ``read`` opens another."""
        ...


def _nothing() -> None:
    """No connection is open that could be closed."""


class FileVersions:
    """The version of a SQLite file: any commit to it, by whatever process, gives it another.

    A reading takes microseconds and never waits, so it may be done in an event loop.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._cursor: Any = None
        # Each connection counts from a number of its own.
        self._opened = 0
        self._end: Callable[[], object] = _nothing

    def read(self) -> Hashable:
        """A number that is another one after each commit. Raises Unavailable."""
        try:
            version = (self._cursor or self._open()).execute(DATA_VERSION).fetchall()[0][0]
        except Exception as error:
            self.close()
            raise Unavailable("The store cannot answer at the moment.") from error
        return self._opened, version

    def close(self) -> None:
        """Close the connection; the next ``read`` opens another."""
        self._cursor = None
        self._end()

    def _open(self) -> Any:
        from pysqlite3 import dbapi2  # the one that all connections to the file use

        # Not one of the pool: the number only counts what other connections commit.
        connection = dbapi2.connect(
            self._path, timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        self._end = finalize(self, connection.close)
        self._opened += 1
        self._cursor = connection.cursor()
        return self._cursor


DATA_VERSION = "PRAGMA data_version"


class ServerVersions:
    """The version of a PostgreSQL database: its newest revision. A reading is one round trip."""

    def __init__(self, database: Database) -> None:
        self._engine: Engine = create_engine(
            database.url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args=PATIENCE | database.driver_options,
        )
        self._connection: Connection | None = None
        self._end: Callable[[], object] = _nothing

    def read(self) -> Hashable:
        """The newest revision and when it was recorded. Raises Unavailable."""
        try:
            row = (self._connection or self._open()).execute(NEWEST).first()
        except SQLAlchemyError as error:
            self.close()
            raise Unavailable("The store cannot answer at the moment.") from error
        return tuple(row) if row else ()

    def close(self) -> None:
        """Close the connection; the next ``read`` opens another."""
        self._connection = None
        with suppress(SQLAlchemyError):  # it may be lost already
            self._end()

    def _open(self) -> Connection:
        self._connection = connection = self._engine.connect()
        self._end = finalize(self, connection.close)
        return connection


NEWEST = select(REVISION.c.number, REVISION.c.recorded_at).order_by(REVISION.c.number.desc())
NEWEST = NEWEST.limit(1)


def versions_of(database: Database) -> Versions:
    """What tells the versions of this store apart."""
    if database.is_sqlite:
        return FileVersions(database.url.database or "")
    return ServerVersions(database)
