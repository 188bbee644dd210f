"""The response cache: the same bytes as without it, of the state that the store has, within bounds.

The other tests in this folder ask a service without a cache; here two services stand side by side.
"""

import logging
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from threading import Thread
from time import monotonic

import anyio
import httpx
import pytest
from pysqlite3 import dbapi2
from starlette.types import Message, Receive, Scope, Send

from app.errors import Unavailable
from app.main import create_app
from app.resources import tokens
from app.settings import ROOT
from app.store.engine import Database
from app.store.tokens import create
from app.store.versions import FileVersions, ServerVersions, versions_of
from app.web.cache_entries import Counts, Entries, Entry, entry_of, may_be_kept, size_of
from app.web.cache_freshness import Exact, Polled
from app.web.cache_keys import Key, coding, preferred
from app.web.caching import ResponseCache
from app.web.metrics import Metrics
from tests.http import (
    ADDRESS,
    ALIKE,
    HISTORIES,
    LISTS,
    LOADED,
    NOUNS,
    NOW,
    RECORDS,
    Site,
    opened,
    settings,
)
from tests.serving import served
from tests.web.test_paging import copied, write
from tests.web.test_same_bytes import requests

ON = {"cache_mib": 8, "cache_lag": 0}
READ_ONLY = ["sqlite_store", "read_only_postgresql_store"]
OWN = ["sqlite_store", "postgresql_store"]
TALKS = "/negotiations/us-russia-security-talks-2022"
VIEWS = [
    *(f"{TALKS}/positions", f"{TALKS}/gaps", f"{TALKS}/diff?since=2022-01-11", f"{TALKS}/timeline"),
    *(
        "/search?q=security",
        "/changes",
        "/changes?since=0&limit=3",
        "/claims?facet=kind&count=true",
    ),
]
# Asked as they stand: these are never kept, and are the same with the cache as without.
OTHERS = [
    *("/healthz", "/readyz", "/problems", "/vocabulary", "/openapi.json", "/docs", "/nothing"),
    *("/claims?limit=0", "/claims?nothing=1", "/claims/nothing", "/claims?as_of=7", "/claims?%FF"),
    *("/claims?format=ndjson", "/claims?format=csv", "/meetings?format=ics", "/changes?format=csv"),
]
HEADERS: list[list[tuple[bytes, bytes]]] = [
    [],
    [(b"accept-encoding", b"gzip")],
    [(b"accept", b"application/json;q=0.5, text/csv")],
    [(b"accept", b"*/*"), (b"accept-encoding", b"br, GZIP;q=0.5")],
    [(b"accept", b"application/ld+json")],
    [(b"accept", b"image/png")],
    [(b"if-none-match", b"*")],
    [(b"if-modified-since", b"Mon, 23 Nov 2026 09:30:00 GMT")],
    [(b"if-modified-since", b"Sun, 22 Nov 2026 09:30:00 GMT")],
]


def counts(site: Site) -> Counts:
    """What the cache of a service did."""
    found: Counts = site.app.state.entries.counts
    return found


async def hits(site: Site, address: str, **headers: str) -> bool:
    """Whether an answer comes from the cache."""
    before = counts(site).hits
    answer = await site.client.get(address, headers=headers)
    assert answer.status_code < 400, answer.text
    return counts(site).hits > before


@pytest.fixture(params=READ_ONLY, ids=["sqlite", "postgresql"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Site, Site]]:
    """A service without a cache and one with it, over the seed, to read; on each database."""
    database = request.getfixturevalue(request.param)
    async with opened(database) as plain, opened(database, **ON) as cached:
        yield plain, cached


