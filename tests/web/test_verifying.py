"""Quotes and the texts they are checked against: held by the service, or sent to be compared."""

from collections.abc import AsyncIterator

import pytest

from app.store.tables import SOURCE_TEXT
from tests.conftest import ARTICLE, DATABASES
from tests.http import Json, Site, opened
from tests.needs import missing
from tests.web.editors import CLAIM, INFERRED, SOURCE, Editor, editor, faults, rows

TEXT = b"One ship came. Two ships left. One ship stayed,\r\n and\tone   sank."
PLAIN = {"content_type": "text/plain"}
PATH = "/sources/paper/verification"
PAPER = {"id": "paper", "title": "P", "kind": "news", "proximity": "primary"}


@pytest.fixture(params=["sqlite_store", "postgresql_store"], ids=DATABASES)
async def holding(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """The service that keeps texts, over a store of its own."""
    async with opened(request.getfixturevalue(request.param), hold_texts=True) as running:
        yield running


async def quoted(desk: Editor, name: str, *quotes: Json) -> Json:
    evidence = [{"source": "paper", **quote} for quote in quotes]
    fields = CLAIM | {"id": name, "evidence": evidence, "inferred": []}
    return await desk.done(201, "POST", "/claims", fields)


async def test_quotes_are_verified_and_the_result_is_recorded(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(201, "POST", "/sources", PAPER)
    made = await quoted(
        desk,
        "c",
        {"exact": "Two ships left"},
        {"exact": "One ship"},
        {"exact": "One ship", "prefix": "left."},
        {"exact": "stayed, and one sank", "start": 3},
        {"exact": "Three ships"},
        {"exact": "two ships left"},
        {"exact": "came", "suffix": "soon"},
    )
    assert {quote["verification"] for quote in made["evidence"]} == {"unchecked"}
    report = await desk.done(200, "POST", f"{PATH}?reason=checked", TEXT, **PLAIN)
    link = {
        "noun": "claim",
        "id": "c",
        "title": "Something new was said",
        "href": "/claims/c",
    }
    assert report["quotes"][0] == {
        "record": link,
        "pointer": "/evidence/0",
        "exact": "Two ships left",
        "start": None,
        "before": "unchecked",
        "verification": "verified",
    }
    results = [quote["verification"] for quote in report["quotes"]]
    assert results == [
        "verified",
        "verified_multiple",
        "verified_multiple",
        "relocated",
        "missing",
        "missing",
        "relocated",
    ]
    del report["quotes"]
    assert report == {
        "source": "paper",
        "revision": 4,
        "dry_run": False,
        "verified_on": "2026-11-24",
        "same_text": None,
        "held": False,
        "counts": {"verified": 1, "verified_multiple": 2, "relocated": 2, "missing": 2},
    }
    claim = await own_site.get("/claims/c")
    assert (claim["version"], claim["revision"]) == (2, 4)
    found = [
        (quote["start"], quote["end"], quote["prefix"], quote["suffix"])
        for quote in claim["evidence"]
    ]
    assert found == [
        (15, 29, "One ship came. ", ". One ship stayed, and one sank."),
        (None, None, None, None),
        (31, 39, "left.", " stayed, and one sank."),
        (3, None, None, None),
        (None, None, None, None),
        (None, None, None, None),
        (None, None, None, "soon"),
    ]
    assert [quote["verification"] for quote in claim["evidence"]] == results
    assert {quote["verified_on"] for quote in claim["evidence"]} == {"2026-11-24"}
    text = (await own_site.get("/sources/paper"))["text"]
    assert text["length"] == 61
    assert text["normalization"] == "NFC, white space folded"
    with own_site.database.read() as connection:
        assert connection.execute(SOURCE_TEXT.select()).all() == []

    after = rows(own_site.database)
    again = await desk.done(200, "POST", PATH, TEXT, **PLAIN)
    assert (again["revision"], again["same_text"]) == (None, True)
    assert again["quotes"][0]["before"] == "verified"
    assert rows(own_site.database) == after
    other = await desk.done(200, "POST", PATH, b"Three ships", **PLAIN)
    assert (other["same_text"], other["counts"]["missing"]) == (False, 6)
    # The fingerprint on record stays.
    assert (await own_site.get("/sources/paper"))["text"] == text
    assert faults(own_site.database) == []


async def test_quotes_in_parts_of_every_noun_are_verified(own_site: Site) -> None:
    desk = editor(own_site)
    if not ARTICLE.exists():
        missing("the article is not here")
    raw = ARTICLE.read_bytes()
    path = f"/sources/{SOURCE}/verification"
    report = await desk.done(200, "POST", path, raw, **PLAIN)
    quotes = await own_site.items(f"/sources/{SOURCE}/quotes", limit=200)
    assert len(report["quotes"]) == len(quotes)
    assert report["same_text"] is True
    assert {quote["verification"] for quote in report["quotes"]} <= {
        "verified",
        "verified_multiple",
    }
    nouns = {quote["record"]["noun"] for quote in report["quotes"]}
    assert nouns == {"negotiation", "participant", "meeting", "claim", "demand"}
    assert "/notices/0/evidence/0" in {quote["pointer"] for quote in report["quotes"]}


async def test_a_dry_run_records_nothing(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(201, "POST", "/sources", PAPER)
    await quoted(desk, "c", {"exact": "One ship"})
    before = rows(own_site.database)
    report = await desk.done(200, "POST", f"{PATH}?dry_run=true", TEXT, **PLAIN)
    assert (report["revision"], report["held"], report["dry_run"]) == (None, False, True)
    assert report["counts"]["verified_multiple"] == 1
    for body, words in (
        (b"\xff", "must be UTF-8, which it is not from byte 0 on"),
        (b"a\0b", "must not have the character NUL"),
        (b"", "must not be empty or only white space"),
        (b" \r\n\xc2\xa0", "must not be empty or only white space"),
    ):
        assert await desk.pointers("POST", PATH, body, **PLAIN) == {"": words}
    told = await desk.done(200, "POST", f"{PATH}?dry_run=true", {"text": TEXT.decode()})
    assert told == report
    for kind in ("application/xml", "text", "text/plain; charset=latin-1", "text/plain;charset"):
        await desk.done(415, "POST", PATH, TEXT, content_type=kind)
    await desk.done(404, "POST", "/sources/none/verification", TEXT, **PLAIN)
    assert rows(own_site.database) == before


async def test_new_quotes_are_looked_up_in_the_text_that_is_held(holding: Site) -> None:
    desk = editor(holding)
    await desk.done(201, "POST", "/sources", PAPER)
    await quoted(desk, "old", {"exact": "Nowhere in it"})
    dry = await desk.done(200, "POST", f"{PATH}?dry_run=true", TEXT, **PLAIN)
    assert dry["held"] is False
    assert (await desk.done(200, "POST", PATH, TEXT, **PLAIN))["held"] is True
    made = await quoted(desk, "new", {"exact": "stayed,  and one"})
    (quote,) = made["evidence"]
    assert (quote["start"], quote["end"], quote["verification"]) == (40, 55, "verified")
    assert (quote["prefix"], quote["suffix"]) == ("came. Two ships left. One ship ", " sank.")
    assert quote["verified_on"] == "2026-11-24"

    body = CLAIM | {
        "evidence": [
            {"source": "paper", "exact": "One ship"},
            {"source": "paper", "exact": "three ships"},
            {"source": "paper", "exact": "one ship came"},
            {"source": "paper", "exact": "Two ships", "start": 3},
            {"source": "paper", "exact": "Two ships", "prefix": "and"},
            {"source": "paper", "exact": "Two ships", "suffix": "and"},
            {"source": SOURCE, "exact": "not held"},
            {"source": "paper", "exact": "x" * 100},
        ],
        "relations": [
            {
                "to": "sherman-no-direct-response",
                "type": "confirms",
                "evidence": [{"source": "paper", "exact": "four ships"}],
            }
        ],
    }
    told = await desk.pointers("POST", "/claims", body)
    copy = "is not in the text of paper; copy the words from it as they are"
    beside = "does not stand next to the words in the text of paper; correct it or leave it out"
    assert told == {
        "/evidence/0/exact": "occurs more than once; give a prefix, or one of these starts: 0, 31",
        "/evidence/1/exact": copy,
        "/evidence/2/exact": "is not in the text of paper; its capital letters differ: copy the "
        "words as they are",
        "/evidence/3/start": "is not at the stated start, but at 15: correct it, or leave start "
        "and end out",
        "/evidence/4/prefix": beside,
        "/evidence/5/suffix": beside,
        "/evidence/7/exact": copy,
        "/relations/0/evidence/0/exact": copy,
    }
    part = {"by": "russia", "stance": "defers", "evidence": [{"source": "paper", "exact": "five"}]}
    path = "/demands/security-guarantees/responses"
    assert await desk.pointers("POST", path, part) == {"/evidence/0/exact": copy}
    # What is on record and missing stands in the way of nothing else.
    found = await desk.done(200, "PATCH", "/claims/old", {"kind": "warning"}, if_match="*")
    assert found["evidence"][0]["verification"] == "missing"
    assert faults(holding.database) == []


async def test_only_the_text_on_record_is_held(holding: Site) -> None:
    desk = editor(holding)
    await desk.done(201, "POST", "/sources", PAPER)
    assert (await desk.done(200, "POST", PATH, TEXT, **PLAIN))["held"] is True
    other = TEXT.replace(b"\r\n ", b" ")
    report = await desk.done(200, "POST", PATH, other, **PLAIN)
    assert (report["held"], report["same_text"]) == (False, True)
    report = await desk.done(200, "POST", PATH, b"Another text", **PLAIN)
    assert (report["held"], report["same_text"]) == (False, False)
    made = await quoted(desk, "one", {"exact": "Two ships"})
    assert made["evidence"][0]["verification"] == "verified"
    # Without its fingerprint on record, or with another one, the text is not looked at.
    await desk.done(200, "PATCH", "/sources/paper", {"text": None}, if_match="*")
    made = await quoted(desk, "two", {"exact": "Another"})
    assert made["evidence"][0]["verification"] == "unchecked"
    report = await desk.done(200, "POST", PATH, b"Another text", **PLAIN)
    assert (report["held"], report["same_text"]) == (True, None)
    assert report["counts"] == {
        "verified": 1,
        "verified_multiple": 0,
        "relocated": 0,
        "missing": 1,
    }
    assert faults(holding.database) == []


async def test_what_the_service_finds_out_cannot_be_sent(own_site: Site) -> None:
    desk = editor(own_site)
    body = CLAIM | {"inferred": [INFERRED | {"verification": "verified"}]}
    wrong = await desk.pointers("POST", "/claims", body)
    assert "/inferred/0/verification" in wrong
