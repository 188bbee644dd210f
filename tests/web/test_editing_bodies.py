"""Bodies that no editor should send: each is refused by name, alike on both databases."""

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import anyio
import pytest

from app.store.engine import Database
from app.web import bodies
from tests.http import Json, Site, opened
from tests.web.editors import CLAIM, SOURCE, TALKS, Editor, editor, rows

BIG = b'{"text": "' + b"x" * (1024 * 1024) + b'"}'
RAW: dict[str, bytes] = {
    "empty": b"",
    "space": b" \n\t",
    "null": b"null",
    "list": b"[]",
    "list of claims": b"[{}]",
    "number": b"1",
    "text": b'"claim"',
    "two values": b"{} {}",
    "comma": b'{"a": 1,}',
    "comment": b"{} // no",
    "single quotes": b"{'a': 1}",
    "twice": b'{"text": "a", "text": "b"}',
    "twice inside": b'{"evidence": [{"source": "a"}, {"source": "a", "source": "b"}]}',
    "NaN": b'{"text": NaN}',
    "Infinity": b'{"text": -Infinity}',
    "1e400": b'{"text": 1e400}',
    "2^63": b'{"text": 9223372036854775808}',
    "digits": b'{"text": ' + b"9" * 10_000 + b"}",
    "NUL": b'{"text": "a\\u0000b"}',
    "raw NUL": b'{"text": "a\0b"}',
    "surrogate": b'{"text": "\\ud800"}',
    "surrogate key": b'{"\\ud800": 1}',
    "NUL key": b'{"\\u0000": 1}',
    "UTF-16": '{"text": "a"}'.encode("utf-16"),
    "latin-1": '{"text": "é"}'.encode("latin-1"),
    "cut": b'{"text": "\xc3',
    "BOM inside": b'{"text": "a"}\xef\xbb\xbf',
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep in a field": b'{"text": ' + b"[" * 30 + b"]" * 30 + b"}",
    "many": b'{"evidence": [' + b"1," * 99_999 + b"1]}",
    "many keys": b"{" + b",".join(b'"k%d": 1' % n for n in range(50_000)) + b"}",
}
# A field of a claim that is otherwise right, and the pointer to what is wrong with it.
FIELDS: list[tuple[str, Any, str]] = [
    ("version", 1, "/version"),
    ("revision", 1, "/revision"),
    ("known_from", "2022-01-10", "/known_from"),
    ("cite", "me", "/cite"),
    ("verification", "verified", "/verification"),
    ("texts", "a", "/texts"),
    ("text", 1, "/text"),
    ("text", ["a"], "/text"),
    ("text", True, "/text"),
    ("text", None, ""),
    ("text", " \u2003\n", "/text"),
    ("text", "x" * 20_001, "/text"),
    ("text", "a\rb", "/text"),
    ("text", "a\x1b[2J", "/text"),
    ("kind", "Fact", "/kind"),
    ("kind", 0, "/kind"),
    ("id", "", "/id"),
    ("id", None, "/id"),
    ("id", "A", "/id"),
    ("id", "a\n", "/id"),
    ("id", "a" * 129, "/id"),
    ("id", "../a", "/id"),
    ("claimant", {"id": "russia"}, "/claimant"),
    ("about", "russia", "/about"),
    ("about", {"0": "russia"}, "/about"),
    ("about", [None], "/about/0"),
    ("on", 2022, "/on"),
    ("on", "2022-02-30", "/on"),
    ("on", "0000", "/on"),
    ("on", "10000-01-01", "/on"),
    ("on", "", "/on"),
    ("evidence", [{"exact": "a"}], "/evidence/0/source"),
    ("evidence", [{"source": SOURCE, "exact": "abc", "start": 5, "end": 4}], "/evidence/0"),
    ("evidence", [{"source": SOURCE, "exact": "abc", "end": 4}], "/evidence/0"),
    ("evidence", [{"source": SOURCE, "exact": "a", "start": -1}], "/evidence/0/start"),
    ("evidence", [{"source": SOURCE, "exact": "a", "start": 2**31}], "/evidence/0/start"),
    ("evidence", [{"source": SOURCE, "exact": "a", "start": 2**63}], "/evidence/0/start"),
    ("evidence", [{"source": SOURCE, "exact": "a", "start": 1.5}], "/evidence/0/start"),
    ("evidence", [{"source": SOURCE, "exact": "a", "start": "1"}], "/evidence/0/start"),
    ("evidence", [{"source": SOURCE, "exact": "\t"}], "/evidence/0/exact"),
    (
        "evidence",
        [{"source": SOURCE, "exact": "a", "verified_on": "2022-01-01"}],
        "/evidence/0/verified_on",
    ),
    ("inferred", [{"field": "a\r\nb", "note": "n"}], "/inferred/0/field"),
    ("inferred", [{"field": "a\u2028b", "note": "n"}], "/inferred/0/field"),
    ("inferred", [], ""),
    ("relations", [{"to": "sherman-no-direct-response", "type": "confirms"}], "/relations/0"),
]
ADDRESSES = (
    "javascript:alert(1)",
    "https://user:secret@example.org/",
    "https://user@example.org/",
    "//example.org/",
    "https:///page",
    "https://[::1",
    "http://exa mple.org/",
    "https://example.org/\r\nSet-Cookie: a=b",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://example.org/" + "x" * 2000,
)


