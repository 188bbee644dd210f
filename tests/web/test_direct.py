"""Direct answers: the same bytes as uvicorn's way, counted, limited and logged like those."""

import logging
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from app.main import create_app
from app.store.engine import Database
from app.web.direct import Direct
from app.web.serving import Server
from tests.http import NOW, load_seed, settings
from tests.serving import running

ON = {"cache_mib": 8}
CLAIM = "/claims/sherman-no-direct-response"
HEAD = "Host: x\r\nX-Request-Id: a-test\r\n"
PATIENCE = 20


@dataclass(slots=True)
class Service:
    """A server that runs, and whether it answers directly."""

    app: FastAPI
    server: Server
    port: int

    def exchange(self, *requests: str) -> bytes:
        """What comes back for requests that are sent in one piece; the last ends the connection."""
        address = ("127.0.0.1", self.port)
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall("".join(requests).encode("latin-1"))
            pieces = iter(lambda: connection.recv(65_536), b"")
            return re.sub(rb"date: [^\r]*", b"date: -", b"".join(pieces))

    def talk(self, *pieces: str) -> list[bytes]:
        """The answers to pieces of requests, each sent when the one before it was answered."""
        address = ("127.0.0.1", self.port)
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            return [_answer(connection, piece) for piece in pieces]

    @property
    def hits(self) -> int:
        """How many answers came from the cache."""
        return int(self.app.state.entries.counts.hits)

    @property
    def tasks(self) -> int:
        """How many requests uvicorn has answered, its own way or directly."""
        return self.server.server_state.total_requests


def _answer(connection: socket.socket, piece: str) -> bytes:
    connection.sendall(piece.encode("latin-1"))
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    size = int(*re.findall(rb"content-length: ([0-9]+)", answer))  # a 304 tells none: 0
    while len(answer.partition(b"\r\n\r\n")[2]) < size:
        answer += connection.recv(65_536)
    return re.sub(rb"date: [^\r]*", b"date: -", answer)


def in_order(replies: bytes) -> list[tuple[list[bytes], bytes]]:
    """Each answer, with its header fields in one order: there is no meaning in it."""
    parts = [part.partition(b"\r\n\r\n") for part in replies.split(b"HTTP/1.1 ")[1:]]
    return [(sorted(head.split(b"\r\n")), body) for head, _, body in parts]


def get(address: str, *fields: str, method: str = "GET", version: str = "1.1") -> str:
    lines = "".join(f"{field}\r\n" for field in fields)
    return f"{method} {address} HTTP/{version}\r\n{HEAD}{lines}\r\n"


def last(address: str, *fields: str) -> str:
    """A request after which the connection ends; it is never answered directly."""
    return get(address, *fields, "Connection: close")


def started(database: Database, **changes: Any) -> FastAPI:
    return create_app(settings(database, **ON | changes), lambda: NOW)


@pytest.fixture
def seeded(sqlite_store: Database) -> Database:
    load_seed(sqlite_store)
    return sqlite_store


@pytest.fixture
def service(seeded: Database) -> Iterator[Service]:
    app = started(seeded)
    with running(app) as (address, server):
        yield Service(app, server, int(address.rpartition(":")[2]))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the application itself was asked for, in order."""
    seen: list[str] = []
    whole = Direct._start_asgi_task

    def note(self: Direct, cycle: Any, app: Any) -> None:
        seen.append(cycle.scope["path"])
        whole(self, cycle, app)

    monkeypatch.setattr(Direct, "_start_asgi_task", note)
    return seen


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The addresses of the requests that were parsed, in order."""
    seen: list[bytes] = []
    whole = Direct.on_message_complete

    def note(self: Direct) -> None:
        seen.append(self.url)
        whole(self)

    monkeypatch.setattr(Direct, "on_message_complete", note)
    return seen


