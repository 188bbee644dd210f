"""The timeline: every happening once, on its own day, as far as the pin shows it."""

import pytest

from app.store.engine import Database
from tests.http import LOADED, Json, Site, opened
from tests.made_up import claim, day, demand, meeting, notice, quotes, setting, source, write
from tests.web.test_conditional import statements

TALKS = "/negotiations/us-russia-security-talks-2022/timeline"


def lines(entries: list[Json]) -> list[tuple[str, str | None]]:
    return [(entry["id"], entry["on"] and entry["on"]["edtf"]) for entry in entries]


async def test_the_seed_is_told_in_order(site: Site) -> None:
    entries = await site.items(TALKS)
    assert [entry["kind"] for entry in entries].count("claim") == 10
    assert [entry["kind"] for entry in entries].count("demand") == 8
    notices = [(one["title"], one["on"]["edtf"]) for one in entries if one["kind"] == "notice"]
    assert notices == [
        ("Geneva: first round of talks: held", "2022-01-10"),
        ("Brussels: NATO-Russia Council: scheduled", "2022-01-12"),
        ("Vienna: OSCE Permanent Council: scheduled", "2022-01-13"),
    ]
    days = [(one["earliest"] or "", one["latest"] or "9999") for one in entries]
    assert days == sorted(days)


async def test_an_answer_is_an_entry_of_its_own(site: Site) -> None:
    entries = await site.items(TALKS, kind="response", participant="wendy-sherman")
    silence = next(one for one in entries if one["stance"] == "no_answer")
    assert silence["title"] == (
        "Russia gives no answer (reported by Wendy Sherman): "
        "De-escalate on the border with Ukraine."
    )
    assert [one["id"] for one in silence["by"]] == ["russia"]
    assert [one["id"] for one in silence["reported_by"]] == ["wendy-sherman"]
    assert silence["record"]["noun"] == "demand"
    assert "did not respond directly" in silence["evidence"][0]["exact"]


async def test_nothing_is_told_before_it_was_known(site: Site) -> None:
    assert await site.items(TALKS, known_at="2022-01-09") == []
    assert len(await site.items(TALKS, known_at="2022-01-12")) == len(await site.items(TALKS))


@pytest.fixture
def talks(database: Database) -> Database:
    """A meeting that is announced, moved, put off and held, and a demand that is answered twice."""
    write(
        database,
        *setting(),
        meeting(
            "m1",
            notice("scheduled", "a", starts="2022-01-05", reported_on="2022-01-01"),
            notice("rescheduled", "b", starts="2022-01-08", reported_on="2022-01-03"),
            notice("held", "d", starts="2022-01-08"),
            title="Harbour round",
        ),
        meeting("m2", notice("postponed", "b"), notice("proposed", "a", starts="2022-01-04")),
        claim("c1", "a", on="2022-01~"),
        claim("c2", "b"),
        demand(
            "d1",
            "a",
            on="2022-01-02",
            responses=[
                {"by": "northland", "stance": "rejects", "on": "2022-01-03", **quotes("b")},
                {"by": "northland", "stance": "accepts", "on": "2022-01-09", **quotes("d")},
            ],
            withdrawn={"on": "2022-01-10", **quotes("e")},
        ),
        now=LOADED,
    )
    return database


EVERYTHING = [
    ("claim.c1", "2022-01~"),
    ("demand.d1", "2022-01-02"),
    ("demand.d1.responses.r3", "2022-01-03"),
    ("meeting.m2.notices.n1", "2022-01-03"),
    ("meeting.m2.notices.n2", "2022-01-04"),
    ("meeting.m1.notices.n1", "2022-01-05"),
    ("meeting.m1.notices.n2", "2022-01-08"),
    ("meeting.m1.notices.n3", "2022-01-08"),
    ("demand.d1.responses.r4", "2022-01-09"),
    ("demand.d1.withdrawn.w2", "2022-01-10"),
    ("claim.c2", None),
]


async def test_every_happening_stands_on_its_own_day_and_unknown_days_last(
    talks: Database,
) -> None:
    async with opened(talks) as site:
        assert lines(await site.items("/timeline")) == EVERYTHING
        backwards = await site.items("/timeline", sort="-on")
        assert lines(backwards)[0] == ("demand.d1.withdrawn.w2", "2022-01-10")
        # What is uncertain can mean the end of the month, but it begins where it may begin.
        assert lines(backwards)[-2:] == [("claim.c1", "2022-01~"), ("claim.c2", None)]