@pytest.fixture(params=OWN, ids=["sqlite", "postgresql"])
async def cached(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """A service with a cache over a store of its own, with the seed; on each database."""
    async with opened(request.getfixturevalue(request.param), **ON) as site:
        yield site


async def assert_same(
    pair: tuple[Site, Site], target: str, ways: list[list[tuple[bytes, bytes]]]
) -> int:
    """Ask both in several ways, the one with the cache twice; say how many answers it had."""
    plain, cached = pair
    before = counts(cached).hits
    for headers in ways:
        got = await plain.send(target.encode(), "GET", headers)
        asked = [("GET", headers, got), ("GET", headers, got)]
        asked.append(("HEAD", headers, replace(got, body=b"")))
        if "etag" in got.headers and b"if-none-match" not in dict(headers):
            told = [*headers, (b"if-none-match", got.headers["etag"].encode())]
            held = await plain.send(target.encode(), "GET", told)
            assert held.status == 304
            asked += [("GET", told, held), ("HEAD", told, held)]
        for method, told, expected in asked:
            assert await cached.send(target.encode(), method, told) == expected, (target, told)
    return counts(cached).hits - before


@pytest.mark.parametrize("noun", NOUNS)
async def test_lists_are_answered_with_the_same_bytes_and_header_fields(
    pair: tuple[Site, Site], noun: str
) -> None:
    asked = list(islice(requests(noun), 0, None, 3))
    assert len(asked) > 12
    ways = cycle(HEADERS)
    found = [await assert_same(pair, target, [[], *islice(ways, 2)]) for target in asked]
    assert sum(number >= 4 for number in found) > len(asked) / 2


async def test_records_histories_and_views_are_answered_with_the_same_bytes_and_header_fields(
    pair: tuple[Site, Site],
) -> None:
    ways = cycle(HEADERS)
    for target in [*RECORDS, *HISTORIES, *LISTS, *VIEWS]:
        assert await assert_same(pair, target, [[], *islice(ways, 4)]) >= 4, target


async def test_what_is_no_function_of_the_revision_is_never_at_hand(
    pair: tuple[Site, Site],
) -> None:
    plain, cached = pair
    for target in OTHERS:
        for _ in range(3):
            expected = await plain.send(target.encode())
            assert await cached.send(target.encode()) == expected, target
    assert counts(cached).hits == 0
    assert cached.app.state.entries.size == 0


async def test_an_answer_from_the_cache_reads_nothing(
    pair: tuple[Site, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, cached = pair
    first = await cached.client.get("/claims")

    def fail(*_given: object) -> None:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(Database, "read", fail)
    assert (await cached.client.get("/claims")).content == first.content
    held = {"If-None-Match": first.headers["etag"]}
    assert (await cached.client.get("/claims", headers=held)).status_code == 304


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"Accept": "*/*"}, {"Accept": ""}, True),
        ({"Accept": "application/json"}, {"Accept": "APPLICATION/JSON;q=0.3"}, True),
        ({"Accept": "text/csv, */*;q=0.1"}, {"Accept": "*/*;q=0.2,text/csv"}, True),
        ({"Accept": "application/json"}, {"Accept": "text/csv"}, False),
        ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "br;q=1.0, x-gzip"}, True),
        ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}, False),
        ({"Accept-Encoding": "gzip"}, {"Accept-Encoding": "gzip;q=0"}, False),
        ({"User-Agent": "one"}, {"User-Agent": "other", "Origin": "https://a.example"}, True),
    ],
)
async def test_requests_share_an_answer_if_they_ask_for_the_same(
    sqlite_store: Database, one: dict[str, str], other: dict[str, str], same: bool
) -> None:
    async with opened(sqlite_store, **ON) as site:
        address = "/claims?limit=3"
        plain = {"Accept": "", "Accept-Encoding": ""}
        assert not await hits(site, address, **plain | one)
        assert await hits(site, address, **plain | other) is same
        assert await hits(site, address, **plain | one)


def test_the_order_of_formats_is_all_that_counts_of_accept() -> None:
    assert preferred(b"") == preferred(b"*/*") == preferred(b"  ")
    assert preferred(b"text/csv;q=0.2, application/json").startswith("json csv")
    assert preferred(b"text/csv;q=0.2, application/json;q=0.1") == "csv json"
    assert preferred(b"image/png") == preferred(b"\xff\xfe;q=x") == ""
    assert (coding(b"gzip"), coding(b""), coding(b"\xff")) == ("gzip", None, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {token}"},
        {"Cookie": "a=b"},
        {"Range": "bytes=0-9"},
        {"If-Match": "*"},
        {"Content-Length": "0"},
        {"X-Long": "x" * 4_000},
    ],
)
async def test_a_request_that_is_more_than_a_question_passes_the_cache_by(
    sqlite_store: Database, headers: dict[str, str]
) -> None:
    token = create(sqlite_store, "desk", [tokens.Scope.write], LOADED, None)
    told = {name: value.format(token=token) for name, value in headers.items()}
    async with opened(sqlite_store, **ON) as site:
        assert not await hits(site, "/claims")
        assert await hits(site, "/claims")
        for _ in range(2):
            assert not await hits(site, "/claims", **told)
        assert await hits(site, "/claims")
        assert counts(site).passed == 2


