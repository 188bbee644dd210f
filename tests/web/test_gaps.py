"""What the record leaves open, day by day of a made-up week and in the seed, written by hand."""

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
    quote,
    quotes,
    setting,
    source,
    write,
)
from tests.web.test_conditional import statements
from tests.web.test_paging import by_cursors, by_links, walk

GAPS = f"/negotiations/{TALKS}/gaps"
SEED = f"/negotiations/{KNOWN['negotiations']}/gaps"
BOTH_ASKED = ["northland", "council"]

ACCEPTED: Json = {"id": "yes", "by": "northland", "stance": "accepts", **quotes("b")}
SILENT: Json = {"id": "silence", "by": "council", "stance": "no_answer", **quotes("c")}
LATE: Json = {"id": "no", "by": "council", "stance": "rejects", **quotes("d")}
GUESSED: Json = {"evidence": [], "inferred": [{"field": "text", "note": "It must be so."}]}
DENIED: Json = {"evidence": [quote("a", bearing="disputes")]}
PLANNED = notice("scheduled", "a", id="planned", starts="2022-01-03/2022-01-04")
HELD = notice("held", "c", id="held", starts="2022-01-04")


def load(database: Database) -> None:
    """A demand on two, answered bit by bit; ends of demands; a meeting; claims with more and less
    support; quotes that were checked and others.
    """
    asked: Json = {"addressed_to": BOTH_ASKED, "on": "../2022-01-01"}
    checked = [
        quote("a", "one", id="fine", verification="verified"),
        quote("a", "two", id="twice", verification="verified_multiple"),
        quote("a", "three", id="gone", verification="missing"),
        quote("b", "four", id="moved", verification="relocated"),
    ]
    verified: Json = {"evidence": [quote("a", verification="verified")]}
    write(
        database,
        *setting(),
        source("reprint", published="2022-01-02", origin="a"),
        demand("fees", responses=[ACCEPTED, SILENT | {"reported_by": "anna"}, LATE], **asked),
        demand("dropped", withdrawn={"id": "gone", "on": "2022-01-06", **quotes("c")}),
        demand("old", on="2022-01"),
        demand("new", "b", replaces="old", addressed_to=["council"]),
        demand("to-nobody", addressed_to=[]),
        meeting("summit", PLANNED, HELD),
        meeting("some-day", notice("proposed", "a", id="idea")),
        claim("one-voice", "a reprint"),
        claim("two-voices", "a b"),
        claim("guessed", **GUESSED),
        claim("denied", **DENIED),
        claim("checked", evidence=checked),
        claim("sure", **verified),
    )


async def ids(site: Site, number: int | None = None, **asked: Any) -> list[str]:
    pin = {} if number is None else {"known_at": day(number).isoformat()}
    return await site.ids(GAPS, limit=200, **pin, **asked)


UNANSWERED = {
    0: [],
    # Asked of both, and of whom the talks ask by default.
    1: ["dropped.northland", "fees.council", "fees.northland", "old.northland"],
    # One of them accepts; a new demand takes the place of the old one.
    3: ["dropped.northland", "fees.council", "new.council"],
    # One demand is withdrawn; that somebody reports silence is no answer.
    6: ["fees.council", "new.council"],
    9: ["new.council"],
    None: ["new.council"],
}


async def test_a_demand_is_open_until_each_addressee_has_answered_or_it_ends(
    database: Database,
) -> None:
    load(database)
    async with opened(database) as site:
        for number, expected in UNANSWERED.items():
            found = await ids(site, number, kind="unanswered")
            assert found == [f"unanswered.{one}" for one in expected]


async def test_a_gap_says_who_has_not_answered_who_says_so_and_since_when(
    database: Database,
) -> None:
    load(database)
    council = {"id": "council", "name": "Harbour Council", "href": "/participants/council"}
    fees = {"noun": "demand", "id": "fees", "title": "Demand fees", "href": "/demands/fees"}
    common = {
        "id": "unanswered.fees.council",
        "kind": "unanswered",
        "record": fees,
        "party": council,
        "quote": None,
        "since": "2022-01-01",
    }
    async with opened(database) as site:
        _, found, *_ = await site.items(GAPS, known_at="2022-01-03", kind="unanswered")
        detail = "Harbour Council: no answer is on record."
        assert found == common | {"reported_by": None, "detail": detail}
        found, _ = await site.items(GAPS, known_at="2022-01-06", kind="unanswered")
        anna = {"id": "anna", "name": "Anna Ek", "href": "/participants/anna"}
        detail = "Harbour Council: no answer was given, as Anna Ek reports."
        assert found == common | {"reported_by": anna, "detail": detail}
        # A demand of some day in January can be of its last; one without a day has none.
        days = {
            gap["id"]: gap["since"]
            for gap in await site.items(GAPS, known_at="2022-01-01", kind="unanswered")
        }
        assert days["unanswered.old.northland"] == "2022-01-31"
        assert days["unanswered.dropped.northland"] is None


