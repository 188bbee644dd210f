"""A whole negotiation over HTTP: read, and put in the place of what is on record."""

from typing import Any

from app.resources.tokens import Scope
from tests.http import Json, Site, opened
from tests.web.editors import TALKS, Editor, editor, faults, rows

PATH = f"/negotiations/{TALKS}/dossier"
NEW: Json = {
    "dossier": 1,
    "negotiation": {"id": "new", "title": "N", "kind": "bilateral", "state": "active"},
    "participants": [{"id": "p", "kind": "person", "name": "P"}],
    "sources": [{"id": "s", "title": "S", "kind": "news", "proximity": "primary"}],
    "claims": [
        {
            "id": "c",
            "claimant": "p",
            "text": "T",
            "kind": "fact",
            "attribution": "paraphrase",
            "evidence": [{"source": "s", "exact": "words"}],
        }
    ],
}
JSON = {"content_type": "application/json"}


def importer(site: Site) -> Editor:
    return editor(site, Scope.import_, Scope.write, label="Importer")


async def test_what_was_read_can_be_put_back(own_site: Site) -> None:
    desk = importer(own_site)
    before = rows(own_site.database)
    for form in ("json", "yaml", "ndjson"):
        read = await desk.ask("GET", f"{PATH}?format={form}")
        kind = read.headers["content-type"].partition(";")[0]
        assert read.headers["parley-revision"] == "1"
        held = {"if-none-match": read.headers["etag"]}
        assert (await own_site.client.get(f"{PATH}?format={form}", headers=held)).status_code == 304
        put = await desk.ask(
            "PUT", PATH, read.content, if_match=read.headers["etag"], content_type=kind
        )
        assert put.status_code == 200, put.text
        report = put.json()
        assert (report["revision"], report["unchanged"]) == (None, 33)
        assert report["added"] == report["revised"] == report["retracted"] == []
    assert rows(own_site.database) == before


async def test_a_negotiation_is_made_changed_and_cut_by_dossiers(own_site: Site) -> None:
    desk = importer(own_site)
    path = "/negotiations/new/dossier"
    await desk.done(428, "PUT", path, NEW)
    await desk.done(404, "PUT", path, NEW, if_match="*")
    made = await desk.ask("PUT", f"{path}?reason=first", NEW, if_none_match="*")
    assert made.status_code == 201, made.text
    assert [link["href"] for link in made.json()["added"]] == [
        "/negotiations/new",
        "/participants/p",
        "/sources/s",
        "/claims/c",
    ]
    read = await own_site.client.get(path)
    assert read.headers["etag"] == made.headers["etag"]
    await desk.done(412, "PUT", path, NEW, if_none_match="*")
    again = await desk.done(200, "PUT", path, NEW, if_match=made.headers["etag"])
    assert (again["revision"], again["unchanged"]) == (None, 4)

    later: Json = NEW | {
        "claims": [],
        "demands": [
            {"id": "d", "made_by": ["p"], "text": "D", "inferred": [{"field": "text", "note": "n"}]}
        ],
    }
    later["negotiation"] = NEW["negotiation"] | {"state": "concluded"}
    before = rows(own_site.database)
    dry = await desk.ask("PUT", f"{path}?dry_run=true", later, if_match="*", idempotency_key="k")
    assert "etag" not in dry.headers
    assert rows(own_site.database) == before
    put = await desk.ask("PUT", path, later, if_match=made.headers["etag"], idempotency_key="k")
    assert put.json() == dry.json() | {"dry_run": False, "revision": 3}
    told = {
        name: [one["id"] for one in put.json()[name]] for name in ("added", "revised", "retracted")
    }
    assert told == {"added": ["d"], "revised": ["new"], "retracted": ["c"]}
    stale = await desk.ask("PUT", path, later, if_match=made.headers["etag"])
    assert stale.status_code == 412
    assert stale.headers["link"] == f'<https://parley.example{path}>; rel="latest-version"'
    replay = await desk.ask("PUT", path, later, if_match=made.headers["etag"], idempotency_key="k")
    assert (replay.content, replay.headers) == (put.content, put.headers)
    # Other records of other negotiations make no tag stale.
    patch = {"description": "Someone"}
    await desk.done(200, "PATCH", "/participants/russia", patch, if_match="*")
    same = await desk.ask("PUT", path, later, if_match=f'"x", {put.headers["etag"]}')
    assert same.status_code == 200
    assert (await own_site.problem("/claims/c", 410))["detail"].endswith(f": PUT {path}")
    # An id is not given out again, and what the file lacks is the negotiation's alone.
    problem = await desk.done(409, "PUT", path, NEW, if_match="*")
    assert [(one["pointer"], one["message"]) for one in problem["errors"]] == [
        ("/claims/0", "claim/c was retracted; an id is not given out again")
    ]
    assert faults(own_site.database) == []


async def test_shared_records_are_added_or_agreed_with(own_site: Site) -> None:
    desk = importer(own_site)
    path = "/negotiations/new/dossier"
    other = {"id": "russia", "kind": "state", "name": "Another Russia"}
    sent = NEW | {"participants": [*NEW["participants"], other]}
    before = rows(own_site.database)
    problem = await desk.done(409, "PUT", path, sent, if_none_match="*")
    assert [one["pointer"] for one in problem["errors"]] == ["/participants/1"]
    assert rows(own_site.database) == before
    report = await desk.done(201, "PUT", f"{path}?replace=true", sent, if_none_match="*")
    assert [link["title"] for link in report["revised"]] == ["Another Russia"]
    assert faults(own_site.database) == []