async def test_a_token_is_asked_for_whatever_is_at_hand(cached: Site) -> None:
    assert (await cached.client.get("/claims")).status_code == 200
    headers = {"Authorization": f"Bearer {tokens.make()}"}
    assert (await cached.client.get("/claims", headers=headers)).status_code == 401
    token = create(cached.database, "desk", [tokens.Scope.write], LOADED, None)
    mine = await cached.client.get("/claims", headers={"Authorization": f"Bearer {token}"})
    assert mine.headers["cache-control"] == "private, no-store"
    public = await cached.client.get("/claims")
    assert public.headers["cache-control"] != "private, no-store"


async def test_what_is_too_large_is_refused_whatever_is_at_hand(cached: Site) -> None:
    for _ in range(2):
        large = await cached.send(b"/claims", headers=[(b"x-large", b"x" * 17_000)])
        assert large.status == 431
        assert (await cached.send(b"/claims")).status == 200
    twice = [(b"accept", b"application/json"), (b"accept", b"text/csv")]
    assert (await cached.send(b"/claims", headers=twice)).status == 200
    assert (await cached.send(b"/timeline", "POST")).status == 405


@pytest.mark.parametrize(
    ("status", "fields", "kept"),
    [
        (200, {}, True),
        (200, {b"vary": b"Accept, Cookie"}, False),
        (200, {b"vary": b"*"}, False),
        (200, {b"cache-control": b"no-store"}, False),
        (200, {b"cache-control": b"private, max-age=3"}, False),
        (200, {b"set-cookie": b"a=b"}, False),
        (206, {}, False),
        (404, {}, False),
    ],
)
def test_only_answers_that_name_their_revision_are_kept(
    status: int, fields: dict[bytes, bytes], kept: bool
) -> None:
    told = {b"etag": b'"a"', b"parley-revision": b"1", b"cache-control": b"max-age=3"} | fields
    assert may_be_kept(status, list(told.items())) is kept
    for name in (b"etag", b"parley-revision", b"cache-control"):
        rest = [pair for pair in told.items() if pair[0] != name]
        assert not may_be_kept(status, rest)


async def test_a_change_is_seen_by_the_next_request(cached: Site) -> None:
    addresses = ["/claims?limit=200", "/claims?as_of=1&limit=200", RECORDS[0], "/changes"]
    for number in range(1, 4):
        for address in addresses:
            await cached.client.get(address)
            assert await hits(cached, address)
        write(cached, copied("claim", f"one-more-{number}"), number)
        found = await cached.client.get(addresses[0])
        assert found.headers["parley-revision"] == str(number + 1)
        assert f"one-more-{number}" in found.text
        pinned = await cached.client.get(addresses[1])
        assert pinned.headers["parley-revision"] == "1"
        assert "one-more" not in pinned.text
    assert counts(cached).outdated == 3 * len(addresses)


async def test_each_of_several_workers_sees_what_the_others_wrote(cached: Site) -> None:
    async with opened(cached.database, **ON) as other:
        for number in range(1, 11):
            for site in (cached, other):
                await site.client.get("/claims")
                assert await hits(site, "/claims")
            write(cached, copied("claim", f"one-more-{number}"), number)
            for site in (other, cached):
                seen = await site.client.get("/claims")
                assert seen.headers["parley-revision"] == str(number + 1)


async def test_today_is_another_day_tomorrow(sqlite_store: Database) -> None:
    now = [datetime(2022, 1, 11, 23, 59, 59, tzinfo=UTC)]
    app = create_app(settings(sqlite_store, **ON), lambda: now[0])
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client,
    ):
        for day in ("2022-01-11", "2022-01-12"):
            for _ in range(2):
                answer = await client.get("/meetings/upcoming?at=today")
                assert answer.headers["parley-at"] == day
            now[0] += timedelta(seconds=1)
    assert app.state.entries.counts.hits == 2