async def test_silence_that_a_source_tells_itself_has_no_reporter(database: Database) -> None:
    write(database, *setting(), demand("fees", addressed_to=["council"], responses=[SILENT]))
    async with opened(database) as site:
        (gap,) = await site.items(GAPS, kind="unanswered")
        assert gap["reported_by"] is None
        assert gap["detail"] == "Harbour Council: no answer was given."


OVERDUE = [
    ({}, []),  # it was held, says paper c
    ({"known_at": "2022-01-04"}, []),
    ({"known_at": "2022-01-05"}, ["overdue.summit"]),
    ({"known_at": "2022-01-06"}, []),
    ({"known_at": "2022-01-02", "at": "2022-01-04"}, []),
    ({"known_at": "2022-01-02", "at": "2022-01-05"}, ["overdue.summit"]),
    ({"known_at": "2022-01-02", "at": "today"}, ["overdue.summit"]),
]


async def test_a_meeting_is_overdue_once_its_last_day_is_past_and_nothing_says_it_was_held(
    database: Database,
) -> None:
    load(database)
    async with opened(database) as site:
        for asked, expected in OVERDUE:
            assert await site.ids(GAPS, kind="overdue", **asked) == expected
        page = await site.get(GAPS, kind="overdue", known_at="2022-01-05")
        assert page["pin"] == {"revision": 1, "known_at": "2022-01-05", "at": "2022-01-05"}
        (gap,) = page["items"]
        summit = {"noun": "meeting", "id": "summit", "title": "Meeting summit"}
        assert gap == {
            "id": "overdue.summit",
            "kind": "overdue",
            "record": summit | {"href": "/meetings/summit"},
            "party": None,
            "reported_by": None,
            "quote": None,
            "detail": "Its last day on record is 2022-01-04; judged by 2022-01-05, nothing says "
            "whether it was held.",
            "since": "2022-01-04",
        }


async def test_by_default_a_meeting_is_judged_by_the_day_to_which_its_talks_were_followed(
    database: Database,
) -> None:
    later = notice("scheduled", "d", id="planned", starts="2022-01-30")
    elsewhere = notice("scheduled", "e", id="planned", starts="2022-01-30")
    write(database, *setting(), meeting("summit", PLANNED))
    write(database, negotiation("quay-talks"))
    write(database, meeting("quay", elsewhere, negotiation="quay-talks"))
    async with opened(database) as site:
        # The talks themselves were followed to day 1; others do not count.
        assert await ids(site, kind="overdue") == []
        write(database, meeting("next", later))
        (gap,) = await site.items(GAPS, kind="overdue")
        assert gap["id"] == "overdue.summit"
        assert "judged by 2022-01-09" in gap["detail"]
        assert await ids(site, kind="overdue", as_of=3) == []


SINGLE = {
    0: [],
    1: ["checked", "one-voice", "sure", "two-voices"],
    3: ["one-voice", "sure"],
    None: ["one-voice", "sure"],
}
UNSUPPORTED = {0: [], 1: ["denied"], 9: ["denied"], None: ["denied", "guessed"]}


async def test_ten_reprints_are_one_source_and_a_dispute_or_a_guess_is_none(
    database: Database,
) -> None:
    load(database)
    async with opened(database) as site:
        for kind, table in {"single_source": SINGLE, "unsupported": UNSUPPORTED}.items():
            for number, expected in table.items():
                found = await ids(site, number, kind=kind)
                assert found == [f"{kind}.{one}" for one in expected]
        (gap, *_) = await site.items(GAPS, kind="single_source")
        words = "All that supports it comes from one independent source."
        assert (gap["record"]["title"], gap["detail"]) == ("Claim one-voice", words)
        assert (gap["since"], gap["party"], gap["quote"]) == (None, None, None)
        (gap, *_) = await site.items(GAPS, kind="unsupported")
        assert (gap["record"]["id"], gap["detail"]) == ("denied", "No quote supports it.")


