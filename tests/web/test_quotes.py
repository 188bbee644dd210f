"""Quotes on their own: each as its record shows it, found by source, speaker, record and day."""

from collections.abc import Callable

import pytest

from app.resources.texts import normalize
from tests.http import KNOWN, NOUNS, Json, Site
from tests.web.test_evidence import quotes_in
from tests.web.test_paging import by_links, walk

SOURCE = KNOWN["sources"]


async def everything(site: Site) -> list[Json]:
    return await site.items("/quotes", limit=200)


async def test_there_are_exactly_the_quotes_of_all_records(site: Site) -> None:
    listed = [(quote["record"]["href"], quote["exact"]) for quote in await everything(site)]
    shown = []
    for noun in NOUNS:
        for record in await site.items(f"/{noun}", limit=200):
            href = f"/{noun}/{record['id']}"
            shown += [(href, quote["exact"]) for quote in quotes_in(record)]
    assert sorted(listed) == sorted(shown)
    assert len({quote["id"] for quote in await everything(site)}) == len(listed)


async def test_the_path_of_a_quote_leads_to_it_in_its_record(site: Site) -> None:
    for quote in await everything(site):
        record = await site.get(quote["record"]["href"])
        place: object = record
        for step in quote["path"].split("."):
            if isinstance(place, list):
                place = next(
                    part for number, part in enumerate(place) if step in (part["id"], str(number))
                )
            elif isinstance(place, dict):
                place = place[step]
        assert isinstance(place, dict)
        for name in ("exact", "start", "end", "source", "bearing", "verification", "known_from"):
            assert place[name] == quote[name]


async def test_quotes_stand_in_the_order_of_the_text(site: Site, article: str) -> None:
    text = normalize(article)
    quotes = await everything(site)
    starts = [quote["start"] for quote in quotes]
    assert starts == sorted(starts)
    for quote in quotes:
        assert text[quote["start"] : quote["end"]] == quote["exact"]


async def test_a_claim_is_spoken_by_its_claimant_and_an_answer_by_who_answers(site: Site) -> None:
    for quote in await everything(site):
        record = await site.get(quote["record"]["href"])
        speakers = [speaker["id"] for speaker in quote["speakers"]]
        if quote["record"]["noun"] == "claim" and "." not in quote["path"].partition("evid")[0]:
            assert speakers == [record["claimant"]["id"]]
        if quote["path"].startswith("responses."):
            part = next(one for one in record["responses"] if one["id"] in quote["path"].split("."))
            assert speakers == [part["by"]["id"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("noun", lambda quote: [quote["record"]["noun"]]),
        ("record", lambda quote: [quote["record"]["id"]]),
        ("speaker", lambda quote: [speaker["id"] for speaker in quote["speakers"]]),
        ("source", lambda quote: [quote["source"]["id"]]),
        ("bearing", lambda quote: [quote["bearing"]]),
        ("verification", lambda quote: [quote["verification"]]),
    ],
)
async def test_quotes_are_filtered_by_what_they_show(
    site: Site, name: str, value: Callable[[Json], list[str]]
) -> None:
    quotes = await everything(site)
    for chosen in sorted({one for quote in quotes for one in value(quote)}):
        expected = [quote["id"] for quote in quotes if chosen in value(quote)]
        assert await site.ids("/quotes", **{name: chosen}, limit=200) == expected


async def test_the_quotes_of_a_source_are_those_that_name_it(site: Site) -> None:
    of_source = f"/sources/{SOURCE}/quotes"
    assert await site.ids(of_source, limit=200) == await site.ids(
        "/quotes", source=SOURCE, limit=200
    )
    assert await site.ids(of_source, noun="demand", speaker="russia", limit=200) == await site.ids(
        "/quotes", noun="demand", speaker="russia", limit=200
    )
    assert await walk(by_links(site, f"{of_source}?limit=7")) == await site.ids(
        of_source, limit=200
    )
    problem = await site.problem(of_source, 422, source=SOURCE)
    assert [fault["parameter"] for fault in problem["errors"]] == ["source"]


async def test_a_source_that_is_not_there_has_no_list_of_quotes(site: Site) -> None:
    kinds = {
        "/sources/no-such-record/quotes": "record-not-found",
        f"/sources/{SOURCE}/quotes?known_at=2022-01-11": "not-yet-known",
        f"/sources/{SOURCE}/quotes?as_of=0": "not-yet-recorded",
        f"/sources/{KNOWN['claims']}/quotes": "record-not-found",
    }
    for address, kind in kinds.items():
        for form in ("json", "csv", "ndjson"):
            joint = "&" if "?" in address else "?"
            problem = await site.problem(f"{address}{joint}format={form}", 404)
            assert problem["type"].endswith(f"/problems/{kind}")


async def test_quotes_travel_in_time(site: Site) -> None:
    assert await site.ids("/quotes", known_at="2022-01-11") == []
    assert await site.ids("/quotes", as_of="0") == []
    assert await site.items("/quotes", known_at="2022-01-12") == await site.items("/quotes")


@pytest.mark.parametrize("sort", ["place", "-place", "on", "-on", "id", "-id"])
async def test_quotes_are_walked_in_every_order(site: Site, sort: str) -> None:
    expected = await site.ids("/quotes", sort=sort, limit=200)
    assert len(set(expected)) == len(expected)
    for limit in (1, 7, 65, 66, 67):
        assert await walk(by_links(site, f"/quotes?sort={sort}&limit={limit}")) == expected


async def test_quotes_are_named_by_id(site: Site) -> None:
    ids = await site.ids("/quotes", limit=200)
    assert await site.ids("/quotes", id=[ids[3], ids[0], "no.such.quote"]) == [ids[0], ids[3]]
    for wrong in ("../x", "A", "a" * 513, "a_b"):
        problem = await site.problem("/quotes", 422, id=wrong)
        assert [fault["parameter"] for fault in problem["errors"]] == ["id"]
