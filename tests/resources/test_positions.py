"""Where each party stands on a demand: its row of the matrix, at every day, without a store.

Southland asks something of Northland; the council was not asked. The days are those of
``tests/made_up.py``: paper ``a`` came out on 1 January, ``b`` on the 3rd, ``c`` on the 6th, ``d``
on the 9th.
"""

import json
from typing import Any, get_type_hints

import pytest

from app.resources import BY_NOUN
from app.resources.answers import Stance
from app.resources.base import ALWAYS, NEVER
from app.resources.evidence import RecordContent
from app.resources.positions import (
    PositionCell,
    PositionHead,
    PositionHistory,
    PositionOut,
    PositionRowOut,
    PositionStance,
    flat_cells,
)
from app.resources.rendering import Rendition, Stamp, render
from app.resources.resource import Address, Face
from tests.made_up import NAMES, Fields, day, demand, quotes

PUBLISHED = {"a": 1, "b": 3, "c": 6, "d": 9}
FACES: dict[Address, Face] = {
    **{("source", one): Face(f"Paper {one}", day(n)) for one, n in PUBLISHED.items()},
    ("source", "undated"): Face("Undated", NEVER),
    ("negotiation", "harbour-talks"): Face("Harbour talks", ALWAYS),
    **{("participant", one): Face(name, ALWAYS) for one, (_, name) in NAMES.items()},
    ("meeting", "summit"): Face("Summit", day(6)),
    ("demand", "umbrella"): Face("Umbrella", day(3)),
}
NORTHLAND = {"id": "northland", "name": "Northland", "href": "/participants/northland"}
SOUTHLAND = {"id": "southland", "name": "Southland", "href": "/participants/southland"}
COUNCIL = {"id": "council", "name": "Harbour Council", "href": "/participants/council"}
ANNA = {"id": "anna", "name": "Anna Ek", "href": "/participants/anna"}
BORIS = {"id": "boris", "name": "Boris Lund", "href": "/participants/boris"}


def answer(identifier: str, stance: str, sources: str, **fields: object) -> Fields:
    told: Fields = {"id": identifier, "by": "northland", "stance": stance, **quotes(sources)}
    return told | fields


def asked(*responses: Fields, **fields: Any) -> RecordContent:
    return demand("harbour", responses=list(responses), **fields)


def rendered(content: RecordContent, known_at: int | None = None) -> Rendition:
    """The demand as it read on that day of January, or, without a day, as it reads in the end."""
    made = render(BY_NOUN["demand"], content, Stamp(1, 1), FACES)
    if known_at is None:
        return made[-1]
    return next(
        one
        for one in made
        if one.known_from and one.known_from <= day(known_at) < (one.known_until or NEVER)
    )


def row(content: RecordContent, known_at: int | None = None) -> Fields:
    """The row as the columns of a demand hold it, put together."""
    columns = rendered(content, known_at).columns
    cells = [json.loads(text) for text in columns["position_cells"].split("\n")]
    found: Fields = json.loads(columns["position_head"]) | {"cells": cells}
    assert columns["position_parties"].split("\n") == [one["party"]["id"] for one in cells]
    return found


def cell(content: RecordContent, known_at: int | None = None, party: str = "northland") -> Fields:
    found: Fields = next(
        one for one in row(content, known_at)["cells"] if one["party"]["id"] == party
    )
    return found


def edtf(when: Fields | None) -> str | None:
    return when["edtf"] if when else None


def exact(evidence: list[Fields]) -> list[str]:
    return [one["exact"] for one in evidence]


# An empty cell, and whole rows.


def test_a_party_without_an_answer_has_no_record_in_so_many_words() -> None:
    empty: Fields = {
        "stance": "no_record",
        "since": None,
        "known_from": None,
        "response": None,
        "text": None,
        "reported_by": None,
        "meeting": None,
        "conflict": False,
        "history": [],
        "evidence": [],
    }
    assert row(asked())["cells"] == [
        {"party": SOUTHLAND, "role": "made_by"} | empty,
        {"party": NORTHLAND, "role": "addressed_to"} | empty,
    ]


