"""Pages of lists that are asked for by words and in the order of days (SQLite)."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Connection, Select, select

from app.resources.resource import Listing
from app.store.pins import Pin
from app.store.searching import Sought, own_number
from app.store.selection import Selection, answered, conditions, sort_columns, table_of, within
from app.store.word_walks import Course, bounds, course_of, first_lines, numbered, walk, walkable


def course_for(connection: Connection, listing: Listing, selection: Selection) -> Course | None:
    """The course of a list, where a walk is the way to it."""
    words = selection.words
    if words is None or connection.dialect.name != "sqlite" or not walkable(words):
        return None
    return course_of(sort_columns(listing, selection.order))


def walk_of_list(listing: Listing, course: Course, pin: Pin, selection: Selection) -> Select[Any]:
    """The statement that finds the rows of a list by the index of words, in their order."""
    table = table_of(listing)
    chosen = conditions(listing, pin, replace(selection, words=None))
    return walk(table, course, {name: table.c[name] for name in course.names}, chosen)


def read_list(listing: Listing, columns: Iterable[ColumnElement[Any]]) -> Select[Any]:
    """The statement that reads columns of the rows whose numbers are bound, behind the numbers."""
    table = table_of(listing)
    return select(own_number(table).label("own"), *columns).select_from(numbered(table))


def words_page(
    connection: Connection, listing: Listing, pin: Pin, selection: Selection, course: Course
) -> list[Mapping[str, Any]]:
    """The rows of a page and one more, as ``selection.statement`` answers them.

    One statement finds them, another one reads them.
    """
    assert selection.words is not None  # noqa: S101
    told = bounds(Sought(selection.words, within(selection)), course, selection.after)
    found = walk_of_list(listing, course, pin, selection)
    with closing(connection.execute(found, told)) as lines:
        first = first_lines(lines, course, selection.after, selection.limit + 1)
    numbers = [line[-2] for line in first]
    read = read_list(listing, answered(listing, table_of(listing), pin))
    given = connection.execute(read, {"numbers": to_json(numbers).decode()}).mappings()
    rows = {row["own"]: row for row in given}
    return [dict(rows[number]) for number in numbers]
