"""Sweeps: all that a list has, in its order, whichever size the pieces have."""

import json
from datetime import date
from typing import Any

import pytest

from app.resources import BY_NOUN
from app.store import sweeping
from app.store.engine import Database
from app.store.pins import Pin
from app.store.selection import Selection
from app.store.sweeping import sweep
from tests.made_up import claim, demand, setting, write
from tests.store.test_selection import DATED, DOWN, UP, dated

# Not the newest one, whatever is written meanwhile.
FIRST = Pin(1, newest=False)


def swept(database: Database, noun: str, **asked: Any) -> list[list[str]]:
    pieces = sweep(database, BY_NOUN[noun], FIRST, Selection(limit=1, **asked))
    return [[json.loads(one)["id"] for one in piece] for piece in pieces]


@pytest.mark.parametrize("size", [1, 2, 5, 11, 12, 13])
def test_every_size_of_pieces_gives_each_record_once_in_every_order(
    database: Database, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    dated(database)
    monkeypatch.setattr(sweeping, "RECORDS", size)
    orders = {"on": UP, "-on": DOWN, "id": sorted(DATED), "-id": sorted(DATED, reverse=True)}
    for order, wanted in orders.items():
        pieces = swept(database, "claim", order=order)
        assert [identifier for piece in pieces for identifier in piece] == wanted
        assert all(len(piece) == size for piece in pieces[:-1])
        assert len(pieces) == -(-len(DATED) // size)


def test_filters_and_days_hold_for_every_piece(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated(database)
    monkeypatch.setattr(sweeping, "RECORDS", 1)
    days = {"first": date(2022, 1, 9), "last": date(2022, 1, 9)}
    assert swept(database, "claim", order="-on", **days) == [
        *(["ninth"], ["fourth-on"], ["year"], ["month"])
    ]
    some = ("later", "month", "unknown-b")
    assert swept(database, "claim", order="on", ids=some) == [["month"], ["later"], ["unknown-b"]]
    assert swept(database, "claim", order="on", filters={"kind": ("warning",)}) == [[]]


def test_what_is_written_between_two_pieces_is_not_seen(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, *setting(), *(claim(name) for name in "bdf"))
    monkeypatch.setattr(sweeping, "RECORDS", 1)
    pieces = sweep(database, BY_NOUN["claim"], FIRST, Selection(order="id", limit=1))
    seen = [next(pieces)]
    write(database, claim("c"), claim("d", text="Otherwise"), retract=[("claim", "f")])
    seen += pieces
    assert [json.loads(one)["id"] for piece in seen for one in piece] == ["b", "d", "f"]
    assert json.loads(seen[1][0])["text"] == "Claim d"


def test_a_list_without_records_is_one_empty_piece(database: Database) -> None:
    write(database, *setting(), demand("d"))
    assert swept(database, "claim", order="on") == [[]]
    assert swept(database, "demand", order="on") == [["d"]]
