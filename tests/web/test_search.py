"""Search: what is found, in which order, and how it is shown, the same on both databases."""

import html
import re
from urllib.parse import quote as percent

import pytest

from app.store.engine import Database
from tests.http import LISTS, LOADED, Json, Site, opened
from tests.made_up import claim, day, demand, meeting, notice, participant, quote, setting, write
from tests.web.test_conditional import statements

HOSTILE = [
    '"',
    '"unbalanced',
    "a AND b OR NOT c",
    "NEAR(a b)",
    "title : missiles",
    "miss*",
    "missiles^2",
    "(missiles",
    "missiles)",
    "'; DROP TABLE claim; --",
    "missiles:*",
    "!missiles",
    "a & b | c",
    "<b>missiles</b>",
    "\\missiles\\",
    "%missiles%",
    "🙂 missiles",
    "{missiles}",
    "-missiles",
    "+missiles",
    "missiles\u202eselissim",
    "x" * 500,
]


def found(page: Json) -> list[str]:
    return [item["id"] for item in page["items"]]


async def test_the_seed_is_searched_by_what_was_said(site: Site) -> None:
    page = await site.get("/search", q="missiles borders")
    assert found(page)[0] == "demand.no-missiles-near-russias-borders"
    first = page["items"][0]
    assert first["tier"] == 0
    assert first["record"]["href"] == "/demands/no-missiles-near-russias-borders"
    assert "<mark>missiles</mark>" in first["snippet"]["html"]
    for start, end in ((one["start"], one["end"]) for one in first["snippet"]["matches"]):
        assert first["snippet"]["text"][start:end].lower() in ("missiles", "borders")


async def test_a_phrase_is_a_phrase_and_all_words_must_be_there(site: Site) -> None:
    together = found(await site.get("/search", q='"did not respond directly"', noun="claim"))
    assert together == ["claim.sherman-no-direct-response"]
    assert found(await site.get("/search", q='"respond not did directly"')) == []
    assert found(await site.get("/search", q="missiles no-such-word")) == []


async def test_titles_go_before_texts_and_quotes_and_newer_before_older(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("old", "a", text="The pier is blocked", on="2022-01-02"),
        claim("new", "a", text="The pier is open", on="2022-01-05"),
        claim("undated", "a", text="A pier is planned"),
        claim("quoted", text="Nothing of it", evidence=[quote("a", "the pier, they said")]),
        demand("asked", "a", text="Clear it", responses=[answer("The pier stays")]),
        now=LOADED,
    )
    async with opened(database) as site:
        page = await site.get("/search", q="PIER", count="true", facet="noun,negotiation")
        assert [(item["id"], item["tier"]) for item in page["items"]] == [
            ("claim.new", 0),
            ("claim.old", 0),
            ("claim.undated", 0),
            ("demand.asked", 1),
            ("claim.quoted", 2),
        ]
        assert page["total"] == 5
        assert {one["value"]: one["count"] for one in page["facets"]["noun"]} == {
            "claim": 4,
            "demand": 1,
        }
        dated = await site.get("/search", q="pier", sort="on", noun="claim")
        assert found(dated) == ["claim.old", "claim.new", "claim.quoted", "claim.undated"]
        latest = await site.get("/search", q="pier", sort="-on", limit=2)
        assert found(latest) == ["claim.new", "claim.old"]
        assert [item["latest"] for item in page["items"]][:3] == ["2022-01-05", "2022-01-02", None]


def answer(text: str) -> Json:
    return {"by": "northland", "stance": "defers", "text": text, "evidence": [quote("a")]}


