"""Transactions: nothing is lost, nothing is half done, readers see one moment."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.errors import Unavailable
from app.store.engine import Database
from app.store.tables import IDENTITY, REVISION, SECRET, VERSION
from tests.postgres import Server, require_binaries

THREADS = 8
ROUNDS = 25
CHANGE_AND_WAIT = """
import sys, time
from sqlalchemy import text
from app.store.engine import Database

with Database(sys.argv[1]).write() as connection:
    connection.execute(text("CREATE TABLE half (done TEXT)"))
    connection.execute(text("INSERT INTO secret (name, value) VALUES ('half', 'done')"))
    connection.execute(text("UPDATE secret SET value = 'changed' WHERE name = 'counter'"))
    print("changed", flush=True)
    time.sleep(60)
"""


class Interrupted(Exception):
    """What these tests raise inside a transaction."""


@pytest.fixture
def counted(database: Database) -> Database:
    """A store with a counter that stands at 0."""
    with database.write() as connection:
        connection.execute(insert(SECRET), {"name": "counter", "value": "0"})
    return database


def counter(connection: Connection) -> str:
    found = select(SECRET.c.value).where(SECRET.c.name == "counter")
    value: str = connection.execute(found).scalar_one()
    return value


def set_counter(connection: Connection, value: int | str) -> None:
    row = SECRET.c.name == "counter"
    connection.execute(update(SECRET).where(row).values(value=str(value)))


def value_now(database: Database) -> str:
    with database.read() as connection:
        return counter(connection)


def test_writers_at_once_lose_no_increment(counted: Database) -> None:
    def increment_often() -> None:
        for _ in range(ROUNDS):
            with counted.write() as connection:
                set_counter(connection, int(counter(connection)) + 1)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(increment_often) for _ in range(THREADS)]:
            done.result()
    assert value_now(counted) == str(THREADS * ROUNDS)


def test_writers_of_several_processes_lose_no_increment(counted: Database) -> None:
    """Each Database has a pool of its own, as each process has."""
    url = counted.url.render_as_string(hide_password=False)

    def increment_often() -> None:
        database = Database(url)
        for _ in range(ROUNDS):
            with database.write() as connection:
                set_counter(connection, int(counter(connection)) + 1)
        database.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(increment_often) for _ in range(THREADS)]:
            done.result()
    assert value_now(counted) == str(THREADS * ROUNDS)


def change_and_fail(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE half (done TEXT)"))
        connection.execute(text("ALTER TABLE secret ADD COLUMN half TEXT"))
        set_counter(connection, "changed")
        raise Interrupted


def test_an_exception_rolls_back_rows_tables_and_columns(counted: Database) -> None:
    with pytest.raises(Interrupted):
        change_and_fail(counted)
    assert value_now(counted) == "0"
    with counted.read() as connection:
        assert not inspect(connection).has_table("half")
        columns = [column["name"] for column in inspect(connection).get_columns("secret")]
    assert columns == ["name", "value"]


def test_a_writer_works_on_after_one_that_failed(counted: Database) -> None:
    with pytest.raises(Interrupted):
        change_and_fail(counted)
    with counted.write() as connection:
        set_counter(connection, 1)
    assert value_now(counted) == "1"


def test_a_failing_statement_rolls_back_what_went_before(counted: Database) -> None:
    twice = [{"name": "new", "value": "1"}, {"name": "counter", "value": "2"}]
    with pytest.raises(IntegrityError):
        _insert_one_by_one(counted, twice)
    with counted.read() as connection:
        assert connection.execute(select(SECRET).where(SECRET.c.name == "new")).all() == []
    assert value_now(counted) == "0"


def _insert_one_by_one(database: Database, rows: list[dict[str, str]]) -> None:
    with database.write() as connection:
        for row in rows:
            connection.execute(insert(SECRET), row)


def test_a_reader_sees_one_snapshot_while_others_commit(counted: Database) -> None:
    with counted.read() as reader:
        assert counter(reader) == "0"
        with counted.write() as writer:
            set_counter(writer, 1)
            writer.execute(insert(SECRET), {"name": "new", "value": "1"})
        assert counter(reader) == "0"
        assert reader.execute(select(SECRET).where(SECRET.c.name == "new")).all() == []
    assert value_now(counted) == "1"


def test_a_reader_does_not_see_what_is_not_committed(counted: Database) -> None:
    with counted.write() as writer:
        set_counter(writer, 1)
        assert value_now(counted) == "0"
    assert value_now(counted) == "1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE secret SET value = 'changed'",
        "INSERT INTO secret (name, value) VALUES ('new', '1')",
        "DELETE FROM secret",
        "CREATE TABLE half (done TEXT)",
        "DROP TABLE secret",
    ],
    ids=lambda statement: statement.split()[0].lower(),
)
def test_a_reader_cannot_write(counted: Database, statement: str) -> None:
    with pytest.raises((Unavailable, DBAPIError), match=r"read-?only|cannot answer"):
        _run_as_reader(counted, statement)
    assert value_now(counted) == "0"


def _run_as_reader(database: Database, statement: str) -> None:
    with database.read() as connection:
        connection.execute(text(statement))


def test_a_connection_that_wrote_reads_as_a_reader_again(counted: Database) -> None:
    """PostgreSQL hands the same connections to readers and writers."""
    for _ in range(3):
        with counted.write() as connection:
            set_counter(connection, 1)
        with pytest.raises((Unavailable, DBAPIError)):
            _run_as_reader(counted, "DELETE FROM secret")
    assert value_now(counted) == "1"


def version_row(**changed: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"noun": "claim", "id": "nobody", "number": 1, "content": "{}"}
    return {"key": 1, **row, "revision": 1, "recorded_from": 1, **changed}


def test_a_version_needs_an_identity_and_a_revision(database: Database) -> None:
    words = {"recorded_at": "2022-01-10T00:00:00.000000Z", "editor": "e", "reason": "r"}
    known = {"noun": "claim", "id": "one", "label": "One", "known_from": date(2022, 1, 10)}
    with database.write() as connection:
        connection.execute(insert(REVISION), {"number": 1, **words})
        connection.execute(insert(IDENTITY), known)
        connection.execute(insert(VERSION), version_row(id="one"))
    for wrong in ({"id": "nobody"}, {"id": "one", "revision": 2}, {"id": "one", "noun": "demand"}):
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.execute(insert(VERSION), version_row(key=2, **wrong))
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(IDENTITY.delete())


@pytest.mark.parametrize("verb", ["read", "write"])
def test_sqlite_is_set_to_keep_what_it_acknowledged(sqlite_database: Database, verb: str) -> None:
    wanted = {
        "synchronous": 2,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "trusted_schema": 0,
        "busy_timeout": 10_000,
        "query_only": int(verb == "read"),
    }
    with getattr(sqlite_database, verb)() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in wanted}
        driver = connection.connection.driver_connection
        assert driver is not None
        # None: the driver begins nothing by itself, so BEGIN stands where the engine put it.
        assert driver.isolation_level is None
        assert driver.in_transaction
    assert found == wanted


def test_sqlite_is_free_of_the_wal_reset_bug(sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    assert tuple(map(int, version.split("."))) > (3, 51, 2)


def test_postgresql_readers_keep_their_snapshot_and_writers_take_turns(
    postgresql_database: Database,
) -> None:
    settings = "SELECT current_setting('transaction_isolation'), current_setting('{}')"
    query = settings.format("transaction_read_only")
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    with postgresql_database.read() as connection:
        assert tuple(connection.exec_driver_sql(query).one()) == ("repeatable read", "on")
    with postgresql_database.write() as connection:
        assert tuple(connection.exec_driver_sql(query).one()) == ("read committed", "off")
        assert connection.exec_driver_sql(locks).scalar_one() == 1


def test_a_process_killed_while_it_writes_leaves_nothing_half_written(counted: Database) -> None:
    url = counted.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CHANGE_AND_WAIT, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "changed\n"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert value_now(counted) == "0"
    with counted.write() as connection:
        assert not inspect(connection).has_table("half")
        assert connection.execute(select(SECRET).where(SECRET.c.name == "half")).all() == []
        set_counter(connection, 1)
    assert value_now(counted) == "1"


def use(url: str) -> None:
    """Open, read and write; close in any case."""
    database = Database(url)
    try:
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
        with database.write() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        database.close()


def test_a_new_file_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """The first to come switches the file to WAL, which SQLite lets nobody wait for."""
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(ROUNDS):
            start = Barrier(THREADS)
            url = f"sqlite:///{tmp_path}/new-{number}.db"
            for opened in [pool.submit(_use_at, url, start) for _ in range(THREADS)]:
                opened.result()


def _use_at(url: str, start: Barrier) -> None:
    start.wait()
    use(url)


def test_a_new_file_that_another_program_holds_is_named_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engine.BUSY_MILLISECONDS", 50)
    path = tmp_path / "held.db"
    with closing(dbapi2.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable):
            use(f"sqlite:///{path}")
    use(f"sqlite:///{path}")


@pytest.fixture
def unusable(tmp_path: Path) -> dict[str, str]:
    """Paths at which there can be no store."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("This is not a database. " * 100, encoding="utf-8")
    return {
        "a folder": f"sqlite:///{tmp_path}/folder",
        "another file": f"sqlite:///{tmp_path}/file",
        "below a file": f"sqlite:///{tmp_path}/file/parley.db",
        "below a file in a folder": f"sqlite:///{tmp_path}/file/folder/parley.db",
    }


