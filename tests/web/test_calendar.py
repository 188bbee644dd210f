"""The calendar as a subscriber sees it: the same event all along, moved, marked, never doubled."""

from datetime import date, datetime
from typing import Any

import pytest
from icalendar import Calendar
from icalendar.cal import Component

from app.store.engine import Database
from tests.http import LOADED, Site, opened
from tests.made_up import day, meeting, notice, quotes, setting, write

SCHEDULED = notice("scheduled", "a", starts="2022-01-05", reported_on="2022-01-01")
MOVED = notice("rescheduled", "b", starts="2022-01-08", reported_on="2022-01-03")
HELD = notice("held", "d", starts="2022-01-08T09:00:00+01:00", ends="2022-01-08T16:30:00+01:00")
OFF = notice("cancelled", "c", reported_on="2022-01-06")
PUT_OFF = notice("postponed", "c", reported_on="2022-01-06")


async def events(site: Site, address: str = "/meetings", **parameters: str) -> list[Component]:
    answer = await site.client.get(address, params={"format": "ics", **parameters})
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    return list(calendar.walk("VEVENT"))


def starts_of(event: Component) -> date | datetime:
    # The package types a property as any of thirty kinds.
    when: Any = event["DTSTART"]
    found: date | datetime = when.dt
    return found


def told(event: Component) -> tuple[str, int, str, date | datetime]:
    return (
        str(event["UID"]),
        int(str(event["SEQUENCE"])),
        str(event["STATUS"]),
        starts_of(event),
    )


@pytest.fixture
def talks(database: Database) -> Database:
    """A meeting that is announced, moved and held: one more source in each of three revisions."""
    write(database, *setting(), meeting("m1", SCHEDULED, title="Harbour round"), now=LOADED)
    write(database, meeting("m1", SCHEDULED, MOVED, title="Harbour round"), now=LOADED)
    write(database, meeting("m1", SCHEDULED, MOVED, HELD, title="Harbour round"), now=LOADED)
    return database


UID = "meeting.m1@parley.example"


async def test_a_meeting_that_moves_stays_the_same_event(talks: Database) -> None:
    async with opened(talks) as site:
        seen = [[told(one) for one in await events(site, as_of=str(n))] for n in (1, 2, 3)]
        now = [told(one) for one in await events(site)]
    assert seen[0] == [(UID, 0, "CONFIRMED", day(5))]
    assert seen[1] == [(UID, 1, "CONFIRMED", day(8))]
    ((identifier, sequence, status, starts),) = seen[2]
    assert (identifier, sequence, status) == (UID, 2, "CONFIRMED")
    assert isinstance(starts, datetime)
    assert starts.isoformat() == "2022-01-08T08:00:00+00:00"
    assert now == seen[2]


async def test_each_day_shows_the_calendar_that_was_known(talks: Database) -> None:
    async with opened(talks) as site:
        dates = {}
        for number in (0, 1, 2, 3, 8, 9):
            found = await events(site, known_at=str(day(number)))
            dates[number] = [str(starts_of(one))[:10] for one in found]
    assert dates == {
        0: [],
        1: ["2022-01-05"],
        2: ["2022-01-05"],
        3: ["2022-01-08"],
        8: ["2022-01-08"],
        9: ["2022-01-08"],
    }


@pytest.mark.parametrize(
    ("last", "word"), [(OFF, "Cancelled: "), (PUT_OFF, "Postponed: ")], ids=["off", "put off"]
)
async def test_a_meeting_that_is_called_off_stays_and_is_marked(
    database: Database, last: dict[str, object], word: str
) -> None:
    write(database, *setting(), meeting("m1", SCHEDULED, title="Harbour round"), now=LOADED)
    write(database, meeting("m1", SCHEDULED, last, title="Harbour round"), now=LOADED)
    async with opened(database) as site:
        (event,) = await events(site)
        (before,) = await events(site, as_of="1")
    assert told(event) == (UID, 1, "CANCELLED", day(5))
    assert str(event["SUMMARY"]) == f"{word}Harbour round"
    assert (str(before["SUMMARY"]), str(before["STATUS"])) == ("Harbour round", "CONFIRMED")


TO_BE_FOUND = notice("rescheduled", "c", reported_on="2022-01-06")
WHENEVER = notice("held", "d", reported_on="2022-01-09")


