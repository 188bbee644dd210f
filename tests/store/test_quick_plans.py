"""How PostgreSQL carries out what quick answers ask: in the order of an index, at every pin."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection

from app.resources.queries import OneOf
from app.resources.resource import Listing
from app.store.engine import Database
from app.store.held_server import POSTGRESQL
from app.store.prepared import Kept, Prepared, Shape, prepare, prepare_tallies
from app.web.quick_questions import QUICK
from tests.made_up import TALKS
from tests.store.test_view_plans import filled

__all__ = ["filled"]

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
# Whatever can be done by an index is done so, and for all values alike.
PLANNER = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_sort = off")
DAY = "2022-01-05"


def shapes(listing: Listing) -> list[Shape]:
    """Every order, filtered by nothing or by one column, at every kind of pin, from any place."""
    filters = [(), *((name,) for name, one in listing.filters.items() if isinstance(one, OneOf))]
    orders = [order for name in listing.sorts for order in (name, f"-{name}")]
    marks = product((False, True), repeat=3)
    return [
        Shape(order, chosen, after=after, known=known, newest=newest)
        for order, chosen, (after, known, newest) in product(orders, filters, marks)
    ]


def plan(connection: Connection, prepared: Prepared) -> str:
    """How a statement is carried out, in the words of the database."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PREPARE asked AS {prepared.text}")
    told = dict.fromkeys((name for name, _ in prepared.slots if name), "x")
    told |= {"known_at": DAY, "after earliest": DAY, "after latest": DAY}
    told |= {"limit": "51", "revision": "2", "negotiation": TALKS}
    values = ", ".join(f"'{value}'" for value in prepared.bound(told))
    cursor.execute(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}")
    found = "\n".join(row[0] for row in cursor.fetchall())
    cursor.execute("DEALLOCATE asked")
    return found


def plans(database: Database, asked: list[Any]) -> list[tuple[Any, str]]:
    with database.read() as connection:
        for setting in PLANNER:
            connection.exec_driver_sql(f"SET LOCAL {setting}")
        return [(one, plan(connection, prepared)) for one, prepared in asked]


@pytest.mark.parametrize("listing", QUICK, ids=lambda listing: listing.noun)
def test_pages_are_read_in_the_order_of_an_index(filled: Database, listing: Listing) -> None:
    asked = [(shape, prepare(Kept(listing), shape, POSTGRESQL)) for shape in shapes(listing)]
    for shape, found in plans(filled, asked):
        assert "Seq Scan" not in found, (shape, found)
        assert "Sort" not in found, (shape, found)
        assert "Backward using pk_revision" in found


@pytest.mark.parametrize("listing", QUICK, ids=lambda listing: listing.noun)
def test_single_records_are_found_by_id(filled: Database, listing: Listing) -> None:
    shapes = [Shape("id", one=True, known=known) for known in (False, True)]
    asked = [(shape, prepare(Kept(listing), shape, POSTGRESQL)) for shape in shapes]
    for shape, found in plans(filled, asked):
        assert "Seq Scan" not in found, shape
        assert "Index Cond: (id = " in found, (shape, found)


def test_tallies_are_read_in_their_order(filled: Database) -> None:
    total, values = prepare_tallies(POSTGRESQL)
    for _, found in plans(filled, [("total", total), ("values", values)]):
        assert "Seq Scan" not in found
        assert "Sort" not in found
        assert "tally" in found
