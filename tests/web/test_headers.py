"""What every answer carries: who may read it, what a browser may do with it, its id, its coding."""

import gzip
import io
import json
import logging
import re
import zlib

import httpx
import pytest

from app.main import create_app
from app.store.engine import Database
from app.web.logs import JsonLines
from tests.http import ADDRESS, HISTORIES, LISTS, NOW, RECORDS, Site, settings

PATHS = [
    *("/claims", "/claims?format=csv", "/claims?limit=0", "/nothing", RECORDS[0], HISTORIES[0]),
    *("/healthz", "/docs", "/docs/start.js", "/docs/static/swagger-ui.css", "/openapi.json"),
    *("/problems", "/", "/claims/nothing", "/quotes?format=ndjson"),
]
ORIGIN = {"Origin": "https://elsewhere.example"}


def assert_common(answer: httpx.Response) -> None:
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "'unsafe-inline'" not in script_policy(answer.headers["content-security-policy"])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["x-request-id"]
    assert "server" not in answer.headers


def script_policy(policy: str) -> str:
    return next((part for part in policy.split(";") if "script-src" in part), "")


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_the_common_fields(site: Site, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
        answer = await site.client.request(method, path, headers=ORIGIN)
        assert_common(answer)
        exposed = answer.headers["access-control-expose-headers"]
        for name in ("ETag", "Link", "Retry-After", "RateLimit", "Parley-Revision"):
            assert name in exposed.split(", ")


async def test_a_defect_has_the_common_fields_as_well(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError("the secret inside")

    caplog.set_level(logging.INFO)
    monkeypatch.setattr("app.web.asking.settle", fail)
    app = create_app(settings(sqlite_store), lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS) as client:
        answer = await client.get("/meetings", headers={"X-Request-Id": "mine"})
        headed = await client.head("/meetings", headers={"X-Request-Id": "mine"})
    app.state.service.database.close()
    assert answer.status_code == headed.status_code == 500
    assert headed.content == b""
    assert headed.headers == answer.headers
    assert answer.json()["type"].endswith("/problems/internal-error")
    assert answer.headers["x-request-id"] == "mine"
    assert_common(answer)
    assert "secret" not in answer.text
    logged = [record for record in caplog.records if record.name == "parley.requests"]
    assert [record.__dict__["fields"]["status"] for record in logged] == [500, 500]


@pytest.mark.parametrize("path", [*LISTS, *RECORDS, "/openapi.json"])
async def test_a_browser_may_ask_from_anywhere(site: Site, path: str) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-a"}
    answer = await site.client.options(path, headers=ORIGIN | asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-methods"].split(", ")
    assert {"GET", "HEAD", "OPTIONS"} <= set(allowed)
    assert answer.headers["access-control-allow-methods"] == answer.headers["allow"]
    assert answer.headers["access-control-allow-headers"] == "*, Authorization"
    assert int(answer.headers["access-control-max-age"]) > 0
    plain = await site.client.options(path, headers=ORIGIN)
    assert "access-control-allow-methods" not in plain.headers


async def test_no_origin_is_repeated_to_anybody(site: Site) -> None:
    answer = await site.client.get("/claims", headers=ORIGIN)
    assert "elsewhere" not in repr(answer.headers)


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_a_documentation_page_keeps_to_its_own_policy(site: Site, page: str) -> None:
    answer = await site.client.get(page)
    policy = answer.headers["content-security-policy"]
    assert script_policy(policy).strip() == "script-src 'self'"
    for script in re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, flags=re.S):
        assert "src=" in script[0]
        assert not script[1].strip()
    assert not re.search(r"\son[a-z]+=|javascript:|<style|style=", answer.text)
    for address in re.findall(r"(?:src|href)=\"([^\"]+)\"", answer.text):
        loaded = await site.client.get(address)
        kind = loaded.headers["content-type"].partition(";")[0]
        expected = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
        assert kind == expected[address.rpartition(".")[2]]  # nosniff takes nothing else


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_what_was_packed_unpacks_to_the_same_bytes(site: Site, address: str) -> None:
    for form in ("json", "ndjson", "csv"):
        target = f"{address}?format={form}".encode()
        plain = await site.send(target)
        assert "content-encoding" not in plain.headers
        packed = await site.send(target, headers=[(b"accept-encoding", b"gzip")])
        if "content-encoding" not in packed.headers:
            assert len(plain.body) < 1_000
            assert packed.body == plain.body
            continue
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.GzipFile(fileobj=io.BytesIO(packed.body)).read() == plain.body
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        unpacker.decompress(packed.body)
        assert unpacker.eof
        assert unpacker.unused_data == b""
        assert (await site.send(target, headers=[(b"accept-encoding", b"gzip")])) == packed
        refused = await site.send(target, headers=[(b"accept-encoding", b"gzip;q=0, *")])
        assert refused == plain


async def test_head_sends_what_get_would_for_every_format_and_coding(site: Site) -> None:
    for address in [*LISTS, *RECORDS, *HISTORIES]:
        for query in ("", "format=csv", "format=ndjson", "format=csv&limit=1"):
            if address in HISTORIES and query:
                continue
            for coding in (b"gzip", b"identity"):
                headers = [(b"accept-encoding", coding)]
                target = f"{address}?{query}".encode()
                got, headed = [
                    await site.send(target, method, headers) for method in ("GET", "HEAD")
                ]
                assert headed.body == b""
                assert (headed.status, headed.headers) == (got.status, got.headers)


@pytest.mark.parametrize("given", ["a", "A-z.0_9", "x" * 64])
async def test_an_id_that_a_client_gives_is_kept(site: Site, given: str) -> None:
    answer = await site.client.get("/healthz", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == given


@pytest.mark.parametrize("given", [b"", b"x" * 65, b"a b", b"a\r\nb: c", b"\xff", b"<a>", b"a\n"])
async def test_an_id_that_could_do_harm_is_replaced(site: Site, given: bytes) -> None:
    seen = set()
    for _ in range(2):
        request = httpx.Request("GET", f"{ADDRESS}/healthz", headers=[(b"x-request-id", given)])
        answer = await site.client.send(request)
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
        seen.add(answer.headers["x-request-id"])
    assert len(seen) == 2


async def test_each_request_leaves_one_line_of_json_without_its_query(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="parley.requests")
    targets = [
        b"/claims?limit=1&claimant=secret-name",
        b"/claims?zq7x=1",
        b"/%0d%0a%1b%5b31m%00%e2%80%ae%22/zq7y",
        b"/claims?format=csv",
    ]
    replies = [await site.send(target) for target in targets]
    records = [record for record in caplog.records if record.name == "parley.requests"]
    assert len(records) == len(targets)
    for record, reply in zip(records, replies, strict=True):
        line = JsonLines().format(record)
        assert not re.search(r"[\x00-\x1f\x7f]", line)
        assert "secret-name" not in line
        assert "zq7x" not in line
        told = json.loads(line)
        assert told["id"] == "a-test"
        assert (told["status"], told["bytes"]) == (reply.status, len(reply.body))
        assert (told["method"], told["client"], told["level"]) == ("GET", "127.0.0.1", "info")
        assert told["ms"] >= 0
        assert told["path"].startswith("/")


def test_a_failure_is_one_line_as_well() -> None:
    try:
        raise ValueError("one\ntwo")
    except ValueError as error:
        record = logging.LogRecord(
            "parley", logging.ERROR, "", 1, "at %s", ("/x\n",), (type(error), error, None)
        )
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "at /x\n"
    assert "one\ntwo" in json.loads(line)["exception"]
