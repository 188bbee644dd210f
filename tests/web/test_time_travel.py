"""Pins: what a reader had on a day, and what this service said at a revision."""

import pytest

from tests.http import KNOWN, LISTS, RECORDS, Site

DATED = ["claims", "demands", "meetings", "sources"]
IDENTITIES = ["negotiations", "participants"]
COUNTS = {"claims": 10, "demands": 8, "meetings": 3, "sources": 1}


@pytest.mark.parametrize("noun", DATED)
@pytest.mark.parametrize("day", ["0001-01-01", "2022-01-09", "2022-01-10", "2022-01-11"])
async def test_before_the_article_was_surely_published_nothing_was_known(
    site: Site, noun: str, day: str
) -> None:
    assert await site.ids(f"/{noun}", known_at=day) == []
    problem = await site.problem(f"/{noun}/{KNOWN[noun]}", 404, known_at=day)
    assert problem["type"].endswith("/problems/not-yet-known")


@pytest.mark.parametrize("noun", DATED)
@pytest.mark.parametrize("day", ["2022-01-12", "2022-02-01", "9999-12-31", "today"])
async def test_from_the_last_day_it_can_have_appeared_all_of_it_was_known(
    site: Site, noun: str, day: str
) -> None:
    known = await site.ids(f"/{noun}", known_at=day)
    assert len(known) == COUNTS[noun]
    assert known == await site.ids(f"/{noun}")


@pytest.mark.parametrize("noun", IDENTITIES)
async def test_identities_are_listed_on_any_day_but_not_what_was_learned_later(
    site: Site, noun: str
) -> None:
    before = await site.items(f"/{noun}", known_at="2022-01-09")
    assert [item["id"] for item in before] == await site.ids(f"/{noun}")
    for item in before:
        assert item["evidence"] == []
        assert item.get("posts", []) == []


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
@pytest.mark.parametrize("day", ["2022-02-30", "2022-1-1", "0000-01-01", "10000-01-01", "0", "now"])
async def test_a_bad_day_is_refused_by_the_name_of_its_parameter(
    site: Site, address: str, day: str
) -> None:
    problem = await site.problem(address, 422, known_at=day)
    assert [fault["parameter"] for fault in problem["errors"]] == ["known_at"]
    assert problem["type"] == "https://parley.example/problems/invalid-parameter"


@pytest.mark.parametrize("noun", [*DATED, *IDENTITIES])
@pytest.mark.parametrize("as_of", ["0", "2026-11-23T09:29:59Z", "2022-01-12T00:00:00Z"])
async def test_before_the_first_revision_there_was_nothing(
    site: Site, noun: str, as_of: str
) -> None:
    page = await site.get(f"/{noun}", as_of=as_of)
    assert page["items"] == []
    assert page["pin"]["revision"] == 0
    problem = await site.problem(f"/{noun}/{KNOWN[noun]}", 404, as_of=as_of)
    assert problem["type"].endswith("/problems/not-yet-recorded")


@pytest.mark.parametrize(
    "as_of",
    [
        "1",
        "2026-11-23T09:30:00Z",
        "2026-11-23t09:30:00.000000z",
        "2026-11-23T10:30:00+01:00",
        "2026-11-23T10:30:00 01:00",  # a plus sign that nobody escaped
        "2026-11-23T00:30:00-09:00",
    ],
)
async def test_a_revision_is_named_by_its_number_or_by_any_instant_from_then_on(
    site: Site, as_of: str
) -> None:
    assert await site.items("/claims", as_of=as_of) == await site.items("/claims")


@pytest.mark.parametrize(
    "as_of", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0999-12-31T23:59:59Z"]
)
async def test_an_instant_at_the_edge_of_the_calendar_is_before_everything(
    site: Site, as_of: str
) -> None:
    assert (await site.get("/claims", as_of=as_of))["pin"]["revision"] == 0


async def test_the_pin_is_in_the_body_and_in_the_headers(site: Site) -> None:
    answer = await site.client.get("/meetings?known_at=2022-01-12&at=2022-01-13")
    assert answer.json()["pin"] == {"revision": 1, "known_at": "2022-01-12", "at": "2022-01-13"}
    assert answer.headers["parley-revision"] == "1"
    assert answer.headers["parley-known-at"] == "2022-01-12"
    assert answer.headers["parley-at"] == "2022-01-13"
    one = await site.client.get("/meetings/geneva-2022-01-10?known_at=2022-01-12")
    assert one.headers["parley-at"] == "2022-01-12"
    assert "parley-known-at" not in (await site.client.get("/claims")).headers


async def test_today_is_settled_before_it_is_linked_to(site: Site) -> None:
    page = await site.get("/claims", known_at="today", limit=1)
    assert page["pin"]["known_at"] == "2026-11-24"
    assert "known_at=2026-11-24" in page["next"]