async def answered(desk: Editor, fields: Json, plural: str = "claims") -> tuple[int, Json]:
    raw = json.dumps(fields).encode()
    answer = await desk.ask("POST", f"/{plural}", raw, content_type="application/json")
    return answer.status_code, answer.json()


async def test_bodies_that_are_no_object_of_fields_are_refused_alike(
    sqlite_store: Database, postgresql_store: Database
) -> None:
    found: list[dict[str, tuple[int, Json]]] = []
    for store in (sqlite_store, postgresql_store):
        async with opened(store) as site:
            desk = editor(site)
            before = rows(store)
            told: dict[str, tuple[int, Json]] = {}
            for path, method in (("/claims", "POST"), (f"/negotiations/{TALKS}", "PATCH")):
                for name, raw in RAW.items():
                    answer = await desk.ask(
                        method, path, raw, content_type="application/json", if_match="*"
                    )
                    told[f"{method} {name}"] = answer.status_code, answer.json()
                    assert answer.status_code in (400, 422), (name, answer.text)
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert len(answer.content) < 20_000
            assert rows(store) == before
            found.append(told)
    assert found[0] == found[1]
    statuses = {name: status for name, (status, _) in found[0].items() if name.startswith("POST")}
    malformed = {name.removeprefix("POST ") for name, status in statuses.items() if status == 400}
    assert malformed == {
        *("empty", "space", "two values", "comma", "comment", "single quotes", "NaN", "Infinity"),
        *("raw NUL", "UTF-16", "latin-1", "cut", "BOM inside", "deep list", "deep object"),
        "deep in a field",
    }
    pointers = {
        name: [error["pointer"] for error in problem["errors"]]
        for name, (_, problem) in found[0].items()
    }
    assert pointers["POST twice"] == ["/text"]
    assert pointers["POST twice inside"] == ["/evidence/1/source"]
    assert pointers["POST null"] == pointers["POST list"] == [""]
    assert pointers["POST many"][:2] == ["/evidence/0", "/evidence/1"]
    assert len(pointers["POST many keys"]) == 51


async def test_fields_that_are_wrong_are_pointed_at_alike(
    sqlite_store: Database, postgresql_store: Database
) -> None:
    found: list[list[tuple[int, Json]]] = []
    for store in (sqlite_store, postgresql_store):
        async with opened(store) as site:
            desk = editor(site)
            before = rows(store)
            told = []
            for name, value, pointer in FIELDS:
                status, problem = await answered(desk, CLAIM | {"id": "new", name: value})
                told.append((status, problem))
                assert status == 422, (name, value, problem)
                assert [error["pointer"] for error in problem["errors"]] == [pointer], problem
                if isinstance(value, str) and len(value) > 3:
                    assert value not in str(problem["errors"])
            for url in ADDRESSES:
                paper = {"title": "P", "kind": "news", "proximity": "primary", "url": url}
                status, problem = await answered(desk, paper, "sources")
                assert (status, problem["errors"][0]["pointer"]) == (422, "/url"), url
                told.append((status, problem))
            assert rows(store) == before
            found.append(told)
    assert found[0] == found[1]


