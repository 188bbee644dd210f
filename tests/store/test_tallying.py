"""Tallies: what is kept on write is what a fresh count finds, whatever was edited before."""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select

from app.resources import BY_NOUN
from app.resources.claims import CLAIMS
from app.resources.demands import DemandContent
from app.resources.evidence import RecordContent
from app.resources.resource import Listing
from app.resources.timeline import TIMELINE
from app.store import reader
from app.store.engine import Database
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.selection import Selection
from app.store.tables import TALLY
from app.store.tallying import facets_of, recount, scope_of
from tests.made_up import TALKS, claim, day, demand, meeting, notice, participant, setting, write
from tests.random_edits import NEGOTIATIONS, World
from tests.store.test_list_plans import plans_of
from tests.store.test_view_plans import filled, scans

__all__ = ["filled"]

LISTINGS: list[Listing] = [*BY_NOUN.values(), TIMELINE]
Row = tuple[str, str, str, str, int]


class Edits(World):
    """Random edits, demands among them."""

    def _demand(self) -> RecordContent:
        found = super()._demand()
        assert isinstance(found, DemandContent)
        found.addressed_to = self._people()
        return found


def tallies(database: Database) -> list[Row]:
    order = select(TALLY).order_by(*TALLY.primary_key.columns)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(order)]


def fresh(database: Database) -> list[Row]:
    """What a count of all rows would make of the tallies; nothing is changed."""
    order = select(TALLY).order_by(*TALLY.primary_key.columns)
    with database.write() as connection:
        before = [tuple(row) for row in connection.execute(order)]
        recount(connection)
        found = [tuple(row) for row in connection.execute(order)]
        if found != before:
            connection.get_transaction().rollback()  # type: ignore[union-attr]
    return found


def of(database: Database, noun: str, facet: str, talks: str = "") -> dict[str, int]:
    wanted = (noun, talks, facet)
    return {value: number for *place, value, number in tallies(database) if tuple(place) == wanted}


def chosen(talks: str = "") -> Selection:
    return Selection(order="on", limit=20, filters={"negotiation": (talks,)} if talks else {})


def test_each_value_is_counted_in_its_negotiation_and_over_all(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("c1", claimant="anna", kind="fact", about=["northland", "southland"]),
        claim("c2", claimant="boris", kind="fact", about=["northland"]),
        claim("c3", claimant="anna", kind="warning"),
    )
    for talks in ("", TALKS):
        assert of(database, "claim", "kind", talks) == {"fact": 2, "warning": 1}
        assert of(database, "claim", "claimant", talks) == {"anna": 2, "boris": 1}
        assert of(database, "claim", "about", talks) == {"northland": 2, "southland": 1}
        assert of(database, "claim", "", talks) == {"": 3}
        assert of(database, "entry", "kind", talks) == {"claim": 3}
    assert of(database, "participant", "kind") == {"state": 2, "person": 2, "body": 1}
    assert of(database, "participant", "kind", TALKS) == {}


def test_a_correction_moves_a_record_from_one_value_to_another(database: Database) -> None:
    write(database, *setting(), claim("c1", claimant="anna"), claim("c2", claimant="anna"))
    write(database, claim("c1", claimant="boris"))
    assert of(database, "claim", "claimant") == {"anna": 1, "boris": 1}
    write(database, claim("c2", claimant="boris"))
    assert of(database, "claim", "claimant", TALKS) == {"boris": 2}


def test_what_is_retracted_counts_no_more_and_leaves_no_row(database: Database) -> None:
    write(database, *setting(), claim("c1"), meeting("m1", notice("held", "b")))
    write(database, retract=[("claim", "c1"), ("meeting", "m1")])
    left = {(noun, facet) for noun, _, facet, _, _ in tallies(database)}
    assert {noun for noun, _ in left} == {"negotiation", "participant", "source"}
    write(database, claim("c1"))
    assert of(database, "claim", "") == {"": 1}


def test_a_change_that_moves_no_record_writes_no_tally(database: Database) -> None:
    write(database, *setting(), claim("c1"), demand("d1"))
    before = tallies(database)
    write(database, participant("anna", "Anna Berg"))
    assert tallies(database) == before


