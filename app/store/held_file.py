"""Quick answers from SQLite: one connection that is held, and a snapshot for each question."""

from typing import Any, Self
from weakref import finalize

from sqlalchemy import Dialect

from app.store.prepared import SQLITE, Prepared, Values

# Instructions of SQLite's machine in one statement: some milliseconds. What takes more belongs in a
# thread.
MOST_STEPS = 200_000
STEPS = 10_000
# Bytes of a file that are mapped into memory: the most that SQLite is built for.
MAPPED = 2**31 - 65_536


class FileRows(list[tuple[Any, ...]]):
    """Rows of SQLite: texts as bytes, days as the texts that it keeps."""

    def documents(self, most: int) -> list[bytes]:
        """The first column of the first rows."""
        return [row[0] for row in self[:most]]


class HeldReader:
    """One connection that only reads, for whoever asks one question after the other; ``hurried``
    where none may take more than a few milliseconds.

    Nothing is ever waited for, so it is its own look.
    """

    waits = False
    dialect: Dialect = SQLITE

    def __init__(self, path: str, *, hurried: bool = True) -> None:
        self.newest = 0
        self._path = path
        self._hurried = hurried
        self._connection: Any = None
        self._steps = 0

    def close(self) -> None:
        """Close the connection; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def look(self) -> Self:
        """Open a snapshot."""
        connection = self._connection or self._open()
        connection.execute("BEGIN")
        number = connection.execute("SELECT max(number) FROM revision").fetchone()[0]
        self.newest = number or 0
        return self

    async def rows(self, prepared: Prepared, values: Values) -> FileRows | None:
        """The rows of a statement in the snapshot; None where it takes too long."""
        self._steps = 0
        try:
            found = self._connection.execute(prepared.text, prepared.bound(values))
            return FileRows(found.fetchall())
        except self._connection.OperationalError:
            return None

    def lines(self, prepared: Prepared, values: Values) -> Any:
        """The cursor of a statement, which reads no further than rows are taken. Close it."""
        return self._connection.execute(prepared.text, prepared.bound(values))

    async def instants(self, revision: int) -> list[str]:
        """When a revision and the one before it were recorded, the newer one first."""
        found = self._connection.execute(
            "SELECT recorded_at FROM revision WHERE number IN (?, ?) ORDER BY number DESC",
            (revision - 1, revision),
        )
        return [row[0].decode() for row in found.fetchall()]

    async def redacted(self) -> int:
        """The newest revision that removed words for good."""
        row = self._connection.execute("SELECT max(revision) FROM redaction").fetchone()
        return int(row[0] or 0)

    def end(self) -> None:
        """Close the snapshot."""
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def _open(self) -> Any:
        from pysqlite3 import dbapi2  # the one that all connections to the file use

        connection = dbapi2.connect(
            self._path,
            timeout=0.05,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=500,
        )
        connection.text_factory = bytes
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        # Pages are read where the system has them in memory already, and not copied: a seventh of
        # the time of a page of a list. What is behind the mapped part is read as ever.
        connection.execute(f"PRAGMA mmap_size = {MAPPED}")
        if self._hurried:
            connection.set_progress_handler(self._count, STEPS)
        finalize(self, connection.close)
        self._connection = connection
        return connection

    def _count(self) -> int:
        self._steps += STEPS
        return int(self._steps > MOST_STEPS)
