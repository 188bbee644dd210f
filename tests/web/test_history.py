"""Histories over HTTP, and ids that lead elsewhere or nowhere, on every noun."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.resources import BY_NOUN, RESOURCES
from app.store.tables import IDENTITY
from app.store.writer import Author, Writer
from tests.http import ADDRESS, KNOWN, LOADED, PUBLIC_URL, Json, Site
from tests.made_up import claim, meeting, notice, setting, source
from tests.made_up import write as made
from tests.web.test_conditional import statements
from tests.web.test_paging import copied, write

NOUN_NAMES = [resource.noun for resource in RESOURCES]


def restored_claim(site: Site) -> None:
    """A claim written in revision 3, revised in 4, retracted in 5, restored in 6, revised in 7."""
    database = site.database
    made(database, *setting(), now=LOADED + timedelta(minutes=2))
    for minutes, text in ((3, "one"), (4, "two")):
        made(database, claim("c", text=text), reason=text, now=LOADED + timedelta(minutes=minutes))
    gone = LOADED + timedelta(minutes=5)
    made(database, retract=[("claim", "c")], reason="an error", now=gone)
    made(database, claim("c", text="three"), reason="after all", now=gone + timedelta(minutes=1))
    made(database, claim("c", text="four"), reason="four", now=gone + timedelta(minutes=2))


@pytest.mark.parametrize("noun", NOUN_NAMES)
async def test_a_record_that_was_written_once_has_one_version(site: Site, noun: str) -> None:
    record = f"/{noun}s/{KNOWN[f'{noun}s']}"
    page = await site.get(f"{record}/history")
    assert page == {
        "next": None,
        "next_cursor": None,
        "pin": {"revision": 1, "known_at": None, "at": None},
        "items": [
            {
                "revision": 1,
                "recorded_at": "2026-11-23T09:30:00Z",
                "editor": "seed",
                "reason": "the first record",
                "version": 1,
                "href": f"{record}?as_of=1",
                "retracted": None,
                "differences": [],
            }
        ],
    }


async def test_versions_come_newest_first_with_who_and_why(own_site: Site) -> None:
    restored_claim(own_site)
    page = await own_site.get("/claims/c/history")
    told = [(item["version"], item["revision"], item["reason"]) for item in page["items"]]
    assert [reason for _, _, reason in told] == ["four", "after all", "two", "one"]
    assert [version for version, _, _ in told] == [4, 3, 2, 1]
    assert {item["editor"] for item in page["items"]} == {"tester"}
    for item in page["items"]:
        record = await own_site.get(item["href"])
        assert (record["version"], record["revision"]) == (item["version"], item["revision"])
    retracted = [item["retracted"] for item in page["items"]]
    assert [one and one["reason"] for one in retracted] == [None, None, "an error", None]
    assert retracted[2]["revision"] == 5
    assert retracted[2]["recorded_at"] == "2026-11-23T09:35:00Z"


def difference(path: str, before: Any, after: Any) -> Json:
    return {"path": path, "before": before, "after": after}


async def test_each_version_says_what_differs_from_the_one_before_it(own_site: Site) -> None:
    restored_claim(own_site)
    page = await own_site.get("/claims/c/history")
    assert [item["differences"] for item in page["items"]] == [
        [difference("/text", "three", "four")],
        [difference("/text", "two", "three")],
        [difference("/text", "one", "two")],
        [],
    ]
    one_by_one = await pages(own_site)
    assert [item for one in one_by_one for item in one["items"]] == page["items"]
    past = await own_site.get("/claims/c/history", as_of=4)
    assert past["items"][0]["differences"] == [difference("/text", "one", "two")]


async def pages(site: Site) -> list[Json]:
    """Every page of the claim's history, with one version on each."""
    found = [await site.get("/claims/c/history", limit=1)]
    while cursor := found[-1]["next_cursor"]:
        found.append(await site.get("/claims/c/history", limit=1, cursor=cursor))
    return found