async def test_what_the_pin_hides_is_neither_found_nor_counted(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("c1", "a", text="The lighthouse is dark"),
        claim("c2", "d", text="The lighthouse is lit"),
        meeting("m1", notice("held", "a"), notice("held", "d", note="At the lighthouse")),
        now=LOADED,
    )
    write(database, claim("c1", "a", text="The harbour is dark"), now=LOADED)
    write(database, retract=[("claim", "c2")], now=LOADED)
    async with opened(database) as site:

        async def ask(**pin: str) -> tuple[list[str], int, int]:
            page = await site.get("/search", q="lighthouse", count="true", facet="noun", **pin)
            counted = sum(one["count"] for one in page["facets"]["noun"])
            assert page["total"] == len(page["items"]) == counted
            claims = await site.ids("/claims", q="lighthouse", **pin)
            entries = await site.ids("/timeline", q="lighthouse", **pin)
            return found(page), len(claims), len(entries)

        assert await ask() == (["meeting.m1"], 0, 1)
        before = (["claim.c1", "claim.c2", "meeting.m1"], 2, 3)
        assert sorted((await ask(as_of="1"))[0]) == before[0]
        assert (await ask(as_of="1"))[1:] == before[1:]
        assert await ask(as_of="1", known_at=str(day(3))) == (["claim.c1"], 1, 1)
        assert await ask(known_at=str(day(3))) == ([], 0, 0)


async def test_case_diacritics_and_apostrophes_do_not_count(database: Database) -> None:
    write(
        database,
        *setting(),
        participant("volodymyr", "Volodymyr Zelenskÿ"),
        claim("c1", "a", text="Kyiv’s ministers met in Łódź, at 7.5 degrees"),
        now=LOADED,
    )
    async with opened(database) as site:
        for text in ("zelensky", "ZELENSKÝ", "Zelenskÿ"):
            assert found(await site.get("/search", q=text)) == ["participant.volodymyr"]
        for text in ("kyiv", "Kyiv's", "KYIV’S", "Łódź", "7.5", '"met in Łódź"'):
            assert found(await site.get("/search", q=text)) == ["claim.c1"], text


@pytest.mark.parametrize("text", HOSTILE)
async def test_every_sign_is_literal_and_never_an_error(
    both_sites: tuple[Site, Site], text: str
) -> None:
    for path in ("/search", "/claims", "/timeline", "/quotes"):
        target = f"{path}?q={percent(text)}&limit=5".encode()
        one, other = [await site.send(target) for site in both_sites]
        assert one == other
        assert one.status in (200, 422)
        if re.search(r"\w", text):
            assert one.status == 200


async def test_a_snippet_is_safe_to_show(database: Database) -> None:
    words = '<script>alert("x")</script> & <img src=x onerror=alert(1)> the beacon is <b>lit</b>'
    write(database, *setting(), claim("c1", "a", text=words), now=LOADED)
    async with opened(database) as site:
        (hit,) = (await site.get("/search", q="beacon alert"))["items"]
        shown = hit["snippet"]["html"]
        assert re.sub("</?mark>", "", shown).count("<") == 0
        assert html.unescape(re.sub("</?mark>", "", shown)) == hit["snippet"]["text"] == words
        assert "<mark>beacon</mark>" in shown


async def test_results_are_walked_without_gap_or_repetition(site: Site) -> None:
    whole = found(await site.get("/search", q="russia", limit=200))
    assert len(whole) > 20
    for limit in (1, 3, 7):
        met: list[str] = []
        more: Json = {}
        while True:
            page = await site.get("/search", q="russia", limit=limit, **more)
            met += found(page)
            if page["next_cursor"] is None:
                break
            more = {"cursor": page["next_cursor"]}
        assert met == whole


async def test_a_search_takes_as_many_statements_for_nothing_as_for_much(site: Site) -> None:
    counts = set()
    for text in ("russia", "missiles", "nowhere"):
        with statements(site) as asked:
            await site.get("/search", q=text, facet="noun,participant", count="true")
        counts.add(len(asked))
    assert len(counts) == 1


@pytest.mark.parametrize("address", LISTS)
async def test_every_list_takes_words(site: Site, address: str) -> None:
    everything = await site.get(address, limit=200)
    some = await site.get(address, limit=200, q="Russia", count="true")
    assert some["total"] == len(some["items"]) <= len(everything["items"])
    assert await site.items(address, q="no-such-word-anywhere") == []
    problem = await site.problem(address, 422, q="?!")
    assert [fault["parameter"] for fault in problem["errors"]] == ["q"]


async def test_a_search_without_words_is_refused(site: Site) -> None:
    for parameters in ({}, {"q": "…"}, {"q": " ".join(f"w{n}" for n in range(40))}):
        problem = await site.problem("/search", 422, **parameters)
        assert [fault["parameter"] for fault in problem["errors"]] == ["q"]
