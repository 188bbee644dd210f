"""Questions to PostgreSQL from the event loop: apart from each other, and after failures."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from app.errors import Unavailable
from app.store import channels, held_server
from app.store.engine import Database
from app.store.held_server import ServerReader
from app.store.looking import Moved
from app.store.prepared import Prepared
from tests.made_up import participant, setting, write

ECHO = Prepared("SELECT $1::text, 0", (("word", None),), ("word",))
NOBODY = Prepared("SELECT id, (SELECT max(number) FROM revision) FROM claim WHERE false", (), ())
EVERYBODY = Prepared(
    "SELECT id, (SELECT max(number) FROM revision) FROM participant ORDER BY id", (), ("id",)
)
PROCESS = Prepared("SELECT pg_backend_pid(), 0", (), ("process",))
KEPT = Prepared("SELECT count(*), 0 FROM pg_prepared_statements", (), ("count",))
SETTINGS = Prepared(
    "SELECT current_setting('statement_timeout'), current_setting('search_path'), "
    "current_setting('client_encoding'), 0",
    (),
    ("limit", "path", "encoding"),
)
# Waits for a lock that another connection holds.
BLOCKED = Prepared("SELECT pg_advisory_xact_lock_shared(7)::text, 0", (), ("nothing",))
SLEEP = Prepared("SELECT pg_sleep(30)::text, 0", (), ("nothing",))

Open = Callable[..., ServerReader]


@pytest.fixture
async def open_reader(postgresql_database: Database) -> AsyncIterator[Open]:
    """Makes readers of one store, which are closed at the end."""
    made: list[ServerReader] = []

    def make(size: int = 2, database: Database = postgresql_database) -> ServerReader:
        made.append(ServerReader(database, size))
        return made[-1]

    yield make
    for reader in made:
        reader.close()


async def first(reader: ServerReader, prepared: Prepared, **values: Any) -> tuple[Any, ...]:
    """The first row of what is found."""
    rows = await reader.ask(prepared, values)
    assert rows is not None
    return rows[0]


async def processes(reader: ServerReader, size: int) -> set[int]:
    """The processes of the server that answer, once there are so many."""
    found: set[int] = set()
    while len(found) < size:
        rows = await asyncio.gather(*(first(reader, PROCESS) for _ in range(20)))
        found |= {process for (process,) in rows}
    return found


def sessions(database: Database) -> int:
    """How many connections the database has, but for the one that asks."""
    count = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
    with database.read() as connection:
        return int(connection.execute(text(count)).scalar_one())


async def test_each_of_many_questions_at_once_has_its_own_answer(
    open_reader: Open, postgresql_database: Database
) -> None:
    reader = open_reader(2)
    assert len(await processes(reader, 2)) == 2
    words = [f"ä {number}" for number in range(500)]
    rows = await asyncio.gather(*(first(reader, ECHO, word=word) for word in words))
    assert [word.decode() for (word,) in rows] == words
    assert sessions(postgresql_database) == 2


async def test_values_are_those_of_sqlite(open_reader: Open) -> None:
    every = Prepared(
        "SELECT '0001-01-01'::date, '1999-12-31'::date, '9999-12-31'::date, NULL::date, true, "
        "false, (-5)::integer, 9007199254740993::bigint, 'ß'::text, 0",
        (),
        (),
    )
    assert await first(open_reader(), every) == (
        *("0001-01-01", "1999-12-31", "9999-12-31", None, True, False),
        *(-5, 9_007_199_254_740_993, "ß".encode()),
    )


@pytest.fixture
def lock(postgresql_database: Database) -> psycopg.Connection[Any]:
    """A connection that holds the lock which BLOCKED waits for."""
    holder = psycopg.connect(
        postgresql_database.url.render_as_string(hide_password=False), autocommit=True
    )
    holder.execute("SELECT pg_advisory_lock(7)")
    return holder


async def test_a_slow_question_keeps_nobody_waiting(
    open_reader: Open, lock: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_server, "MOST_MILLISECONDS", 60_000)
    monkeypatch.setattr(channels, "PATIENCE", 60)
    reader = open_reader(2)
    await processes(reader, 2)
    slow = asyncio.create_task(first(reader, BLOCKED))
    for number in range(50):
        assert await first(reader, ECHO, word=str(number)) == (str(number).encode(),)
    assert not slow.done()
    other = asyncio.create_task(first(reader, BLOCKED))
    monkeypatch.setattr(held_server, "QUIET", 0)
    await asyncio.sleep(0.01)
    # No channel is known to be in order, so nobody begins to wait for one.
    with pytest.raises(Unavailable):
        await reader.ask(ECHO, {"word": ""})
    lock.close()
    assert len(await asyncio.gather(slow, other)) == 2


async def test_what_takes_too_long_is_broken_off_and_for_a_while_not_asked_again(
    open_reader: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_server, "MOST_MILLISECONDS", 50)
    reader = open_reader(1)
    before = await first(reader, PROCESS)
    assert await reader.ask(SLEEP, {}) is None
    assert await reader.ask(SLEEP, {}) is None
    assert await first(reader, PROCESS) == before
    loop = asyncio.get_running_loop()
    sent: list[str] = []
    ask = channels.Channel.ask

    async def noted(channel: channels.Channel, words: str, parameters: Any) -> Any:
        sent.append(words)
        return await ask(channel, words, parameters)

    monkeypatch.setattr(channels.Channel, "ask", noted)
    assert await reader.ask(SLEEP, {}) is None
    assert sent == []
    later = loop.time() + held_server.SLOW_SECONDS
    monkeypatch.setattr(loop, "time", lambda: later)
    assert await reader.ask(SLEEP, {}) is None
    assert sent == [SLEEP.text]


async def test_a_statement_that_is_refused_leaves_the_others_in_order(
    open_reader: Open,
) -> None:
    reader = open_reader(1)
    before = await first(reader, PROCESS)
    wrong = Prepared("SELECT 1 FROM nowhere", (), ())
    asked = [reader.ask(one, {}) for one in (wrong, PROCESS, wrong)]
    refused, process, again = await asyncio.gather(*asked)
    assert (refused, again) == (None, None)
    assert process is not None
    assert process[0] == before
    assert await first(reader, PROCESS) == before


async def test_a_plan_that_fits_no_more_is_made_anew(
    open_reader: Open, postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_server, "SLOW_SECONDS", 0)
    reader = open_reader(1)
    every = Prepared("SELECT *, 0 FROM secret", (), ())
    assert len(await first(reader, every)) == 2
    with postgresql_database.write() as connection:
        connection.execute(text("ALTER TABLE secret ADD COLUMN more text"))
    assert await reader.ask(every, {}) is None
    assert len(await first(reader, every)) == 3


async def test_a_connection_that_is_ended_is_replaced(
    open_reader: Open, postgresql_database: Database
) -> None:
    reader = open_reader(1)
    (before,) = await first(reader, PROCESS)
    slow = asyncio.create_task(reader.ask(SLEEP, {}))
    await asyncio.sleep(0.05)
    with postgresql_database.read() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    with pytest.raises(Unavailable):
        await slow
    (after,) = await first(reader, PROCESS)
    assert after != before


async def test_a_connection_that_ends_while_nobody_asks_is_noticed(
    open_reader: Open, postgresql_database: Database
) -> None:
    reader = open_reader(1)
    (before,) = await first(reader, PROCESS)
    with postgresql_database.read() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    for _ in range(1_000):
        if not reader._channels:
            break
        await asyncio.sleep(0.01)
    assert reader._channels == []
    assert await first(reader, PROCESS) != (before,)


async def test_a_server_that_says_nothing_is_given_up(
    open_reader: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "PATIENCE", 0.2)
    reader = open_reader(1)
    (before,) = await first(reader, PROCESS)
    os.kill(before, signal.SIGSTOP)
    try:
        with pytest.raises(Unavailable):
            await reader.ask(ECHO, {"word": ""})
    finally:
        os.kill(before, signal.SIGCONT)
    assert await first(reader, PROCESS) != (before,)


async def test_a_server_that_is_not_there_is_tried_again_after_a_pause(
    open_reader: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    connect = ServerReader._connect

    def noted(reader: ServerReader, closings: int) -> Any:
        tried.append(closings)
        return connect(reader, closings)

    monkeypatch.setattr(ServerReader, "_connect", noted)
    reader = open_reader(2, Database("postgresql://nobody@127.0.0.1:1/nothing"))
    for _ in range(5):
        with pytest.raises(Unavailable):
            await reader.look()
    assert len(tried) == 1
    monkeypatch.setattr(held_server, "PAUSE", 0)
    loop = asyncio.get_running_loop()
    later = loop.time() + 60
    monkeypatch.setattr(loop, "time", lambda: later)
    with pytest.raises(Unavailable):
        await reader.look()
    assert len(tried) == 2


async def test_the_server_keeps_a_limited_number_of_statements(
    open_reader: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "MOST_PREPARED", 3)
    reader = open_reader(1)
    for number in [*range(10), *range(10)]:
        other = Prepared(f"SELECT $1::text, {number}", (("word", None),), ("word",))
        assert await first(reader, other, word="x") == (b"x",)
        ((kept,),) = [await first(reader, KEPT)]
        assert kept <= 3


async def test_behind_a_pooler_nothing_is_left_in_a_session(
    open_reader: Open, postgresql_database: Database
) -> None:
    url = postgresql_database.url.render_as_string(hide_password=False)
    pooled = Database(url, pooler=True)
    reader = open_reader(1, pooled)
    for _ in range(10):
        assert await first(reader, ECHO, word="x") == (b"x",)
    assert await first(reader, KEPT) == (0,)
    assert (await first(reader, SETTINGS))[0] == b"0"
    with pooled.read() as connection:
        for _ in range(10):
            connection.execute(text("SELECT 1 FROM secret"))
        assert connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
    pooled.close()


async def test_connections_have_the_settings_of_the_address(
    open_reader: Open, postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    assert (await first(open_reader(), SETTINGS)) == (b"500ms", b'"$user", public', b"UTF8")
    own = "-csearch_path=public,pg_temp -cstatement_timeout=200"
    database = Database(
        postgresql_database.url.update_query_dict({"options": own}).render_as_string(
            hide_password=False
        )
    )
    found = await first(open_reader(1, database), SETTINGS)
    assert found == (b"200ms", b"public,pg_temp", b"UTF8")


async def test_a_look_ends_where_a_revision_comes(
    open_reader: Open, postgresql_database: Database
) -> None:
    reader = open_reader(1)
    look = await reader.look()
    assert (look.newest, await look.redacted()) == (0, 0)
    write(postgresql_database, *setting())
    with pytest.raises(Moved):
        await look.rows(EVERYBODY, {})
    look = await reader.look()
    rows = await look.rows(EVERYBODY, {})
    assert rows is not None
    assert (look.newest, rows.documents(2)) == (1, [b"anna", b"boris"])
    nobody = await look.rows(NOBODY, {})
    assert nobody is not None
    assert (len(nobody), nobody.documents(1)) == (0, [])
    assert await look.instants(1) == ["2026-11-23T09:00:00.000000Z"]
    write(postgresql_database, participant("somebody"))
    with pytest.raises(Moved):  # nothing that is found tells it
        await look.rows(NOBODY, {})
    assert (await reader.look()).newest == 2


async def test_what_is_closed_while_it_opens_is_closed(
    open_reader: Open, postgresql_database: Database
) -> None:
    reader = open_reader(1)
    asked = asyncio.create_task(reader.ask(ECHO, {"word": "x"}))
    await asyncio.sleep(0)
    reader.close()
    with pytest.raises(Unavailable):
        await asked
    assert sessions(postgresql_database) == 0