async def test_differences_name_parts_by_their_ids_and_what_came_or_went(own_site: Site) -> None:
    first, later = notice("scheduled", "a", starts="2022-01-09"), notice("held", "b")
    made(own_site.database, *setting(), meeting("m", {**first, "id": "n1"}, forum="council"))
    made(own_site.database, source("a", title="Renamed"))
    moved = {**first, "id": "n1", "starts": "2022-01-10"}
    made(own_site.database, meeting("m", moved, {**later, "id": "n2"}))
    page = await own_site.get("/meetings/m/history")
    # A new title of a source is a version of the source, not of the meeting that quotes it.
    assert [item["version"] for item in page["items"]] == [2, 1]
    found = page["items"][0]["differences"]
    assert [(one["path"], one["before"]) for one in found] == [
        ("/notices/n1/starts", "2022-01-09"),
        ("/notices/n2", None),
        ("/forum", "council"),
    ]
    assert found[0]["after"] == "2022-01-10"
    assert (found[1]["after"]["id"], found[1]["after"]["status"]) == ("n2", "held")
    assert found[2]["after"] is None
    (change,) = (await own_site.get("/changes", since=3))["items"]
    assert change["differences"] == found


async def test_a_history_ends_at_the_revision_that_was_asked_for(own_site: Site) -> None:
    restored_claim(own_site)
    for as_of, versions in ((7, 4), (6, 3), (5, 2), (4, 2), (3, 1)):
        page = await own_site.get("/claims/c/history", as_of=as_of)
        assert [item["version"] for item in page["items"]] == list(range(versions, 0, -1))
        assert page["pin"]["revision"] == as_of
        ended = page["items"][0]["retracted"]
        assert (ended is not None) == (as_of == 5)
    by_instant = await own_site.get("/claims/c/history", as_of="2026-11-23T09:35:30Z")
    assert by_instant["pin"]["revision"] == 5
    problem = await own_site.problem("/claims/c/history", 404, as_of="2")
    assert problem["type"].endswith("/problems/not-yet-recorded")
    problem = await own_site.problem("/claims/c/history", 422, as_of="8")
    assert [fault["parameter"] for fault in problem["errors"]] == ["as_of"]


async def test_a_history_is_walked_like_any_list(own_site: Site) -> None:
    restored_claim(own_site)
    whole = (await own_site.get("/claims/c/history"))["items"]
    for limit in (1, 2, 3, 4, 5):
        link, seen = f"{ADDRESS}/claims/c/history?limit={limit}", []
        while link:
            answer = await own_site.client.get(link)
            page: Json = answer.json()
            assert len(page["items"]) <= limit
            seen += page["items"]
            assert answer.links.get("next", {}).get("url") == page["next"]
            assert page["next"] is None or page["next"].startswith(PUBLIC_URL)
            link = (page["next"] or "").replace(PUBLIC_URL, ADDRESS)
        assert seen == whole
    cursor = (await own_site.get("/claims/c/history", limit=1))["next_cursor"]
    write(own_site, copied("claim", "another"), 30)
    page = await own_site.get("/claims/c/history", limit=1, cursor=cursor)
    assert page["pin"]["revision"] == 7
    for path in ("/claims/another/history", "/claims/c/history?as_of=7", "/claims"):
        problem = await own_site.problem(f"{path}{'&' if '?' in path else '?'}cursor={cursor}", 422)
        assert problem["type"].endswith("/problems/invalid-cursor")


async def test_a_history_takes_as_many_statements_for_one_version_as_for_many(
    own_site: Site,
) -> None:
    restored_claim(own_site)
    for minutes in range(10, 20, 2):
        gone = LOADED + timedelta(minutes=minutes)
        made(own_site.database, retract=[("claim", "c")], now=gone)
        made(own_site.database, claim("c", text=str(minutes)), now=gone + timedelta(minutes=1))
    counts = []
    for query in ("?as_of=5&limit=1", "?limit=200"):
        with statements(own_site) as asked:
            page = await own_site.get(f"/claims/c/history{query}")
        assert any(item["retracted"] for item in page["items"])
        counts.append(len(asked))
    assert len(set(counts)) == 1