async def test_each_day_shows_what_was_known_and_plans_that_still_stood(talks: Database) -> None:
    stood = {
        1: {"m1.notices.n1": True, "m2.notices.n2": True},
        3: {
            "m1.notices.n1": False,
            "m1.notices.n2": True,
            "m2.notices.n1": True,
            "m2.notices.n2": False,
        },
        9: {
            "m1.notices.n1": False,
            "m1.notices.n2": True,
            "m1.notices.n3": True,
            "m2.notices.n1": True,
            "m2.notices.n2": False,
        },
    }
    async with opened(talks) as site:
        for number, expected in stood.items():
            told = await site.items("/timeline", kind="notice", known_at=str(day(number)))
            found = {one["id"].removeprefix("meeting."): one["stands"] for one in told}
            assert found == expected
        assert [one[0] for one in lines(await site.items("/timeline", known_at=str(day(2))))] == [
            "claim.c1",
            "demand.d1",
            "meeting.m2.notices.n2",
            "meeting.m1.notices.n1",
        ]


CALLED_OFF = notice("cancelled", "b", id="off", reported_on="2022-01-03")
PLANNED = notice("scheduled", "a", id="plan", starts="2022-01-05")
ON_AGAIN = notice("scheduled", "c", id="on", starts="2022-01-09")
LATER = notice("rescheduled", "b", id="later")
HELD = notice("held", "c", id="held", starts="2022-01-05")
NOT_HELD = notice("not_held", "d", id="not")


@pytest.mark.parametrize(
    ("notices", "stand"),
    [
        ([PLANNED, CALLED_OFF], "off"),
        ([PLANNED, CALLED_OFF, ON_AGAIN], "on"),
        ([PLANNED, CALLED_OFF, NOT_HELD], "off not"),
        ([PLANNED, LATER], "later"),
        ([PLANNED, LATER, ON_AGAIN], "on"),
        ([PLANNED, LATER, notice("held", "c", id="held")], "later held"),
        ([PLANNED, HELD], "plan held"),
        # Two papers contradict each other: neither is newer than the other.
        ([PLANNED, HELD, NOT_HELD], "held not"),
        ([PLANNED, notice("scheduled", "a2", id="rival", starts="2022-01-07")], "plan rival"),
        # A paper that takes its word back.
        ([HELD, notice("not_held", "c", id="not", reported_on="2022-01-08")], "not"),
    ],
)
async def test_a_notice_stands_until_something_newer_replaces_it(
    database: Database, notices: list[Json], stand: str
) -> None:
    write(database, *setting(), source("a2", "2022-01-01"), meeting("m1", *notices))
    async with opened(database) as site:
        told = await site.items("/timeline")
        standing = {one["id"].rpartition(".")[2] for one in told if one["stands"]}
        assert standing == set(stand.split())


async def test_the_timeline_takes_filters_days_and_orders(talks: Database) -> None:
    async with opened(talks) as site:
        path = "/negotiations/harbour-talks/timeline"
        assert await site.ids(path, kind="withdrawal") == ["demand.d1.withdrawn.w2"]
        assert await site.ids(path, stance="accepts") == ["demand.d1.responses.r4"]
        assert await site.ids(path, status="held") == ["meeting.m1.notices.n3"]
        assert await site.ids(path, meeting="m2") == [
            "meeting.m2.notices.n1",
            "meeting.m2.notices.n2",
        ]
        assert await site.ids(path, source="e") == ["demand.d1.withdrawn.w2"]
        assert await site.ids(path, source=["e", "d"], kind="response") == [
            "demand.d1.responses.r4"
        ]
        assert await site.ids(path, participant="anna") == ["claim.c1", "claim.c2"]
        within = {"from": "2022-01-03", "until": "2022-01-04"}
        assert await site.ids(path, **within) == [
            "claim.c1",
            "demand.d1.responses.r3",
            "meeting.m2.notices.n1",
            "meeting.m2.notices.n2",
        ]
        assert await site.ids(path, sort="id", limit=2) == ["claim.c1", "claim.c2"]
        await site.problem("/negotiations/nobodys-talks/timeline", 404)


async def test_a_walk_through_the_timeline_meets_every_entry_once(talks: Database) -> None:
    async with opened(talks) as site:
        for limit in (1, 2, 3, 11):
            met: list[tuple[str, str | None]] = []
            cursor: Json = {}
            while True:
                page = await site.get("/timeline", limit=limit, **cursor)
                met += lines(page["items"])
                if page["next_cursor"] is None:
                    break
                cursor = {"cursor": page["next_cursor"]}
            assert met == EVERYTHING


async def test_the_timeline_takes_as_many_statements_for_one_entry_as_for_many(site: Site) -> None:
    counts = set()
    for limit in (1, 5, 200):
        with statements(site) as asked:
            await site.get(TALKS, limit=limit, facet="kind,participant,source", count="true")
        counts.add(len(asked))
    assert len(counts) == 1


async def test_entries_change_with_their_record_and_stay_at_older_revisions(
    talks: Database,
) -> None:
    write(talks, claim("c1", "a", on="2022-01-02"), retract=[("claim", "c2")], now=LOADED)
    async with opened(talks) as site:
        now = dict(lines(await site.items("/timeline", kind="claim")))
        assert now == {"claim.c1": "2022-01-02"}
        then = dict(lines(await site.items("/timeline", kind="claim", as_of="1")))
        assert then == {"claim.c1": "2022-01~", "claim.c2": None}
