"""Connections: one consistent snapshot for a reader, one transaction at a time for a writer."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, TimeoutError

from app.errors import Unavailable

BUSY_MILLISECONDS = 10_000
# Connections to PostgreSQL of whoever does not say how many, and seconds to wait for a free one.
CONNECTIONS = 5
LONGEST_WAIT = 5.0
# Any fixed number does: everyone who hands out a revision takes this lock first.
REVISION_LOCK = 7_252_955


class Database:
    """A SQLite file or a PostgreSQL database, behind the same two verbs: read and write.

    To PostgreSQL it opens as many ``connections`` as are used at once, up to that number, and keeps
    them. ``pooler`` says that it is reached through one that changes servers between transactions.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS, *, pooler: bool = False) -> None:
        self.url = make_url(url)
        self.pooler = pooler
        if self.url.get_backend_name() == "sqlite":
            self._reader = _sqlite(self.url, begin="BEGIN", query_only=True)
            self._writer = _sqlite(self.url, begin="BEGIN IMMEDIATE", query_only=False)
        else:
            engine = create_engine(
                self.url,
                pool_pre_ping=True,
                pool_size=connections,
                max_overflow=0,
                pool_timeout=LONGEST_WAIT,
                connect_args=self.driver_options,
            )
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writer = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the store is a SQLite file."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def driver_options(self) -> dict[str, Any]:
        """What psycopg is told beside the address: statements that are prepared stay behind in one
        server of a pooler.
        """
        return {"prepare_threshold": None} if self.pooler else {}

    def exists(self) -> bool:
        """Whether there is a store to open: opening a SQLite file that is not there makes one."""
        return not self.is_sqlite or Path(self.url.database or "").exists()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one snapshot and cannot write. Raises Unavailable."""
        with _named_failures(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a transaction of its own, alone among writers. Raises Unavailable.

        It commits when the block ends well and rolls everything back when it does not.
        """
        with _named_failures(), self._writer.connect() as connection, connection.begin():
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({REVISION_LOCK})"))
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()


def roll_back(connection: Connection) -> None:
    """Take back everything that was done on a writing connection so far."""
    transaction = connection.get_transaction()
    if transaction is not None:
        transaction.rollback()


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except (OperationalError, TimeoutError) as error:
        raise Unavailable("The store cannot answer at the moment.") from error
    except DBAPIError as error:
        # SQLite says so, in just this class, of a file that is damaged or not its own.
        if type(error) is DatabaseError:
            raise Unavailable("The store cannot be read.") from error
        if error.connection_invalidated:
            raise Unavailable("The connection to the store was lost.") from error
        raise


def _sqlite(url: URL, *, begin: str, query_only: bool) -> Engine:
    from pysqlite3 import dbapi2  # the system's SQLite may have the WAL-reset bug

    if url.database:
        _make_folder(Path(url.database).parent)
    # One connection writes; a second writer waits for it here rather than in SQLite.
    pool = {} if query_only else {"pool_size": 1, "max_overflow": 0}
    engine = create_engine(url, module=dbapi2, **pool)

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: it would leave out reads and DDL.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        _switch_to_wal(cursor)
        # FULL, not NORMAL: in WAL, NORMAL loses acknowledged writes when the power goes.
        for pragma in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "trusted_schema = OFF",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _switch_to_wal(cursor: Any) -> None:
    """Switch the file to WAL, once for all; while others do so, SQLite is busy without waiting."""
    deadline = monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except cursor.connection.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or monotonic() > deadline:
                raise
            sleep(0.01)
        else:
            return


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"There cannot be a store in {folder}: {error.strerror}") from error