async def test_a_quote_is_open_until_it_was_found_in_its_source_as_stated(
    database: Database,
) -> None:
    load(database)
    async with opened(database) as site:
        gaps = await site.items(GAPS, kind="unverified", limit=200)
        told = {gap["quote"]: gap["detail"] for gap in gaps}
        assert [gap["id"] for gap in gaps] == [f"unverified.{one}" for one in told]
        of_checked = {one: words for one, words in told.items() if one.startswith("claim.checked")}
        assert of_checked == {
            "claim.checked.evidence.gone": "The words are not in the text of the source.",
            "claim.checked.evidence.moved": "The words stand elsewhere in the text of the source "
            "than stated.",
        }
        unchecked = told["claim.one-voice.evidence.e1"]
        assert unchecked == "The words were not compared with the text of the source."
        assert not [one for one in told if one.startswith("claim.sure")]
        assert "meeting.summit.notices.held.evidence.e1" in told
        early = await ids(site, 1, kind="unverified")
        assert "unverified.claim.checked.evidence.gone" in early
        assert "unverified.claim.checked.evidence.moved" not in early


async def test_kinds_come_in_their_order_each_by_record(database: Database) -> None:
    load(database)
    async with opened(database) as site:
        pin = {"known_at": "2022-01-05"}
        gaps = await site.items(GAPS, limit=200, **pin)
        kinds = [gap["kind"] for gap in gaps]
        assert list(dict.fromkeys(kinds)) == [
            "unanswered",
            "overdue",
            "single_source",
            "unsupported",
            "unverified",
        ]
        assert kinds == sorted(kinds, key=list(dict.fromkeys(kinds)).index)
        chosen = await site.ids(GAPS, kind=["unsupported", "overdue"], **pin)
        assert chosen == ["overdue.summit", "unsupported.denied"]


async def test_what_is_taken_back_or_of_other_talks_leaves_no_gap_here(database: Database) -> None:
    load(database)
    async with opened(database) as site:
        before = await ids(site)
        others = {"negotiation": "quay-talks"}
        quay = [claim("quay", **others), demand("quay-fees", **others)]
        write(database, negotiation("quay-talks"), *quay)
        assert await ids(site) == before
        write(database, retract=[("claim", "one-voice")])
        assert await ids(site) == [one for one in before if "one-voice" not in one]
        assert await ids(site, as_of=1) == before
        assert await site.ids("/negotiations/quay-talks/gaps") == [
            "unanswered.quay-fees.northland",
            "single_source.quay",
            "unverified.claim.quay.evidence.e1",
            "unverified.demand.quay-fees.evidence.e1",
        ]


async def test_gaps_are_counted_by_kind_under_the_same_filter_and_pin(database: Database) -> None:
    load(database)
    async with opened(database) as site:
        for number in (0, 1, 3, 6, None):
            gaps = await ids(site, number)
            pin = {} if number is None else {"known_at": day(number).isoformat()}
            page = await site.get(GAPS, count="true", facet="kind", limit=1, **pin)
            assert page["total"] == len(gaps)
            kinds = [one.partition(".")[0] for one in gaps]
            expected = {(kind, kinds.count(kind)) for kind in kinds}
            assert {(one["value"], one["count"]) for one in page["facets"]["kind"]} == expected
            counts = [one["count"] for one in page["facets"]["kind"]]
            assert counts == sorted(counts, reverse=True)
        page = await site.get(GAPS, count="true", facet="kind", kind="unanswered", limit=1)
        value = {"value": "unanswered", "label": None, "href": None, "count": 1}
        assert (page["total"], page["facets"]) == (1, {"kind": [value]})
        answer = await site.client.get(f"{GAPS}?count=true&format=ndjson")
        assert answer.headers["parley-total"] == str(len(answer.text.splitlines()))


async def test_a_walk_visits_each_gap_once_at_every_limit(database: Database) -> None:
    load(database)
    async with opened(database) as site:
        expected = await ids(site, 1)
        assert len(set(expected)) == len(expected) == 4 + 4 + 1 + 10
        for limit in (1, 2, 3, 4, 5, 7, len(expected) - 1, len(expected)):
            address = f"{GAPS}?known_at=2022-01-01&limit={limit}"
            assert await walk(by_links(site, address)) == expected
        assert await walk(by_cursors(site, f"{GAPS}?known_at=2022-01-01&limit=3")) == expected
        kinds = "kind=unverified&kind=unanswered"
        chosen = [one for one in expected if one.startswith("un") and "unsupported" not in one]
        assert await walk(by_links(site, f"{GAPS}?known_at=2022-01-01&{kinds}&limit=2")) == chosen


async def test_a_walk_sees_one_record_of_the_world_while_others_write(database: Database) -> None:
    load(database)
    async with opened(database) as site:
        expected = await ids(site)
        seen = []
        async for page in by_cursors(site, f"{GAPS}?limit=4"):
            seen += [item["id"] for item in page["items"]]
            write(database, claim(f"a-{len(seen)}"), demand("fees"), meeting("summit", PLANNED))
        assert seen == expected