@pytest.mark.parametrize(
    ("last", "summary"),
    [
        ([TO_BE_FOUND], "Moved: Harbour round"),
        ([PUT_OFF], "Postponed: Harbour round"),
        ([TO_BE_FOUND, WHENEVER], "Moved: Harbour round"),
    ],
    ids=["moved", "put off", "held on some day"],
)
async def test_a_meeting_without_a_date_any_more_is_marked_where_it_stood_last(
    database: Database, last: list[dict[str, object]], summary: str
) -> None:
    # What was said first was entered last.
    notices = [MOVED, SCHEDULED, *last]
    write(database, *setting(), meeting("m1", *notices, title="Harbour round"), now=LOADED)
    async with opened(database) as site:
        (event,) = await events(site)
        shown = await site.client.get("/meetings", params={"format": "geojson"})
    (feature,) = shown.json()["features"]
    assert told(event) == (UID, 0, "CANCELLED", day(8))
    assert str(event["SUMMARY"]) == summary
    assert str(event["DESCRIPTION"]).endswith("The date shown no longer holds")
    assert (feature["properties"]["starts"], feature["properties"]["stands"]) == (
        "2022-01-08",
        False,
    )


async def test_a_remark_goes_with_the_notice_that_was_replaced(database: Database) -> None:
    planned = SCHEDULED | {"note": "At the lighthouse."}
    open_date = TO_BE_FOUND | {"note": "A day is to be found."}
    found = notice("rescheduled", "d", starts="2022-01-12")
    write(database, *setting(), meeting("m1", open_date, planned, found), now=LOADED)
    async with opened(database) as site:
        told = {
            number: str(event["DESCRIPTION"]).partition("\n\n")[0]
            for number in (1, 6, 9)
            for event in await events(site, known_at=str(day(number)))
        }
    assert told == {
        1: "At the lighthouse.",
        6: "A day is to be found.",
        9: "“words of c” — Paper c",
    }


async def test_who_stayed_away_is_not_among_those_who_came(database: Database) -> None:
    attendance = [
        {"participant": "anna", "presence": "absent", **quotes("d")},
        {"participant": "boris", "presence": "attended", **quotes("d")},
    ]
    write(database, *setting(), meeting("m1", HELD, forum="council", attendance=attendance))
    async with opened(database) as site:
        (event,) = await events(site)
        (entry,) = await site.items("/timeline")
    assert str(event["DESCRIPTION"]).endswith("Who: Harbour Council, Boris Lund")
    assert [one["id"] for one in entry["participants"]] == ["council", "boris"]


async def test_a_calendar_has_all_meetings_not_a_page_of_them(database: Database) -> None:
    many = [meeting(f"m{number}", SCHEDULED) for number in range(120)]
    write(database, *setting(), *many, now=LOADED)
    async with opened(database) as site:
        found = await events(site)
    assert len({str(event["UID"]) for event in found}) == 120


async def test_one_can_subscribe_to_a_negotiation_a_participant_or_a_forum(site: Site) -> None:
    async def titles(**parameters: str) -> list[str]:
        return [str(event["SUMMARY"]) for event in await events(site, **parameters)]

    geneva, brussels, vienna = (
        "Geneva: first round of talks",
        "Brussels: NATO-Russia Council",
        "Vienna: OSCE Permanent Council",
    )
    assert await titles(negotiation="us-russia-security-talks-2022") == [geneva, brussels, vienna]
    assert await titles(forum="osce-permanent-council") == [vienna]
    assert await titles(participant="wendy-sherman") == [geneva]
    upcoming = await events(site, "/meetings/upcoming")
    assert [str(event["LOCATION"]) for event in upcoming] == ["Brussels, BEL", "Vienna, AUT"]


async def test_a_day_that_the_article_does_not_give_is_said_to_be_inferred(site: Site) -> None:
    told = {str(one["SUMMARY"]): str(one["DESCRIPTION"]) for one in await events(site)}
    assert told["Geneva: first round of talks"].endswith(
        "\n\nInferred (starts): The article says that the round took place, not when. "
        "Public record, 10 January 2022."
    )


async def test_on_the_timeline_a_plan_that_was_replaced_is_cancelled(talks: Database) -> None:
    async with opened(talks) as site:
        found = {
            str(event["UID"]).partition("@")[0]: str(event["STATUS"])
            for event in await events(site, "/timeline")
        }
    assert found == {
        "meeting.m1.notices.n1": "CANCELLED",
        "meeting.m1.notices.n2": "CONFIRMED",
        "meeting.m1.notices.n3": "CONFIRMED",
    }
