"""Pages of what has some words, by statements that were compiled once (SQLite)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from app.store.found import (
    SEARCH,
    Fields,
    Hit,
    fields_of,
    hit_of,
    order_of,
    read_hits,
    walk_of_hits,
)
from app.store.held_file import HeldReader
from app.store.prepared import Kept, Prepared, Shape, prepare_bound, probed
from app.store.searching import Sought
from app.store.selection import sort_columns, table_of
from app.store.word_pages import read_list, walk_of_list
from app.store.word_walks import Course, Line, bounds, course_of, first_lines, tier_bounds, tiers


@dataclass(frozen=True, slots=True)
class PreparedWalk:
    """The statements of a shape: one finds rows, one tells the tiers where they are no part of the
    order, and one reads documents. ``searched`` says that it is a search of all nouns.
    """

    course: Course
    walk: Prepared
    tiers: Prepared | None
    documents: Prepared
    searched: bool


@dataclass(frozen=True, slots=True)
class WordsPage:
    """One page of what was found, in order. Only a search has hits."""

    documents: Sequence[bytes]
    hits: Sequence[Hit]
    # The sort values of the last as cursors have them, where more follow.
    last: tuple[Any, ...] | None


@lru_cache(maxsize=1_000)
def prepare_walk(kept: Kept, shape: Shape) -> PreparedWalk | None:
    """The statements of a shape of a list, or of the search; None where a walk is not the way."""
    listing = kept.listing
    searched = listing.noun == SEARCH.noun
    course = course_of(order_of(shape.order) if searched else sort_columns(listing, shape.order))
    if course is None:
        return None
    pin, selection = probed(listing, shape)
    if searched:
        told = None if course.ranked else prepare_bound(tiers())
        found = prepare_bound(walk_of_hits(course, pin, selection), shape)
        return PreparedWalk(course, found, told, prepare_bound(read_hits()), searched)
    read = prepare_bound(read_list(listing, [table_of(listing).c.document]))
    found = prepare_bound(walk_of_list(listing, course, pin, selection), shape)
    return PreparedWalk(course, found, None, read, searched)


def find(
    reader: HeldReader,
    prepared: PreparedWalk,
    sought: Sought,
    values: Mapping[str, Any],
    after: Sequence[Any] | None,
    limit: int,
) -> WordsPage:
    """One page behind a place, whose sort values are as cursors have them."""
    course = prepared.course
    place = None if after is None else [_raw(value) for value in after]
    told = {**values, **bounds(sought, course, after)}
    with closing(reader.lines(prepared.walk, told)) as lines:
        first = first_lines(lines, course, place, limit + 1)
    shown = first[:limit]
    documents = _documents(reader, prepared, shown)
    hits: list[Hit] = []
    if prepared.searched:
        known = _tiers(reader, prepared, sought, shown)
        rows = (_plain(fields_of(line, course, known)) for line in shown)
        hits = [hit_of(*both) for both in zip(rows, map(bytes.decode, documents), strict=True)]
    last = _last(prepared, shown[-1]) if len(first) > limit else None
    return WordsPage(documents, hits, last)


def _tiers(
    reader: HeldReader, prepared: PreparedWalk, sought: Sought, shown: Sequence[Line]
) -> dict[int, int]:
    if prepared.tiers is None:
        return {}
    told = tier_bounds(sought, [line[-1] for line in shown])
    return {place: tier for tier, place in reader.lines(prepared.tiers, told)}


def _documents(reader: HeldReader, prepared: PreparedWalk, shown: Sequence[Line]) -> list[bytes]:
    numbers = [line[-2] for line in shown]
    told = {"numbers": to_json(numbers).decode()}
    read = dict(reader.lines(prepared.documents, told))
    return [read[number] for number in numbers]


def _raw(value: Any) -> Any:
    """A sort value as a held reader has it."""
    text = value.isoformat() if isinstance(value, date) else value
    return text.encode() if isinstance(text, str) else text


def _day(value: bytes) -> date:
    return date.fromisoformat(value.decode())


# How values of these columns come from a held reader.
READ: Mapping[str, Callable[[Any], Any]] = {
    "earliest": _day,
    "latest": _day,
    "noun": bytes.decode,
    "id": bytes.decode,
}


def _plain(row: Fields) -> Fields:
    """A row with its values as a connection of SQLAlchemy has them."""
    for name in READ.keys() & row.keys():
        row[name] = READ[name](row[name])
    return row


def _last(prepared: PreparedWalk, line: Line) -> tuple[Any, ...]:
    """The sort values of a line as cursors have them."""
    row = _plain(dict(zip(prepared.course.names, line, strict=False)))
    if not prepared.searched:  # a list has truth values, which a search has as numbers
        row["undated"] = bool(row["undated"])
    return tuple(row.values())
