"""Changes as they come: nothing is missed, nothing comes twice, and nobody waits for a reader."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
)
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import anyio
import httpx
import pytest
from anyio.abc import ObjectReceiveStream
from pydantic_core import from_json

from app.errors import Unavailable
from app.main import create_app
from app.settings import ROOT
from app.store.engine import Database
from app.store.reader import snapshot
from app.web.events import Terms, Watch
from app.web.serving import LONGEST_GOODBYE, Server
from tests.http import LOADED, Json, Site, settings
from tests.made_up import claim, participant, setting, write
from tests.serving import running
from tests.web.test_conditional import statements

QUICK = Terms(look=0.02, sign=60)
FIRST = {"retry": "2000"}
PING = b": ping\n\n"
# A slow machine is no fault of the service; what never comes fails all the same.
PATIENCE = 30


def events_in(text: str) -> list[dict[str, str]]:
    """The events of a stream, as WHATWG HTML reads them: one that is not whole is none."""
    found = []
    for block in text.split("\n\n")[:-1]:
        lines = [line for line in block.split("\n") if not line.startswith(":")]
        if lines:
            found.append(dict(line.split(": ", 1) for line in lines))
    return found


@dataclass(slots=True)
class Listener:
    """A reader of a stream, which takes one message of the application at a time."""

    messages: ObjectReceiveStream[Any]
    text: str = ""
    taken: int = 0

    async def take(self) -> bytes:
        """The next piece of the body; empty at the end."""
        with anyio.fail_after(PATIENCE):
            message = await self.messages.receive()
        body: bytes = message.get("body", b"")
        self.text += body.decode()
        return body

    async def event(self) -> dict[str, str]:
        """The next event, comments aside."""
        while len(found := events_in(self.text)) <= self.taken:
            assert await self.take(), "the stream has ended"
        self.taken += 1
        return found[self.taken - 1]

    async def ids(self, count: int) -> list[str]:
        """The ids of the next changes."""
        return [(await self.event())["id"] for _ in range(count)]


@asynccontextmanager
async def listening(
    site: Site, query: str = "", last: str | None = None
) -> AsyncIterator[Listener]:
    """A stream, from behind its first word, for the length of the block; then the reader goes."""
    send, receive = anyio.create_memory_object_stream[Any](0)
    gone = anyio.Event()
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def hear() -> Json:
        for message in asked:
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/changes/stream",
        "raw_path": b"/changes/stream",
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"inside.test"), (b"accept-encoding", b"gzip")]
        + ([(b"last-event-id", last.encode())] if last else []),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    async with send, receive, anyio.create_task_group() as tasks:
        tasks.start_soon(site.app, scope, hear, send.send)
        listener = Listener(receive)
        with anyio.fail_after(PATIENCE):
            start = await receive.receive()
        assert start["status"] == 200
        assert b"content-encoding" not in dict(start["headers"])
        assert await listener.event() == FIRST
        yield listener
        gone.set()
        receive.close()


def hurried(site: Site, terms: Terms = QUICK) -> Watch:
    """Let the streams of a site look for news more often than clients need."""
    site.app.state.watch = Watch(site.app.state.service.database, terms)
    found: Watch = site.app.state.watch
    return found


async def later(work: Callable[..., Any], *given: Any) -> None:
    """Do in a thread what would keep the streams from running."""
    await anyio.to_thread.run_sync(work, *given)


async def test_a_stream_says_what_comes_next(own_site: Site) -> None:
    hurried(own_site)
    async with listening(own_site) as listener:
        await later(write, own_site.database, *setting())
        await later(write, own_site.database, claim("c"))
        found = [await listener.event() for _ in range(13)]
    listed = await own_site.items("/changes", since=1, limit=200)
    assert [one["id"] for one in found] == [item["id"] for item in listed]
    assert [from_json(one["data"]) for one in found] == listed
    assert {one["event"] for one in found} == {"change"}
    assert all(set(one) == {"id", "event", "data"} for one in found)


@pytest.mark.parametrize(
    ("query", "last", "expected"),
    [
        ("since=2", None, ["3.claim.c", "4.claim.a", "4.claim.b", "5.claim.c"]),
        ("since=2026-11-23T09:30:00Z&noun=negotiation", None, ["2.negotiation.harbour-talks"]),
        ("", "4.claim.a", ["4.claim.b", "5.claim.c"]),
        ("", "3.claim.zzz", ["4.claim.a", "4.claim.b", "5.claim.c"]),
        ("since=2", "4.claim.b", ["5.claim.c"]),
        ("since=2&change=revised", None, ["5.claim.c"]),
        ("since=2&participant=boris", None, ["4.claim.b"]),
        ("since=5", None, []),
        ("", "5.claim.c", []),
    ],
)
async def test_a_stream_begins_where_it_is_asked_to(
    own_site: Site, query: str, last: str | None, expected: list[str]
) -> None:
    hurried(own_site)
    write(own_site.database, *setting(), now=LOADED + timedelta(minutes=2))
    write(own_site.database, claim("c"))
    write(own_site.database, claim("a"), claim("b", claimant="boris"))
    write(own_site.database, claim("c", text="other words"))
    async with listening(own_site, query, last) as listener:
        assert await listener.ids(len(expected[:1])) == expected[:1]
        assert await listener.ids(len(expected[1:])) == expected[1:]
        await later(write, own_site.database, claim("c", claimant="boris"))
        if "noun" not in query:
            assert await listener.ids(1) == ["6.claim.c"]


@pytest.mark.parametrize(
    "last",
    [
        *("", "1", "x", "1.claim", "1.claim.", "1.claim.c.d", "1.quote.c", "01.claim.C"),
        *("-1.claim.c", "1.claim.c ", "1" * 16 + ".claim.c", "\xb9.claim.c", "2.claim.c"),
        *("1.claim." + "c" * 129, "1.claim.c\t", "1.claim.c\n", "2022-01-12T09:30:00Z"),
    ],
)
async def test_a_position_that_this_service_never_gave_is_refused(site: Site, last: str) -> None:
    headers = [(b"last-event-id", last.encode("latin-1"))]
    reply = await site.send(b"/changes/stream?since=0", headers=headers)
    assert reply.status == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert [fault["parameter"] for fault in reply.json()["errors"]] == ["Last-Event-ID"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("since=2", "since"),
        ("since=soon", "since"),
        ("as_of=1", "as_of"),
        ("format=json", "format"),
        ("limit=1", "limit"),
        ("noun=x", "noun"),
        ("since=0&since=1", "since"),
    ],
)
async def test_a_stream_refuses_what_it_does_not_take(
    site: Site, query: str, parameter: str
) -> None:
    problem = await site.problem(f"/changes/stream?{query}", 422)
    assert {fault["parameter"] for fault in problem["errors"]} == {parameter}


async def test_a_question_for_the_head_alone_is_answered_at_once(site: Site) -> None:
    with anyio.fail_after(PATIENCE):
        answer = await site.client.head("/changes/stream?since=0")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-length" not in answer.headers
    refused = await site.client.head("/changes/stream?since=soon")
    assert refused.status_code == 422


async def test_a_stream_gives_a_sign_of_life_where_nothing_happens(site: Site) -> None:
    hurried(site, Terms(look=0.02, sign=0.1))
    begun = time.monotonic()
    async with listening(site) as listener:
        assert [await listener.take() for _ in range(3)] == [PING] * 3
    assert time.monotonic() - begun > 0.3
    assert events_in(listener.text) == [FIRST]


async def test_a_stream_gives_a_sign_of_life_where_nothing_that_happens_is_for_it(
    own_site: Site,
) -> None:
    hurried(own_site, Terms(look=0.01, sign=0.2))
    write(own_site.database, *setting())
    async with listening(own_site, "noun=meeting") as listener:
        for number in range(10):
            await later(write, own_site.database, claim("c", text=str(number)))
            await anyio.sleep(0.03)
        assert await listener.take() == PING


def reading(asked: Sequence[str]) -> int:
    """How many pieces of the changes were read."""
    return len([statement for statement in asked if "FROM change" in statement])


async def test_a_reader_who_takes_nothing_has_nothing_read_for_it(own_site: Site) -> None:
    hurried(own_site, Terms(look=0.02, sign=60, piece=5))
    write(own_site.database, *setting())
    expected = [f"3.claim.c-{number:02}" for number in range(40)]
    write(own_site.database, *(claim(name.rpartition(".")[2]) for name in expected))
    with statements(own_site) as asked:
        async with listening(own_site, "since=2") as slow:
            for pieces in (1, 2, 3):
                await anyio.sleep(0.3)
                # On a slow machine it is still being read; there are never more.
                assert reading(asked) <= pieces
                assert len(events_in((await slow.take()).decode())) == 5
            # Another one is not held up by it.
            async with listening(own_site, "since=2") as quick:
                assert await quick.ids(40) == expected
            assert await slow.ids(40) == expected


async def test_streams_share_the_look_for_news_and_what_they_read(own_site: Site) -> None:
    watch = hurried(own_site, Terms(look=0.05, sign=60))
    write(own_site.database, *setting())
    done: list[str] = []
    all_done = anyio.Event()

    async def listen() -> None:
        async with listening(own_site) as listener:
            done.extend(await listener.ids(3))
            if len(done) == 90:
                all_done.set()

    async with anyio.create_task_group() as tasks:
        for _ in range(30):
            tasks.start_soon(listen)
        await anyio.sleep(1)
        assert len(watch._open) == 30
        begun = time.monotonic()
        with statements(own_site) as asked:
            await anyio.sleep(1)
        looks = len([one for one in asked if "max(revision.number)" in one])
        # Twenty in a second, and not six hundred.
        assert 1 <= looks <= 20 * (time.monotonic() - begun) + 2
        contents = [claim(name) for name in ("a", "b", "c")]
        with statements(own_site) as asked:
            await later(lambda: write(own_site.database, *contents))
            await all_done.wait()
        assert reading(asked) <= 2  # two threads may read the same piece at once
    assert done == ["3.claim.a", "3.claim.b", "3.claim.c"] * 30
    assert not watch._open


class Away:
    """A store that cannot answer at the moment."""

    def read(self) -> Any:
        raise Unavailable("The store cannot answer at the moment.")


@pytest.mark.parametrize("query", ["", "since=0"])
async def test_a_stream_outlives_an_outage_of_its_store(own_site: Site, query: str) -> None:
    watch = hurried(own_site, Terms(look=0.02, sign=0.2))
    async with listening(own_site, query) as listener:
        known = [item["id"] for item in await own_site.items("/changes", limit=200)]
        if query:
            assert await listener.ids(33) == known
        watch.database = Away()  # type: ignore[assignment]
        await later(write, own_site.database, participant("anna"))
        while not listener.text.endswith(": ping\n\n"):
            await listener.take()
        watch.database = own_site.database
        assert await listener.ids(1) == ["2.participant.anna"]


async def test_there_are_only_so_many_streams(site: Site) -> None:
    watch = hurried(site, Terms(look=0.02, sign=60, streams=2))
    async with listening(site), listening(site):
        problem = await site.client.get("/changes/stream")
        assert problem.status_code == 503
        assert problem.headers["retry-after"]
        assert problem.json()["type"].endswith("/problems/unavailable")
    assert not watch._open
    async with listening(site) as listener:
        assert listener.text


async def test_a_stream_ends_well_where_the_service_stops(site: Site) -> None:
    watch = hurried(site)
    async with listening(site) as listener:
        watch.close()
        assert await listener.take() == b""
    assert (await site.client.get("/changes/stream")).status_code == 503


async def test_a_stream_that_begins_just_as_the_service_stops_is_no_exception(site: Site) -> None:
    watch = hurried(site)
    watch.check_room = watch.close  # type: ignore[method-assign]
    with anyio.fail_after(PATIENCE):
        answer = await site.client.get("/changes/stream")
    assert (answer.status_code, answer.content) == (200, b"retry: 2000\n\n")


def serving(database: Database, terms: Terms = QUICK) -> AbstractContextManager[tuple[str, Server]]:
    """A real server, as ``parley serve`` runs it, for the length of the block."""
    app = create_app(settings(database))
    app.state.watch = Watch(app.state.service.database, terms)
    return running(app)


@dataclass(slots=True)
class Follower:
    """A client that is killed again and again, and comes back as the standard says: with the id of
    the last event that it had in full.
    """

    address: str
    random: Random
    seen: list[str] = field(default_factory=list)
    lives: int = 0

    def live(self, longest: int) -> bool:
        """Take some bytes of the stream, wherever that ends, and go; or go where nothing comes, and
        say so.
        """
        headers = {"Last-Event-ID": self.seen[-1]} if self.seen else {}
        text = ""
        self.lives += 1
        with httpx.stream("GET", self.address, headers=headers, timeout=PATIENCE) as answer:
            assert answer.status_code == 200
            wanted = self.random.randint(1, longest)
            for piece in answer.iter_raw():
                text += piece.decode()[: wanted - len(text)]
                if len(text) >= wanted or piece == PING:
                    break
        self.seen += [one["id"] for one in events_in(text) if "id" in one]
        return text.endswith(PING.decode())


def busy(database: Database, count: int, random: Random) -> list[str]:
    """Make that many changes, in revisions of several, and give their names in order."""
    write(database, *setting())
    made: list[str] = []
    there: set[str] = set()
    revision = 1
    while len(made) < count:
        revision += 1
        size = min(random.randint(1, 12), count - len(made))
        chosen = random.sample([f"c-{number:02}" for number in range(30)], size)
        gone = sorted(set(chosen[: size // 3]) & there)
        kept = [claim(one, text=f"{one} {revision}") for one in chosen if one not in gone]
        write(database, *kept, retract=[("claim", one) for one in gone])
        there = (there | set(chosen)) - set(gone)
        made += [f"{revision}.claim.{one}" for one in sorted(chosen)]
    return made


@pytest.mark.parametrize(
    ("store", "count"), [("sqlite_database", 1_000), ("postgresql_database", 200)]
)
def test_a_reader_that_is_killed_and_comes_back_misses_nothing_and_sees_nothing_twice(
    request: pytest.FixtureRequest, store: str, count: int
) -> None:
    database: Database = request.getfixturevalue(store)
    random = Random(count)
    with serving(database, Terms(look=0.02, sign=0.2)) as (address, _):
        followers = [
            Follower(f"{address}/changes/stream?since=1", Random(seed)) for seed in range(3)
        ]
        written: list[str] = []
        writer = Thread(target=lambda: written.extend(busy(database, count, random)))
        writer.start()
        while not has(database, revision=2):
            time.sleep(0.01)
        while writer.is_alive():
            for follower in followers:
                follower.live(longest=count * 60)
        for follower in followers:
            while not follower.live(longest=count * 60):
                pass
        writer.join()
    assert len(written) == count
    for follower in followers:
        assert follower.lives >= 5
        assert follower.seen == written


def has(database: Database, *, revision: int) -> bool:
    with snapshot(database) as look:
        return look.revision() >= revision


def test_many_idle_streams_leave_others_answered_quickly(sqlite_store: Database) -> None:
    with serving(sqlite_store, Terms()) as (address, _), ExitStack() as stack:
        port = int(address.rpartition(":")[2])
        request = b"GET /changes/stream HTTP/1.1\r\nHost: x\r\n\r\n"
        streams = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(50)
        ]
        for stream in streams:
            stream.sendall(request)
        for stream in streams:
            assert b"retry: 2000" in taken(stream, b"retry: 2000")
        waits = []
        with httpx.Client() as client:
            client.get(f"{address}/claims")
            for _ in range(20):
                begun = time.monotonic()
                assert client.get(f"{address}/claims?limit=1").status_code == 200
                waits.append(time.monotonic() - begun)
        assert sorted(waits)[10] < 0.25
        write(sqlite_store, participant("anna"))
        for stream in streams:
            assert b"id: 2.participant.anna" in taken(stream, b"anna\n")


def taken(stream: socket.socket, wanted: bytes) -> bytes:
    """What a stream gives until it has given what is wanted."""
    stream.settimeout(PATIENCE)
    found = b""
    while wanted not in found:
        piece = stream.recv(65_536)
        assert piece, found
        found += piece
    return found


def test_a_server_that_stops_ends_its_streams_first(sqlite_store: Database) -> None:
    with (
        serving(sqlite_store, Terms()) as (address, server),
        httpx.stream("GET", f"{address}/changes/stream", timeout=PATIENCE) as answer,
    ):
        pieces = answer.iter_raw()
        assert next(pieces) == b"retry: 2000\n\n"
        begun = time.monotonic()
        server.should_exit = True
        # The transfer is whole: it does not break off.
        assert list(pieces) == []
    assert time.monotonic() - begun < LONGEST_GOODBYE / 2


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_stops_at_once_with_a_stream_open(tmp_path: Path, stop: signal.Signals) -> None:
    with command_serving(tmp_path / "served.db") as (address, process):
        with opened_stream(f"{address}/changes/stream?since=0", process) as pieces:
            assert next(pieces).startswith(b"retry: 2000")
            begun = time.monotonic()
            process.send_signal(stop)
            for _ in pieces:
                pass
        _, errors = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - begun < LONGEST_GOODBYE  # nobody waited for the stream
    assert process.returncode == (0 if stop is signal.SIGINT else -signal.SIGTERM)
    assert "exception" not in errors.lower()


@contextmanager
def command_serving(path: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """``parley serve`` in a process of its own, for the length of the block."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    told = {"PARLEY_DATABASE_URL": f"sqlite:///{path}", "PARLEY_PORT": str(port)}
    command = [sys.executable, "-m", "app", "serve"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


@contextmanager
def opened_stream(address: str, process: "subprocess.Popen[str]") -> Iterator[Iterator[bytes]]:
    """A stream of a server that is only just starting."""
    until = time.monotonic() + 2 * PATIENCE
    while True:
        try:
            with httpx.stream("GET", address, timeout=PATIENCE) as answer:
                yield answer.iter_raw()
                return
        except httpx.ConnectError:
            assert process.poll() is None, "the server has ended"
            assert time.monotonic() < until
            time.sleep(0.1)


async def test_the_document_declares_a_stream_as_text(site: Site) -> None:
    declared = site.app.openapi()["paths"]["/changes/stream"]["get"]
    assert list(declared["responses"]["200"]["content"]) == ["text/event-stream"]
    schema = declared["responses"]["200"]["content"]["text/event-stream"]["schema"]
    assert schema["type"] == "string"
    assert "Server-Sent Events" in schema["description"]
    assert "itemSchema" not in str(declared)
    assert {"name": "Last-Event-ID", "in": "header"}.items() <= declared["parameters"][-1].items()