def test_a_row_begins_with_its_demand_and_what_became_of_it() -> None:
    content = asked(answer("no", "rejects", "c"), on="2022-01-02", issue="quay", part_of="umbrella")
    found = row(content)
    assert list(found) == list(PositionRowOut.model_fields)
    assert found["demand"] == {
        "id": "harbour",
        "title": "Demand harbour",
        "href": "/demands/harbour",
    }
    assert (found["status"], found["issue"], edtf(found["on"])) == (
        "rejected",
        "quay",
        "2022-01-02",
    )
    assert found["part_of"] == {"id": "umbrella", "title": "Umbrella", "href": "/demands/umbrella"}
    assert (found["made_by"], found["addressed_to"]) == ([SOUTHLAND], [NORTHLAND])
    # On the 2nd nobody knew of the umbrella, nor of an answer.
    early = row(content, 2)
    assert (early["status"], early["part_of"]) == ("unanswered", None)


def test_the_cells_are_of_the_makers_then_the_addressees_then_others_who_answered() -> None:
    content = asked(
        answer("first", "accepts", "a", by="boris"),
        answer("second", "rejects", "b", by="council"),
        answer("third", "rejects", "b", by="boris"),
        answer("own", "defers", "b", by="southland"),
        made_by=["southland", "anna"],
        addressed_to=["northland", "council", "anna"],
    )
    told = [(one["party"]["id"], one["role"], one["stance"]) for one in row(content)["cells"]]
    assert told == [
        ("southland", "made_by", "defers"),
        ("anna", "made_by", "no_record"),
        ("northland", "addressed_to", "no_record"),
        ("council", "addressed_to", "rejects"),
        ("boris", "other", "rejects"),
    ]


def test_a_cell_shows_the_answer_that_it_rests_on_with_its_words() -> None:
    content = asked(
        answer(
            "no",
            "rejects",
            "c",
            on="2022-01-05",
            text="Not for sale.",
            reported_by="anna",
            meeting="summit",
        )
    )
    found = cell(content)
    assert list(found) == list(PositionCell.model_fields)
    assert found["since"] == {
        "edtf": "2022-01-05",
        "earliest": "2022-01-05",
        "latest": "2022-01-05",
    }
    assert (found["response"], found["known_from"]) == ("no", "2022-01-06")
    assert (found["text"], found["reported_by"]) == ("Not for sale.", ANNA)
    assert found["meeting"] == {"id": "summit", "title": "Summit", "href": "/meetings/summit"}
    assert exact(found["evidence"]) == ["words of c"]
    (past,) = found["history"]
    assert list(past) == list(PositionHistory.model_fields)
    assert past == {
        "response": "no",
        "stance": "rejects",
        "on": found["since"],
        "text": "Not for sale.",
        "reported_by": ANNA,
        "meeting": found["meeting"],
        "known_from": "2022-01-06",
        "current": True,
        "evidence": found["evidence"],
    }


# What a cell says as answers come in.

SILENCE = answer("silence", "no_answer", "a", reported_by="anna", on="2021-12-31")
TERMS = answer("terms", "conditional", "b", reported_by="anna", on="2022-01-02")
SILENT_AGAIN = answer("again", "no_answer", "c", reported_by="anna", on="2022-01-04")
REFUSED = answer("refused", "rejects", "c", reported_by="anna", on="2022-01-05")
AGREED = answer("agreed", "accepts", "d", reported_by="boris", on="2022-01-05")


