"""Redaction: words go for good from all that is stored and all that is answered."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.resources.tokens import Scope
from app.store.engine import Database
from tests.http import Json, Site, opened
from tests.web.editors import CLAIM, INFERRED, SOURCE, TALKS, Editor, editor, faults, rows

SECRET = "Zanzibar Quince"
REASON = "/redaction?reason=a+court+order"
NAMES = "participants", "sources", "negotiations", "meetings", "claims", "demands"
# Everything that shows more than one record.
VIEWS = (
    *(f"/{noun}" for noun in NAMES),
    "/timeline",
    "/quotes",
    "/changes",
    f"/negotiations/{TALKS}/timeline",
    f"/negotiations/{TALKS}/positions",
    f"/negotiations/{TALKS}/gaps",
    f"/negotiations/{TALKS}/diff?since=1",
    f"/negotiations/{TALKS}/dossier",
    f"/sources/{SOURCE}/quotes",
)
PINNED = ("/timeline", "/quotes", f"/negotiations/{TALKS}/positions")


def chief(site: Site) -> Editor:
    return editor(site, Scope.write, Scope.admin)


def quote(words: str = SECRET, **fields: Any) -> Json:
    return {"source": SOURCE, "exact": f"He said {words} twice", **fields}


async def told(site: Site, desk: Editor) -> dict[str, str]:
    """A record of each noun with the secret in all its words, linked with each other; their paths.

    Each is written twice, so that there is a past to clean.
    """
    made: list[tuple[str, str, Json]] = [
        (
            "sources",
            "paper",
            {
                "title": f"The {SECRET} papers",
                "publisher": f"{SECRET} Press",
                "authors": [SECRET, "Somebody else"],
                "url": "https://example.org/Zanzibar%20Quince",
                "kind": "news",
                "proximity": "primary",
                "published": "2022-01-11",
            },
        ),
        (
            "participants",
            "person",
            {
                "kind": "person",
                "name": SECRET,
                "other_names": [f"Old {SECRET}", "An alias"],
                "description": f"Born as {SECRET}.",
                "posts": [{"title": f"Head of {SECRET}", "evidence": [quote()]}],
            },
        ),
        (
            "meetings",
            "meeting",
            {
                "negotiation": TALKS,
                "title": f"Dinner with {SECRET}",
                "forum": "person",
                "format": SECRET,
                "attendance": [
                    {"participant": "person", "presence": "attended", "evidence": [quote()]}
                ],
                "notices": [
                    {
                        "status": "scheduled",
                        "starts": "2022-01-20",
                        "note": f"At {SECRET}'s.",
                        "place": {"name": SECRET, "city": f"{SECRET} City"},
                        "evidence": [quote(prefix=SECRET, suffix=SECRET, original=SECRET)],
                    },
                    {
                        "status": "scheduled",
                        "starts": "2022-01-21",
                        "place": {"name": f"Not {SECRET}", "city": "Elsewhere"},
                        "evidence": [{"source": "paper", "exact": SECRET, "translator": SECRET}],
                    },
                ],
            },
        ),
        (
            "demands",
            "demand",
            {
                "negotiation": TALKS,
                "made_by": ["person"],
                "addressed_to": ["russia"],
                "text": f"Free {SECRET}",
                "evidence": [quote()],
                "responses": [
                    {
                        "by": "russia",
                        "stance": "rejects",
                        "text": f"No {SECRET}",
                        "conditions": SECRET,
                        "counter_demand": SECRET,
                        "evidence": [quote()],
                    }
                ],
                "withdrawn": {"evidence": [quote()]},
            },
        ),
        (
            "claims",
            "claim",
            {
                **CLAIM,
                "text": f"There is {SECRET}",
                "claimant": "person",
                "meeting": "meeting",
                "inferred": [{"field": "text", "note": SECRET, "basis": SECRET}],
                "evidence": [quote(), quote(bearing="disputes")],
                "relations": [
                    {
                        "to": "sherman-no-direct-response",
                        "type": "contradicts",
                        "basis": SECRET,
                    }
                ],
            },
        ),
        (
            "negotiations",
            "talks",
            {
                "title": f"The {SECRET} talks",
                "summary": f"About {SECRET}.",
                "kind": "bilateral",
                "state": "active",
                "parties": [{"participant": "person", "role": "host"}],
                "issues": [{"id": "one", "title": f"Issue of {SECRET}"}],
            },
        ),
    ]
    paths: dict[str, str] = {}
    for plural, identifier, fields in made:
        reason = f"?reason=of+{SECRET.replace(' ', '+')}"
        keyed = {"idempotency_key": identifier}
        await desk.done(201, "POST", f"/{plural}{reason}", fields | {"id": identifier}, **keyed)
        paths[plural] = f"/{plural}/{identifier}"
    for path in paths.values():
        # Inferred entries are a field of every noun.
        note = {"inferred": [{"field": "id", "note": f"Later {SECRET}"}]}
        await desk.done(200, "PATCH", path, note, if_match="*", idempotency_key="twice")
    return paths


async def showing(site: Site, words: str, paths: Iterable[str], *pins: int) -> list[str]:
    """The addresses whose answers have some words: of these records, and of all that lists them."""
    records = [*paths, "/claims/sherman-no-direct-response"]
    asked = [*VIEWS, *records, *(f"{one}/history" for one in records)]
    asked += [f"{one}?as_of={pin}" for one in (*PINNED, *records) for pin in pins]
    found = []
    for address in asked:
        answer = await site.client.get(address)
        assert answer.status_code in (200, 404, 410), (address, answer.text)
        if words in answer.text:
            found.append(address)
    return found


def stored(database: Database, words: str) -> set[str]:
    """The tables that have some words in a row."""
    return {name for name, some in rows(database).items() if any(words in row for row in some)}


def in_files(database: Database, *words: str) -> list[tuple[str, str]]:
    """The files of a SQLite store that have some words, whichever case they are in."""
    path = Path(database.url.database or "")
    found = []
    for file in sorted(path.parent.glob(f"{path.name}*")):
        raw = file.read_bytes().lower()
        found += [(file.name, one) for one in words if one.lower().encode() in raw]
    return found


@pytest.mark.parametrize("named", [True, False], ids=["words", "all"])
async def test_words_go_from_every_table_and_every_answer(own_site: Site, named: bool) -> None:
    desk = chief(own_site)
    paths = await told(own_site, desk)
    await desk.done(200, "DELETE", "/negotiations/talks?reason=over", if_match="*")
    assert stored(own_site.database, SECRET) >= {
        "version",
        "quote",
        "moment",
        "claim",
        "idempotency",
    }
    assert len(await showing(own_site, SECRET, paths.values())) > 20
    for path in paths.values():
        body = {"words": [SECRET, "Zanzibar%20Quince"] if path == "/sources/paper" else [SECRET]}
        report = await desk.done(200, "POST", path + REASON, body if named else {})
        assert [link["href"] for link in report["revised"]] == [path]
        assert SECRET not in str(report)
    # Without words the reasons of changes stay, and so does the house that published something.
    kept = set() if named else {"revision", "source", "identity", "version", "tally"}
    assert stored(own_site.database, SECRET) == kept
    if named:
        # After each first version, and after the last of the second ones.
        assert await showing(own_site, SECRET, paths.values(), 7, 13) == []
        assert stored(own_site.database, "Zanzibar%20Quince") == set()
    for words in ("Zanzibar", '"zanzibar quince"', "quince"):
        found = await own_site.get("/search", q=words)
        # What is not removed is still found.
        left = [] if named else ["source.paper"]
        assert [one["id"] for one in found["items"]] == left
        assert await own_site.ids("/quotes", q=words) == []
    assert faults(own_site.database) == []
    if own_site.database.is_sqlite and named:
        assert in_files(own_site.database, SECRET, "zanzibar", "quince") == []


async def test_a_gap_is_marked_in_every_version(own_site: Site) -> None:
    desk = chief(own_site)
    fields = CLAIM | {"id": "new", "text": f"one {SECRET}", "evidence": [quote(start=5, end=34)]}
    fields["evidence"][0]["prefix"] = "before"
    await desk.done(201, "POST", "/claims", fields)
    await desk.done(200, "PATCH", "/claims/new", {"text": f"two {SECRET}"}, if_match="*")
    before = await own_site.client.get("/claims/new?as_of=2")
    assert "immutable" in before.headers["cache-control"]
    report = await desk.done(200, "POST", "/claims/new" + REASON, {"words": [SECRET]})
    assert report == {
        "revision": 4,
        "dry_run": False,
        "added": [],
        "revised": [
            {"noun": "claim", "id": "new", "title": "two [redacted]", "href": "/claims/new"}
        ],
        "retracted": [],
        "unchanged": 0,
    }
    told = [(await own_site.get("/claims/new", as_of=pin))["text"] for pin in (2, 3, 4)]
    assert told == ["one [redacted]", "two [redacted]", "two [redacted]"]
    after = await own_site.client.get("/claims/new?as_of=2")
    assert after.headers["etag"] != before.headers["etag"]
    again = await own_site.client.get(
        "/claims/new?as_of=2", headers={"if-none-match": before.headers["etag"]}
    )
    assert again.status_code == 200
    (shown,) = after.json()["evidence"]
    assert shown["exact"] == "He said [redacted] twice"
    assert (shown["start"], shown["end"], shown["prefix"], shown["suffix"]) == (None,) * 4
    assert (shown["verification"], shown["verified_on"]) == ("unchecked", None)
    assert after.json()["cite"].startswith("one [redacted] (claim, version 1). ")
    history = await own_site.items("/claims/new/history")
    assert [(one["version"], one["reason"]) for one in history] == [
        (3, "a court order"),
        (2, "PATCH /claims/new"),
        (1, "POST /claims"),
    ]
    (change,) = await own_site.items("/changes", since=3)
    assert (change["change"], change["record"]["title"]) == ("redacted", "two [redacted]")


async def test_links_of_others_read_differently_and_their_own_words_stay(own_site: Site) -> None:
    desk = chief(own_site)
    await told(own_site, desk)
    await desk.done(200, "PATCH", "/claims/claim", {"text": "Told by Wanda"}, if_match="*")
    other = f"I met {SECRET} myself"
    path = "/claims/sherman-no-direct-response"
    await desk.done(200, "PATCH", path, {"text": other}, if_match="*")
    await desk.done(200, "POST", "/participants/person" + REASON, {"words": [SECRET]})
    claim = await own_site.get("/claims/claim")
    assert claim["claimant"]["name"] == "[redacted]"
    assert claim["evidence"][0]["exact"] == f"He said {SECRET} twice"
    assert (await own_site.get("/claims/claim", as_of=6))["claimant"]["name"] == "[redacted]"
    assert (await own_site.get(path))["text"] == other
    (entry,) = await own_site.items("/timeline", participant="person", kind="claim")
    assert entry["by"][0]["name"] == "[redacted]"
    # Once more: what was left of it then.
    await desk.done(200, "POST", "/participants/person" + REASON, {"words": ["An alias"]})
    await desk.done(200, "POST", "/participants/person" + REASON, {})
    person = await own_site.get("/participants/person")
    assert (person["name"], person["other_names"]) == ("[redacted]", ["[redacted]"])
    assert faults(own_site.database) == []


async def test_retracted_and_merged_records_are_redacted_too(own_site: Site) -> None:
    desk = chief(own_site)
    await told(own_site, desk)
    await desk.done(200, "DELETE", "/claims/claim?reason=over", if_match="*")
    await desk.done(200, "POST", "/claims/claim" + REASON, {"words": [SECRET]})
    problem = await own_site.problem("/claims/claim", 410)
    assert problem["detail"] == "This claim was retracted: over"
    assert (await own_site.get("/claims/claim", as_of=6))["text"] == "There is [redacted]"
    merged = await desk.ask(
        "POST", "/participants/person/merger?reason=same", {"into": "russia"}, if_match="*"
    )
    assert merged.status_code == 200, merged.text
    report = await desk.done(200, "POST", "/participants/person" + REASON, {"words": [SECRET]})
    assert report["revised"][0]["title"] == "[redacted]"
    assert (await own_site.client.get("/participants/person")).status_code == 308
    assert (await own_site.get("/participants/person", as_of=3))["name"] == "[redacted]"
    changes = await own_site.items("/changes", since=13)
    redacted = [one["record"]["href"] for one in changes if one["change"] == "redacted"]
    assert redacted == ["/claims/claim", "/participants/person"]
    publisher = {"words": [f"{SECRET} Press"]}
    for path in ("/meetings/meeting", "/demands/demand", "/negotiations/talks"):
        await desk.ask("DELETE", f"{path}?reason=over", if_match="*")
    await desk.done(200, "DELETE", "/sources/paper?reason=over", if_match="*")
    await desk.done(200, "POST", "/sources/paper" + REASON, publisher)
    assert stored(own_site.database, f"{SECRET} Press") == set()
    assert faults(own_site.database) == []


async def test_a_dry_run_takes_no_word_away(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = chief(own_site)
    cleaned: list[Database] = []
    monkeypatch.setattr("app.store.redacting.clean_files", cleaned.append)
    before = rows(own_site.database)
    path = "/claims/ryabkov-no-intention-to-attack" + REASON + "&dry_run=true"
    answer = await desk.ask("POST", path, {})
    assert (answer.status_code, answer.json()["revision"]) == (200, None)
    assert answer.headers["parley-revision"] == "1"
    assert rows(own_site.database) == before
    assert cleaned == []
    await desk.done(200, "POST", path.removesuffix("&dry_run=true"), {})
    assert len(cleaned) == 1


async def test_what_cannot_be_redacted_is_named(own_site: Site) -> None:
    desk = chief(own_site)
    path = "/claims/ryabkov-no-intention-to-attack"
    nowhere = "stands in no version of the record"
    body = {"words": ["intention", "fact", "us-russia-security-talks-2022", "Nothing like it"]}
    wrong = await desk.pointers("POST", path + REASON, body)
    assert wrong == {f"/words/{place}": nowhere for place in (1, 2, 3)}
    for wrong_words in ([" "], "all", None, [1], ["x"] * 101):
        await desk.done(422, "POST", path + REASON, {"words": wrong_words})
    await desk.done(422, "POST", path + REASON, {"word": []})
    await desk.done(422, "POST", path + "/redaction", {})
    await desk.done(404, "POST", "/claims/nothing" + REASON, {})


async def test_words_within_words_and_words_of_the_gap_itself(own_site: Site) -> None:
    desk = chief(own_site)
    fields = CLAIM | {"id": "new", "text": "red, reddish [redacted] (act) re"}
    await desk.done(201, "POST", "/claims", fields)
    body = {"words": ["red", "reddish", "act", "["]}
    await desk.done(200, "POST", "/claims/new" + REASON, body)
    text = (await own_site.get("/claims/new"))["text"]
    gap = "[redacted]"
    assert text == f"{gap}, {gap} {gap}{gap}{gap}ed] ({gap}) re"


async def test_gaps_never_make_a_text_too_long(own_site: Site) -> None:
    desk = chief(own_site)
    fields = {
        "id": "new",
        "kind": "person",
        "name": "a " * 240 + "end",
        "description": "a " * 9000,
        "posts": [{"title": "[a post] a", "inferred": [INFERRED]}],
    }
    await desk.done(201, "POST", "/participants", fields)
    await desk.done(200, "POST", "/participants/new" + REASON, {"words": ["a"]})
    person = await own_site.get("/participants/new")
    assert (person["name"], person["description"]) == ("[redacted]", "[redacted]")
    assert person["posts"][0]["title"] == "[[redacted] post] [redacted]"
    assert faults(own_site.database) == []


@pytest.mark.parametrize("name", ["[a bracket first", '{"a": 1}', "[1, 2]"])
async def test_names_that_look_like_json_are_words_all_the_same(own_site: Site, name: str) -> None:
    desk = chief(own_site)
    fields = {"id": "new", "kind": "person", "name": name, "description": SECRET}
    await desk.done(201, "POST", "/participants", fields)
    await desk.done(200, "POST", "/participants/new" + REASON, {"words": [SECRET]})
    assert (await own_site.get("/participants/new"))["name"] == name
    assert await own_site.ids("/participants", id="new") == ["new"]
    assert faults(own_site.database) == []


async def test_texts_that_are_held_are_dropped_with_their_words(sqlite_store: Database) -> None:
    async with opened(sqlite_store, hold_texts=True) as site:
        desk = chief(site)
        paper = {"id": "paper", "title": "P", "kind": "news", "proximity": "primary"}
        await desk.done(201, "POST", "/sources", paper)
        path = "/sources/paper/verification"
        body = b"He said Zanzibar Quince twice. And more."
        plain = {"content_type": "text/plain"}
        assert (await desk.done(200, "POST", path, body, **plain))["held"] is True
        evidence = [{"source": "paper", "exact": "And more."}, {**quote(), "source": "paper"}]
        fields = CLAIM | {"id": "new", "evidence": evidence}
        made = await desk.done(201, "POST", "/claims", fields)
        assert made["evidence"][1]["verification"] == "verified"
        assert made["evidence"][0]["prefix"] == "He said Zanzibar Quince twice. "
        await desk.done(200, "POST", "/claims/new" + REASON, {"words": [SECRET]})
        assert stored(sqlite_store, SECRET) == set()
        first, second = (await site.get("/claims/new"))["evidence"]
        # The words stand where they stood; what is before them is not told any more.
        assert (first["start"], first["prefix"], first["verification"]) == (31, None, "verified")
        assert second["verification"] == "unchecked"
        # A text that is sent again is no reason to call removed words missing, or to refuse edits.
        report = await desk.done(200, "POST", path, body, **plain)
        assert report["counts"] == {
            "verified": 1,
            "verified_multiple": 0,
            "relocated": 0,
            "missing": 0,
        }
        await desk.done(200, "PATCH", "/claims/new", {"kind": "warning"}, if_match="*")
        assert (await site.get("/claims/new"))["evidence"][1]["verification"] == "unchecked"
        assert faults(sqlite_store) == []


async def test_words_are_gone_from_the_pages_that_were_freed(sqlite_store: Database) -> None:
    """After many versions, some of them long enough for pages of their own."""
    async with opened(sqlite_store) as site:
        desk = chief(site)
        await desk.done(201, "POST", "/claims", CLAIM | {"id": "new", "text": f"{SECRET} " * 900})
        for number in range(5):
            body = {"text": f"{number} {SECRET} " * 400}
            await desk.done(200, "PATCH", "/claims/new", body, if_match="*")
        with sqlite_store.read() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert in_files(sqlite_store, SECRET)
        await desk.done(200, "POST", "/claims/new" + REASON, {"words": [SECRET]})
        assert in_files(sqlite_store, SECRET, "zanzibar", "quince") == []