async def test_replacing_makes_no_circle(own_site: Site) -> None:
    desk = importer(own_site)
    before = rows(own_site.database)
    council = "osce-permanent-council"
    osce = {"id": "osce", "kind": "organization", "name": "OSCE", "part_of": council}
    sent = NEW | {"participants": [*NEW["participants"], osce]}
    path = "/negotiations/new/dossier?replace=true"
    problem = await desk.done(409, "PUT", path, sent, if_none_match="*")
    assert [(one["pointer"], one["message"]) for one in problem["errors"]] == [
        ("/participants/1", "participant/osce comes back to itself by 'part_of'")
    ]
    assert rows(own_site.database) == before


async def test_an_old_export_over_newer_edits_is_a_conflict(own_site: Site) -> None:
    desk = importer(own_site)
    old = (await desk.ask("GET", PATH)).content
    for path in ("/claims/sherman-no-direct-response", "/demands/nato-non-expansion"):
        await desk.done(200, "PATCH", path, {"text": "Newer"}, if_match="*")
    before = rows(own_site.database)
    problem = await desk.done(409, "PUT", PATH, old, if_match="*", **JSON)
    words = "was changed in revision {}, after this export of revision 1"
    assert [one["message"] for one in problem["errors"]] == [
        f"claim/sherman-no-direct-response {words.format(2)}",
        f"demand/nato-non-expansion {words.format(3)}",
    ]
    assert rows(own_site.database) == before


async def test_what_is_wrong_with_a_dossier_is_pointed_at(own_site: Site) -> None:
    desk = importer(own_site)
    path = "/negotiations/new/dossier"
    before = rows(own_site.database)
    claim: Json = NEW["claims"][0]
    cases: list[tuple[Any, set[str]]] = [
        (NEW | {"negotiation": NEW["negotiation"] | {"id": "old"}}, {"/negotiation/id"}),
        ({**NEW, "negotiation": None, "claims": []}, {"/negotiation/id"}),
        (NEW | {"claims": [claim | {"kind": 1, "x": 2}]}, {"/claims/0/kind", "/claims/0/x"}),
        (NEW | {"claims": [claim, claim]}, {"/claims/1/id"}),
        (NEW | {"claims": [claim | {"meeting": "m"}]}, {"/claims/0/meeting"}),
        (NEW | {"dossier": 2}, {"/dossier"}),
        (NEW | {"base": "x"}, {"/base"}),
        ({}, {"/dossier"}),
    ]
    for body, wrong in cases:
        found = await desk.pointers("PUT", path, body, if_none_match="*")
        assert found.keys() == wrong, found
    for raw in (b"", b"null", b"[]", b"\xff", b"{", b"[" * 100_000, b'{"dossier": NaN}'):
        answer = await desk.ask("PUT", path, raw, if_none_match="*", **JSON)
        assert answer.status_code in (400, 422), answer.text
    for kind, raw in (
        ("application/yaml", b"dossier: 1\nclaims: *a"),
        ("application/yaml", b"a: " + b"[" * 5000),
        ("application/x-ndjson", b'{"dossier": 1}\n{'),
    ):
        answer = await desk.ask("PUT", path, raw, if_none_match="*", content_type=kind)
        assert answer.status_code in (400, 422), answer.text
    missing = NEW | {"claims": [claim | {"claimant": "nobody"}]}
    await desk.done(409, "PUT", path, missing, if_none_match="*")
    await desk.done(415, "PUT", path, b"a: 1", if_none_match="*", content_type="text/csv")
    for headers in (
        {"if_none_match": "x"},
        {"if_none_match": "*", "if_match": "*"},
        {"if_match": "x"},
    ):
        await desk.done(400, "PUT", path, NEW, **headers)
    assert rows(own_site.database) == before


async def test_missing_quotes_do_not_stop_what_was_read_from_being_put_back(
    sqlite_store: Any,
) -> None:
    async with opened(sqlite_store, hold_texts=True) as site:
        desk = importer(site)
        path = "/negotiations/new/dossier"
        sent = NEW | {
            "claims": [NEW["claims"][0] | {"evidence": [{"source": "s", "exact": "gone"}]}]
        }
        await desk.done(201, "PUT", path, sent, if_none_match="*")
        plain = {"content_type": "text/plain"}
        report = await desk.done(200, "POST", "/sources/s/verification", b"words", **plain)
        assert (report["held"], report["counts"]["missing"]) == (True, 1)
        read = await desk.ask("GET", path)
        tag = read.headers["etag"]
        put = await desk.ask("PUT", path, read.content, if_match=tag, **JSON)
        assert (put.status_code, put.json()["revision"]) == (200, None), put.text
        wrong = await desk.pointers("PUT", path, _quoting("nowhere"), if_match="*")
        assert list(wrong) == ["/claims/0/evidence/0/exact"]
        await desk.done(200, "PUT", f"{path}?replace=true", _quoting("words"), if_match="*")
        (quote,) = (await site.get("/claims/c"))["evidence"]
        assert (quote["verification"], quote["start"]) == ("verified", 0)
        assert faults(sqlite_store) == []


def _quoting(words: str) -> Json:
    return NEW | {"claims": [NEW["claims"][0] | {"evidence": [{"source": "s", "exact": words}]}]}