@pytest.mark.parametrize("noun", NOUN_NAMES)
async def test_an_id_that_was_never_given_out_has_no_history(site: Site, noun: str) -> None:
    problem = await site.problem(f"/{noun}s/no-such-record/history", 404)
    assert problem["type"].endswith("/problems/record-not-found")
    problem = await site.problem(f"/{noun}s/{KNOWN[f'{noun}s']}/history", 404, as_of="0")
    assert problem["type"].endswith("/problems/not-yet-recorded")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("limit=0", "limit"), ("known_at=today", "known_at"), ("cursor=x", "cursor"), ("id=a", "id")],
)
async def test_a_history_refuses_what_it_does_not_take(
    site: Site, query: str, parameter: str
) -> None:
    path = f"/claims/{KNOWN['claims']}/history"
    problem = await site.problem(f"{path}?{query}", 422)
    assert [fault["parameter"] for fault in problem["errors"]] == [parameter]


def retract(site: Site, noun: str) -> None:
    """Retract one copy of a known record, which nothing else needs."""
    write(site, copied(noun, "taken-back"), 1)
    with site.database.write() as connection:
        author = Author("editor", "it was a mistake", LOADED + timedelta(minutes=2))
        writer = Writer(connection, author)
        writer.retract(BY_NOUN[noun], "taken-back")
        writer.commit()


def point_at(site: Site, noun: str, successor: str) -> None:
    with site.database.write() as connection:
        one = (IDENTITY.c.noun == noun, IDENTITY.c.id == "taken-back")
        connection.execute(update(IDENTITY).where(*one).values(merged_into=successor))


@pytest.mark.parametrize("noun", NOUN_NAMES)
async def test_a_retracted_record_of_any_noun_is_gone_but_not_its_past(
    own_site: Site, noun: str
) -> None:
    retract(own_site, noun)
    path = f"/{noun}s/taken-back"
    for form in ("json", "csv", "ndjson"):
        problem = await own_site.problem(path, 410, format=form)
        assert problem["type"].endswith("/problems/retracted")
        assert "it was a mistake" in problem["detail"]
    assert (await own_site.get(path, as_of="2"))["id"] == "taken-back"
    assert (await own_site.problem(path, 404, as_of="1"))["type"].endswith("not-yet-recorded")
    (version,) = (await own_site.get(f"{path}/history"))["items"]
    assert version["retracted"]["reason"] == "it was a mistake"
    assert "taken-back" not in await own_site.ids(f"/{noun}s", limit=200)
    headers = {"If-None-Match": "*"}
    assert (await own_site.client.get(path, headers=headers)).status_code == 410


@pytest.mark.parametrize("noun", NOUN_NAMES)
async def test_a_merged_record_of_any_noun_leads_to_the_one_it_became(
    own_site: Site, noun: str
) -> None:
    retract(own_site, noun)
    known = KNOWN[f"{noun}s"]
    point_at(own_site, noun, known)
    answer = await own_site.client.get(f"/{noun}s/taken-back")
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/{noun}s/{known}"
    assert answer.headers["content-type"] == "application/problem+json"
    followed = await own_site.client.get(f"/{noun}s/taken-back", follow_redirects=True)
    assert followed.json()["id"] == known
    assert (await own_site.get(f"/{noun}s/taken-back", as_of="2"))["id"] == "taken-back"


@pytest.mark.parametrize("noun", ["meeting", "claim", "demand", "source"])
async def test_a_record_is_there_from_the_day_it_was_known(own_site: Site, noun: str) -> None:
    path = f"/{noun}s/{KNOWN[f'{noun}s']}"
    for form in ("json", "csv", "ndjson"):
        problem = await own_site.problem(path, 404, known_at="2022-01-11", format=form)
        assert problem["type"].endswith("/problems/not-yet-known")
        problem = await own_site.problem(path, 404, as_of="0", format=form)
        assert problem["type"].endswith("/problems/not-yet-recorded")
    assert (await own_site.get(path, known_at="2022-01-12"))["id"]