async def test_no_answer_is_kept_where_the_setting_is_0(site: Site) -> None:
    for _ in range(3):
        assert not await hits(site, "/claims")
    assert site.app.state.entries.size == 0


async def test_header_fields_of_one_request_are_new_each_time(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=9, rate_limit_loopback=True, **ON) as site:
        del site.client.headers["X-Request-Id"]
        answers = [await site.client.get("/claims") for _ in range(4)]
        assert counts(site).hits == 3
        assert len({answer.headers["x-request-id"] for answer in answers}) == 4
        left = [answer.headers["ratelimit"].partition(";t=")[0] for answer in answers]
        assert left == [f'"default";r={number}' for number in (8, 7, 6, 5)]
        for answer in answers:
            assert answer.headers["ratelimit-policy"] == '"default";q=9;w=60'
            assert len(answer.headers.get_list("ratelimit")) == 1
        mine = await site.client.get("/claims", headers={"X-Request-Id": "mine"})
        bad = await site.client.get("/claims", headers={"X-Request-Id": "no good"})
    assert counts(site).hits == 5
    assert mine.headers["x-request-id"] == "mine"
    assert len(bad.headers["x-request-id"]) == 16


async def test_rate_limits_hold_for_what_is_at_hand(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=5, **ON) as site:
        asked = [await site.send(b"/claims", client="203.0.113.7") for _ in range(8)]
        assert [reply.status for reply in asked] == [200] * 5 + [429] * 3
        assert asked[5].headers["retry-after"] == "12"
        assert asked[5].headers["ratelimit"] == '"default";r=0;t=60'
        # Refusals cost nothing, and others are not concerned.
        assert (await site.send(b"/claims", client="203.0.113.8")).status == 200
        held = [(b"if-none-match", asked[0].headers["etag"].encode())]
        limited = [await site.send(b"/claims", "GET", held, "203.0.113.9") for _ in range(6)]
        assert [reply.status for reply in limited] == [304] * 5 + [429]


async def test_each_answer_from_the_cache_has_its_line_in_the_log(
    sqlite_store: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="parley.requests")
    async with opened(sqlite_store, **ON) as site:
        first = await site.client.get("/claims", params={"limit": 3})
        held = {"If-None-Match": first.headers["etag"]}
        await site.client.get("/claims", params={"limit": 3})
        await site.client.get("/claims", params={"limit": 3}, headers=held)
        await site.client.head("/claims", params={"limit": 3})
        assert counts(site).hits == 3
    told = [one.__dict__["fields"] for one in caplog.records if one.name == "parley.requests"]
    assert all(one.pop("ms") >= 0 for one in told)
    alike = {"id": "a-test", "path": "/claims", "client": "127.0.0.1", "token": None}
    assert told == [
        alike | {"method": method, "status": status, "bytes": size}
        for method, status, size in [
            ("GET", 200, int(first.headers["content-length"])),
            ("GET", 200, int(first.headers["content-length"])),
            ("GET", 304, 0),
            ("HEAD", 200, 0),
        ]
    ]


KEY: Key = (b"/claims", b"", "json", None)
STATE = ((1,), 1)


def made(size: int, fields: int = 3) -> Entry:
    """An entry with a body of so many bytes."""
    told = [(b"etag", b'"a"'), *((b"x-%d" % number, b"y" * 50) for number in range(fields))]
    return entry_of("/claims", told, b"x" * size)


def key(number: int) -> Key:
    return b"/claims/%d" % number, b"limit=3", "json", None


def test_the_answers_used_longest_ago_give_way() -> None:
    size = size_of(key(100), made(5_000))
    entries = Entries(limit=size * 20)
    entries.get(STATE, KEY)
    for number in range(100, 120):
        entries.put(STATE, key(number), made(5_000))
    assert (entries.size, entries.counts.evicted) == (size * 20, 0)
    assert entries.get(STATE, key(100)) is not None
    for number in range(120, 125):
        entries.put(STATE, key(number), made(5_000))
    there = [number for number in range(100, 125) if entries.get(STATE, key(number))]
    assert there == [100, *range(106, 125)]
    assert (entries.size, entries.counts.evicted) == (size * 20, 5)