@pytest.mark.parametrize(
    "place", ["a folder", "another file", "below a file", "below a file in a folder"]
)
def test_a_path_that_cannot_hold_a_store_is_named_unavailable(
    unusable: dict[str, str], place: str
) -> None:
    with pytest.raises(Unavailable):
        use(unusable[place])


def test_a_postgresql_that_is_not_there_is_named_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        use(f"postgresql://parley@/parley?host={tmp_path}")


def test_a_postgresql_that_was_stopped_is_named_unavailable() -> None:
    with Server(require_binaries()) as server:
        database = Database(server.create_database("stopped"))
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
        server.stop()
        for verb in (database.read, database.write):
            with pytest.raises(Unavailable), verb():
                pass
        database.close()


def test_a_connection_that_breaks_in_the_middle_is_named_unavailable_and_replaced(
    postgresql_database: Database,
) -> None:
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    for verb in (postgresql_database.read, postgresql_database.write):
        with pytest.raises(Unavailable), verb() as connection:
            connection.execute(end)
        with verb() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_writer_that_waits_too_long_is_named_unavailable(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engine.BUSY_MILLISECONDS", 50)
    impatient = Database(sqlite_database.url.render_as_string(hide_password=False))
    with sqlite_database.write(), pytest.raises(Unavailable), impatient.write():
        pass
    impatient.close()


def test_a_reader_that_finds_no_free_connection_is_named_unavailable(
    counted: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted._reader.pool, "_timeout", 0.05)
    with ExitStack() as held, pytest.raises(Unavailable):
        _take_readers(counted, held)
    assert value_now(counted) == "0"


def _take_readers(database: Database, held: ExitStack) -> None:
    for _ in range(100):
        held.enter_context(database.read())