@pytest.mark.parametrize("seed", [3, 12])
def test_after_random_edits_the_tallies_are_what_a_fresh_count_finds(
    database: Database, seed: int
) -> None:
    world = Edits(database, seed)
    for _ in range(25):
        world.edit()
        assert tallies(database) == fresh(database)
    assert {noun for noun, *_ in tallies(database)} == {*BY_NOUN, TIMELINE.noun}


@pytest.fixture
def edited(database: Database) -> Database:
    world = Edits(database, 5)
    for _ in range(20):
        world.edit()
    return database


def test_answers_from_tallies_are_those_of_a_count_in_the_same_order(edited: Database) -> None:
    def answers() -> Iterator[object]:
        with edited.read() as connection:
            look = Snapshot(connection)
            pin = look.pin(None, None)
            for listing in LISTINGS:
                for talks in ("", *NEGOTIATIONS, "no-such-talks"):
                    if talks and "negotiation" not in listing.filters:
                        continue
                    yield look.count(listing, pin, chosen(talks))
                    for name in listing.filters:
                        yield look.facet(listing, pin, chosen(talks), name)

    kept = list(answers())
    with patch.object(reader, "scope_of", lambda *_: None):
        assert list(answers()) == kept
    assert sum(isinstance(one, list) and len(one) > 1 for one in kept) > 40


def test_values_that_are_as_frequent_as_each_other_stand_in_their_order(
    database: Database,
) -> None:
    people = [participant(f"p-{number:03}") for number in range(120)]
    claims = [claim(f"c{number}", claimant=f"p-{number:03}") for number in range(120)]
    write(database, *setting(), *people, *claims, claim("more", claimant="p-119"))
    with database.read() as connection:
        found = Snapshot(connection).facet(CLAIMS, Pin(1), chosen(), "claimant")
    assert found == [("p-119", 2), *((f"p-{number:03}", 1) for number in range(99))]


@pytest.mark.parametrize(
    ("pin", "selection"),
    [
        (Pin(1, newest=False), chosen()),
        (Pin(1, known_at=day(3)), chosen(TALKS)),
        (Pin(1), Selection("on", 20, ids=("c1",))),
        (Pin(1), Selection("on", 20, filters={"kind": ("fact",)})),
        (Pin(1), Selection("on", 20, filters={"negotiation": ("a", "b")})),
        (Pin(1), Selection("on", 20, changed_since=0)),
        (Pin(1), Selection("on", 20, upcoming=True)),
    ],
)
def test_other_questions_are_counted(pin: Pin, selection: Selection) -> None:
    assert scope_of(CLAIMS, pin, selection) is None


def test_a_list_and_a_negotiation_are_told_whatever_the_page() -> None:
    page = Selection("-on", 7, after=(False, None, None, "x"))
    assert scope_of(CLAIMS, Pin(1), page) == ""
    assert scope_of(CLAIMS, Pin(1), chosen(TALKS)) == TALKS


@pytest.mark.parametrize("talks", ["", TALKS])
def test_tallies_are_read_by_index_and_nothing_is_sorted(filled: Database, talks: str) -> None:
    def asked(listing: Listing) -> Callable[[Snapshot], object]:
        def ask(look: Snapshot) -> None:
            look.count(listing, Pin(3), chosen(talks))
            for name in listing.filters:
                look.facet(listing, Pin(3), chosen(talks), name)

        return ask

    for listing in LISTINGS:
        if talks and "negotiation" not in listing.filters:
            continue
        found = plans_of(filled, asked(listing))
        assert len(found) == len(facets_of(listing))
        for plan in found:
            assert scans(plan) == []
            assert "tally" in plan
            # PostgreSQL sorts so few rows as there are here.
            assert "SCAN tally" not in plan
            assert "TEMP B-TREE" not in plan


def test_a_recount_makes_anew_what_was_lost(edited: Database) -> None:
    before = tallies(edited)
    with edited.write() as connection:
        connection.execute(delete(TALLY))
        recount(connection)
    assert tallies(edited) == before