QUESTIONS = [
    *(get("/claims"), get("/claims?limit=3&sort=-on"), get(CLAIM), get(f"{CLAIM}?fields=text")),
    *(get("/timeline?limit=2"), get("/claims?known_at=2022-01-12"), get("/demands?as_of=1")),
    *(get("/claims", "Accept-Encoding: gzip"), get(CLAIM, "If-None-Match: *")),
    *(get(CLAIM, "If-Modified-Since: Mon, 23 Nov 2026 09:30:00 GMT"), get("/claims?limit=0")),
    *(get("/claims?q=x"), get("/claims/%73herman-no-direct-response"), get("/nothing")),
    *(get("/claims?"), get("/claims?limit=2#x"), get("http://x/claims?limit=2")),
    *(get("/positions"), get("/claims?format=csv"), get("/claims", "Cookie: a=b")),
    *(get(CLAIM, method="HEAD"), get("/claims", "Accept: image/png")),
    get(CLAIM, "Content-Length: 2") + "{}",
]


def test_answers_are_the_same_bytes_both_ways(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = last("/healthz")
    for request in QUESTIONS:
        first, second = service.exchange(request, end), service.exchange(request, end)
        with monkeypatch.context() as patch:
            patch.setattr(Direct, "_is_plain", lambda _: False)
            plain = service.exchange(request, end)
        assert in_order(first) == in_order(second) == in_order(plain), request
        assert plain.count(b"HTTP/1.1 ") == 2


def test_what_is_ready_needs_no_task(service: Service, asked: list[str]) -> None:
    service.exchange(get("/claims"), get(CLAIM), get(CLAIM), get("/nothing"), last("/claims"))
    assert asked == ["/nothing", "/claims"]
    assert service.tasks == 5
    assert service.hits == 2


@pytest.mark.parametrize(
    "request_text",
    [
        get(CLAIM, method="HEAD"),
        get(CLAIM, version="1.0"),
        last(CLAIM),
        get(CLAIM, "Authorization: Bearer x"),
        get(CLAIM, "Range: bytes=0-1"),
        get(CLAIM, "Upgrade: h2c", "Connection: Upgrade"),
        get(CLAIM, "Content-Length: 2") + "{}",
        get("/claims/%73herman-no-direct-response"),
    ],
)
def test_what_is_not_plain_goes_to_the_application(
    service: Service, asked: list[str], request_text: str
) -> None:
    service.exchange(get(CLAIM), request_text, last("/healthz"))
    assert asked[0].endswith("herman-no-direct-response")


def test_answers_keep_the_order_of_requests_sent_in_one_piece(service: Service) -> None:
    reply = service.exchange(get("/search?q=talks"), get(CLAIM), get("/nothing"), last("/claims"))
    parts = reply.split(b"HTTP/1.1 ")[1:]
    assert [part[:3] for part in parts] == [b"200", b"200", b"404", b"200"]
    assert b'"id":"sherman-no-direct-response"' in parts[1].partition(b"\r\n\r\n")[2][:200]


def test_direct_answers_are_counted_and_logged(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="parley.requests")
    service.exchange(get(CLAIM), get(CLAIM), get(CLAIM, "If-None-Match: *"), last("/problems"))
    series = service.app.state.metrics.series.items()
    counted = {place[1:]: sum(one.buckets) for place, one in series}
    one = "/claims/{id}"
    assert counted == {(one, 200): 2, (one, 304): 1, ("/problems", 200): 1}
    told = [one.__dict__["fields"] for one in caplog.records if one.name == "parley.requests"]
    assert [(one["path"], one["status"], one["id"]) for one in told] == [
        (CLAIM, 200, "a-test"),
        (CLAIM, 200, "a-test"),
        (CLAIM, 304, "a-test"),
        ("/problems", 200, "a-test"),
    ]
    assert [one["bytes"] > 0 for one in told] == [True, True, False, True]


def test_direct_answers_count_towards_the_limit(seeded: Database) -> None:
    app = started(seeded, rate_limit=3, rate_limit_loopback=True)
    with running(app) as (address, server):
        service = Service(app, server, int(address.rpartition(":")[2]))
        reply = service.exchange(*[get(CLAIM)] * 4, last(CLAIM))
    heads = [part.partition(b"\r\n\r\n")[0] for part in reply.split(b"HTTP/1.1 ")[1:]]
    assert [head[:3] for head in heads] == [b"200", b"200", b"200", b"429", b"429"]
    left = [re.search(rb"ratelimit: \"default\";r=(\d)", head) for head in heads]
    assert [found and found[1] for found in left] == [b"2", b"1", b"0", b"0", b"0"]


def test_a_defect_leaves_the_request_to_the_application(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(service.app.state.cache, "at_once", broken)
    reply = service.exchange(get(CLAIM), last(CLAIM))
    assert reply.startswith(b"HTTP/1.1 200 OK")
    assert [one.name for one in caplog.records if one.levelno >= logging.ERROR] == ["parley.direct"]


def test_a_request_that_is_being_answered_is_not_ended_by_the_clock_of_the_one_before(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = service.app.state.service.database._reader

    def late(*_: object) -> None:
        time.sleep(0.3)

    event.listen(held, "before_cursor_execute", late)
    monkeypatch.setattr(Direct, "timeout_keep_alive", 0.01, raising=False)
    reply = service.exchange(get(CLAIM), last("/changes"))
    event.remove(held, "before_cursor_execute", late)
    assert reply.count(b"HTTP/1.1 ") == 2


def test_a_request_in_the_bytes_of_one_that_was_answered_from_memory_is_not_parsed(
    service: Service, parsed: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="parley.requests")
    asking, held = get("/claims?limit=2"), get(CLAIM, "If-None-Match: *")
    answers = service.talk(*[asking, held] * 4)
    assert {answer[:12] for answer in answers[0::2]} == {b"HTTP/1.1 200"}
    assert {answer[:12] for answer in answers[1::2]} == {b"HTTP/1.1 304"}
    assert [len({*map(str, in_order(b"".join(answers[n::2])))}) for n in (0, 1)] == [1, 1]
    # The first is made, the second found, and what it wanted remembered.
    assert parsed == [b"/claims?limit=2", CLAIM.encode()] * 2
    assert (service.tasks, service.hits) == (8, 6)
    counts = {place[2]: sum(one.buckets) for place, one in service.app.state.metrics.series.items()}
    assert counts == {200: 4, 304: 4}
    told = [one.__dict__["fields"]["path"] for one in caplog.records if hasattr(one, "fields")]
    assert told == ["/claims", CLAIM] * 4


def test_what_is_not_parsed_counts_towards_the_limit(seeded: Database, parsed: list[bytes]) -> None:
    app = started(seeded, rate_limit=4, rate_limit_loopback=True)
    with running(app) as (address, server):
        service = Service(app, server, int(address.rpartition(":")[2]))
        answers = service.talk(*[get(CLAIM)] * 6)
    assert [answer[9:12] for answer in answers] == [b"200"] * 4 + [b"429"] * 2
    assert len(parsed) == 4  # two before it was known, and two that were refused


def test_a_change_is_seen_by_what_is_not_parsed(service: Service, parsed: list[bytes]) -> None:
    before = service.talk(*[get(CLAIM)] * 3)
    with service.app.state.service.database.write() as connection:
        values = "(7, '2026-11-23T09:37:00.000000Z', 'desk', 'a test')"
        connection.exec_driver_sql(
            f"INSERT INTO revision (number, recorded_at, editor, reason) VALUES {values}"
        )
    after = service.talk(get(CLAIM))
    assert [b"parley-revision: 7" in answer for answer in (*before, *after)] == [False] * 3 + [True]
    assert len(parsed) == 2


def test_bytes_within_a_request_are_never_taken_for_one(
    service: Service, parsed: list[bytes]
) -> None:
    known = get(CLAIM)
    service.talk(known, known, known)
    size = f"Content-Length: {len(known)}"
    head = get("/claims", size, method="POST")
    pieces = (known[:20], known[20:], head, known, get(CLAIM), get(CLAIM))
    del parsed[:]
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        for piece in pieces:
            connection.sendall(piece.encode())
            time.sleep(0.05)
        connection.sendall(last("/healthz").encode())
        reply = b"".join(iter(lambda: connection.recv(65_536), b""))
    statuses = [part[:3] for part in reply.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"403", b"200", b"200", b"200"]
    assert parsed == [CLAIM.encode(), b"/claims", b"/healthz"]


def test_a_connection_on_which_nothing_is_parsed_ends_when_it_is_left_alone(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Direct, "timeout_keep_alive", 0.4, raising=False)
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as connection:
        for _ in range(6):
            assert _answer(connection, get(CLAIM)).startswith(b"HTTP/1.1 200")
            time.sleep(0.1)
        begun = time.monotonic()
        assert connection.recv(1) == b""
        assert time.monotonic() - begun < PATIENCE / 2