@pytest.mark.parametrize(
    ("known_at", "stance", "since", "response", "conflict", "history"),
    [
        (1, "no_answer", "2021-12-31", "silence", False, "silence!"),
        (3, "conditional", "2022-01-02", "terms", False, "silence terms!"),
        (6, "rejects", "2022-01-05", "refused", False, "silence terms again refused!"),
        (9, "accepts", "2022-01-05", "agreed", True, "silence terms again refused! agreed!"),
    ],
)
def test_a_cell_follows_what_was_known_on_the_day(
    known_at: int, stance: str, since: str, response: str, conflict: bool, history: str
) -> None:
    found = cell(asked(SILENCE, TERMS, SILENT_AGAIN, REFUSED, AGREED), known_at)
    assert (found["stance"], edtf(found["since"]), found["response"]) == (stance, since, response)
    assert found["conflict"] is conflict
    told = [f"{one['response']}{'!' if one['current'] else ''}" for one in found["history"]]
    assert told == history.split()


def test_the_history_is_in_the_order_of_the_answers_not_of_the_record() -> None:
    found = cell(asked(REFUSED, TERMS, SILENCE))
    assert [one["response"] for one in found["history"]] == ["silence", "terms", "refused"]
    assert found["response"] == "refused"


def test_silence_takes_no_answer_back_and_breaks_no_run() -> None:
    again = answer("more-terms", "conditional", "d", reported_by="anna", on="2022-01-08")
    for content in (asked(TERMS, SILENT_AGAIN), asked(TERMS, SILENT_AGAIN, again)):
        found = cell(content)
        assert (found["stance"], edtf(found["since"])) == ("conditional", "2022-01-02")
    assert found["response"] == "more-terms"
    assert exact(found["evidence"]) == ["words of d"]


def test_a_stance_holds_since_the_first_of_the_answers_that_were_the_same_ever_since() -> None:
    early = answer("early", "rejects", "a", on="2021-12-20")
    softer = answer("softer", "defers", "a", on="2021-12-28")
    second = answer("second", "rejects", "b", on="2022-01-02")
    third = answer("third", "rejects", "c", on="2022-01-05")
    found = cell(asked(early, softer, second, third))
    assert (edtf(found["since"]), found["response"]) == ("2022-01-02", "third")
    assert edtf(cell(asked(early, softer), 1)["since"]) == "2021-12-28"


def test_a_stance_without_a_day_on_record_holds_since_no_day() -> None:
    found = cell(asked(answer("no", "rejects", "b")))
    assert (found["since"], found["known_from"]) == (None, "2022-01-03")


def test_an_answer_that_was_surely_known_on_no_day_stands_only_where_no_day_is_asked() -> None:
    content = asked(answer("no", "rejects", "undated"), answer("yes", "accepts", "b"))
    assert cell(content, 5)["history"][0]["response"] == "yes"
    found = cell(content)
    assert [one["known_from"] for one in found["history"]] == [None, "2022-01-03"]
    assert found["stance"] == "accepts"


# Several reports of one answer.


def test_reports_that_agree_are_one_stance_with_the_words_of_both() -> None:
    told = answer("told", "rejects", "a", on="2022-01-01", text="Never.")
    heard = answer(
        "heard", "rejects", "b", on="2022-01-01", text="They refuse.", reported_by="boris"
    )
    found = cell(asked(told, heard))
    # What a party says itself is shown before what others report of it.
    assert (found["response"], found["text"], found["reported_by"]) == ("told", "Never.", None)
    assert exact(found["evidence"]) == ["words of a", "words of b"]
    assert [one["current"] for one in found["history"]] == [True, True]
    assert found["conflict"] is False


def test_of_two_reporters_who_agree_the_newer_report_is_shown() -> None:
    by_anna = answer("by-anna", "rejects", "a", on="2022-01-01", reported_by="anna")
    by_boris = answer("by-boris", "rejects", "b", on="2022-01-01", reported_by="boris")
    assert cell(asked(by_anna, by_boris))["reported_by"] == BORIS
    assert cell(asked(by_boris, by_anna))["response"] == "by-boris"


