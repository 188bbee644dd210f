"""How the databases read timelines, positions, searches and facets: by index, never end to end."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from pydantic_core import from_json

from app.resources.claims import CLAIMS
from app.resources.demands import DEMANDS
from app.resources.meetings import MEETINGS
from app.resources.quotes import QUOTES
from app.resources.resource import Listing
from app.resources.timeline import TIMELINE
from app.resources.wording import words_in
from app.store.engine import Database
from app.store.found import search
from app.store.matrix import parties_of, rows_of
from app.store.pins import Pin
from app.store.reader import Snapshot
from app.store.selection import Selection, sort_columns
from tests.made_up import TALKS, claim, setting, write
from tests.store.test_view_plans import PINS, filled, noted, plans, scans

__all__ = ["filled"]

WITHIN = {"negotiation": (TALKS,)}
LISTINGS = [CLAIMS, DEMANDS, MEETINGS, TIMELINE, QUOTES]


def plans_of(database: Database, ask: Callable[[Snapshot], object]) -> list[str]:
    with database.read() as connection:
        with noted(connection) as sent:
            ask(Snapshot(connection))
        return list(plans(database, connection, sent))


def whole(found: list[str]) -> list[str]:
    """Reads from end to end. In the order of an index, a list ends where the page does."""
    return [
        one
        for plan in found
        for one in scans(re.sub(r"SCAN \w+ USING INDEX ix_\w+_(order|place)", "", plan))
    ]


def paged(listing: Listing, pin: Pin, selection: Selection) -> Callable[[Snapshot], object]:
    return lambda look: look.page(listing, pin, selection)


def counted(listing: Listing, name: str) -> Callable[[Snapshot], object]:
    """At a pin of which nothing was counted before."""
    return lambda look: look.facet(listing, PINS["newest on a day"], chosen(), name)


def chosen(**filters: tuple[str, ...]) -> Selection:
    return Selection(order="on", limit=20, filters={**WITHIN, **filters})


@pytest.mark.parametrize("pin", PINS.values(), ids=PINS)
def test_the_timeline_is_read_in_its_order(filled: Database, pin: Pin) -> None:
    everywhere = Selection(order="on", limit=20)
    asked = [
        everywhere,
        chosen(),
        chosen(kind=("claim",)),
        chosen(participant=("anna",), source=("a",)),
        Selection(order="on", limit=20, filters=WITHIN, after=(False, *DAYS, "claim.first")),
    ]
    for selection in asked:
        found = plans_of(filled, paged(TIMELINE, pin, selection))
        assert whole(found) == [], selection
        if filled.is_sqlite:
            assert "TEMP B-TREE" not in "".join(found), selection


DAYS = (PINS["newest on a day"].known_at, PINS["newest on a day"].known_at)
NEWEST = PINS["newest"]
# What a filter or an order stands for in a place or a value.
VALUES = {"undated": False, "earliest": DAYS[0], "latest": DAYS[1], "start_offset": 1}
# Orders in which SQLite sorts what a filter finds by an index of its own: all the rows of one
# negotiation, one source, one record or one noun.
SORTED = re.compile("(-?id|-?on|-?place) (negotiation|source|record|noun)")


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.noun)
def test_every_filter_in_every_order_is_read_by_index(filled: Database, listing: Listing) -> None:
    orders = [order for name in listing.sorts for order in (name, f"-{name}")]
    for order, name, begun in product(orders, (None, *listing.filters), (False, True)):
        place = tuple(VALUES.get(one, "a") for one, _ in sort_columns(listing, order))
        filters = {name: ("a",)} if name else {}
        asked = Selection(order, 20, filters=filters, after=place if begun else None)
        (plan,) = plans_of(filled, paged(listing, NEWEST, asked))
        by_index = re.sub(r"SCAN (\w+ USING INDEX|anon_\d)", "", plan)
        assert scans(by_index) == [], (order, name, begun)
        if filled.is_sqlite and begun and not name:  # it goes to the place, and not up to it
            assert re.search("[<>][?(]", plan), (order, plan)
        if filled.is_sqlite and not SORTED.fullmatch(f"{order} {name}"):
            assert "TEMP B-TREE" not in plan, (order, name, begun)


def test_the_newest_come_first_and_the_undated_last(database: Database) -> None:
    """Two ranges of an index, one behind the other, on all pages."""
    days = {"first": "2022-01-01", "second": "2022-01-02", "third": "2022-01-03"}
    undated = [claim("a-undated"), claim("b-undated")]
    dated = [claim(name, on=day) for name, day in days.items()]
    write(database, *setting(), *undated, *dated)
    expected = ["third", "second", "first", "b-undated", "a-undated"]
    for limit in range(1, 6):
        walked: list[str] = []
        after: tuple[Any, ...] | None = None
        while len(walked) < len(expected):
            with database.read() as connection:
                page = Snapshot(connection).page(
                    CLAIMS, NEWEST, Selection("-on", limit, after=after)
                )
            walked += [from_json(one.document)["id"] for one in page.items]
            after = page.last
            assert (after is None) == (len(walked) == len(expected))
        assert walked == expected


@pytest.mark.parametrize("pin", PINS.values(), ids=PINS)
def test_positions_are_read_from_the_demands_of_the_negotiation(filled: Database, pin: Pin) -> None:
    found = plans_of(filled, lambda look: rows_of(look, pin, chosen()))
    found += plans_of(filled, lambda look: parties_of(look, TALKS, pin))
    assert whole(found) == []
    assert all("ix_demand_negotiation" in plan for plan in found)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.noun)
def test_facets_of_a_negotiation_are_counted_from_its_rows(
    filled: Database, listing: Listing
) -> None:
    table = listing.row.__name__.lower()
    for name in listing.filters:
        found = plans_of(filled, counted(listing, name))
        assert whole(found) == [], name
        assert f"ix_{table}_negotiation" in found[0], (name, found)


@pytest.mark.parametrize("order", ["rank", "on", "-on"])
def test_a_search_begins_with_the_words(filled: Database, order: str) -> None:
    selection = Selection(order=order, limit=20, words=words_in("first claim"))
    found = plans_of(filled, lambda look: search(look, PINS["newest"], selection))
    assert whole(found) == []
    assert "record_words" in found[0]
    if filled.is_sqlite:
        assert "TEMP B-TREE" not in "".join(found)


def test_links_of_what_words_lead_to_are_looked_up_by_its_row(filled: Database) -> None:
    filters = {"participant": ("anna",)}
    selection = Selection(order="on", limit=20, words=words_in("first"), filters=filters)
    found = plans_of(filled, lambda look: search(look, PINS["newest"], selection))
    found += plans_of(filled, paged(CLAIMS, PINS["newest"], selection))
    if filled.is_sqlite:  # the other one knows how many links there are, and chooses
        assert "ix_link_target" not in "".join(found)
        assert "".join(found).count("SEARCH link") >= 2


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.noun)
def test_words_on_a_list_are_looked_up_and_not_read_for(filled: Database, listing: Listing) -> None:
    selection = Selection(order="on", limit=20, words=words_in("first"))
    found = plans_of(filled, lambda look: look.page(listing, PINS["newest"], selection))
    assert whole(found) == []
