"""How the databases read what the views ask for: by an index from the negotiation, at every pin."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection, event

from app.resources.gaps import GapKind
from app.store import gaps
from app.store.diffing import Span, differing
from app.store.engine import Database
from app.store.pins import Pin
from tests.made_up import (
    TALKS,
    Fields,
    claim,
    day,
    demand,
    meeting,
    negotiation,
    notice,
    setting,
    write,
)

OTHERS = 40
# A statement as it was sent, with its parameters.
Sent = tuple[str, Any]

PINS = {
    "newest": Pin(3),
    "newest on a day": Pin(3, day(4)),
    "older": Pin(2, newest=False),
    "older on a day": Pin(2, day(4), newest=False),
}


@pytest.fixture
def filled(database: Database) -> Database:
    """One negotiation among others, with a history, and with rows that hold on some days only."""
    planned = notice("scheduled", "a", id="planned", starts="2022-01-04")
    held = notice("held", "c", id="held")
    write(database, *setting(), meeting("summit", planned), demand("fees"), claim("first"))
    others = [negotiation(f"talks-{number}") for number in range(OTHERS)]
    for number in range(OTHERS):
        there: Fields = {"negotiation": f"talks-{number}"}
        others += [claim(f"other-{number}-{one}", "a c", **there) for one in range(3)]
        others += [demand(f"other-{number}-{one}", "a", **there) for one in range(3)]
        others += [meeting(f"other-{number}", planned, held, **there)]
    write(database, *others)
    write(database, meeting("summit", planned, held), claim("first", "a c"), demand("more", "b"))
    with database.write() as connection:
        # Both servers do so by themselves from time to time; the plans depend on it.
        connection.exec_driver_sql("ANALYZE")
    return database


@contextmanager
def noted(connection: Connection) -> Iterator[list[Sent]]:
    """The statements that are sent within the block."""
    sent: list[Sent] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def plans(database: Database, connection: Connection, sent: list[Sent]) -> Iterator[str]:
    """How each statement is carried out, in the words of the database."""
    if not database.is_sqlite:
        # With few rows PostgreSQL reads tables whole because it is cheaper, not for want of a way.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    for statement, parameters in sent:
        rows = connection.exec_driver_sql(explain + statement, parameters)
        yield "\n".join(str(row[-1]) for row in rows)


def scans(plan: str) -> list[str]:
    """The steps that read a table of the store from end to end."""
    whole = re.findall(r"^SCAN (\w+)", plan, re.MULTILINE)
    tables = {"version", "meeting", "claim", "demand", "negotiation", "moment", "quote"}
    return [table for table in whole if table in tables] + re.findall("Seq Scan on .*", plan)


def test_differences_are_read_by_index_between_all_pins(filled: Database) -> None:
    several = 0
    for earlier, later, after in product(PINS, PINS, (None, ("claim", "first"))):
        span = Span(TALKS, PINS[earlier], PINS[later])
        with filled.read() as connection:
            with noted(connection) as sent:
                differing(connection, span, after, 50)
            found = list(plans(filled, connection, sent))
        several += len(found) == 3
        assert [one for plan in found for one in scans(plan)] == [], (earlier, later)
        assert found[0].count("ix_version_negotiation") == 2
    # Where nothing differs, there is nothing to read in full.
    assert several >= 12


def test_gaps_are_read_by_index_at_all_pins(filled: Database) -> None:
    nouns = {GapKind.unanswered: "demand", GapKind.overdue: "meeting"}
    for pin, kind, begun in product(PINS, GapKind, (False, True)):
        asked = gaps.Asked(TALKS, PINS[pin], None)
        after = gaps.Place(nouns.get(kind, "claim"), "a", "b") if begun else None
        with filled.read() as connection:
            with noted(connection) as sent:
                gaps.leads(connection, kind, asked, after, 50)
            (plan,) = plans(filled, connection, sent)
        assert scans(plan) == [], (pin, kind)
        assert "ix_version_negotiation" in plan
        # Read in order: nothing is sorted, but for the quotes of one record.
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def test_gaps_are_counted_by_index_at_all_pins(filled: Database) -> None:
    for pin in PINS.values():
        with filled.read() as connection:
            with noted(connection) as sent:
                gaps.counts(connection, list(GapKind), gaps.Asked(TALKS, pin, None))
            (plan,) = plans(filled, connection, sent)
        assert scans(plan) == []
        assert plan.count("ix_version_negotiation") >= len(GapKind)


def test_a_scan_would_be_seen(filled: Database) -> None:
    with filled.read() as connection:
        with noted(connection) as sent:
            connection.exec_driver_sql("SELECT content FROM version WHERE number = 7")
        (plan,) = plans(filled, connection, sent)
    assert scans(plan) != []


def test_only_records_of_the_negotiation_that_differ_are_found(filled: Database) -> None:
    with filled.read() as connection:
        found = differing(connection, Span(TALKS, PINS["older"], PINS["newest"]), None, 50)
    assert [(one.noun, one.id) for one in found.items] == [
        ("meeting", "summit"),
        ("claim", "first"),
        ("demand", "more"),
    ]
    assert found.last is None
