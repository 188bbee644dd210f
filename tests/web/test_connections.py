"""Connections to PostgreSQL: never more than the budget, and one for a request at most."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import product

import psycopg
import pytest

from app.formats import FORMATS
from app.store.budget import Shares
from app.store.engine import Database
from tests.http import KNOWN, LISTS, RECORDS, opened
from tests.served import Commands, Running, url_of

WORKERS, EACH = 2, 5
SECONDS = 6.0
READERS = 24
TALKS = f"/negotiations/{KNOWN['negotiations']}"
# What is answered quickly, by the app, from a stream, and from the cache.
ASKED = [
    *(f"/claims?limit={number}" for number in range(1, 200, 7)),
    *(f"/claims?limit={number}&format=csv" for number in range(1, 200, 7)),
    *("/claims?format=ndjson", "/timeline?format=ics", "/meetings?format=atom", "/search?q=talks"),
    *(f"{TALKS}/positions", f"{TALKS}/gaps", f"{TALKS}/dossier", "/changes?since=0", "/readyz"),
    *(f"/claims?kind=fact&known_at=2022-01-{day}&limit=9" for day in range(10, 30)),
]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


@contextmanager
def counting(database: Database) -> Iterator[Callable[[], int]]:
    """Counts the connections to a database, but for the one that counts."""
    count = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
    with psycopg.connect(url_of(database), autocommit=True) as watcher:

        def number() -> int:
            row = watcher.execute(count).fetchone()
            assert row is not None
            return int(row[0])

        yield number


def ask(server: Running, first: int, until: float) -> set[int]:
    """Ask for one thing after the other, each on a new connection; the statuses that came."""
    found = set()
    for number in range(first, 1_000_000, 3):
        if time.monotonic() > until:
            break
        with server.client() as reader:
            answer = reader.get(ASKED[number % len(ASKED)])
            found.add(answer.status_code)
            assert answer.status_code == 200 or answer.headers["retry-after"] == "5", answer.text
    return found


@pytest.mark.parametrize("cache_mib", ["0", "8"])
def test_under_load_there_are_never_more_connections_than_the_budget_has(
    postgresql_store: Database, commands: Commands, cache_mib: str
) -> None:
    postgresql_store.close()
    told = {"PARLEY_WORKERS": str(WORKERS), "PARLEY_CONNECTIONS": str(EACH)}
    told |= {"PARLEY_CACHE_MIB": cache_mib, "PARLEY_LOG_LEVEL": "error"}
    most = 0
    with commands.serving(postgresql_store, **told) as server, ExitStack() as held:
        number = held.enter_context(counting(postgresql_store))
        for _ in range(4):  # streams of changes look at the store, too
            watcher = held.enter_context(server.client())
            held.enter_context(watcher.stream("GET", "/changes/stream?since=0"))
        until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(READERS) as threads:
            asking = [threads.submit(ask, server, one, until) for one in range(READERS)]
            while time.monotonic() < until:
                most = max(most, number())
                time.sleep(0.005)
            statuses = set().union(*(one.result() for one in asking))
        assert server.output.read_text(encoding="utf-8").count("Traceback") == 0
    assert 200 in statuses
    assert statuses <= {200, 503}
    assert EACH < most <= WORKERS * EACH


async def test_who_finds_no_free_connection_is_told_when_to_come_back(
    postgresql_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engine.LONGEST_WAIT", 0.05)
    async with opened(postgresql_store, connections=4) as site:
        database: Database = site.app.state.service.database
        with ExitStack() as held:
            for _ in range(2):
                held.enter_context(database.read())
            refused = await site.client.get("/claims?format=csv")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
            assert (await site.client.get("/claims")).status_code == 200
        assert (await site.client.get("/claims?format=csv")).status_code == 200


@pytest.fixture
def _single(monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection for all that the app does."""
    monkeypatch.setattr("app.store.engine.LONGEST_WAIT", 0.2)
    monkeypatch.setattr("app.main.shares_of", lambda most: Shares(most - 3, 1))


@pytest.mark.usefixtures("_single")
async def test_no_request_needs_two_connections_at_once(
    read_only_postgresql_store: Database,
) -> None:
    async with opened(read_only_postgresql_store, connections=4, quick_answers=False) as site:
        views = [f"{TALKS}/{view}" for view in ("timeline", "positions", "gaps", "dossier")]
        statuses = set()
        for address, form in product([*LISTS, *RECORDS, *views, "/changes"], FORMATS):
            for more in ("", "&limit=2"):
                answer = await site.client.get(f"{address}?format={form.name}{more}")
                statuses.add(answer.status_code)
                assert answer.status_code in {200, 422}, (address, form.name, answer.text)
        assert statuses == {200, 422}