def test_the_memory_of_all_answers_is_within_the_bound() -> None:
    limit = 4 * 2**20
    entries = Entries(limit)
    entries.get(STATE, KEY)
    tracemalloc.start()
    for number in range(10_000):
        entries.put(STATE, key(number), made(number % 3_000, number % 20))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert entries.counts.evicted > 5_000
    assert limit * 0.95 < entries.size <= limit
    assert limit * 0.5 < taken <= limit * 1.05


def test_no_answer_takes_more_than_its_part_and_none_of_another_state_is_kept() -> None:
    entries = Entries(limit=160_000)
    entries.get(STATE, KEY)
    entries.put(STATE, KEY, made(10_000))
    entries.put(((0,), 1), KEY, made(10))
    assert (len(entries.kept), entries.size) == (0, 0)
    entries.put(STATE, KEY, made(5_000))
    assert entries.get(STATE, KEY) is not None
    assert entries.get(((2,), 1), KEY) is None
    assert (entries.size, entries.counts.outdated) == (0, 1)


class Fixed:
    """A state of the store that stays, or is not told."""

    def __init__(self, state: tuple[tuple[int], int] | None = STATE) -> None:
        self.state = state
        self.writes = 0

    def known(self) -> tuple[tuple[int], int] | None:
        return self.state

    async def learn(self) -> tuple[tuple[int], int] | None:
        return self.state

    def written(self) -> None:
        self.writes += 1

    def close(self) -> None:
        """Nothing is held."""


GOOD = [(b"etag", b'"a"'), (b"parley-revision", b"1"), (b"cache-control", b"max-age=1")]


class Slow:
    """An app that answers when it is told to."""

    def __init__(self, fields: list[tuple[bytes, bytes]], *, fails: int = 0) -> None:
        self.fields = fields
        self.fails = fails
        self.calls = 0
        self.go = anyio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        number = self.calls
        await self.go.wait()
        if number <= self.fails:
            raise ZeroDivisionError
        await send({"type": "http.response.start", "status": 200, "headers": [*self.fields]})
        await send({"type": "http.response.body", "body": b"%d" % number})


def cache_over(app: Slow, freshness: Fixed | None = None) -> ResponseCache:
    return ResponseCache(app, Entries(2**20), freshness or Fixed(), Metrics(), None)


async def ask(
    cache: ResponseCache, bodies: list[bytes], path: bytes = b"/claims", method: str = "GET"
) -> None:
    """Ask for a path, and note the body of the answer."""
    scope: Scope = {"type": "http", "method": method, "path": path.decode(), "raw_path": path}
    scope.update(query_string=b"", headers=[], client=None)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            bodies.append(message["body"])

    await cache(scope, receive, send)


async def ask_at_once(cache: ResponseCache, app: Slow, number: int) -> list[bytes]:
    """Ask the same many times before the first answer is there."""
    bodies: list[bytes] = []
    async with anyio.create_task_group() as group:
        for _ in range(number):
            group.start_soon(ask, cache, bodies)
        await anyio.wait_all_tasks_blocked()
        app.go.set()
    return bodies


async def test_of_many_equal_requests_at_once_one_is_answered_by_the_app() -> None:
    app = Slow(GOOD)
    cache = cache_over(app)
    assert await ask_at_once(cache, app, 50) == [b"1"] * 50
    assert (app.calls, cache.counts.misses, cache.counts.joined) == (1, 1, 49)
    assert cache.flights == {}
    assert cache.metrics.in_flight == 0


async def test_different_requests_do_not_wait_for_each_other() -> None:
    app, bodies = Slow(GOOD), list[bytes]()
    cache = cache_over(app)
    async with anyio.create_task_group() as group:
        group.start_soon(ask, cache, bodies, b"/claims")
        group.start_soon(ask, cache, bodies, b"/demands")
        await anyio.wait_all_tasks_blocked()
        assert app.calls == 2
        app.go.set()
    assert sorted(bodies) == [b"1", b"2"]


async def test_what_may_not_be_kept_is_answered_by_the_app_for_each() -> None:
    app = Slow([])
    cache = cache_over(app)
    assert sorted(await ask_at_once(cache, app, 5)) == [b"%d" % number for number in range(1, 6)]
    assert cache.counts.joined == 0


