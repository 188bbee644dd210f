"""Streams: whole lists at flat memory, of one moment, and never cut off unnoticed."""

import gc
import json
import tracemalloc
from collections.abc import Iterator, Sequence
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import insert, select

from app.main import create_app
from app.resources import BY_NOUN
from app.store import sweeping
from app.store.engine import Database
from app.store.selection import table_of
from app.store.tables import IDENTITY, VERSION
from app.web import walks
from tests.http import NOW, Site, opened, settings
from tests.serving import served
from tests.web.test_conditional import statements
from tests.web.test_paging import copied, write

MANY = 12_000
CLAIM = table_of(BY_NOUN["claim"])


def multiply(database: Database, many: int) -> None:
    """Add copies of the first claim, as rows, under ids of their own."""
    with database.write() as connection:
        first = connection.execute(select(CLAIM).order_by(CLAIM.c.key)).mappings().first()
        assert first is not None
        spine = select(VERSION).where(VERSION.c.key == first["key"])
        version = connection.execute(spine).mappings().one()
        face = select(IDENTITY).where(IDENTITY.c.noun == "claim", IDENTITY.c.id == first["id"])
        identity = connection.execute(face).mappings().one()
        ids = [f"copy-{number:06}" for number in range(many)]
        rows: list[dict[str, Any]] = [
            {"key": 1_000_000 + number, "id": identifier} for number, identifier in enumerate(ids)
        ]
        connection.execute(insert(IDENTITY), [{**identity, "id": row["id"]} for row in rows])
        connection.execute(insert(VERSION), [{**version, **row} for row in rows])
        old = f'"id":"{first["id"]}"'
        documents = [first["document"].replace(old, f'"id":"{row["id"]}"', 1) for row in rows]
        connection.execute(
            insert(CLAIM),
            [
                {**first, **row, "document": document}
                for row, document in zip(rows, documents, strict=True)
            ],
        )


async def drained(site: Site, target: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """How many bytes a stream has, when each is forgotten as it comes."""
    path, _, query = target.partition(b"?")
    size = 0
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        for message in asked:
            return message
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Any) -> None:
        nonlocal size
        size += len(message.get("body", b""))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path.decode(),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"inside.test"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await site.app(scope, receive, send)
    return size


async def test_memory_stays_flat_however_long_a_list_is(sqlite_store: Database) -> None:
    multiply(sqlite_store, MANY)
    async with opened(sqlite_store) as site:
        peaks = {}
        await drained(site, b"/claims?format=ndjson&id=copy-000001", [])
        for form, coding in (("ndjson", b"identity"), ("csv", b"gzip")):
            gc.collect()
            tracemalloc.start()
            target = f"/claims?format={form}".encode() + (b"&fields=id,on" * (form == "csv"))
            size = await drained(site, target, [(b"accept-encoding", coding)])
            peaks[form] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert size > (20_000_000 if coding == b"identity" else 10_000)
    assert max(peaks.values()) < 12_000_000


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_a_stream_has_every_record_once_in_order_at_one_statement_a_piece(
    site: Site, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    whole = await site.client.get(f"/claims?limit=200&format={form}")
    for chunk in (1, 3, 9, 10, 11):
        monkeypatch.setattr(sweeping, "RECORDS", chunk)
        with statements(site) as asked:
            streamed = await site.client.get(f"/claims?format={form}")
        assert streamed.content == whole.content
        pieces = [statement for statement in asked if "claim.document" in statement]
        assert len(pieces) == -(-10 // chunk)
    assert "content-length" not in streamed.headers


@pytest.mark.parametrize("form", ["ndjson", "csv"])
async def test_a_stream_is_of_one_moment_while_others_write(
    own_site: Site, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    expected = (await own_site.client.get(f"/claims?sort=id&format={form}")).content
    monkeypatch.setattr(sweeping, "RECORDS", 3)
    written: list[int] = []
    read = sweeping._rows

    def between(*given: Any) -> Any:
        written.append(len(written))
        if len(written) > 1:  # before all pieces but the first
            name = ("0-early", "t-late", "zz-last")[len(written) % 3]
            write(own_site, copied("claim", f"{name}-{len(written)}"), len(written))
        return read(*given)

    monkeypatch.setattr(sweeping, "_rows", between)
    answer = await own_site.client.get(f"/claims?sort=id&format={form}")
    assert len(written) == 4
    assert answer.content == expected
    assert answer.headers["parley-revision"] == "1"
    monkeypatch.setattr(sweeping, "_rows", read)
    assert len(await own_site.ids("/claims", limit=200)) == 13


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_stream_that_breaks_off_is_seen_to_be_cut(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch, form: str, coding: str
) -> None:
    def failing(*given: Any) -> Iterator[Sequence[bytes]]:
        yield from list(real(*given))[:2]
        raise ZeroDivisionError("in the middle")

    real = walks._chunks
    monkeypatch.setattr(sweeping, "RECORDS", 3)
    monkeypatch.setattr(walks, "_chunks", failing)
    app = create_app(settings(sqlite_store), lambda: NOW)
    with served(app) as address, httpx.Client(headers={"Accept-Encoding": coding}) as client:
        with client.stream("GET", f"{address}/claims?format={form}") as answer:
            assert answer.status_code == 200
            pieces = answer.iter_raw()
            assert next(pieces)
            with pytest.raises(httpx.RemoteProtocolError):
                list(pieces)
        assert client.get(f"{address}/healthz").status_code == 200
    app.state.service.database.close()


def test_a_stream_that_ends_well_is_read_to_its_end_over_a_socket(sqlite_store: Database) -> None:
    app = create_app(settings(sqlite_store), lambda: NOW)
    with served(app) as address, httpx.Client() as client:
        answer = client.get(f"{address}/claims?format=ndjson")
        assert len([json.loads(line) for line in answer.text.splitlines()]) == 10
        assert answer.headers["transfer-encoding"] == "chunked"
        headed = client.head(f"{address}/claims?format=ndjson")
        assert headed.headers["etag"] == answer.headers["etag"]
    app.state.service.database.close()


async def test_a_limit_makes_a_page_of_a_stream(site: Site) -> None:
    page = await site.client.get("/claims?format=ndjson&limit=4")
    assert len(page.text.splitlines()) == 4
    assert page.links["next"]["url"].startswith("https://parley.example/claims?")
    whole = await site.client.get("/claims?format=ndjson")
    assert "next" not in whole.links
    assert whole.content.startswith(page.content)
