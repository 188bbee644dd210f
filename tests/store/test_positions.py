"""The row of positions that is stored with a demand is, at every pin, that of what it says then."""

import json
from datetime import date

from app.store.engine import Database
from tests.made_up import Fields, day, demand, get, participant, quotes, setting, write
from tests.store.test_origins import column


def stances(
    database: Database,
    identifier: str,
    as_of: int | None = None,
    known_at: date | None = None,
) -> dict[str, str]:
    """The stance of each party, from the stored cells."""
    cells, parties = (
        column(database, "demand", identifier, name, as_of=as_of, known_at=known_at).split("\n")
        for name in ("position_cells", "position_parties")
    )
    found = [json.loads(text) for text in cells]
    assert [one["party"]["id"] for one in found] == parties
    return {one["party"]["id"]: one["stance"] for one in found}


def answer(paper: str, stance: str) -> Fields:
    return {"id": paper, "by": "northland", "stance": stance, **quotes(paper)}


def test_a_position_is_that_of_the_pin_on_both_axes(database: Database) -> None:
    write(database, *setting(), demand("harbour", responses=[answer("b", "conditional")]))
    write(
        database,
        demand("harbour", responses=[answer("b", "conditional"), answer("c", "rejects")]),
    )
    told = {
        (revision, number): stances(database, "harbour", as_of=revision, known_at=day(number))
        for revision in (1, 2)
        for number in (1, 3, 6)
    }
    assert {pin: one["northland"] for pin, one in told.items()} == {
        (1, 1): "no_record",
        (1, 3): "conditional",
        (1, 6): "conditional",
        (2, 1): "no_record",
        (2, 3): "conditional",
        (2, 6): "rejects",
    }
    unanswered = [
        column(database, "demand", "harbour", "unanswered", known_at=day(n)) for n in (1, 3)
    ]
    assert unanswered == [1, 0]


def test_the_head_is_that_of_the_demand(database: Database) -> None:
    write(database, *setting(), demand("harbour", responses=[answer("b", "rejects")]))
    head = json.loads(column(database, "demand", "harbour", "position_head"))
    shown = get(database, "demand", "harbour")
    assert head.pop("demand") == {
        "id": "harbour",
        "title": "Demand harbour",
        "href": "/demands/harbour",
    }
    assert head == {name: shown[name] for name in head}
    assert head["status"] == "rejected"


def test_an_answer_to_the_whole_is_none_to_a_part_nor_the_other_way_round(
    database: Database,
) -> None:
    umbrella = demand("umbrella", responses=[answer("a", "rejects")])
    open_part = demand("open", part_of="umbrella")
    granted = demand("granted", part_of="umbrella", responses=[answer("a", "accepts")])
    write(database, *setting(), umbrella, open_part, granted)
    told = {name: stances(database, name) for name in ("umbrella", "open", "granted")}
    assert told == {
        "umbrella": {"southland": "no_record", "northland": "rejects"},
        "open": {"southland": "no_record", "northland": "no_record"},
        "granted": {"southland": "no_record", "northland": "accepts"},
    }


def test_a_party_that_is_renamed_is_renamed_in_the_positions(database: Database) -> None:
    write(database, *setting(), demand("harbour"))
    write(database, participant("northland", "The North"))
    names = [
        json.loads(column(database, "demand", "harbour", "position_cells", as_of=n).split("\n")[1])
        for n in (1, 2)
    ]
    assert [one["party"]["name"] for one in names] == ["Northland", "The North"]
