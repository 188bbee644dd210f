"""Walks: what has some words, in the order of its days, read no further than a page goes (SQLite).

The index of words is in the order of places, which begin with days. A walk joins it to the rows and
stops once the page is full: what has the words beyond that is never looked at. Where tiers come
first, each is a walk of its own behind the one before. All of it is one statement, read row by row.

Rows of one day come in no order that an answer has, so a day is read whole before it is put in
order; so is what has no day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Join,
    Select,
    Subquery,
    Table,
    Text,
    TextualSelect,
    bindparam,
    column,
    func,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from app.resources.wording import Tier, Words
from app.store.places import LAST, NO_DAY, first_of, last_of, number_at
from app.store.searching import RECORD_WORDS, Sought, fts5_query, own_number, within, words_table

# A column that orders rows, and whether it runs down.
Keys = tuple[tuple[str, bool], ...]
# The values of the keys of a row, then its number and its place.
Line = Sequence[Any]
# No place lies between these.
NOWHERE: Final = (1, 0)
DATED: Final = (0, first_of(NO_DAY) - 1)
ALL: Final = (0, LAST)
UNDATED: Final = (first_of(NO_DAY), LAST)
TIER: Final = "tier"
# With more words the work of the tiers is more than what a walk saves: few rows have so many.
MOST_WORDS: Final = 8
# What is bound for each arm of a statement, with its number.
BOUND: Final = ("query", "from", "to")
BY_DAYS: Final = ("undated", "earliest")
# A tier and a stretch for each arm of the statement that tells tiers.
_TIER_ARMS: Final = tuple(product((Tier.title, Tier.body), (DATED, UNDATED)))


@dataclass(frozen=True, slots=True)
class Course:
    """An order that the index has: by tier or not, then by days, then by anything."""

    keys: Keys

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that order rows."""
        return tuple(name for name, _ in self.keys)

    @property
    def ranked(self) -> bool:
        """Whether tiers come first."""
        return self.keys[0][0] == TIER

    @property
    def down(self) -> bool:
        """Whether the newest day comes first."""
        return self.keys[self.fixed - 1][1]

    @property
    def fixed(self) -> int:
        """How many keys the index has in order; the others order rows of one day."""
        return len(BY_DAYS) + self.ranked

    @property
    def arms(self) -> Sequence[tuple[Tier | None, tuple[int, int]]]:
        """The tiers, None for all of them, each with the stretches of places in the order of the
        walk: what has no day is behind all that has one.
        """
        tiers = tuple(Tier) if self.ranked else (None,)
        return tuple(product(tiers, (DATED, UNDATED) if self.down else (ALL,)))


def course_of(keys: Iterable[tuple[str, bool]]) -> Course | None:
    """The course of an order; None where it is not by days."""
    found = Course(tuple(keys))
    return found if found.names[found.ranked : found.fixed] == BY_DAYS else None


def walkable(words: Words) -> bool:
    """Whether a walk is the way to what has these words; else all of it is looked up and sorted."""
    return sum(map(len, words.phrases)) <= MOST_WORDS


class _Crossed(Join):
    """A join whose left side is read first, whatever SQLite thinks of it: only so it is a walk."""

    inherit_cache = True


@compiles(_Crossed, "sqlite")
def _cross_join(element: _Crossed, compiler: SQLCompiler, **kw: Any) -> str:
    kw["asfrom"] = True
    left, right = (compiler.process(side, **kw) for side in (element.left, element.right))
    kw["asfrom"] = False
    assert element.onclause is not None  # noqa: S101
    return f"{left} CROSS JOIN {right} ON {compiler.process(element.onclause, **kw)}"


