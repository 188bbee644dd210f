"""Made-up second and third sources: every answer at every moment, on both axes, written by hand.

The days of ``tests/made_up.py``: paper ``a`` came out on 1 January, ``b`` on the 3rd, ``c`` on the
6th, ``d`` on the 9th. The tables below have one line for each stretch of knowledge days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from app.errors import NotYetKnown, NotYetRecorded, RecordNotFound, Retracted
from app.resources.evidence import RecordContent
from app.store.engine import Database
from tests.made_up import (
    Fields,
    claim,
    day,
    day_of,
    demand,
    found,
    get,
    ids_of,
    listed,
    meeting,
    notice,
    participant,
    quotes,
    record,
    setting,
    source,
    sources_in,
    write,
)

DAYS = range(12)


# A meeting: planned for the 4th in Arden, moved to the 5th in Brava, held, looked back at.

PLANNED = notice("scheduled", "a", id="planned", starts="2022-01-04", place={"city": "Arden"})
MOVED = notice("rescheduled", "b", id="moved", starts="2022-01-05", place={"city": "Brava"})
HELD = notice(
    "held",
    "c",
    id="held",
    starts="2022-01-05",
    place={"city": "Brava"},
    duration={"more_than": "PT7H"},
)
LOOKED_BACK = notice("scheduled", "d", id="past", starts="2022-01-04", place={"city": "Arden"})
TOLD = {"a": PLANNED, "b": MOVED, "c": HELD, "d": LOOKED_BACK}
PRESENCE: dict[str, Fields] = {
    "a": {"id": "anna", "participant": "anna", "presence": "expected", **quotes("a")},
    "c": {"id": "boris", "participant": "boris", "presence": "attended", **quotes("c")},
}


def told_by(papers: str) -> RecordContent:
    """The meeting as an editor has it who has read those papers."""
    attendance = [PRESENCE[paper] for paper in papers if paper in PRESENCE]
    return meeting("summit", *(TOLD[paper] for paper in papers), attendance=attendance)


@dataclass(frozen=True)
class Reads:
    """How the meeting reads; ``probes`` are the filters of a list that find it."""

    status: str
    starts: str
    city: str
    followed_until: str
    notices: str
    papers: str
    probes: str
    lasted: str | None = None
    attendance: str = "anna boris"


PROBES = (
    *("status=proposed", "status=scheduled", "status=rescheduled", "status=held"),
    *("participant=anna", "participant=boris", "participant=council"),
    *("source=a", "source=b", "source=c", "source=d", "from=4 until=4", "from=5 until=5"),
    *("until=4", "from=5", "from=6", "until=3"),
)
STATES = {
    "A": Reads(
        *("scheduled", "2022-01-04", "Arden", "2022-01-01", "planned", "a"),
        probes="status=scheduled|participant=anna|source=a|from=4 until=4|until=4",
        attendance="anna",
    ),
    "AB": Reads(
        *("rescheduled", "2022-01-05", "Brava", "2022-01-03", "planned moved", "a b"),
        probes="status=rescheduled|participant=anna|source=a|source=b|from=5 until=5|from=5",
        attendance="anna",
    ),
    "C": Reads(
        *("held", "2022-01-05", "Brava", "2022-01-06", "held", "c"),
        probes="status=held|participant=boris|source=c|from=5 until=5|from=5",
        lasted="PT7H",
        attendance="boris",
    ),
    "AC": Reads(
        *("held", "2022-01-05", "Brava", "2022-01-06", "planned held", "a c"),
        probes="status=held|participant=anna|participant=boris|source=a|source=c"
        "|from=5 until=5|from=5",
        lasted="PT7H",
    ),
    "ABC": Reads(
        *("held", "2022-01-05", "Brava", "2022-01-06", "planned moved held", "a b c"),
        probes="status=held|participant=anna|participant=boris|source=a|source=b|source=c"
        "|from=5 until=5|from=5",
        lasted="PT7H",
    ),
    "ACD": Reads(
        *("held", "2022-01-05", "Brava", "2022-01-09", "planned held past", "a c d"),
        probes="status=held|participant=anna|participant=boris|source=a|source=c|source=d"
        "|from=5 until=5|from=5",
        lasted="PT7H",
    ),
    "ABCD": Reads(
        *("held", "2022-01-05", "Brava", "2022-01-09", "planned moved held past", "a b c d"),
        probes="status=held|participant=anna|participant=boris|source=a|source=b|source=c"
        "|source=d|from=5 until=5|from=5",
        lasted="PT7H",
    ),
}

# For each revision: from which day on the meeting reads how; "!" where it is overdue by that day.
AS_PUBLISHED = {
    1: {1: "A", 5: "A!"},
    2: {1: "A", 3: "AB", 6: "AB!"},
    3: {1: "A", 3: "AB", 6: "ABC"},
    4: {1: "A", 3: "AB", 6: "ABC", 9: "ABCD"},
}
# The editor found the paper of the 6th first, then the one of the 1st, the 9th and the 3rd.
AS_FOUND = {
    1: {6: "C"},
    2: {1: "A", 5: "A!", 6: "AC"},
    3: {1: "A", 5: "A!", 6: "AC", 9: "ACD"},
    4: {1: "A", 3: "AB", 6: "ABC", 9: "ABCD"},
}
ORDERS = {"a ab abc abcd": AS_PUBLISHED, "c ac acd abcd": AS_FOUND}


def load_in_order(database: Database, order: str) -> None:
    """Each paper in a revision of its own, together with what the editor takes from it."""
    read = ""
    for number, papers in enumerate(order.split(), start=1):
        (paper,) = set(papers) - set(read)
        first = setting(papers="") if number == 1 else []
        assert write(database, *first, source(paper), told_by(papers)) == number
        read = papers


def moments(table: Mapping[int, Mapping[int, str]]) -> Iterator[tuple[int, int, str | None]]:
    """Every revision with every day, and the line of the table that holds then."""
    for revision, stretches in table.items():
        for number in DAYS:
            begun = [first for first in stretches if first <= number]
            yield revision, number, stretches[max(begun)] if begun else None


def edges(stretches: Mapping[int, str]) -> list[int]:
    """The first and the last day of every stretch, and of the time before the first."""
    days = {number for first in stretches for number in (first - 1, first)}
    return sorted(days | {min(DAYS), max(DAYS)})


def assert_reads(shown: Fields, state: str) -> None:
    wanted = STATES[state.removesuffix("!")]
    assert shown["status"] == wanted.status
    assert day_of(shown["starts"]) == wanted.starts
    assert shown["ends"] is None
    assert shown["place"]["city"] == wanted.city
    assert (shown["duration"] or {}).get("more_than") == wanted.lasted
    assert shown["disagreement"] == []
    assert shown["followed_until"] == wanted.followed_until
    assert shown["overdue"] is state.endswith("!")
    assert " ".join(ids_of(shown["notices"])) == wanted.notices
    assert " ".join(ids_of(shown["attendance"])) == wanted.attendance
    assert sources_in(shown) == set(wanted.papers.split())


@pytest.mark.parametrize("order", ORDERS)
def test_a_meeting_reads_as_it_was_known_at_every_revision_on_every_day(
    database: Database, order: str
) -> None:
    load_in_order(database, order)
    for revision, number, state in moments(ORDERS[order]):
        pin: Fields = {"as_of": revision, "known_at": day(number)}
        if state is None:
            with pytest.raises(NotYetKnown):
                found(database, "meeting", "summit", **pin)
            assert listed(database, "meeting", **pin) == []
            continue
        shown = get(database, "meeting", "summit", **pin)
        assert_reads(shown, state)
        assert shown["at"] == day(number)
        assert (shown["version"], shown["revision"]) == (revision, revision)


@pytest.mark.parametrize("order", ORDERS)
def test_without_a_knowledge_day_each_revision_tells_all_that_was_recorded(
    database: Database, order: str
) -> None:
    load_in_order(database, order)
    for revision, stretches in ORDERS[order].items():
        shown = get(database, "meeting", "summit", as_of=revision)
        # Judged by the horizon, on which no plan of the tables was overdue yet.
        assert_reads(shown, stretches[max(stretches)].removesuffix("!"))
        assert str(shown["at"]) == shown["followed_until"]
    with pytest.raises(NotYetRecorded):
        get(database, "meeting", "summit", as_of=0)
    with pytest.raises(RecordNotFound):
        get(database, "meeting", "unheard-of")


@pytest.mark.parametrize("order", ORDERS)
def test_filters_find_the_meeting_by_what_it_says_at_the_pin(
    database: Database, order: str
) -> None:
    load_in_order(database, order)
    for revision, number, state in moments(ORDERS[order]):
        if number not in edges(ORDERS[order][revision]):
            continue
        wanted = STATES[state.removesuffix("!")].probes.split("|") if state else []
        hits = [probe for probe in PROBES if finds(database, probe, revision, number)]
        assert hits == [probe for probe in PROBES if probe in wanted], (revision, number)


def finds(database: Database, probe: str, revision: int, number: int) -> bool:
    asked: Fields = dict(part.split("=") for part in probe.split())
    first, last = (
        day(int(asked.pop(name))) if name in asked else None for name in ("from", "until")
    )
    pin: Fields = {"as_of": revision, "known_at": day(number)}
    return listed(database, "meeting", **pin, first=first, last=last, **asked) == ["summit"]


def test_the_order_of_loading_leaves_no_trace_in_the_newest_answers(
    both: tuple[Database, Database],
) -> None:
    for database, order in zip(both, ORDERS, strict=True):
        load_in_order(database, order)
    for number in DAYS[1:]:
        shown = [get(one, "meeting", "summit", known_at=day(number)) for one in both]
        assert shown[0] == shown[1]


def test_the_known_from_of_a_meeting_is_that_of_the_oldest_source_found_so_far(
    database: Database,
) -> None:
    load_in_order(database, "c ac acd abcd")
    days = [get(database, "meeting", "summit", as_of=number)["known_from"] for number in (1, 2, 4)]
    assert days == ["2022-01-06", "2022-01-01", "2022-01-01"]


# Other ways in which a meeting can end.


def one_meeting(database: Database, *notices: Fields) -> None:
    write(database, *setting(), meeting("summit", *notices))


def test_a_cancelled_meeting_keeps_its_date_and_is_neither_overdue_nor_upcoming(
    database: Database,
) -> None:
    one_meeting(database, PLANNED, notice("cancelled", "b", id="off"))
    shown = get(database, "meeting", "summit", at=day(20))
    assert (shown["status"], day_of(shown["starts"])) == ("cancelled", "2022-01-04")
    assert shown["overdue"] is False
    assert listed(database, "meeting", upcoming=True, at=day(1)) == []
    assert listed(database, "meeting", upcoming=True, known_at=day(2)) == ["summit"]


def test_a_meeting_postponed_without_a_date_has_no_date_until_a_new_one_is_said(
    database: Database,
) -> None:
    again = notice("scheduled", "c", id="again", starts="2022-01-15")
    one_meeting(database, PLANNED, notice("postponed", "b", id="off"), again)
    reads = {
        number: get(database, "meeting", "summit", known_at=day(number)) for number in (2, 3, 5, 6)
    }
    told = {number: (one["status"], day_of(one["starts"])) for number, one in reads.items()}
    assert told == {
        2: ("scheduled", "2022-01-04"),
        3: ("postponed", None),
        5: ("postponed", None),
        6: ("scheduled", "2022-01-15"),
    }
    assert [reads[5]["overdue"], reads[6]["overdue"]] == [False, False]
    upcoming = [listed(database, "meeting", upcoming=True, known_at=day(n)) for n in (2, 3, 5, 6)]
    assert upcoming == [["summit"], [], [], ["summit"]]
    window: Fields = {"first": day(1), "last": day(31)}
    assert listed(database, "meeting", known_at=day(4), **window) == []
    assert listed(database, "meeting", known_at=day(6), **window) == ["summit"]


def test_a_meeting_postponed_to_a_day_is_upcoming_until_then_and_overdue_after(
    database: Database,
) -> None:
    one_meeting(database, PLANNED, notice("postponed", "b", id="later", starts="2022-01-08"))
    overdue = {
        number: get(database, "meeting", "summit", known_at=day(number))["overdue"]
        for number in (4, 8, 9)
    }
    assert overdue == {4: False, 8: False, 9: True}
    upcoming = [listed(database, "meeting", upcoming=True, known_at=day(n)) for n in (4, 8, 9)]
    assert upcoming == [["summit"], ["summit"], []]


def test_a_meeting_that_did_not_take_place_is_not_held_whatever_is_planned_after_it(
    database: Database,
) -> None:
    one_meeting(database, PLANNED, notice("not_held", "c", id="never"), LOOKED_BACK)
    told = [get(database, "meeting", "summit", known_at=day(n))["status"] for n in (5, 6, 9)]
    assert told == ["scheduled", "not_held", "not_held"]
    assert listed(database, "meeting", upcoming=True, at=day(1)) == []
    assert get(database, "meeting", "summit", at=day(30))["overdue"] is False


def test_a_meeting_held_without_a_date_takes_it_from_the_last_plan_before_it(
    database: Database,
) -> None:
    one_meeting(database, PLANNED, MOVED, notice("held", "c", id="held"), LOOKED_BACK)
    for number in (6, 8, 9, 11):
        shown = get(database, "meeting", "summit", known_at=day(number))
        assert shown["status"] == "held"
        assert day_of(shown["starts"]) == "2022-01-05"
        assert shown["place"]["city"] == "Brava"


def test_a_meeting_held_without_a_date_after_being_put_off_has_none(database: Database) -> None:
    one_meeting(
        database, PLANNED, notice("postponed", "b", id="off"), notice("held", "c", id="held")
    )
    shown = get(database, "meeting", "summit")
    assert (shown["status"], shown["starts"]) == ("held", None)


def test_a_plan_made_public_only_after_the_meeting_gives_the_date_where_nothing_else_does(
    database: Database,
) -> None:
    one_meeting(database, notice("held", "c", id="held"), LOOKED_BACK)
    told = [day_of(get(database, "meeting", "summit", known_at=day(n))["starts"]) for n in (8, 9)]
    assert told == [None, "2022-01-04"]


def test_a_day_of_publication_that_is_an_interval_counts_by_its_end(database: Database) -> None:
    one_meeting(database, notice("scheduled", "e", id="plan", starts="2022-01-20"))
    shown = get(database, "meeting", "summit")
    assert (shown["known_from"], shown["followed_until"]) == ("2022-01-12", "2022-01-12")
    assert listed(database, "source", known_at=day(11), only=["e"]) == []
    with pytest.raises(NotYetKnown):
        get(database, "meeting", "summit", known_at=day(11))
    assert listed(database, "meeting", known_at=day(12)) == ["summit"]
    assert listed(database, "source", known_at=day(12), only=["e"]) == ["e"]


def test_what_rests_on_a_source_without_a_day_is_shown_only_where_no_day_is_asked(
    database: Database,
) -> None:
    one_meeting(database, notice("scheduled", "undated", id="plan", starts="2022-01-20"))
    shown = get(database, "meeting", "summit")
    assert (shown["known_from"], shown["followed_until"]) == (None, None)
    assert shown["notices"][0]["known_from"] is None
    assert listed(database, "meeting") == ["summit"]
    for number in (1, 31, 365 * 7000):
        assert listed(database, "meeting", known_at=day(number)) == []
        assert listed(database, "source", known_at=day(number), only=["undated"]) == []
        with pytest.raises(NotYetKnown):
            get(database, "meeting", "summit", known_at=day(number))


def test_a_notice_without_a_day_does_not_hide_how_far_the_meeting_was_followed(
    database: Database,
) -> None:
    extra = notice("proposed", "undated", id="extra", reported_on="2021-12-01")
    one_meeting(database, PLANNED, extra)
    shown = get(database, "meeting", "summit")
    assert (shown["followed_until"], shown["known_from"]) == ("2022-01-01", "2022-01-01")
    assert ids_of(shown["notices"]) == ["planned", "extra"]
    assert listed(database, "meeting", upcoming=True) == ["summit"]
    surely = get(database, "meeting", "summit", known_at=day(31))
    assert ids_of(surely["notices"]) == ["planned"]


def test_contradicting_outcomes_are_listed_as_a_disagreement_when_both_are_known(
    database: Database,
) -> None:
    other = notice("held", "d", id="other", starts="2022-01-07", place={"city": "Arden"})
    one_meeting(database, PLANNED, HELD, other)
    assert get(database, "meeting", "summit", known_at=day(8))["disagreement"] == []
    shown = get(database, "meeting", "summit", known_at=day(9))
    told = [(one["field"], one["notices"]) for one in shown["disagreement"]]
    assert told == [("starts", ["held", "other"]), ("place", ["held", "other"])]
    assert day_of(shown["starts"]) == "2022-01-07"


# The list of what comes next.


def calendar(database: Database) -> None:
    """Three meetings to come, one of each kind that is not, and another negotiation."""
    other = record(
        "negotiation", id="fish-talks", title="Fish talks", kind="bilateral", state="active"
    )
    write(
        database,
        *setting(),
        other,
        meeting("past", notice("held", "a", starts="2021-12-20")),
        meeting("second", notice("scheduled", "b", starts="2022-01-13"), forum="council"),
        meeting("first", notice("scheduled", "b", starts="2022-01-12")),
        meeting("long", notice("scheduled", "b", starts="2022-01-02", ends="2022-01-20")),
        meeting("off", notice("cancelled", "b", starts="2022-01-14")),
        meeting("someday", notice("proposed", "b")),
        meeting("not-held", notice("not_held", "b", starts="2022-01-14")),
        meeting("fish", notice("scheduled", "a", starts="2022-01-02"), negotiation="fish-talks"),
    )


UPCOMING: list[tuple[dict[str, int], str]] = [
    # Harbour was followed until the 3rd, fish until the 1st: each is judged by its own.
    ({}, "fish long first second"),
    ({"at": 1}, "fish long first second"),
    ({"at": 3}, "long first second"),
    ({"at": 13}, "long second"),
    ({"at": 14}, "long"),
    ({"at": 21}, ""),
    ({"known_at": 0}, ""),
    # On the 2nd only paper a was out.
    ({"known_at": 2}, "fish"),
    ({"known_at": 3}, "long first second"),
    ({"known_at": 13}, "long second"),
    # at outranks known_at: what was known on the 2nd, judged by the 1st of February.
    ({"known_at": 2, "at": 32}, ""),
    ({"known_at": 30, "at": 13}, "long second"),
    ({"last": 12}, "fish long first"),
    ({"last": 1}, ""),
]


def test_upcoming_lists_what_is_still_to_come_by_at_or_by_what_was_known_or_by_the_horizon(
    database: Database,
) -> None:
    calendar(database)
    for asked, wanted in UPCOMING:
        days: Fields = {name: day(number) for name, number in asked.items()}
        shown = listed(database, "meeting", order="on", upcoming=True, **days)
        assert shown == wanted.split(), asked


def test_each_meeting_names_the_day_it_was_judged_by(database: Database) -> None:
    calendar(database)
    assert get(database, "meeting", "first")["at"] == day(3)
    assert get(database, "meeting", "fish")["at"] == day(1)
    assert get(database, "meeting", "fish", known_at=day(8))["at"] == day(8)
    assert get(database, "meeting", "fish", known_at=day(8))["overdue"] is True
    assert get(database, "meeting", "fish", known_at=day(8), at=day(2))["overdue"] is False


def test_the_horizon_of_an_older_revision_is_the_one_it_had_then(database: Database) -> None:
    calendar(database)
    write(database, meeting("new", notice("held", "d", starts="2022-01-09")))
    assert get(database, "meeting", "first", as_of=1)["at"] == day(3)
    assert get(database, "meeting", "first", as_of=2)["at"] == day(9)
    assert get(database, "meeting", "first", as_of=2, known_at=day(4))["at"] == day(4)


# A demand: no answer is reported, then a condition, then no, which another reporter denies.


def answered(identifier: str, stance: str, sources: str, **fields: object) -> Fields:
    return {"id": identifier, "by": "northland", "stance": stance, **quotes(sources), **fields}


SILENCE = answered("silence", "no_answer", "a", reported_by="anna", on="2021-12-31")
TERMS = answered("terms", "conditional", "b", reported_by="anna", conditions="Boats first.")
REFUSED = answered("refused", "rejects", "c", reported_by="anna", on="2022-01-05")
AGREED = answered("agreed", "accepts", "d", reported_by="boris", on="2022-01-05")
TAKEN_BACK: Fields = {"id": "back", "on": "2022-01-12", **quotes("e")}

ANSWERS: tuple[list[Fields], ...] = (
    [],
    [SILENCE],
    [SILENCE, TERMS],
    [SILENCE, TERMS, REFUSED],
    [SILENCE, TERMS, REFUSED, AGREED],
)
# For each revision: from which day on the demand has which status, and which answers.
DEMANDED = {
    1: {1: ("unanswered", "")},
    2: {1: ("unanswered", "silence")},
    3: {1: ("unanswered", "silence"), 3: ("under_discussion", "silence terms")},
    4: {
        1: ("unanswered", "silence"),
        3: ("under_discussion", "silence terms"),
        6: ("rejected", "silence terms refused"),
    },
    5: {
        1: ("unanswered", "silence"),
        3: ("under_discussion", "silence terms"),
        6: ("rejected", "silence terms refused"),
        9: ("contested", "silence terms refused agreed"),
    },
    6: {
        1: ("unanswered", "silence"),
        3: ("under_discussion", "silence terms"),
        6: ("rejected", "silence terms refused"),
        9: ("contested", "silence terms refused agreed"),
        12: ("withdrawn", "silence terms refused agreed"),
    },
}


def demand_answered_step_by_step(database: Database) -> None:
    write(database, *setting(), demand("harbour", responses=ANSWERS[0]))
    for responses in ANSWERS[1:]:
        write(database, demand("harbour", responses=responses))
    write(database, demand("harbour", responses=ANSWERS[-1], withdrawn=TAKEN_BACK))


def test_a_demand_has_the_status_that_its_answers_come_to_at_every_pin(database: Database) -> None:
    demand_answered_step_by_step(database)
    for revision, stretches in DEMANDED.items():
        for number in range(14):
            pin: Fields = {"as_of": revision, "known_at": day(number)}
            begun = [first for first in stretches if first <= number]
            if not begun:
                assert listed(database, "demand", **pin) == []
                continue
            status, responses = stretches[max(begun)]
            shown = get(database, "demand", "harbour", **pin)
            assert shown["status"] == status
            assert " ".join(ids_of(shown["responses"])) == responses
            assert (shown["withdrawn"] is not None) == (status == "withdrawn")
            assert listed(database, "demand", **pin, status=status) == ["harbour"]
            stance = {"silence": "no_answer", "terms": "conditional", "refused": "rejects"}
            for name, said in stance.items():
                hit = listed(database, "demand", **pin, stance=said) == ["harbour"]
                assert hit == (name in responses.split())
            by_boris = listed(database, "demand", **pin, participant="boris")
            assert by_boris == (["harbour"] if "agreed" in responses else [])


def test_without_a_knowledge_day_each_revision_tells_the_newest_status(database: Database) -> None:
    demand_answered_step_by_step(database)
    told = [get(database, "demand", "harbour", as_of=n)["status"] for n in range(1, 7)]
    newest = ["unanswered", "unanswered", "under_discussion", "rejected", "contested", "withdrawn"]
    assert told == newest


def test_a_response_shows_who_gave_it_who_reports_it_and_since_when(database: Database) -> None:
    demand_answered_step_by_step(database)
    shown = get(database, "demand", "harbour", known_at=day(3))["responses"][1]
    assert shown["by"] == {
        "id": "northland",
        "name": "Northland",
        "href": "/participants/northland",
    }
    assert shown["reported_by"]["name"] == "Anna Ek"
    assert shown["conditions"] == "Boats first."
    assert shown["known_from"] == "2022-01-03"
    assert [one["exact"] for one in shown["evidence"]] == ["words of b"]


def test_a_demand_is_superseded_from_the_day_its_replacement_was_known(database: Database) -> None:
    write(database, *setting(), demand("old", responses=[REFUSED]))
    write(database, demand("new", "d", replaces="old"))
    statuses = {
        number: get(database, "demand", "old", known_at=day(number))["status"]
        for number in (1, 5, 6, 8, 9)
    }
    assert statuses == {
        1: "unanswered",
        5: "unanswered",
        6: "rejected",
        8: "rejected",
        9: "superseded",
    }
    link = {"id": "new", "title": "Demand new", "href": "/demands/new"}
    assert get(database, "demand", "old", known_at=day(8))["replaced_by"] == []
    assert get(database, "demand", "old", known_at=day(9))["replaced_by"] == [link]
    assert get(database, "demand", "new", known_at=day(9))["replaces"]["id"] == "old"
    # Before the replacement was recorded nothing of it shows, however late the day.
    assert get(database, "demand", "old", as_of=1, known_at=day(9))["status"] == "rejected"
    assert get(database, "demand", "old")["version"] == 1


def test_a_replacement_that_is_taken_back_by_its_editor_leaves_the_old_demand_standing(
    database: Database,
) -> None:
    write(database, *setting(), demand("old"))
    write(database, demand("new", "d", replaces="old"))
    write(database, retract=[("demand", "new")], reason="it was the same demand")
    told = [get(database, "demand", "old", as_of=n)["status"] for n in (1, 2, 3)]
    assert told == ["unanswered", "superseded", "unanswered"]
    assert get(database, "demand", "old")["replaced_by"] == []


def test_an_umbrella_lists_its_parts_and_each_part_its_umbrella_when_both_are_known(
    database: Database,
) -> None:
    write(database, *setting(), demand("umbrella", "b"))
    write(
        database, demand("early", "a", part_of="umbrella"), demand("late", "d", part_of="umbrella")
    )
    parts = {
        number: ids_of(get(database, "demand", "umbrella", known_at=day(number))["parts"])
        for number in (3, 8, 9)
    }
    assert parts == {3: ["early"], 8: ["early"], 9: ["early", "late"]}
    # The part was known before anybody knew that it belongs to something larger.
    assert get(database, "demand", "early", known_at=day(2))["part_of"] is None
    assert listed(database, "demand", known_at=day(2), part_of="umbrella") == []
    assert get(database, "demand", "early", known_at=day(3))["part_of"]["id"] == "umbrella"
    assert listed(database, "demand", known_at=day(3), part_of="umbrella") == ["early"]
    assert listed(database, "demand", part_of="umbrella") == ["early", "late"]
    assert get(database, "demand", "umbrella", as_of=1)["parts"] == []


def test_what_a_record_links_to_is_hidden_until_that_is_known(database: Database) -> None:
    told = meeting("summit", notice("held", "c", starts="2022-01-05"))
    write(
        database, *setting(), told, claim("early", "a", meeting="summit", about_meetings=["summit"])
    )
    before = get(database, "claim", "early", known_at=day(5))
    assert (before["meeting"], before["about_meetings"]) == (None, [])
    after = get(database, "claim", "early", known_at=day(6))
    assert after["meeting"]["id"] == "summit"
    assert ids_of(after["about_meetings"]) == ["summit"]
    filters: list[Fields] = [{"meeting": "summit"}, {"about_meeting": "summit"}]
    for asked in filters:
        assert listed(database, "claim", known_at=day(5), **asked) == []
        assert listed(database, "claim", known_at=day(6), **asked) == ["early"]


# A claim, corrected by its editor.


def test_a_corrected_claim_reads_as_before_at_the_revision_before(database: Database) -> None:
    write(database, *setting(), claim("harbour", text="The harbour is closed."))
    before = found(database, "claim", "harbour")
    write(database, claim("harbour", text="The harbour is open.", on="2022-01-02"))
    assert found(database, "claim", "harbour", as_of=1) == before
    assert get(database, "claim", "harbour", as_of=1)["text"] == "The harbour is closed."
    shown = get(database, "claim", "harbour")
    assert (shown["text"], shown["version"], shown["revision"]) == ("The harbour is open.", 2, 2)
    # A wording is the editor's: it has no knowledge day of its own.
    assert get(database, "claim", "harbour", known_at=day(1))["text"] == "The harbour is open."
    assert listed(database, "claim", as_of=1, first=day(2)) == []
    assert listed(database, "claim", first=day(2)) == ["harbour"]


def test_a_quote_added_later_shows_from_its_own_day_on(database: Database) -> None:
    write(database, *setting(), claim("harbour", "b"))
    write(database, claim("harbour", "b a d"))
    shown = {n: sources_in(get(database, "claim", "harbour", known_at=day(n))) for n in (1, 3, 9)}
    assert shown == {1: {"a"}, 3: {"a", "b"}, 9: {"a", "b", "d"}}
    assert listed(database, "claim", known_at=day(8), source="d") == []
    assert listed(database, "claim", known_at=day(9), source="d") == ["harbour"]
    assert listed(database, "claim", as_of=1, known_at=day(9), source="d") == []
    with pytest.raises(NotYetKnown):
        get(database, "claim", "harbour", as_of=1, known_at=day(2))


def test_a_claim_without_a_text_is_named_by_its_oldest_words(database: Database) -> None:
    unclassified = claim("harbour", "d a", text=None, kind="unclassified")
    pointing = claim("reply", "a", relations=[{"to": "harbour", "type": "qualifies", "basis": "-"}])
    write(database, *setting(), unclassified, pointing)
    relation = get(database, "claim", "reply", known_at=day(1))["relations"][0]
    assert relation["to"]["title"] == "words of a"


def related(
    database: Database, number: int | None = None, as_of: int | None = None
) -> tuple[list[str], list[str]]:
    """The relations of the denial, and what the statement says relates to it."""
    known_at = day(number) if number is not None else None
    denial = get(database, "claim", "denial", known_at=known_at, as_of=as_of)
    statement = get(database, "claim", "statement", known_at=known_at, as_of=as_of)
    there = [f"{one['type']} {one['to']['id']}" for one in denial["relations"]]
    back = [f"{one['claim']['id']} {one['type']}" for one in statement["related_from"]]
    return there, back


def relation(kind: str, sources: str = "", basis: str | None = None) -> Fields:
    return {"to": "statement", "type": kind, "basis": basis, **quotes(sources)}


def test_a_relation_shows_in_both_directions_from_the_day_it_was_known(database: Database) -> None:
    write(database, *setting(), claim("statement", "b"), claim("denial", "a"))
    write(database, claim("denial", "a", relations=[relation("contradicts", "c")]))
    assert related(database, as_of=1) == ([], [])
    assert related(database, 5) == ([], [])
    assert related(database, 6) == (["contradicts statement"], ["denial contradicts"])
    assert related(database) == (["contradicts statement"], ["denial contradicts"])
    assert get(database, "claim", "statement")["version"] == 1


def test_a_relation_on_an_editors_basis_is_known_when_both_claims_are(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("statement", "b"),
        claim("denial", "a", relations=[relation("responds_to", basis="same subject")]),
    )
    assert get(database, "claim", "denial", known_at=day(2))["relations"] == []
    assert related(database, 3) == (["responds_to statement"], ["denial responds_to"])


def test_a_relation_shown_by_two_papers_stands_once_on_the_other_side(database: Database) -> None:
    twice = [relation("contradicts", "b"), relation("contradicts", "d")]
    write(database, *setting(), claim("statement"), claim("denial", relations=twice))
    assert related(database, 3)[1] == ["denial contradicts"]
    assert related(database, 9)[1] == ["denial contradicts"]
    assert related(database)[1] == ["denial contradicts"]


def test_a_relation_moves_with_the_day_of_the_source_that_shows_it(database: Database) -> None:
    contradicts = [relation("contradicts", "b")]
    write(database, *setting(), claim("statement"), claim("denial", relations=contradicts))
    write(database, source("b", "2022-01-05"))
    for number, back in {2: [], 3: [], 4: [], 5: ["denial contradicts"]}.items():
        assert related(database, number)[1] == back
    assert related(database, 3, as_of=1)[1] == ["denial contradicts"]


def test_a_relation_that_is_dropped_or_whose_claim_is_retracted_leaves_the_other_side(
    database: Database,
) -> None:
    contradicts = [relation("contradicts", "b")]
    write(database, *setting(), claim("statement"), claim("denial", relations=contradicts))
    write(database, claim("denial"))
    write(database, claim("denial", relations=contradicts))
    write(database, retract=[("claim", "denial")])
    back = [get(database, "claim", "statement", as_of=n)["related_from"] for n in range(1, 5)]
    assert [len(one) for one in back] == [1, 0, 1, 0]


def test_a_relation_follows_the_claim_it_is_turned_to(database: Database) -> None:
    write(database, *setting(), claim("one"), claim("other"))
    write(database, claim("reply", relations=[{"to": "one", "type": "confirms", "basis": "-"}]))
    write(database, claim("reply", relations=[{"to": "other", "type": "confirms", "basis": "-"}]))
    told = {
        name: [len(get(database, "claim", name, as_of=n)["related_from"]) for n in (1, 2, 3)]
        for name in ("one", "other")
    }
    assert told == {"one": [0, 1, 0], "other": [0, 0, 1]}


# What changes around a record.


def test_a_new_name_stands_in_every_link_and_no_version_grows(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("said", addressed_to=["boris"]),
        demand("asked", responses=[SILENCE | {"by": "anna"}]),
        meeting("summit", PLANNED, attendance=[PRESENCE["a"]]),
    )
    before = {noun: found(database, noun, one) for noun, one in NAMED.items()}
    write(database, participant("anna", "Anna Berg"))
    for noun, identifier in NAMED.items():
        assert found(database, noun, identifier, as_of=1) == before[noun]
        shown = get(database, noun, identifier)
        assert "Anna Berg" in str(shown)
        assert "Anna Ek" not in str(shown)
        assert (shown["version"], shown["revision"]) == (1, 1)
        early = found(database, noun, identifier, known_at=day(1))
        assert "Anna Berg" in early.document
    assert get(database, "participant", "anna")["version"] == 2


NAMED = {"claim": "said", "demand": "asked", "meeting": "summit"}


def test_a_new_title_of_a_source_stands_in_the_quotes_of_it(database: Database) -> None:
    write(database, *setting(), claim("said", "a b"))
    write(database, source("b", title="The Harbour Post"))
    titles = [
        [one["source"]["title"] for one in get(database, "claim", "said", as_of=n)["evidence"]]
        for n in (1, 2)
    ]
    assert titles == [["Paper a", "Paper b"], ["Paper a", "The Harbour Post"]]


def test_a_corrected_day_of_publication_moves_what_rests_on_it(database: Database) -> None:
    told = meeting("summit", notice("held", "a", starts="2021-12-30"))
    write(database, *setting(), told, claim("said", "a", meeting="summit"), claim("later", "b"))
    pins = [(None, n) for n in DAYS] + [(1, n) for n in DAYS]
    before = {n: listed(database, "claim", as_of=1, known_at=day(n)) for n in DAYS}
    bytes_before = found(database, "claim", "said", known_at=day(2))
    assert before[0] == []
    assert before[1] == ["said"]
    write(database, source("a", "2022-01-04"))
    known = {n: listed(database, "claim", known_at=day(n)) for _, n in pins}
    assert (known[2], known[3], known[4]) == ([], ["later"], ["later", "said"])
    assert {n: listed(database, "claim", as_of=1, known_at=day(n)) for n in DAYS} == before
    assert found(database, "claim", "said", as_of=1, known_at=day(2)) == bytes_before
    for noun, identifier in (("claim", "said"), ("meeting", "summit"), ("source", "a")):
        assert get(database, noun, identifier)["known_from"] == "2022-01-04"
    assert get(database, "claim", "said")["version"] == 1
    assert get(database, "source", "a")["version"] == 2


def test_a_day_of_publication_that_is_lost_takes_what_rests_on_it_out_of_every_day(
    database: Database,
) -> None:
    write(database, *setting(), claim("said", "a"))
    write(database, record("source", id="a", title="A", kind="news", proximity="primary"))
    assert listed(database, "claim", known_at=day(365)) == []
    assert listed(database, "claim") == ["said"]
    assert listed(database, "claim", as_of=1, known_at=day(1)) == ["said"]


def test_a_meeting_whose_day_moves_moves_in_the_records_that_link_to_it(database: Database) -> None:
    told = meeting("summit", notice("held", "b", starts="2022-01-02"))
    write(database, *setting(), told, claim("said", "a", meeting="summit"))
    write(database, source("b", "2022-01-07"))
    shown = [
        get(database, "claim", "said", known_at=day(n), as_of=revision)["meeting"] is not None
        for n, revision in ((3, 1), (6, 2), (7, 2))
    ]
    assert shown == [True, False, True]


def test_a_retracted_record_says_why_and_still_answers_before_that(database: Database) -> None:
    write(database, *setting())
    write(database, claim("said", "b"))
    before = found(database, "claim", "said", as_of=2)
    write(database, retract=[("claim", "said")], reason="it was said by somebody else")
    with pytest.raises(Retracted, match="it was said by somebody else"):
        get(database, "claim", "said")
    with pytest.raises(Retracted):
        get(database, "claim", "said", as_of=3, known_at=day(30))
    assert found(database, "claim", "said", as_of=2) == before
    with pytest.raises(NotYetRecorded):
        get(database, "claim", "said", as_of=1)
    with pytest.raises(NotYetKnown):
        get(database, "claim", "said", as_of=2, known_at=day(2))
    with pytest.raises(RecordNotFound):
        get(database, "claim", "unsaid")
    assert listed(database, "claim") == []
    assert listed(database, "claim", as_of=2) == ["said"]
    write(database, source("d", title="Other"))
    with pytest.raises(Retracted, match="it was said by somebody else"):
        get(database, "claim", "said")


def test_identity_data_is_listed_on_every_day_and_its_quotes_only_when_known(
    database: Database,
) -> None:
    post = {"title": "Envoy", "organization": "northland", **quotes("c")}
    write(database, *setting(), participant("anna", posts=[post], **quotes("b")))
    early = get(database, "participant", "anna", known_at=day(0))
    assert (early["evidence"], early["posts"]) == ([], [])
    assert len(get(database, "participant", "anna", known_at=day(3))["evidence"]) == 1
    assert len(get(database, "participant", "anna", known_at=day(6))["posts"]) == 1
    assert "harbour-talks" in listed(database, "negotiation", known_at=day(0))
    assert len(listed(database, "participant", known_at=day(0))) == 5
    assert listed(database, "source", known_at=day(0)) == []