async def test_numbers_of_places_are_numbers(own_site: Site) -> None:
    desk = editor(own_site)
    for raw, pointer in (
        (b"1e400", "latitude"),
        (b"9" * 400, "latitude"),
        (b"-90.5", "latitude"),
        (b'"1"', "latitude"),
        (b"true", "latitude"),
    ):
        body = (
            b'{"title": "M", "negotiation": "us-russia-security-talks-2022", "notices": [{"status":'
            b'"held", "inferred": [{"field": "a", "note": "b"}], "place": {"city": "C", "longitude"'
            b': 1, "latitude": ' + raw + b"}}]}"
        )
        wrong = await desk.pointers("POST", "/meetings", body, content_type="application/json")
        assert list(wrong) == [f"/notices/0/place/{pointer}"], raw


async def test_a_byte_order_mark_and_a_charset_are_taken(own_site: Site) -> None:
    desk = editor(own_site)
    raw = json.dumps(CLAIM).encode()
    for kind in ("application/json; charset=UTF-8", 'APPLICATION/JSON;charset="utf-8"'):
        await desk.done(201, "POST", "/claims", b"\xef\xbb\xbf" + raw, content_type=kind)
    for kind in (
        "",
        "json",
        "text/json",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "application/json; charset=latin-1",
        "application/json; charset*=utf-16''x",
        "application/json, text/plain",
        "text/plain",
        ";",
    ):
        await desk.done(415, "POST", "/claims", raw, content_type=kind)
    assert (await desk.ask("POST", "/claims", raw)).status_code == 415
    for coding in ("gzip", "br", "identity, gzip", ""):
        status = 415
        headers = {"content_type": "application/json", "content_encoding": coding}
        assert (await desk.ask("POST", "/claims", raw, **headers)).status_code == status, coding


async def sent(
    desk: Editor, pieces: Iterable[bytes], *, last: str = "end", wait: float = 0, path: str = ""
) -> tuple[int, Json]:
    """The answer to a body in pieces, as a server hands them over; ``last`` says how it ends."""
    messages: list[Any] = []
    waiting: AsyncIterator[Json] = _messages(pieces, last, wait)

    async def receive() -> Json:
        async for message in waiting:
            return message
        await anyio.sleep_forever()
        raise AssertionError

    async def keep(message: Any) -> None:
        messages.append(message)

    fields = {"host": "inside.test", "content-type": "application/json", **desk.fields()}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path or "/claims",
        "raw_path": (path or "/claims").encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await desk.site.app(scope, receive, keep)
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return messages[0]["status"], json.loads(body)


async def _messages(pieces: Iterable[bytes], last: str, wait: float) -> AsyncIterator[Json]:
    for piece in pieces:
        await anyio.sleep(wait)
        yield {"type": "http.request", "body": piece, "more_body": True}
    if last == "end":
        yield {"type": "http.request", "body": b"", "more_body": False}
    elif last == "gone":
        yield {"type": "http.disconnect"}


async def test_a_body_may_come_in_pieces_but_not_without_end(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = editor(own_site)
    raw = json.dumps(CLAIM).encode()
    status, made = await sent(desk, [raw[:9], b"", raw[9:]])
    assert (status, made["id"]) == (201, "something-new-was-said")
    before = rows(own_site.database)
    taken: list[int] = []

    def endless() -> Iterable[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 65_536

    status, problem = await sent(desk, endless())
    assert (status, problem["type"].rsplit("/", 1)[1]) == (413, "content-too-large")
    assert len(taken) == 17  # the limit is 16 of them
    status, _ = await sent(desk, [raw[:9]], last="gone")
    assert status == 400
    monkeypatch.setattr(bodies, "PATIENCE", 0.2)
    status, problem = await sent(desk, [raw[:9]], last="never")
    assert (status, problem["type"].rsplit("/", 1)[1]) == (408, "request-timeout")
    status, _ = await sent(desk, (raw[place : place + 1] for place in range(9)), wait=0.05)
    assert status == 408
    status, _ = await sent(desk, [raw], path=f"/sources/{SOURCE}/verification")
    assert status == 422
    assert rows(own_site.database) == before


async def test_a_body_that_is_too_large_is_not_read(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(413, "POST", "/claims", BIG, content_type="application/json")
    title = json.dumps({"title": "x" * 5_000_000}).encode()
    path = f"/negotiations/{TALKS}"
    await desk.done(413, "PATCH", path, title, content_type="application/json", if_match="*")