def walk(
    rows: Table,
    course: Course,
    columns: Mapping[str, ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """The statement of a walk among the rows of a table that meet the conditions.

    It answers the columns, which are the keys of the course but for the tier, then the number of
    the row and its place. ``bounds`` binds the rest.
    """
    places = _places(words_table(rows), course)
    told = {TIER: places.c.tier, **columns}
    own = own_number(rows)
    found = select(
        *(told[name].label(name) for name in course.names), own.label("own"), places.c.place
    )
    crossed = _Crossed(places, rows, own == number_at(places.c.place))
    return found.select_from(crossed).where(*conditions)


@lru_cache
def _places(name: str, course: Course) -> Subquery:
    """What has the words, in order: an arm for each stretch of each tier. SQLite runs through them
    one behind the other, and into none before it is needed. Without a limit it may forget orders.
    """
    order = "rowid DESC" if course.down else "rowid"
    arms = [
        f"SELECT * FROM ({_matching(name, number, tier or Tier.title)} ORDER BY {order} LIMIT -1)"  # noqa: S608
        for number, (tier, _) in enumerate(course.arms)
    ]
    return _told(arms).subquery("places")


def _matching(name: str, number: int, tier: Tier) -> str:
    """What matches a bound query within bound places."""
    return (
        f"SELECT {tier.value} AS tier, rowid AS place FROM {name} WHERE {name} MATCH "  # noqa: S608
        f":query_{number} AND rowid BETWEEN :from_{number} AND :to_{number}"
    )


def _told(arms: Sequence[str]) -> TextualSelect:
    columns = (column(TIER, Integer), column("place", BigInteger))
    bound = {f"{name}_{number}": None for number in range(len(arms)) for name in BOUND}
    return text(" UNION ALL ".join(arms)).bindparams(**bound).columns(*columns)


def _bound(number: int, query: str, stretch: tuple[int, int]) -> dict[str, Any]:
    values = (query, *stretch)
    return {f"{name}_{number}": value for name, value in zip(BOUND, values, strict=True)}


def bounds(sought: Sought, course: Course, after: Sequence[Any] | None) -> dict[str, Any]:
    """The values of a walk: of all that has the words, or from the day of a place on."""
    told: dict[str, Any] = {}
    for number, (tier, stretch) in enumerate(course.arms):
        left = _left(course, tier, stretch, after) if after else stretch
        told |= _bound(number, _query(sought, tier), left)
    return told


def _query(sought: Sought, tier: Tier | None) -> str:
    """What has the words in just this tier, or in any."""
    found = fts5_query(sought.words, Tier.rest if tier is None else tier)
    if tier:
        found = f"({found}) NOT ({fts5_query(sought.words, Tier(tier - 1))})"
    return within(found, sought)


def _left(
    course: Course, tier: Tier | None, stretch: tuple[int, int], after: Sequence[Any]
) -> tuple[int, int]:
    """What is left of a stretch from the day of a place on."""
    if tier is not None and tier != after[0]:
        return NOWHERE if tier < after[0] else stretch
    undated, earliest = after[course.ranked : course.fixed]
    day = NO_DAY if undated else earliest.toordinal()
    first, last = stretch
    if course.down and stretch == UNDATED:
        return stretch
    if course.down:
        return NOWHERE if undated else (first, last_of(day))
    return first_of(day), last


def numbered(rows: Table) -> FromClause:
    """The rows of a table whose numbers are bound as ``numbers``, a list in JSON."""
    given = func.json_each(bindparam("numbers", None, type_=Text)).table_valued("value")
    return _Crossed(given, rows, own_number(rows) == given.c.value)


@lru_cache
def tiers() -> TextualSelect:
    """The statement for the tiers of records in two stretches of places: tier and place of each
    that is better than the last. ``tier_bounds`` binds the rest.
    """
    arms = enumerate(tier for tier, _ in _TIER_ARMS)
    return _told([_matching(RECORD_WORDS, *arm) for arm in arms])


def tier_bounds(sought: Sought, places: Sequence[int]) -> dict[str, Any]:
    """The values that make ``tiers`` tell those of the records at these places."""
    bound: dict[str, Any] = {}
    for number, (tier, (first, last)) in enumerate(_TIER_ARMS):
        there = [place for place in places if first <= place <= last]
        bound |= _bound(
            number, _query(sought, tier), (min(there), max(there)) if there else NOWHERE
        )
    return bound


def first_lines(
    lines: Iterable[Line], course: Course, after: Sequence[Any] | None, most: int
) -> list[Line]:
    """The first lines of a walk behind a place, in order; no more are taken than must be."""
    found: list[Line] = []
    fixed = course.fixed
    for _, group in groupby(lines, key=itemgetter(slice(fixed))):
        same = list(group)
        if len(same) > 1:
            for place in reversed(range(fixed, len(course.keys))):
                same.sort(key=itemgetter(place), reverse=course.keys[place][1])
        found += same if after is None else [one for one in same if _behind(one, after, course)]
        if len(found) >= most:
            break
    return found[:most]


def _behind(line: Line, after: Sequence[Any], course: Course) -> bool:
    for value, known, (_, down) in zip(line, after, course.keys, strict=False):
        if value != known:
            return bool(value < known) == down
    return False
