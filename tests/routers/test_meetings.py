"""Meetings over HTTP: the calendar of the article, and which meetings come next."""

import pytest

from tests.http import Json, Site


def shown(meeting: Json) -> tuple[str, str, str, str]:
    return (
        meeting["place"]["city"],
        meeting["starts"]["edtf"],
        meeting["forum"]["name"],
        meeting["status"],
    )


BRUSSELS = ("Brussels", "2022-01-12", "NATO-Russia Council", "scheduled")
VIENNA = ("Vienna", "2022-01-13", "OSCE Permanent Council", "scheduled")


async def test_upcoming_are_exactly_brussels_and_then_vienna(site: Site) -> None:
    items = await site.items("/meetings/upcoming")
    assert [shown(item) for item in items] == [BRUSSELS, VIENNA]


async def test_each_upcoming_meeting_has_the_words_that_announce_it(site: Site) -> None:
    for meeting in await site.items("/meetings/upcoming"):
        (notice,) = meeting["notices"]
        quotes = [evidence["exact"] for evidence in notice["evidence"]]
        assert any(quote.startswith("slated for 12 and 13 January") for quote in quotes)
        assert meeting["forum"]["href"] == f"/participants/{meeting['forum']['id']}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2022-01-10", ["geneva-2022-01-10", "brussels-2022-01-12", "vienna-2022-01-13"]),
        ("2022-01-11", ["brussels-2022-01-12", "vienna-2022-01-13"]),
        ("2022-01-12", ["brussels-2022-01-12", "vienna-2022-01-13"]),
        ("2022-01-13", ["vienna-2022-01-13"]),
        ("2022-01-14", []),
        ("today", []),
    ],
)
async def test_upcoming_is_asked_from_any_day(site: Site, at: str, expected: list[str]) -> None:
    assert await site.ids("/meetings/upcoming", at=at) == expected


async def test_upcoming_names_the_day_that_it_was_judged_by(site: Site) -> None:
    items = await site.items("/meetings/upcoming")
    assert {item["at"] for item in items} == {"2022-01-12"}
    page = await site.get("/meetings/upcoming", at="2022-01-13")
    assert page["pin"]["at"] == "2022-01-13"
    assert [item["at"] for item in page["items"]] == ["2022-01-13"]


async def test_upcoming_takes_the_filters_of_a_calendar(site: Site) -> None:
    upcoming = "/meetings/upcoming"
    vienna, brussels = "vienna-2022-01-13", "brussels-2022-01-12"
    assert await site.ids(upcoming, forum="osce-permanent-council") == [vienna]
    assert await site.ids(upcoming, until="2022-01-12") == [brussels]
    assert await site.ids(upcoming, participant="russia") == [brussels, vienna]
    assert await site.ids(upcoming, participant="wendy-sherman") == []
    assert await site.ids(upcoming, negotiation="another-one") == []
    assert await site.ids(upcoming, id=vienna) == [vienna]


async def test_geneva_was_held_and_took_more_than_seven_hours(site: Site) -> None:
    geneva, *others = await site.items("/meetings")
    assert geneva["id"] == "geneva-2022-01-10"
    assert geneva["status"] == "held"
    assert geneva["starts"] == {
        "edtf": "2022-01-10",
        "earliest": "2022-01-10",
        "latest": "2022-01-10",
    }
    assert geneva["duration"]["more_than"] == "PT7H"
    assert geneva["place"]["city"] == "Geneva"
    assert [shown(other) for other in others] == [BRUSSELS, VIENNA]


async def test_a_meeting_long_past_is_overdue_but_never_silently_held(site: Site) -> None:
    items = await site.items("/meetings", at="2022-02-01")
    found = {item["id"]: (item["status"], item["overdue"]) for item in items}
    assert found == {
        "geneva-2022-01-10": ("held", False),
        "brussels-2022-01-12": ("scheduled", True),
        "vienna-2022-01-13": ("scheduled", True),
    }
    one = await site.get("/meetings/vienna-2022-01-13", at="2022-01-13")
    assert (one["at"], one["overdue"]) == ("2022-01-13", False)


async def test_meetings_are_filtered_by_state_forum_participant_and_days(site: Site) -> None:
    geneva, brussels, vienna = await site.ids("/meetings")
    assert await site.ids("/meetings", status="held") == [geneva]
    assert await site.ids("/meetings", status=["held", "scheduled"]) == [geneva, brussels, vienna]
    assert await site.ids("/meetings", forum="nato-russia-council") == [brussels]
    assert await site.ids("/meetings", participant="sergey-ryabkov") == [geneva]
    assert await site.ids("/meetings", **{"from": "2022-01-11", "until": "2022-01-12"}) == [
        brussels
    ]
    assert await site.ids("/meetings", sort="-on") == [vienna, brussels, geneva]
    assert await site.ids("/meetings", source="promote-ukraine-geneva-talks", limit=1) == [geneva]
