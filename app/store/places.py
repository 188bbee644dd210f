"""Places: the numbers of rows in SQLite's indexes of words, which run in the order of days.

FTS5 reads what has a word in the order of the numbers. A place is the first day of a row and then
its own number, so what is found comes in the order of days without being sorted, and a page is
read no further than it goes. What has no day comes last.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, literal_column

# A place has 63 bits: the lower ones are the number of the row, the upper ones the day.
BITS: Final = 40
NUMBERS: Final = (1 << BITS) - 1
LAST: Final = (1 << 63) - 1
# The day behind the last of the calendar stands for none.
NO_DAY: Final = date.max.toordinal() + 1


def place_of(row: Mapping[Any, Any], number: int) -> int:
    """The place of a row, by its columns ``undated`` and ``earliest``: a date, or its text."""
    if row["undated"]:
        return first_of(NO_DAY) + number
    earliest = row["earliest"]
    day = earliest if isinstance(earliest, date) else date.fromisoformat(earliest)
    return first_of(day.toordinal()) + number


def first_of(day: int) -> int:
    """The place before all rows of a day, given as its ordinal or NO_DAY."""
    return day << BITS


def last_of(day: int) -> int:
    """The last place of a day."""
    return first_of(day) + NUMBERS


def number_at(place: ColumnElement[int]) -> ColumnElement[int]:
    """The number of the row at a place."""
    return place.op("&", return_type=place.type)(literal_column(str(NUMBERS)))
