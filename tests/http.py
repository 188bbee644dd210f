"""The service over the seed, on each database, and two ways to ask it: politely and byte by byte.

One store of each sort is migrated and loaded for the whole run. A test that only reads takes
``site`` (or ``both_sites``): on PostgreSQL all of these share one database, which refuses writes. A
test that writes takes ``own_site``, over a copy. The clock stands still, and so do the public
address, the id of requests and the key of cursors: two sites with the same records answer the
same bytes.
"""

import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
import httpx
import pytest
from fastapi import FastAPI
from pydantic_core import from_json
from sqlalchemy import text

from app.editing import Options, load_files, seed_files
from app.main import create_app
from app.resources import RESOURCES
from app.settings import Settings
from app.store.engine import Database
from tests.conftest import DATABASES
from tests.postgres import Server

SEED = Path(__file__).resolve().parents[1] / "seed"
LOADED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PUBLIC_URL = "https://parley.example"
ADDRESS = "http://inside.test"
# An id of the client's own is answered with; one that the service made would differ each time.
REQUEST_ID = b"a-test"
ALIKE = {"X-Request-Id": REQUEST_ID.decode()}

NOUNS = [resource.plural for resource in RESOURCES]
QUOTES = ["/quotes", "/sources/promote-ukraine-geneva-talks/quotes"]
TIMELINES = ["/timeline", "/negotiations/us-russia-security-talks-2022/timeline"]
LISTS = [*(f"/{noun}" for noun in NOUNS), "/meetings/upcoming", *TIMELINES, *QUOTES]
# A record of each noun.
KNOWN = {
    "negotiations": "us-russia-security-talks-2022",
    "participants": "wendy-sherman",
    "sources": "promote-ukraine-geneva-talks",
    "meetings": "geneva-2022-01-10",
    "claims": "sherman-no-direct-response",
    "demands": "security-guarantees",
}
RECORDS = [f"/{noun}/{identifier}" for noun, identifier in KNOWN.items()]
HISTORIES = [f"{record}/history" for record in RECORDS]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read strictly."""
        return from_json(self.body, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Site:
    """A running service, a client of it, and its store for those who want to write behind it."""

    app: FastAPI
    client: httpx.AsyncClient
    database: Database

    async def get(self, address: str, **parameters: Any) -> Json:
        """The JSON of a good answer."""
        answer = await self.client.get(address, params=parameters or None)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        found: Json = answer.json()
        return found

    async def items(self, address: str, **parameters: Any) -> list[Json]:
        """The items of a list."""
        items: list[Json] = (await self.get(address, **parameters))["items"]
        return items

    async def ids(self, address: str, **parameters: Any) -> list[str]:
        """The ids of a list."""
        return [item["id"] for item in await self.items(address, **parameters)]

    async def problem(self, address: str, status: int, **parameters: Any) -> Json:
        """The problem document of a refusal."""
        answer = await self.client.get(address, params=parameters or None)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        found: Json = answer.json()
        return found

    async def send(
        self,
        target: bytes,
        method: str = "GET",
        headers: Iterable[tuple[bytes, bytes]] = (),
        client: str = "127.0.0.1",
    ) -> Reply:
        """The answer to a target that no polite client would send, read as uvicorn reads it."""
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "root_path": "",
            "headers": [(b"host", b"inside.test"), (b"x-request-id", REQUEST_ID), *headers],
            "client": (client, 1),
            "server": ("127.0.0.1", 8000),
        }
        return await _answer(self.app, scope)


async def _answer(app: FastAPI, scope: Json) -> Reply:
    messages: list[Any] = []

    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Json:
        for request in requests:
            return request
        # The client stays until it has its answer.
        await anyio.sleep_forever()
        raise AssertionError

    async def keep(message: Any) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    start, *rest = messages
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(start["status"], headers, b"".join(part.get("body", b"") for part in rest))


def settings(database: Database, **changes: Any) -> Settings:
    """Settings over a store, whatever the environment says."""
    url = database.url.render_as_string(hide_password=False)
    # The cache is off: what tests write behind the service, and how it reads, is what they look at.
    told = {"database_url": url, "public_url": PUBLIC_URL, "cursor_key": None, "cache_mib": 0}
    return Settings(_env_file=None, **told | changes)


def load_seed(database: Database) -> None:
    """Load the seed into a store, at an instant that is always the same."""
    options = Options(editor="seed", reason="the first record")
    load_files(database, seed_files(SEED), options, LOADED)


@asynccontextmanager
async def opened(database: Database, **changes: Any) -> AsyncIterator[Site]:
    """The service over a store, for the length of the block; ``changes`` are of its settings."""
    app = create_app(settings(database, **changes), lambda: NOW)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=ALIKE) as client,
    ):
        yield Site(app, client, database)


@pytest.fixture(scope="session")
def seeded_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the seed in it, to copy."""
    path = tmp_path_factory.mktemp("seeded") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    load_seed(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def seeded_postgresql(server: Server, postgresql_template: str, fresh_names: Iterator[str]) -> str:
    """The name of a PostgreSQL database with the seed in it, to copy."""
    name = next(fresh_names)
    database = Database(server.create_database(name, postgresql_template))
    load_seed(database)
    database.close()
    return name


@pytest.fixture(scope="session")
def shared_postgresql(server: Server, seeded_postgresql: str, fresh_names: Iterator[str]) -> str:
    """The address of a PostgreSQL database with the seed in it, to read."""
    name = next(fresh_names)
    url = server.create_database(name, seeded_postgresql)
    database = Database(url)
    with database.write() as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    database.close()
    return url


@pytest.fixture
def sqlite_store(seeded_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A SQLite file of its own with the seed in it."""
    path = tmp_path / "seeded.db"
    shutil.copyfile(seeded_sqlite, path)
    yield from _closed_in_the_end(Database(f"sqlite:///{path}"))


@pytest.fixture
def postgresql_store(
    server: Server, seeded_postgresql: str, fresh_names: Iterator[str]
) -> Iterator[Database]:
    """A PostgreSQL database of its own with the seed in it."""
    name = next(fresh_names)
    yield from _closed_in_the_end(Database(server.create_database(name, seeded_postgresql)))
    server.drop_database(name)


@pytest.fixture
def read_only_postgresql_store(shared_postgresql: str) -> Iterator[Database]:
    """The PostgreSQL database that all tests read."""
    yield from _closed_in_the_end(Database(shared_postgresql))


def _closed_in_the_end(database: Database) -> Iterator[Database]:
    yield database
    database.close()


@pytest.fixture(params=["sqlite_store", "read_only_postgresql_store"], ids=DATABASES)
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """The service over the seed, to read; the test runs on each of the databases."""
    async with opened(request.getfixturevalue(request.param)) as running:
        yield running


@pytest.fixture(params=["sqlite_store", "postgresql_store"], ids=DATABASES)
async def own_site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """The service over a store of its own with the seed; the test runs on each database."""
    async with opened(request.getfixturevalue(request.param)) as running:
        yield running


@pytest.fixture
async def both_sites(
    sqlite_store: Database, read_only_postgresql_store: Database
) -> AsyncIterator[tuple[Site, Site]]:
    """The service over the seed, to read: in SQLite, in PostgreSQL."""
    async with opened(sqlite_store) as one, opened(read_only_postgresql_store) as other:
        yield one, other