async def test_those_who_wait_go_on_where_the_first_fails() -> None:
    app, bodies = Slow(GOOD, fails=1), list[bytes]()
    cache = cache_over(app)

    async def first() -> None:
        with pytest.raises(ZeroDivisionError):
            await ask(cache, bodies)

    async with anyio.create_task_group() as group:
        group.start_soon(first)
        group.start_soon(ask, cache, bodies)
        group.start_soon(ask, cache, bodies)
        await anyio.wait_all_tasks_blocked()
        app.go.set()
    assert sorted(bodies) == [b"2", b"3"]
    assert cache.flights == {}


async def test_those_who_wait_go_on_where_the_first_is_cancelled() -> None:
    app, bodies = Slow(GOOD), list[bytes]()
    cache = cache_over(app)
    async with anyio.create_task_group() as group:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as inner:
                inner.start_soon(ask, cache, bodies)
                await anyio.wait_all_tasks_blocked()
                group.start_soon(ask, cache, bodies)
                await anyio.wait_all_tasks_blocked()
                assert app.calls == 1
                scope.cancel()
        app.go.set()
    assert bodies == [b"2"]


async def test_nothing_is_served_from_memory_where_the_state_is_not_told() -> None:
    app, bodies = Slow(GOOD), list[bytes]()
    app.go.set()
    freshness = Fixed()
    cache = cache_over(app, freshness)
    await ask(cache, bodies)
    await ask(cache, bodies)
    freshness.state = None
    await ask(cache, bodies)
    assert bodies == [b"1", b"1", b"2"]
    assert cache.counts.passed == 1


async def test_an_answer_to_what_may_have_changed_the_store_says_so_first() -> None:
    app, bodies = Slow([]), list[bytes]()
    app.go.set()
    freshness = Fixed()
    cache = cache_over(app, freshness)
    await ask(cache, bodies, method="OPTIONS")
    assert freshness.writes == 0
    await ask(cache, bodies, method="PATCH")
    assert freshness.writes > 0


class Told:
    """A version as the test sets it, and how often it was read."""

    def __init__(self) -> None:
        self.version: int | None = 1
        self.reads = 0

    def read(self) -> int:
        self.reads += 1
        if self.version is None:
            raise Unavailable("It cannot answer.")
        return self.version

    def close(self) -> None:
        """Nothing is held."""


def at_noon() -> datetime:
    return NOW


TODAY = NOW.toordinal()


async def test_many_who_wait_share_one_reading_of_the_server() -> None:
    told = Told()
    polled = Polled(told, at_noon, lag=60)
    found: list[object] = []

    async def learn() -> None:
        found.append(polled.known() or await polled.learn())

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(learn)
    assert found == [(1, TODAY)] * 20
    assert told.reads == 1
    told.version = 2
    assert polled.known() == (1, TODAY)
    polled.written()
    assert polled.known() is None
    assert await polled.learn() == (2, TODAY)
    assert polled.known() == (2, TODAY)


async def test_a_server_without_lag_is_read_for_each_request_and_may_fail() -> None:
    told = Told()
    polled = Polled(told, at_noon, lag=0)
    for number in (1, 2, 3):
        told.version = number
        assert polled.known() is None
        assert await polled.learn() == (number, TODAY)
    told.version = None
    assert await polled.learn() is None
    told.version = 4
    assert await polled.learn() == (4, TODAY)


async def test_a_file_is_read_for_each_request_and_may_fail() -> None:
    told = Told()
    exact = Exact(told, at_noon)
    for number in (1, 2, 3):
        told.version = number
        assert exact.known() == (number, TODAY)
    told.version = None
    assert exact.known() is None
    assert await exact.learn() is None


def test_the_version_of_a_store_changes_with_each_commit_and_with_nothing_else(
    database: Database,
) -> None:
    versions = versions_of(database)
    assert isinstance(versions, FileVersions if database.is_sqlite else ServerVersions)
    seen = versions.read()
    with database.read():
        assert versions.read() == seen
    with database.write():
        pass
    assert versions.read() == seen
    for number in range(1, 4):
        add_revision(database, number)
        assert versions.read() != seen
        seen = versions.read()
        assert versions.read() == seen
    versions.close()
    versions.close()
    # The counter of a file says nothing of what was committed while nobody held it.
    assert (versions.read() == seen) is not database.is_sqlite
    versions.close()