@pytest.mark.parametrize("form", ["ndjson", "csv", "jsonld"])
async def test_every_format_of_rows_has_the_same_gaps(database: Database, form: str) -> None:
    load(database)
    async with opened(database) as site:
        expected = await ids(site)
        answer = await site.client.get(GAPS, params={"format": form, "limit": 200})
        assert answer.status_code == 200
        places = [answer.text.find(one) for one in expected]
        assert -1 not in places
        if form != "jsonld":
            streamed = await site.client.get(GAPS, params={"format": form})
            assert streamed.content == answer.content


@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "nothing"), ("facet", "party"), ("at", "2022-02-30"), ("limit", "0"), ("q", "x")],
)
async def test_a_wrong_parameter_is_refused_by_its_name(site: Site, name: str, value: str) -> None:
    problem = await site.problem(SEED, 422, **{name: value})
    assert [fault["parameter"] for fault in problem["errors"]] == [name]


async def test_a_facet_is_for_json(site: Site) -> None:
    problem = await site.problem(SEED, 422, facet="kind", format="csv")
    assert [fault["parameter"] for fault in problem["errors"]] == ["facet"]


async def test_a_negotiation_that_is_not_there_has_no_gaps(site: Site) -> None:
    problem = await site.problem("/negotiations/nothing/gaps", 404)
    assert problem["type"].endswith("/problems/record-not-found")
    problem = await site.problem(SEED, 404, as_of=0)
    assert problem["type"].endswith("/problems/not-yet-recorded")


# What the article leaves open. Sherman says of the calls for de-escalation that Russia did not
# respond; of the return to barracks and of the consistent message, nobody says what Russia answers;
# of two parts that Ryabkov names, nobody says what the United States answers.
UNANSWERED_IN_THE_SEED = {
    "de-escalation-on-the-border": ("russia", "wendy-sherman"),
    "nato-non-expansion": ("united-states", None),
    "no-missiles-near-russias-borders": ("united-states", None),
    "return-troops-to-barracks": ("russia", None),
    "russia-to-de-escalate-tensions": ("russia", None),
}


async def test_the_gaps_of_the_seed_are_those_of_the_article(site: Site, article: str) -> None:
    gaps = await site.items(SEED, limit=200)
    unanswered = {
        gap["record"]["id"]: (
            gap["party"]["id"],
            gap["reported_by"]["id"] if gap["reported_by"] else None,
        )
        for gap in gaps
        if gap["kind"] == "unanswered"
    }
    assert unanswered == UNANSWERED_IN_THE_SEED
    assert "did not respond directly to calls for de-escalation" in article
    # All of it is from the one article, whose every quote was found in it.
    single = [gap["record"]["id"] for gap in gaps if gap["kind"] == "single_source"]
    assert single == sorted(await site.ids("/claims", limit=200))
    assert len(gaps) == 5 + 10


async def test_the_rounds_to_come_are_overdue_once_their_days_are_past(site: Site) -> None:
    overdue = {
        "2022-01-12": [],
        "2022-01-13": ["brussels-2022-01-12"],
        "2022-01-14": ["brussels-2022-01-12", "vienna-2022-01-13"],
    }
    for at, expected in overdue.items():
        found = await site.ids(SEED, kind="overdue", at=at)
        assert found == [f"overdue.{one}" for one in expected]
    assert await site.ids(SEED, known_at="2022-01-11") == []


async def test_both_databases_answer_the_same_bytes(both: tuple[Database, Database]) -> None:
    asked = ["", "known_at=2022-01-05", "limit=3", "count=true&facet=kind", "at=2022-03-01"]
    bodies = []
    for database in both:
        load(database)
        async with opened(database) as site:
            answers = [await site.client.get(f"{GAPS}?{one}") for one in asked]
            answers += [
                await site.client.get(f"{GAPS}?format={form}") for form in ("csv", "jsonld")
            ]
            assert {answer.status_code for answer in answers} == {200}
            bodies.append([answer.content for answer in answers])
    assert bodies[0] == bodies[1]


async def test_a_hundred_gaps_take_as_many_statements_as_one(database: Database) -> None:
    write(database, *setting(), claim("c-000"))
    many = [claim(f"c-{number:03}", "b") for number in range(1, 51)]
    write(database, *many, *(demand(f"d-{number:03}", "b") for number in range(30)))
    async with opened(database) as site:
        counts = []
        for number in (0, 1, 3):
            asked = {"known_at": day(number).isoformat(), "limit": 200, "count": "true"}
            with statements(site) as seen:
                page = await site.get(GAPS, **asked)
            assert page["total"] == len(page["items"])
            counts.append((page["total"], len(seen)))
    assert [total for total, _ in counts] == [0, 2, 51 + 30 + 81]
    assert len({number for _, number in counts}) == 1
