"""Walks: every hit once and in order, whatever the page, and none that no page needs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Connection, Date, Integer, MetaData, Table, Text, insert

from app.resources.wording import Texts, Words
from app.store.engine import Database, roll_back
from app.store.found import order_of
from app.store.places import NUMBERS
from app.store.searching import Sought, matching, write_words
from app.store.word_walks import Course, bounds, course_of, first_lines, walk
from tests.store.test_searching import shared

SHEET = Table(
    "sheet",
    MetaData(),
    Column("key", Integer, primary_key=True),
    Column("undated", Boolean),
    Column("earliest", Date),
    Column("latest", Date),
    Column("noun", Text),
    Column("id", Text),
    Column("negotiation", Text),
)
PIER = Words((("pier",),))
FIRST = date(2022, 1, 1)
DOWN = [("undated", False), ("earliest", True), ("latest", True), ("id", True)]
ORDERS = {
    "rank": order_of("rank"),
    "on": order_of("on"),
    "-on": order_of("-on"),
    "list": [(name, False) for name, _ in DOWN],
    "-list": DOWN,
}


class Row(NamedTuple):
    """A row: its days from the first one, and the tier in which it has the word, if it has it."""

    starts: int | None
    lasts: int
    tier: int | None

    def texts(self) -> Texts:
        """Texts with the word in that tier."""
        words = [("pier",) if tier == self.tier else ("dock",) for tier in range(3)]
        return Texts(*words)


def fields(key: int, row: Row, owner: str | None = None) -> dict[str, Any]:
    """The columns of a row. Ids run against the keys."""
    starts = FIRST + timedelta(row.starts or 0)
    days = {"earliest": starts, "latest": starts + timedelta(row.lasts)}
    if row.starts is None:
        days = {"earliest": date.max, "latest": date.min}
    named = {"noun": "ab"[key % 2], "id": f"{1000 - key}", "negotiation": owner}
    return {"key": key, "undated": row.starts is None, **days, **named}


def store(connection: Connection, rows: Mapping[int, Row], owner: str | None = None) -> None:
    SHEET.metadata.create_all(connection)
    told = [fields(key, row, owner) for key, row in rows.items()]
    if told:
        connection.execute(insert(SHEET), told)
    texts = (row.texts() for row in rows.values())
    write_words(connection, SHEET, zip(told, texts, strict=True))


def course(order: str) -> Course:
    found = course_of(ORDERS[order])
    assert found is not None
    return found


def lines(
    connection: Connection, order: str, after: Sequence[Any] | None = None, *within: str
) -> Iterator[Sequence[Any]]:
    """The lines of a walk as they are read."""
    columns = {column.name: column for column in SHEET.columns}
    chosen = [SHEET.c.negotiation.in_(within)] if within else []
    statement = walk(SHEET, course(order), columns, chosen)
    told = bounds(Sought(PIER, within), course(order), after)
    with closing(connection.execute(statement, told)) as found:
        yield from found


def pages(connection: Connection, order: str, limit: int) -> Iterator[list[Sequence[Any]]]:
    """One page after the other, each behind the last line of the one before."""
    after: Sequence[Any] | None = None
    while True:
        taken = lines(connection, order, after)
        page = first_lines(taken, course(order), after, limit)
        yield page
        if len(page) < limit:
            return
        after = page[-1][: len(ORDERS[order])]


def in_order(rows: Mapping[int, Row], order: str) -> list[int]:
    """What plain Python finds: the keys of all that have the word."""
    found = {key: fields(key, row) | {"tier": row.tier} for key, row in rows.items()}
    keys = [key for key, row in rows.items() if row.tier is not None]
    for name, down in reversed(ORDERS[order]):
        keys.sort(key=lambda key: found[key][name], reverse=down)
    return keys


row_lists = st.lists(
    st.builds(
        Row,
        st.none() | st.integers(0, 3),
        st.integers(0, 1),
        st.none() | st.integers(0, 2),
    ),
    max_size=14,
)


@shared
@given(drawn=row_lists, order=st.sampled_from(sorted(ORDERS)), limit=st.integers(1, 6))
def test_pages_have_every_hit_once_and_in_order(
    sqlite_database: Database, drawn: list[Row], order: str, limit: int
) -> None:
    rows = dict(enumerate(drawn, start=1))
    with sqlite_database.write() as connection:
        store(connection, rows)
        found = [line[-2] for page in pages(connection, order, limit) for line in page]
        roll_back(connection)
    assert found == in_order(rows, order)


@pytest.mark.parametrize("order", [[("id", False)], [("name", False), ("id", False)]])
def test_an_order_that_is_not_by_days_has_no_course(order: list[tuple[str, bool]]) -> None:
    assert course_of(order) is None


MANY = {key: Row(key, 0, key % 3) for key in range(1, 1_501)}


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_a_page_takes_one_line_more_than_it_has_however_many_there_are(
    sqlite_database: Database, order: str
) -> None:
    taken: list[Sequence[Any]] = []

    def noted(found: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for line in found:
            taken.append(line)
            yield line

    with sqlite_database.write() as connection:
        store(connection, MANY)
        page = first_lines(noted(lines(connection, order)), course(order), None, 20)
        assert len(page) == 20
        assert len(taken) == 21
        assert all(before[-1] != after[-1] for before, after in pairwise(taken))


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_the_work_for_a_page_does_not_grow_with_the_hits(
    sqlite_database: Database, order: str
) -> None:
    steps: list[int] = []
    with sqlite_database.write() as connection:
        driver = connection.connection.driver_connection
        for rows in (MANY, {key: Row(key, 0, key % 3) for key in range(1_501, 6_001)}):
            store(connection, rows)
            done: list[int] = []
            assert driver is not None
            driver.set_progress_handler(lambda done=done: done.append(1), 10)
            first_lines(lines(connection, order), course(order), None, 20)
            driver.set_progress_handler(None, 0)
            steps.append(len(done))
    assert steps[0] > 20
    assert steps[1] <= steps[0] + 2


def test_within_negotiations_only_their_rows_are_met(sqlite_database: Database) -> None:
    owners = ["talks-2022", "talks", "pier"]
    with sqlite_database.write() as connection:
        for number, owner in enumerate(owners):
            store(connection, {number * 10 + key: Row(key, 0, 0) for key in range(1, 4)}, owner)
        store(connection, {40: Row(1, 0, None)}, "pier")
        for within, keys in (
            (["talks-2022"], [1, 2, 3]),
            (["talks"], [11, 12, 13]),
            (["pier", "talks"], [11, 21, 12, 22, 13, 23]),
            (["2022"], []),
            ([f"other-{number}" for number in range(199)] + ["pier"], [21, 22, 23]),
        ):
            found = [line[-1] & NUMBERS for line in lines(connection, "on", None, *within)]
            assert sorted(found) == sorted(keys), within
            matched = matching(SHEET, PIER, tuple(within))
            assert set(connection.execute(SHEET.select().where(matched)).scalars()) == set(keys)


def test_a_word_is_not_found_by_the_id_of_its_negotiation(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        store(connection, {1: Row(1, 0, None), 2: Row(2, 0, 2)}, "pier")
        assert [line[-2] for line in lines(connection, "rank")] == [2]