def add_revision(database: Database, number: int) -> None:
    with database.write() as connection:
        values = f"({number}, '2026-11-23T09:3{number}:00.000000Z', 'desk', 'a test')"
        connection.exec_driver_sql(
            f"INSERT INTO revision (number, recorded_at, editor, reason) VALUES {values}"
        )


def test_holding_the_version_of_a_file_does_not_hold_up_its_checkpoints(
    sqlite_store: Database,
) -> None:
    versions = versions_of(sqlite_store)
    versions.read()
    add_revision(sqlite_store, 7)
    versions.read()
    with closing(dbapi2.connect(sqlite_store.url.database)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    versions.close()
    assert busy == 0


def test_a_store_that_does_not_answer_is_named(tmp_path: Path) -> None:
    server = Database("postgresql://nobody@127.0.0.1:1/nothing")
    for versions in (FileVersions(str(tmp_path / "nowhere" / "parley.db")), ServerVersions(server)):
        with pytest.raises(Unavailable):
            versions.read()
        versions.close()
    server.close()


# Another process: it says each revision once it is committed.
WRITER = """
import sys, time
from datetime import datetime, UTC
from app.resources import BY_NOUN
from app.store.contents import stored
from app.store.engine import Database
from app.store.writer import Author, Writer

database = Database(sys.argv[1])
for number in range(int(sys.argv[2])):
    with database.write() as connection:
        known = stored(connection, [("participant", "nato")])["participant", "nato"].content
        writer = Writer(connection, Author("desk", "a test", datetime.now(UTC)))
        writer.revise(BY_NOUN["participant"], known.model_copy(update={"id": f"nato-{number}"}))
        revision = writer.commit()
    print(revision, flush=True)
    time.sleep(0.02)
database.close()
"""
COMMITS = 40


@pytest.mark.parametrize(("store", "lag"), [("sqlite_store", 0), ("postgresql_store", 200)])
def test_no_answer_is_stale_while_another_process_writes(
    store: str, lag: int, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(store)
    # When each revision was said to be there.
    said: list[tuple[float, int]] = [(0.0, 1)]
    stale: list[tuple[int, int]] = []
    done: list[bool] = []

    def read(address: str) -> None:
        with httpx.Client(base_url=address, headers=ALIKE) as client:
            while not done:
                begun = monotonic()
                known = [one for when, one in said if when <= begun - lag / 1000]
                answer = client.get("/participants?limit=1")
                seen = int(answer.headers["parley-revision"])
                if seen < known[-1]:
                    stale.append((seen, known[-1]))

    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", WRITER, url, str(COMMITS)]
    with served(create_app(settings(database, **ON | {"cache_lag": lag}))) as address:
        readers = [Thread(target=read, args=[address]) for _ in range(3)]
        for reader in readers:
            reader.start()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as writer:
            for line in writer.stdout or ():
                said.append((monotonic(), int(line)))
        done.append(True)
        for reader in readers:
            reader.join()
        numbers = httpx.get(f"{address}/metrics").text
    assert stale == []
    assert said[-1][1] == COMMITS + 1
    hit = next(line for line in numbers.splitlines() if 'outcome="hit"' in line)
    assert int(hit.rpartition(" ")[2]) > COMMITS


async def test_on_postgresql_what_this_process_wrote_is_seen_at_once(
    postgresql_store: Database,
) -> None:
    async with opened(postgresql_store, cache_mib=8, cache_lag=10_000) as site:
        numbers = iter(range(1, 100))

        def change() -> None:
            number = next(numbers)
            write(site, copied("claim", f"one-more-{number}"), number)

        site.app.add_api_route("/toy", change, methods=["POST"], include_in_schema=False)
        for number in range(1, 5):
            await site.client.get("/claims")
            assert await hits(site, "/claims")
            assert (await site.client.post("/toy")).status_code == 200
            answer = await site.client.get("/claims")
            assert answer.headers["parley-revision"] == str(number + 1)
        # What another process wrote is seen once the lag is over.
        change()
        assert (await site.client.get("/claims")).headers["parley-revision"] == "5"
