"""Lists: every filter, every order, every page, each with a fixed number of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.errors import InvalidParameter
from app.resources import BY_NOUN, RESOURCES
from app.store.engine import Database
from app.store.pins import Pin, instant
from app.store.reader import snapshot
from app.store.selection import Selection
from tests.made_up import (
    Fields,
    answer,
    claim,
    day,
    demand,
    get,
    listed,
    meeting,
    negotiation,
    notice,
    page,
    participant,
    quotes,
    setting,
    source,
    write,
)

# Sorted by hand: open starts, then by first day, then by last day, then by id; unknown dates last.
DATED = {
    "open-start-a": "../2022-01-02",
    "open-start-b": "../2022-01-08",
    "year": "2022",
    "first-day": "2022-01-01",
    "month": "2022-01~",
    "fourth-a": "2022-01-04",
    "fourth-b": "2022-01-04?",
    "fourth-on": "2022-01-04/..",
    "ninth": "2022-01-09T10:00:00+01:00",
    "later": "2023-05",
    "unknown-a": None,
    "unknown-b": None,
}
UP = [
    *("open-start-a", "open-start-b", "first-day", "month", "year", "fourth-a", "fourth-b"),
    *("fourth-on", "ninth", "later", "unknown-a", "unknown-b"),
]
DOWN = [
    *("later", "ninth", "fourth-on", "fourth-b", "fourth-a", "year", "month", "first-day"),
    *("open-start-b", "open-start-a", "unknown-b", "unknown-a"),
]


def dated(database: Database) -> None:
    contents = [claim(identifier, on=on) for identifier, on in DATED.items()]
    write(database, *setting(), *contents)


def walk(
    database: Database, noun: str, order: str, limit: int, pin: Pin | None = None, **asked: Any
) -> Iterator[list[str]]:
    """The pages of a list, one by one, all of the pin of the first."""
    selection = Selection(order=order, limit=limit, **asked)
    with snapshot(database) as look:
        pin = pin or look.pin(None, None)
    while True:
        with snapshot(database) as look:
            # Asked for by its number, as a cursor does: it need not be the newest any more.
            pinned = look.pin(pin.revision, pin.known_at)
        shown = page(database, noun, pinned, selection)
        yield [answer(one)["id"] for one in shown.items]
        if shown.last is None:
            return
        selection = replace(selection, after=shown.last)


def joined(pages: Iterator[list[str]]) -> list[str]:
    return [identifier for one in pages for identifier in one]


# Order and pages.


def test_dates_sort_open_starts_first_and_unknown_ones_last_in_both_directions(
    database: Database,
) -> None:
    dated(database)
    assert listed(database, "claim", order="on") == UP
    assert listed(database, "claim", order="-on") == DOWN
    assert listed(database, "claim", order="id") == sorted(DATED)
    assert listed(database, "claim", order="-id") == sorted(DATED, reverse=True)


def test_every_page_size_visits_each_record_once_in_every_order(database: Database) -> None:
    dated(database)
    orders = {"on": UP, "-on": DOWN, "id": sorted(DATED), "-id": sorted(DATED, reverse=True)}
    for order, wanted in orders.items():
        for limit in range(1, len(DATED) + 2):
            pages = list(walk(database, "claim", order, limit))
            assert [identifier for one in pages for identifier in one] == wanted
            assert all(len(one) == limit for one in pages[:-1])
            assert len(pages) == -(-len(DATED) // limit)


def test_names_sort_by_code_point_on_both_databases(database: Database) -> None:
    names = {"p1": "ana", "p2": "Zoë", "p3": "Åse", "p4": "Ana", "p5": "安娜", "p6": "Ana"}
    write(database, *(participant(identifier, name) for identifier, name in names.items()))
    wanted = ["p4", "p6", "p2", "p1", "p3", "p5"]
    assert listed(database, "participant", order="name") == wanted
    assert listed(database, "participant", order="-name") == wanted[::-1]
    for limit in range(1, 7):
        assert joined(walk(database, "participant", "name", limit)) == wanted
        assert joined(walk(database, "participant", "-name", limit)) == wanted[::-1]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.noun)
def test_every_order_of_every_noun_can_be_walked(database: Database, resource: Any) -> None:
    contents = [
        *(source(f"s{number}", f"2022-01-0{number}") for number in (3, 1, 2)),
        *(meeting(f"m{n}", notice("held", "a", starts=f"2022-01-0{n}")) for n in (3, 1, 2)),
        *(claim(f"c{n}", on=f"2022-01-0{n}") for n in (3, 1, 2)),
        *(demand(f"d{n}", on=f"2022-01-0{n}") for n in (3, 1, 2)),
        *(negotiation(f"n{n}", starts=f"2022-01-0{n}") for n in (3, 1, 2)),
    ]
    write(database, *setting(), *contents)
    for name in resource.sorts:
        for order in (name, f"-{name}"):
            whole = listed(database, resource.noun, order=order)
            assert len(whole) >= 3
            for limit in (1, 2):
                assert joined(walk(database, resource.noun, order, limit)) == whole


@pytest.mark.parametrize("order", ["on", "-on", "id"])
@pytest.mark.parametrize("known_at", [None, day(2)])
def test_a_walk_stays_in_the_world_of_its_first_page_while_others_write(
    database: Database, order: str, known_at: date | None
) -> None:
    dated(database)
    wanted = listed(database, "claim", order=order)
    with snapshot(database) as look:
        pin = look.pin(None, known_at)
    seen: list[str] = []
    for number, shown in enumerate(walk(database, "claim", order, 1, pin)):
        seen += shown
        write(
            database,
            claim(f"new-{number}", on=f"2022-01-{number + 1:02}"),
            claim(wanted[number], text="Revised behind the reader.", on="2021-12-01"),
            claim(wanted[-1], text="Revised before the reader.", on=f"2021-11-{number + 1:02}"),
            # Also what everything rests on, and what everything names.
            source("a", "2022-01-02" if number % 2 else "2022-01-01"),
            participant("anna", f"Anna {number}"),
        )
        if number == 5:
            write(database, retract=[("claim", wanted[8]), ("claim", wanted[0])])
            write(database, claim(wanted[8]), claim(wanted[0]))
    assert seen == wanted


def test_a_page_takes_the_same_number_of_statements_whatever_the_limit(
    database: Database,
) -> None:
    dated(database)
    write(database, *(meeting(f"m{n}", notice("held", "a", starts="2022")) for n in range(20)))
    for noun in ("claim", "meeting", "participant"):
        for limit in (1, 5, 200):
            with counted() as statements, snapshot(database) as look:
                pin = look.pin(None, day(20))
                before = len(statements)
                selection = Selection(order="id", limit=limit)
                assert look.page(BY_NOUN[noun], pin, selection).items
            assert len(statements) - before == 1


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that any engine executes meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_one_record_takes_one_statement(database: Database) -> None:
    dated(database)
    with counted() as statements, snapshot(database) as look:
        look.get(BY_NOUN["claim"], "year", Pin(1))
    assert len(statements) == 1


def test_a_full_last_page_says_that_nothing_follows(database: Database) -> None:
    dated(database)
    exact = page(database, "claim", Pin(1), Selection(order="on", limit=len(DATED)))
    assert (len(exact.items), exact.last) == (len(DATED), None)
    short = page(database, "claim", Pin(1), Selection(order="on", limit=len(DATED) - 1))
    assert short.last is not None
    assert short.last[-1] == "unknown-a"


def test_an_empty_store_answers_empty_pages_at_revision_nought(database: Database) -> None:
    for resource in RESOURCES:
        with snapshot(database) as look:
            pin = look.pin(None, None)
            assert pin == Pin(0)
            for order in resource.sorts:
                shown = look.page(resource, pin, Selection(order=order, limit=5))
                assert (shown.items, shown.last) == ((), None)


# Days.


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        (1, 1, "open-start-a open-start-b first-day month year"),
        (None, 1, "open-start-a open-start-b first-day month year"),
        (3, 3, "open-start-b month year"),
        (4, 4, "open-start-b month year fourth-a fourth-b fourth-on"),
        (9, 9, "month year fourth-on ninth"),
        (-3000, -2000, "open-start-a open-start-b"),
        (None, -2000, "open-start-a open-start-b"),
        (365 * 3, None, "fourth-on"),
        (366, None, "fourth-on later"),
        (365, 365, "year fourth-on"),
        (365 * 7977, None, "fourth-on"),
        (None, None, " ".join(UP)),
        (-700_000, None, " ".join(UP[:-2])),
    ],
)
def test_from_and_until_select_what_overlaps_them(
    database: Database, first: int | None, last: int | None, wanted: str
) -> None:
    dated(database)
    days = [None if number is None else day(number) for number in (first, last)]
    assert listed(database, "claim", order="on", first=days[0], last=days[1]) == wanted.split()


def test_the_ends_of_the_calendar_find_nothing_that_has_no_date(database: Database) -> None:
    dated(database)
    assert listed(database, "claim", first=date.max) == ["fourth-on"]
    assert listed(database, "claim", last=date.min) == ["open-start-a", "open-start-b"]
    assert len(listed(database, "claim", first=date.min)) == len(DATED) - 2
    assert len(listed(database, "claim", known_at=date.max)) == len(DATED)
    assert listed(database, "claim", known_at=date.min) == []


# Filters. Each line: the noun, what is asked, what is found.

FILTERS: list[tuple[str, Fields, str]] = [
    ("negotiation", {"kind": "bilateral"}, "harbour-talks"),
    ("negotiation", {"kind": "mediated"}, "fish-talks"),
    ("negotiation", {"kind": "mediated bilateral"}, "fish-talks harbour-talks"),
    ("negotiation", {"state": "active"}, "harbour-talks"),
    ("negotiation", {"participant": "northland"}, "harbour-talks"),
    ("negotiation", {"participant": "council"}, "fish-talks"),
    ("negotiation", {"source": "b"}, "fish-talks"),
    ("participant", {"kind": "state"}, "northland southland"),
    ("participant", {"kind": "state body"}, "council northland southland"),
    ("participant", {"country": "NOR"}, "envoy"),
    ("participant", {"country": "SWE"}, ""),
    ("participant", {"part_of": "council"}, "envoy"),
    ("participant", {"source": "c"}, "envoy"),
    ("source", {"kind": "transcript"}, "log"),
    ("source", {"proximity": "primary"}, "log"),
    ("source", {"language": "nb"}, "log"),
    ("source", {"publisher": "Wire"}, "log"),
    ("source", {"publisher": "wire"}, ""),
    ("source", {"origin": "a"}, "log"),
    ("meeting", {"negotiation": "fish-talks"}, "fish"),
    ("meeting", {"status": "held cancelled"}, "fish"),
    ("meeting", {"status": "scheduled"}, "summit"),
    ("meeting", {"forum": "council"}, "summit"),
    ("meeting", {"participant": "anna"}, "summit"),
    ("meeting", {"participant": "northland"}, "summit"),
    ("meeting", {"participant": "council"}, "summit"),
    ("meeting", {"participant": "boris"}, ""),
    ("meeting", {"source": "b"}, "fish summit"),
    ("claim", {"negotiation": "fish-talks"}, "fishy"),
    ("claim", {"claimant": "anna"}, "said"),
    ("claim", {"claimant": "anna boris"}, "fishy said"),
    ("claim", {"on_behalf_of": "northland"}, "said"),
    ("claim", {"addressed_to": "southland"}, "said"),
    ("claim", {"about": "council"}, "said"),
    ("claim", {"reported_by": "boris"}, "said"),
    ("claim", {"participant": "boris"}, "fishy said"),
    ("claim", {"participant": "council"}, "said"),
    ("claim", {"meeting": "summit"}, "said"),
    ("claim", {"about_meeting": "fish"}, "said"),
    ("claim", {"about_meeting": "summit"}, ""),
    ("claim", {"kind": "warning"}, "fishy"),
    ("claim", {"attribution": "direct_quote"}, "fishy"),
    ("claim", {"issue": "harbour"}, "said"),
    ("claim", {"source": "c"}, "said"),
    ("claim", {"source": "c d"}, "fishy said"),
    ("claim", {"source": "c", "kind": "warning"}, ""),
    ("demand", {"negotiation": "harbour-talks"}, "asked part"),
    ("demand", {"made_by": "boris"}, "part"),
    ("demand", {"addressed_to": "northland"}, "asked"),
    ("demand", {"reported_by": "anna"}, "part"),
    ("demand", {"participant": "anna"}, "asked part"),
    ("demand", {"participant": "southland"}, "asked"),
    ("demand", {"meeting": "summit"}, "part"),
    ("demand", {"mode": "yield"}, "part"),
    ("demand", {"issue": "harbour"}, "part"),
    ("demand", {"part_of": "asked"}, "part"),
    ("demand", {"status": "rejected"}, "asked"),
    ("demand", {"status": "unanswered"}, "part"),
    ("demand", {"stance": "rejects accepts"}, "asked"),
    ("demand", {"stance": "accepts"}, ""),
    ("demand", {"source": "b"}, "asked"),
    ("demand", {"source": "unheard-of"}, ""),
]


@pytest.fixture
def filtered(database: Database) -> Database:
    """A record for each filter, and another that it must not find."""
    response = {"by": "northland", "stance": "rejects", "reported_by": "anna", **quotes("b")}
    party = {"participant": "council", "role": "mediator"}
    attendance = [
        {"participant": "anna", "on_behalf_of": "northland", "presence": "expected", **quotes("b")}
    ]
    write(
        database,
        *setting(),
        negotiation(
            "fish-talks", kind="mediated", state="concluded", parties=[party], **quotes("b")
        ),
        participant("envoy", country="NOR", part_of="council", **quotes("c")),
        source(
            *("log", "2022-01-02"),
            kind="transcript",
            proximity="primary",
            language="nb",
            publisher="Wire",
            origin="a",
        ),
        meeting(
            "summit", notice("scheduled", "b"), forum="council", attendance=attendance, title="S"
        ),
        meeting("fish", notice("held", "b"), negotiation="fish-talks"),
        claim(
            "said",
            "c",
            on_behalf_of="northland",
            addressed_to=["southland"],
            about=["council"],
            reported_by=["boris"],
            meeting="summit",
            about_meetings=["fish"],
            issue="harbour",
        ),
        claim(
            "fishy",
            "d",
            negotiation="fish-talks",
            claimant="boris",
            kind="warning",
            attribution="direct_quote",
        ),
        demand("asked", "a", responses=[response]),
        demand(
            "part",
            "a",
            made_by=["boris"],
            addressed_to=[],
            reported_by=["anna"],
            meeting="summit",
            mode="yield",
            issue="harbour",
            part_of="asked",
        ),
    )
    return database


def test_each_filter_finds_what_it_names_and_nothing_else(filtered: Database) -> None:
    wrong = [
        (noun, asked, listed(filtered, noun, **asked))
        for noun, asked, wanted in FILTERS
        if listed(filtered, noun, **asked) != wanted.split()
    ]
    assert wrong == []


def test_every_filter_of_every_noun_is_in_the_table() -> None:
    tried = {(noun, name) for noun, asked, _ in FILTERS for name in asked}
    declared = {(one.noun, name) for one in RESOURCES for name in one.filters}
    assert tried == declared


def test_ids_select_records_and_combine_with_filters_and_days(filtered: Database) -> None:
    assert listed(filtered, "claim", only=["said", "unheard-of"]) == ["said"]
    assert listed(filtered, "claim", only=["said", "fishy"], kind="warning") == ["fishy"]
    assert listed(filtered, "claim", only=["said"], known_at=day(5)) == []
    assert listed(filtered, "meeting", only=["summit"], first=day(1)) == []


def test_filters_see_only_what_was_known_on_the_day(filtered: Database) -> None:
    assert listed(filtered, "demand", status="rejected", known_at=day(2)) == []
    assert listed(filtered, "demand", status="unanswered", known_at=day(2)) == ["asked", "part"]
    assert listed(filtered, "demand", stance="rejects", known_at=day(2)) == []
    assert listed(filtered, "demand", source="b", known_at=day(2)) == []
    assert listed(filtered, "demand", stance="rejects", known_at=day(3)) == ["asked"]
    assert listed(filtered, "participant", source="c", known_at=day(5)) == []
    assert listed(filtered, "source", origin="a", known_at=day(1)) == []


# Pins.


def test_an_instant_means_the_newest_revision_recorded_by_then(database: Database) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    minute = timedelta(minutes=1)
    write(database, *setting(), claim("one"), now=noon)
    write(database, claim("two"), now=noon + minute)
    # A clock that was set back does not put a revision before the one it follows.
    write(database, claim("three"), now=noon - minute)
    east = timezone(timedelta(hours=14))
    numbers = {
        noon - timedelta(microseconds=1): 0,
        noon: 1,
        noon + minute - timedelta(microseconds=1): 1,
        (noon + minute).astimezone(east): 3,
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))): 3,
        datetime(999, 1, 1, tzinfo=UTC): 0,
        datetime(1, 1, 1, tzinfo=east): 0,
    }
    with snapshot(database) as look:
        assert {moment: look.pin(moment, None).revision for moment in numbers} == numbers


def test_instants_are_stored_so_that_text_order_is_time_order() -> None:
    assert instant(datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)) == "2026-01-02T03:04:05.000006Z"
    assert instant(datetime(87, 1, 2, tzinfo=UTC)) == "0087-01-02T00:00:00.000000Z"


def test_a_revision_still_to_come_is_refused(database: Database) -> None:
    write(database, *setting())
    with snapshot(database) as look, pytest.raises(InvalidParameter, match="still to come"):
        look.pin(2, None)


def test_the_newest_revision_answers_alike_with_and_without_its_number(database: Database) -> None:
    dated(database)
    with snapshot(database) as look:
        assert look.pin(1, None) == look.pin(None, None) == Pin(1)
    assert get(database, "claim", "year", as_of=1) == get(database, "claim", "year")
