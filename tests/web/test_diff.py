"""What changed between two pins: a week in which a meeting is scheduled, moved and held, a demand
made, rejected and accepted, and a claim corrected, each told as days of readers and as revisions.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from app.store.engine import Database
from tests.http import KNOWN, Json, Site, opened
from tests.made_up import (
    TALKS,
    claim,
    day,
    demand,
    meeting,
    negotiation,
    notice,
    participant,
    quote,
    quotes,
    setting,
    source,
    write,
)
from tests.web.test_conditional import statements
from tests.web.test_paging import by_cursors, by_links, walk

DIFF = f"/negotiations/{TALKS}/diff"
SEED = f"/negotiations/{KNOWN['negotiations']}/diff"

PLANNED = notice("scheduled", "a", id="planned", starts="2022-01-04", place={"city": "Arden"})
MOVED = notice("rescheduled", "b", id="moved", starts="2022-01-05", place={"city": "Brava"})
HELD = notice("held", "c", id="held", starts="2022-01-05", duration={"more_than": "PT7H"})
BORIS = {"id": "boris", "participant": "boris", "presence": "attended", **quotes("c")}
REFUSED = {"id": "refused", "by": "northland", "stance": "rejects", "on": "2022-01-03"}
AGREED = {"id": "agreed", "by": "northland", "stance": "accepts", "on": "2022-01-08"}
REFUSED |= quotes("b")
AGREED |= quotes("d") | {"reported_by": "anna"}
AGAINST = {"id": "against", "to": "second", "type": "contradicts", **quotes("c")}


def known_by_day(database: Database) -> None:
    """All of the week in one revision: what readers had when follows from the papers."""
    write(
        database,
        *setting(),
        meeting("summit", PLANNED, MOVED, HELD, attendance=[BORIS]),
        demand("fees", responses=[REFUSED, AGREED]),
        claim("first", "a c", relations=[AGAINST]),
        claim("second", "c", meeting="summit"),
    )


def at(minute: int) -> datetime:
    return datetime(2026, 11, 23, 9, minute, tzinfo=UTC)


def found_by_revision(database: Database) -> None:
    """The same week as the service recorded it, with a claim that it had to take back."""
    write(
        database,
        *setting(),
        meeting("summit", PLANNED),
        demand("fees"),
        claim("first"),
        claim("wrong"),
        now=at(1),
    )
    write(
        database,
        meeting("summit", PLANNED, MOVED),
        demand("fees", responses=[REFUSED]),
        now=at(2),
    )
    write(
        database,
        meeting("summit", PLANNED, MOVED, HELD, attendance=[BORIS]),
        demand("fees", responses=[REFUSED, AGREED]),
        claim("first", "a c", text="Claim first, in other words", on="2022-01-01"),
        claim("second", "c"),
        retract=[("claim", "wrong")],
        now=at(3),
    )
    write(database, participant("northland", "The North"), now=at(4))
    write(database, demand("fees-again", replaces="fees"), now=at(5))


@asynccontextmanager
async def over(database: Database, load: Callable[[Database], None]) -> AsyncIterator[Site]:
    load(database)
    async with opened(database) as site:
        yield site


async def told(site: Site, address: str = DIFF, **asked: Any) -> list[str]:
    """The items in short: their ids, and the fields that they name."""
    items = await site.items(address, limit=200, **asked)
    return [" ".join([item["id"], *item["fields"]]) for item in items]


async def only(site: Site, identifier: str, **asked: Any) -> Json:
    found = [one for one in await site.items(DIFF, limit=200, **asked) if one["id"] == identifier]
    assert len(found) == 1
    return found[0]


FIRST_NEWS = [
    "record_added.meeting.summit",
    "entry_added.meeting.summit.notices.planned",
    "entry_added.claim.first",
    "entry_added.demand.fees",
]
MOVED_AND_REJECTED = [
    "meeting_changed.meeting.summit status starts place",
    "entry_added.meeting.summit.notices.moved",
    "demand_status_changed.demand.fees status",
    "position_changed.fees.northland stance since response",
    "entry_added.demand.fees.responses.refused",
]
HELD_AND_SAID = [
    "record_extended.meeting.summit attendance",
    "meeting_changed.meeting.summit status duration",
    "entry_added.meeting.summit.notices.held",
    "record_extended.claim.first evidence relations",
    "entry_added.claim.second",
]
ACCEPTED = [
    "demand_status_changed.demand.fees status",
    "position_changed.fees.northland stance since response reported_by",
    "entry_added.demand.fees.responses.agreed",
]
ALL_THAT_IS = [
    "record_added.meeting.summit",
    "entry_added.meeting.summit.notices.held",
    "entry_added.meeting.summit.notices.moved",
    "entry_added.meeting.summit.notices.planned",
    "entry_added.claim.first",
    "entry_added.claim.second",
    "position_changed.fees.northland",
    "entry_added.demand.fees",
    "entry_added.demand.fees.responses.agreed",
    "entry_added.demand.fees.responses.refused",
]
BY_DAY = {
    (0, 0): [],
    (0, 2): FIRST_NEWS,
    (2, 3): MOVED_AND_REJECTED,
    (3, 5): [],
    (5, 6): HELD_AND_SAID,
    (6, 9): ACCEPTED,
    (9, None): [],
    (0, None): ALL_THAT_IS,
    (365 * 7000, None): [],
}


async def test_readers_learn_what_each_paper_brings_on_the_day_it_comes_out(
    database: Database,
) -> None:
    async with over(database, known_by_day) as site:
        for (first, last), expected in BY_DAY.items():
            until = {"known_at": day(last).isoformat()} if last is not None else {}
            assert await told(site, since=day(first).isoformat(), **until) == expected


BY_REVISION = {
    (0, 1): ["record_added.negotiation.harbour-talks"],
    (1, 1): [],
    (1, 2): MOVED_AND_REJECTED,
    (2, 3): [
        "record_extended.meeting.summit attendance",
        "meeting_changed.meeting.summit status duration",
        "entry_added.meeting.summit.notices.held",
        "record_corrected.claim.first on text",
        "record_extended.claim.first evidence",
        "entry_added.claim.second",
        "record_retracted.claim.wrong",
        "entry_removed.claim.wrong",
        *ACCEPTED,
    ],
    # A participant has another name: it stands in every record, and no fact of them is new.
    (3, 4): [],
    (4, 5): ["demand_status_changed.demand.fees status", "entry_added.demand.fees-again"],
}
BY_REVISION[0, 1] = [
    *FIRST_NEWS[:3],
    "entry_added.claim.wrong",
    *FIRST_NEWS[3:],
    *BY_REVISION[0, 1],
]


@pytest.mark.parametrize("named_by", ["number", "instant"])
async def test_the_service_says_what_it_changed_from_revision_to_revision(
    database: Database, named_by: str
) -> None:
    async with over(database, found_by_revision) as site:
        for (first, last), expected in BY_REVISION.items():
            since = str(first) if named_by == "number" else f"2026-11-23T09:0{first}:30Z"
            page = await site.get(DIFF, since=since, as_of=last)
            assert page["since"] == {"revision": first, "known_at": None}
            assert await told(site, since=since, as_of=last) == expected


async def test_what_was_taken_back_is_nothing_that_readers_learn(database: Database) -> None:
    async with over(database, found_by_revision) as site:
        since_ever = await told(site, since="2021-12-31")
        assert not [one for one in since_ever if "wrong" in one or "retracted" in one]


async def test_revisions_are_compared_as_they_were_known_on_the_day_asked_for(
    database: Database,
) -> None:
    async with over(database, found_by_revision) as site:
        assert await told(site, since=1, as_of=3, known_at="2022-01-02") == [
            "record_corrected.claim.first on text",
            "record_retracted.claim.wrong",
            "entry_removed.claim.wrong",
        ]
        assert await told(site, since=1, as_of=3, known_at="2021-12-31") == []
        assert await told(site, since=1, as_of=2, known_at="2022-01-03") == MOVED_AND_REJECTED


def schedule(status: str, starts: str, city: str, lasted: str | None = None) -> Json:
    lengths = dict.fromkeys(("more_than", "at_least", "about", "at_most"))
    where = dict.fromkeys(("name", "city", "country", "latitude", "longitude", "timezone"))
    return {
        "status": status,
        "starts": {"edtf": starts, "earliest": starts, "latest": starts},
        "ends": None,
        "place": where | {"city": city},
        "duration": lengths | {"more_than": lasted} if lasted else None,
    }


SUMMIT = {
    "noun": "meeting",
    "id": "summit",
    "title": "Meeting summit",
    "href": "/meetings/summit",
}
FEES = {"noun": "demand", "id": "fees", "title": "Demand fees", "href": "/demands/fees"}
FIRST = {"noun": "claim", "id": "first", "title": "Claim first", "href": "/claims/first"}
NORTHLAND = {"id": "northland", "name": "Northland", "href": "/participants/northland"}
ANNA = {"id": "anna", "name": "Anna Ek", "href": "/participants/anna"}
NOTHING: Json = {"party": None, "fields": [], "before": None, "after": None, "differences": []}


def exact(identifier: str, record: Json, **fields: Any) -> Json:
    return {"id": identifier, "kind": identifier.partition(".")[0], "record": record} | (
        NOTHING | fields
    )


async def test_a_meeting_that_was_moved_and_held_shows_its_schedule_before_and_after(
    database: Database,
) -> None:
    async with over(database, known_by_day) as site:
        place = "meeting_changed.meeting.summit"
        assert await only(site, place, since="2022-01-02", known_at="2022-01-06") == exact(
            place,
            SUMMIT,
            fields=["status", "starts", "place", "duration"],
            before=schedule("scheduled", "2022-01-04", "Arden"),
            after=schedule("held", "2022-01-05", "Brava", "PT7H"),
        )
        place = "record_added.meeting.summit"
        described = {"title": "Meeting summit", **schedule("scheduled", "2022-01-04", "Arden")}
        found = await only(site, place, since="2021-12-31", known_at="2022-01-01")
        assert found == exact(place, SUMMIT, after=described)


async def test_a_position_shows_the_stance_with_the_answer_that_it_rests_on(
    database: Database,
) -> None:
    refused = {
        "stance": "rejects",
        "since": {"edtf": "2022-01-03", "earliest": "2022-01-03", "latest": "2022-01-03"},
        "response": "refused",
        "reported_by": None,
        "conflict": False,
    }
    agreed = {
        "stance": "accepts",
        "since": {"edtf": "2022-01-08", "earliest": "2022-01-08", "latest": "2022-01-08"},
        "response": "agreed",
        "reported_by": ANNA,
        "conflict": False,
    }
    silent = {"stance": "no_record", "since": None, "response": None} | {
        "reported_by": None,
        "conflict": False,
    }
    place = "position_changed.fees.northland"
    states = {("02", "03"): (silent, refused), ("03", "09"): (refused, agreed)}
    async with over(database, known_by_day) as site:
        for (first, last), (before, after) in states.items():
            asked = {"since": f"2022-01-{first}", "known_at": f"2022-01-{last}"}
            found = await only(site, place, **asked)
            assert (found["before"], found["after"]) == (before, after)
            assert (found["record"], found["party"]) == (FEES, NORTHLAND)
        # Before there was a demand, there was nothing to have a position on.
        found = await only(site, place, since="2021-12-31")
        assert (found["before"], found["after"], found["fields"]) == (None, agreed, [])


async def test_an_entry_is_shown_with_what_it_says_and_the_words_that_show_it(
    database: Database,
) -> None:
    async with over(database, known_by_day) as site:
        place = "entry_added.demand.fees.responses.agreed"
        found = await only(site, place, since="2022-01-06")
        (proof,) = found["after"].pop("evidence")
        assert (proof["source"]["id"], proof["exact"]) == ("d", "words of d")
        assert found == exact(
            place,
            FEES,
            after={
                "id": "demand.fees.responses.agreed",
                "kind": "response",
                "on": {"edtf": "2022-01-08", "earliest": "2022-01-08", "latest": "2022-01-08"},
                "earliest": "2022-01-08",
                "latest": "2022-01-08",
                "title": "Northland accepts (reported by Anna Ek): Demand fees",
                "text": None,
                "by": [NORTHLAND],
                "reported_by": [ANNA],
                "stance": "accepts",
                "status": None,
            },
        )


async def test_a_correction_names_each_place_and_a_retraction_what_is_gone(
    database: Database,
) -> None:
    async with over(database, found_by_revision) as site:
        words = "Claim first, in other words"
        place = "record_corrected.claim.first"
        assert await only(site, place, since=1, as_of=4) == exact(
            place,
            FIRST | {"title": words},
            fields=["on", "text"],
            before={"version": 1},
            after={"version": 2},
            differences=[
                {"path": "/on", "before": None, "after": "2022-01-01"},
                {"path": "/text", "before": "Claim first", "after": words},
            ],
        )
        place = "record_extended.claim.first"
        (learned,) = (await only(site, place, since=1, as_of=4))["differences"]
        assert (learned["path"], learned["before"]) == ("/evidence/e2", None)
        assert (learned["after"]["source"], learned["after"]["exact"]) == ("c", "words of c")
        place = "record_retracted.claim.wrong"
        wrong = {"id": "wrong", "title": "Claim wrong", "href": "/claims/wrong"}
        assert await only(site, place, since=1) == exact(
            place, {"noun": "claim", **wrong}, before={"title": "Claim wrong"}
        )
        place = "demand_status_changed.demand.fees"
        assert await only(site, place, since=4) == exact(
            place,
            FEES,
            fields=["status"],
            before={"status": "accepted"},
            after={"status": "superseded"},
        )


async def test_parts_that_were_changed_or_dropped_are_corrections(database: Database) -> None:
    late = PLANNED | {"starts": "2022-01-07"}
    evidence = [quote("a", "harbor"), quote("b")]
    write(database, *setting(), meeting("summit", PLANNED, MOVED, attendance=[BORIS]))
    write(database, claim("first", evidence=evidence))
    write(database, meeting("summit", late), claim("first", evidence=[quote("a", "harbour")]))
    async with opened(database) as site:
        assert await told(site, since=2) == [
            "record_corrected.meeting.summit notices attendance",
            "meeting_changed.meeting.summit status starts place",
            "entry_removed.meeting.summit.notices.moved",
            "record_corrected.claim.first evidence",
        ]
        found = await only(site, "record_corrected.meeting.summit", since=2)
        assert [one["path"] for one in found["differences"]] == [
            "/notices/planned/starts",
            "/attendance/boris",
        ]
        assert found["differences"][1]["after"] is None
        found = await only(site, "record_corrected.claim.first", since=2)
        assert found["differences"][0] == {
            "path": "/evidence/e1/exact",
            "before": "harbor",
            "after": "harbour",
        }


async def test_a_withdrawal_is_an_entry_and_ends_the_demand(database: Database) -> None:
    gone = {"id": "gone", "on": "2022-01-06", **quotes("c")}
    write(database, *setting(), demand("fees", responses=[REFUSED], withdrawn=gone))
    async with opened(database) as site:
        assert await told(site, since="2022-01-05") == [
            "demand_status_changed.demand.fees status",
            "entry_added.demand.fees.withdrawn.gone",
        ]


async def test_a_link_to_a_meeting_that_readers_had_not_heard_of_is_learned(
    database: Database,
) -> None:
    write(
        database,
        *setting(),
        meeting("summit", notice("held", "c", id="held")),
        claim("first", meeting="summit", about_meetings=["summit"]),
    )
    async with opened(database) as site:
        asked = {"since": "2022-01-05", "known_at": "2022-01-06"}
        found = await only(site, "record_extended.claim.first", **asked)
        assert found["differences"] == [
            {"path": "/meeting", "before": None, "after": "summit"},
            {"path": "/about_meetings", "before": None, "after": ["summit"]},
        ]


async def test_what_no_reader_surely_had_on_any_day_shows_only_where_no_day_ends_the_span(
    database: Database,
) -> None:
    rumour = notice("cancelled", "undated", id="rumour")
    write(database, *setting(), meeting("summit", PLANNED, rumour), claim("murky", "undated"))
    # What has no day was said before all that has one, so the status stays as it was.
    late = ["entry_added.meeting.summit.notices.rumour", "entry_added.claim.murky"]
    async with opened(database) as site:
        assert await told(site, since="2022-01-02", known_at="9999-12-31") == []
        assert await told(site, since="2022-01-02") == late
        assert await told(site, since="9999-12-31") == late


async def test_a_record_whose_source_turns_out_to_be_newer_is_gone_but_not_taken_back(
    database: Database,
) -> None:
    write(
        database,
        *setting(),
        meeting("summit", PLANNED, MOVED),
        meeting("other", notice("scheduled", "b", id="planned", starts="2022-01-09")),
        claim("later", "b"),
    )
    write(database, source("b", published="2022-01-08"))
    async with opened(database) as site:
        gone = [
            "record_removed.meeting.other",
            "entry_removed.meeting.other.notices.planned",
            "meeting_changed.meeting.summit status starts place",
            "entry_removed.meeting.summit.notices.moved",
            "entry_removed.claim.later",
        ]
        assert await told(site, since=1, known_at="2022-01-05") == gone
        assert await told(site, since=1, known_at="2022-01-08") == []
        assert await told(site, since=1) == []


async def test_a_record_that_moves_leaves_one_negotiation_and_joins_the_other(
    database: Database,
) -> None:
    write(database, *setting(), meeting("summit", PLANNED), claim("first"))
    other = negotiation("quay-talks", title="Quay talks")
    moved = [
        meeting("summit", PLANNED, negotiation="quay-talks"),
        claim("first", negotiation="quay-talks"),
    ]
    write(database, other, *moved)
    async with opened(database) as site:
        assert await told(site, since=1) == [
            "record_removed.meeting.summit",
            "entry_removed.meeting.summit.notices.planned",
            "entry_removed.claim.first",
        ]
        assert await told(site, "/negotiations/quay-talks/diff", since=1) == [
            "record_added.meeting.summit",
            "entry_added.meeting.summit.notices.planned",
            "entry_added.claim.first",
            "record_added.negotiation.quay-talks",
        ]


async def test_what_one_negotiation_does_is_not_told_of_another(database: Database) -> None:
    known_by_day(database)
    write(database, negotiation("quay-talks"), claim("quay", negotiation="quay-talks"))
    async with opened(database) as site:
        assert await told(site, since=1) == []
        assert await told(site, since="2021-12-31") == ALL_THAT_IS


async def test_a_page_counts_records_and_a_walk_visits_each_change_once(
    database: Database,
) -> None:
    async with over(database, found_by_revision) as site:
        expected = await site.ids(DIFF, since=1, limit=200)
        assert len(expected) == 14
        for limit in range(1, 8):
            address = f"{DIFF}?since=1&limit={limit}"
            assert await walk(by_links(site, address)) == expected
            assert await walk(by_cursors(site, address)) == expected
        sizes = [len(page["items"]) async for page in by_links(site, f"{DIFF}?since=1&limit=2")]
        # Meeting and first claim; the two other claims; the two demands; the negotiation, in which
        # only a name is new.
        assert sizes == [4 + 2, 1 + 2, 4 + 1, 0]


async def test_a_walk_stays_between_the_pins_of_its_first_page(database: Database) -> None:
    async with over(database, found_by_revision) as site:
        expected = await site.ids(DIFF, since=1, limit=200)
        seen = []
        async for page in by_cursors(site, f"{DIFF}?since=1&limit=1"):
            seen += [item["id"] for item in page["items"]]
            assert (page["pin"]["revision"], page["since"]["revision"]) == (5, 1)
            write(database, claim(f"z-{len(seen)}"), meeting("summit", PLANNED), now=at(6))
        assert seen == expected


@pytest.mark.parametrize("form", ["ndjson", "csv", "jsonld"])
async def test_every_format_of_rows_has_the_same_changes(database: Database, form: str) -> None:
    async with over(database, found_by_revision) as site:
        ids = await site.ids(DIFF, since=1, limit=200)
        answer = await site.client.get(DIFF, params={"since": 1, "format": form, "limit": 200})
        assert answer.status_code == 200
        places = [answer.text.find(one) for one in ids]
        assert -1 not in places
        assert len(places) == 14
        if form != "jsonld":
            streamed = await site.client.get(DIFF, params={"since": 1, "format": form})
            assert streamed.content == answer.content


async def test_a_table_has_states_and_differences_as_json_in_one_cell(database: Database) -> None:
    async with over(database, found_by_revision) as site:
        answer = await site.client.get(DIFF, params={"since": 4, "format": "csv"})
        head, line, *_ = answer.text.split("\r\n")
        assert head == (
            "id,kind,record_noun,record_id,record_title,party_id,party_name,fields,before,after,"
            "differences"
        )
        assert line == (
            "demand_status_changed.demand.fees,demand_status_changed,demand,fees,Demand fees,,,"
            'status,"{""status"":""accepted""}","{""status"":""superseded""}",'
        )


async def test_some_fields_can_be_asked_for(database: Database) -> None:
    async with over(database, known_by_day) as site:
        items = await site.items(DIFF, since="2022-01-06", fields="id,kind")
        assert items[0] == {
            "id": "demand_status_changed.demand.fees",
            "kind": "demand_status_changed",
        }


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "is missing"),
        ({"since": "today"}, "a day"),
        ({"since": "2022-02-30"}, "a day"),
        ({"since": "last week"}, "a day"),
        ({"since": "2022-01-11", "known_at": "2022-01-10"}, "known_at"),
        ({"since": "2"}, "newest revision"),
        ({"since": "1", "as_of": "0"}, ""),
        ({"since": "2031-01-01T00:00:00Z"}, "future"),
        ({"since": "2022-01-01T25:00:00Z"}, "instant"),
        ({"since": ["1", "1"]}, "once"),
    ],
)
async def test_a_bad_or_later_pin_is_refused_by_its_name(
    site: Site, asked: Json, words: str
) -> None:
    if asked.get("as_of") == "0":
        problem = await site.problem(SEED, 404, **asked)
        assert problem["type"].endswith("/problems/not-yet-recorded")
        return
    problem = await site.problem(SEED, 422, **asked)
    (fault,) = problem["errors"]
    assert fault["parameter"] == "since"
    assert words in fault["message"]


async def test_a_revision_after_the_one_asked_for_is_refused(database: Database) -> None:
    async with over(database, found_by_revision) as site:
        for since in ("4", "2026-11-23T09:04:30Z"):
            problem = await site.problem(DIFF, 422, since=since, as_of=3)
            assert [fault["parameter"] for fault in problem["errors"]] == ["since"]


async def test_a_negotiation_that_is_not_there_has_no_differences(site: Site) -> None:
    for address in ("/negotiations/nothing/diff", f"/negotiations/{KNOWN['claims']}/diff"):
        for form in ("json", "csv", "ndjson"):
            problem = await site.problem(address, 404, since="2022-01-09", format=form)
            assert problem["type"].endswith("/problems/record-not-found")


async def test_the_seed_is_new_to_who_knew_nothing_of_it(site: Site) -> None:
    items = await site.items(SEED, since="2022-01-09", limit=200)
    kinds = [item["kind"] for item in items]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    # Three meetings with a notice each, ten claims, eight demands, five answers; of these four
    # make a position, for one of them is told twice. The talks themselves are identity data, but
    # what shows them was not known.
    assert counts == {
        "entry_added": 3 + 10 + 8 + 5,
        "position_changed": 4,
        "record_added": 3,
        "record_extended": 1,
    }
    assert all(item["before"] is None for item in items if item["kind"] != "record_extended")
    assert items[-1]["record"]["id"] == "us-russia-security-talks-2022"
    assert [one["path"] for one in items[-1]["differences"]] == [
        "/evidence/e1",
        "/evidence/e2",
        "/parties/russia",
        "/parties/ukraine",
    ]
    entries = {item["after"]["id"] for item in items if item["kind"] == "entry_added"}
    timeline = await site.ids(SEED.replace("diff", "timeline"), limit=200)
    assert entries == set(timeline)
    assert await site.items(SEED, since="2022-01-12") == []


async def test_since_nothing_was_recorded_the_talks_are_new_as_well(site: Site) -> None:
    items = await site.items(SEED, since=0, limit=200)
    assert items[-1]["id"] == "record_added.negotiation.us-russia-security-talks-2022"
    assert len(items) == 3 + 26 + 4 + 1


async def test_both_databases_answer_the_same_bytes(both: tuple[Database, Database]) -> None:
    asked = ["since=1", "since=0&as_of=3", "since=2021-12-31", "since=1&limit=1", "since=2"]
    bodies = []
    for database in both:
        async with over(database, found_by_revision) as site:
            forms = ("json", "ndjson", "csv", "jsonld")
            addresses = [f"{DIFF}?{one}&format={form}" for one in asked for form in forms]
            bodies.append([(await site.client.get(one)).content for one in addresses])
    assert bodies[0] == bodies[1]


async def test_a_hundred_records_take_as_many_statements_as_one(database: Database) -> None:
    write(database, *setting(), claim("c-000"))
    more = [claim(f"c-{number:03}", "b") for number in range(1, 150)]
    demands = [demand(f"d-{number:03}", "b", responses=[REFUSED]) for number in range(50)]
    write(database, *more, *demands)
    async with opened(database) as site:
        counts = []
        write(database, claim("c-000", "a c"))
        for since in ("2022-01-03", "2022-01-02", "2021-12-31"):
            with statements(site) as asked:
                items = await site.items(DIFF, since=since, limit=200)
            counts.append((len(items), len(asked)))
    assert [number for number, _ in counts] == [1, 1 + 149 + 50 * 3, 150 + 50 * 3]
    assert len({number for _, number in counts}) == 1