def test_an_own_word_that_says_otherwise_does_not_go_before_the_newest_answer() -> None:
    told = answer("told", "conditional", "a", on="2022-01-01")
    heard = answer("heard", "rejects", "b", on="2022-01-01", reported_by="boris")
    found = cell(asked(told, heard))
    assert (found["stance"], found["response"], found["conflict"]) == ("rejects", "heard", True)
    assert exact(found["evidence"]) == ["words of b"]


def test_stances_with_the_same_outcome_are_no_conflict() -> None:
    one = answer("one", "conditional", "a", on="2022-01-01", reported_by="anna")
    other = answer("other", "defers", "b", on="2022-01-01", reported_by="boris")
    found = cell(asked(one, other))
    assert (found["stance"], found["conflict"]) == ("defers", False)


def test_the_conflict_of_a_cell_is_what_makes_a_demand_contested() -> None:
    content = asked(REFUSED, AGREED)
    assert row(content)["status"] == "contested"
    # Of somebody who was not asked it counts in the cell alone.
    outsider = asked(
        answer("yes", "accepts", "a"),
        *(one | {"by": "council"} for one in (REFUSED, AGREED)),
    )
    assert row(outsider)["status"] == "accepted"
    assert cell(outsider, party="council")["conflict"] is True


# Columns and flat cells.


@pytest.mark.parametrize(
    ("responses", "unanswered"),
    [
        ((), 2),
        ((SILENCE,), 2),
        ((REFUSED,), 1),
        ((SILENCE, REFUSED), 1),
        ((REFUSED, answer("too", "defers", "a", by="anna")), 0),
        ((answer("outside", "accepts", "a", by="council"),), 2),
        ((answer("own", "accepts", "a", by="southland"),), 2),
    ],
)
def test_a_demand_counts_the_addressees_without_an_answer_on_record(
    responses: tuple[Fields, ...], unanswered: int
) -> None:
    content = asked(*responses, addressed_to=["northland", "anna"])
    assert rendered(content).columns["unanswered"] == unanswered


def test_a_demand_to_nobody_named_waits_for_nobody() -> None:
    assert rendered(asked(addressed_to=[])).columns["unanswered"] == 0


def test_line_ends_in_words_do_not_cut_a_cell_in_two() -> None:
    content = asked(answer("no", "rejects", "a", text="First.\nSecond.\u2028Third."))
    assert len(rendered(content).columns["position_cells"].split("\n")) == 2
    assert cell(content)["text"] == "First.\nSecond.\u2028Third."


def test_the_columns_are_not_in_the_document() -> None:
    made = rendered(asked(REFUSED))
    held = {name for name in made.columns if name in json.loads(made.document)}
    assert held.isdisjoint({"position_head", "position_cells", "position_parties", "unanswered"})


def test_a_flat_cell_has_its_row_and_an_id_of_its_own_and_leaves_the_history_out() -> None:
    one, other = flat_cells(row(asked(REFUSED)))
    assert (one["id"], other["id"]) == ("harbour.southland", "harbour.northland")
    assert list(other) == list(PositionOut.model_fields)
    assert other["demand"]["id"] == "harbour"
    assert (other["status"], other["stance"]) == ("rejected", "rejects")
    assert exact(other["evidence"]) == ["words of c"]


def test_the_position_of_a_party_is_a_stance_or_that_there_is_no_record() -> None:
    assert [one.value for one in PositionStance] == [*(one.value for one in Stance), "no_record"]


def test_rows_and_cells_are_what_their_shapes_say() -> None:
    for content in (asked(), asked(SILENCE, TERMS, REFUSED, AGREED, on="2022")):
        found = row(content)
        assert PositionRowOut.model_validate(found).model_dump(mode="json") == found
        for flat in flat_cells(found):
            assert PositionOut.model_validate(flat).model_dump(mode="json") == flat
    assert set(get_type_hints(PositionHead)) < set(get_type_hints(PositionRowOut))
