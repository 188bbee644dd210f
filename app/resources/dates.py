"""Dates as sources give them: EDTF (ISO 8601-2) levels 0 and 1, plain days, and durations."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

LONGEST: Final = 64
TODAY: Final = "today"

# The patterns use no backslash, no lookahead and no named group, so ECMAScript, Java and Rust read
# them alike. EDTF_PATTERN admits more than the parser does: a pattern has no calendar.
_POINT = "[0-9]{2}[0-9X]{2}(-[0-9X]{2}(-[0-9X]{2}(T[0-9:]{8}(Z|[+-][0-9:]{2,5})?)?)?)?[~?%]?"
EDTF_PATTERN: Final = f"^({_POINT}(/({_POINT}|[.]{{2}})?)?|([.]{{2}})?/{_POINT})$"
DAY_OR_TODAY_PATTERN: Final = f"^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{TODAY})$"
_N = "[0-9]{1,5}"
_CLOCK = f"T({_N}H({_N}M)?({_N}S)?|{_N}M({_N}S)?|{_N}S)"
_CALENDAR = f"({_N}Y({_N}M)?({_N}D)?|{_N}M({_N}D)?|{_N}D)"
DURATION_PATTERN: Final = f"^P({_CALENDAR}({_CLOCK})?|{_CLOCK}|{_N}W)$"

# An expression is told apart by its shape: every ASCII digit read as 0. Digits of other scripts
# stay what they are, so they fit no shape.
_DATES: Final = frozenset({"0000", "0000-00", "0000-00-00"})
_MASKED: Final = frozenset({"000X", "00XX", "0000-XX", "0000-00-XX", "0000-XX-XX"})
_DATE_TIMES: Final = frozenset(
    f"0000-00-00T00:00:00{zone}" for zone in ("", "Z", "+00", "-00", "+00:00", "-00:00")
)
# ISO 8601-2 does not say which months make a season. These are the meteorological seasons of the
# northern hemisphere: first month, last month, and how many years later that one lies.
_SEASONS: Final = {
    "21": ("03", "05", 0),
    "22": ("06", "08", 0),
    "23": ("09", "11", 0),
    "24": ("12", "02", 1),
}
_SECONDS: Final = {"W": 604_800, "D": 86_400, "H": 3_600, "M": 60, "S": 1}

_NOT_EDTF: Final = (
    "must be an EDTF date of level 0 or 1, as in 2022-01-10, 2022-01~, 202X or 2022-22"
)
_NO_SUCH_DAY: Final = (
    "must be in the calendar of the years 0001 to 9999, as in 2022-12 or 2022-01-31"
)
_NOT_A_TIME: Final = "must be a real day and time of day, as in 2022-01-10T15:05:00+01:00"
_NOT_AN_INTERVAL: Final = (
    "must have a date or a date-time at the ends of an interval, or .. where it is open, "
    "as in 2022-01-10/2022-01-12 or 2022-01-10/.."
)
_NOT_A_DAY: Final = "must be a day, as in 2022-01-31"
_NOT_A_DURATION: Final = "must be an ISO 8601 duration, as in PT7H30M, P3D, P1Y6M or P2W"


class EndsBeforeStart(ValueError):
    """An interval whose end lies before its start."""


@dataclass(frozen=True, slots=True)
class EdtfDate:
    """An EDTF expression with the first and the last day it can mean, both included.

    ``earliest`` is None where the start is open or unknown, ``latest`` where the end is. ``~``,
    ``?`` and ``%`` do not widen the bounds: ISO 8601-2 gives them no measure.
    """

    edtf: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class _Span:
    earliest: date
    latest: date
    instant: datetime | None = None


@lru_cache(maxsize=4096)
def parse_edtf(text: str) -> EdtfDate:
    """Read an EDTF expression of level 0 or 1, with date-times also at the ends of an interval.

    A date-time means the day that it names, at its own offset. Raises ValueError, and
    EndsBeforeStart for an interval that runs backwards; the message never repeats the text.
    """
    if len(text) > LONGEST:
        raise ValueError(f"must not have more than {LONGEST} characters, as in 2022-01-10")
    if "/" in text:
        return _interval(text)
    span = _season(text) or _date_time(text) or _date(text, _DATES | _MASKED)
    if span is None:
        raise ValueError(_NOT_EDTF)
    return EdtfDate(text, span.earliest, span.latest)


def _interval(text: str) -> EdtfDate:
    before, _, after = text.partition("/")
    start, end = _end_of_interval(before), _end_of_interval(after)
    if start is None and end is None:
        raise ValueError(_NOT_AN_INTERVAL)
    if start is None or end is None:
        return EdtfDate(text, start.earliest if start else None, end.latest if end else None)
    if _runs_backwards(start, end):
        raise EndsBeforeStart("must not end before it starts, as in 2022-01-10/2022-01-12")
    # Offsets can put a later instant on an earlier day, but the bounds stay in order.
    return EdtfDate(text, min(start.earliest, end.latest), max(start.earliest, end.latest))


def _end_of_interval(text: str) -> _Span | None:
    if text in ("", ".."):
        return None
    # Unspecified digits within an interval are level 2, and a season there is in no level.
    span = _date_time(text) or _date(text, _DATES)
    if span is None:
        raise ValueError(_NOT_AN_INTERVAL)
    return span


def _runs_backwards(start: _Span, end: _Span) -> bool:
    first, last = start.instant, end.instant
    # A time with an offset and one without cannot be compared, but their days can.
    if first and last and (first.tzinfo is None) == (last.tzinfo is None):
        return last < first
    return end.latest < start.earliest


def _shape(text: str) -> str:
    return re.sub("[1-9]", "0", text)


def _date_time(text: str) -> _Span | None:
    if _shape(text) not in _DATE_TIMES:
        return None
    # Newer Pythons read 24:00 as the next day, which would differ from the day that is written,
    # and none of them looks at the minutes of an offset.
    if text[11:13] == "24" or text[23:] > "59":
        raise ValueError(_NOT_A_TIME)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_NOT_A_TIME) from None
    return _Span(instant.date(), instant.date(), instant)


def _date(text: str, shapes: frozenset[str]) -> _Span | None:
    bare = text[:-1] if text.endswith(("~", "?", "%")) else text
    return _days(*bare.split("-")) if _shape(bare) in shapes else None


def _season(text: str) -> _Span | None:
    if _shape(text) != "0000-00" or text[5:] not in _SEASONS:
        return None
    first, last, later = _SEASONS[text[5:]]
    end = _days(str(int(text[:4]) + later), last)
    return _Span(_days(text[:4], first).earliest, end.latest)


def _days(year: str, month: str = "XX", day: str = "XX") -> _Span:
    first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
    try:
        if month == "XX":
            return _Span(date(first, 1, 1), date(last, 12, 31))
        if day == "XX":
            length = monthrange(first, int(month))[1]
            return _Span(date(first, int(month), 1), date(first, int(month), length))
        exact = date(first, int(month), int(day))
    except ValueError:
        raise ValueError(_NO_SUCH_DAY) from None
    return _Span(exact, exact)


def bounds(when: EdtfDate | None) -> tuple[bool, date, date]:
    """The sort key of a date: whether it is unknown, its earliest and its latest day.

    Ordering by the three, then by id, puts an open start first and an unknown date last. The ends
    of the calendar stand for what has no bound; they never leave the store.
    """
    if when is None:
        # Back to front, so that no range overlaps it. A range that reaches the very end of the
        # calendar still touches one side: filters with one bound must test the flag as well.
        return True, date.max, date.min
    return False, when.earliest or date.min, when.latest or date.max


def parse_day(text: str, today: date) -> date:
    """Read a day, ``YYYY-MM-DD`` or ``today``. Raises ValueError."""
    if text == TODAY:
        return today
    try:
        return _plain_day(text)
    except ValueError:
        raise ValueError(f"{_NOT_A_DAY}, or {TODAY}") from None


def parse_duration(text: str) -> int | None:
    """The seconds of an ISO 8601 duration; None with years or months, whose length varies.

    Whole numbers of up to five digits, no sign, weeks by themselves. Raises ValueError.
    """
    if len(text) > LONGEST or not re.fullmatch(DURATION_PATTERN, text):
        raise ValueError(_NOT_A_DURATION)
    calendar = text.partition("T")[0]
    if "Y" in calendar or "M" in calendar:
        return None
    parts = re.findall("([0-9]+)([WDHMS])", text)
    return sum(int(count) * _SECONDS[unit] for count, unit in parts)


def _plain_day(value: object) -> date:
    # Pydantic alone would also take numbers, as seconds since 1970, and date-times at midnight.
    if type(value) is date:
        return value
    if not isinstance(value, str) or _shape(value) != "0000-00-00":
        raise ValueError(_NOT_A_DAY)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(_NOT_A_DAY) from None


def _day_or_today(text: str) -> str:
    parse_day(text, date.min)
    return text


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _schema(pattern: str, description: str, *examples: str) -> WithJsonSchema:
    words = {"pattern": pattern, "description": description}
    return WithJsonSchema(
        {"type": "string", "maxLength": LONGEST, **words, "examples": list(examples)}
    )


_EDTF_WORDS: Final = "A date as exact as the source has it: EDTF (ISO 8601-2) level 0 or 1."

Edtf = Annotated[
    str,
    AfterValidator(lambda text: parse_edtf(text).edtf),
    _schema(EDTF_PATTERN, _EDTF_WORDS, "2022-01-10", "2022-01~", "2022-01-10/2022-01-12", "202X"),
]
Day = Annotated[date, BeforeValidator(_plain_day), Field(examples=["2022-01-10"])]
DayOrToday = Annotated[
    str,
    AfterValidator(_day_or_today),
    _schema(DAY_OR_TODAY_PATTERN, "A day, or today.", "2022-01-10", TODAY),
]
Duration = Annotated[
    str,
    AfterValidator(_duration),
    _schema(DURATION_PATTERN, "A length of time: an ISO 8601 duration.", "PT7H", "P2D"),
]


class EdtfOut(BaseModel):
    """A date in an answer: as written, with the first and the last day that it can mean."""

    edtf: str = Field(
        description=_EDTF_WORDS,
        examples=["2022-01-10/.."],
        json_schema_extra={"pattern": EDTF_PATTERN},
    )
    earliest: date | None = Field(
        description="The first day it can mean; null where the start is open or unknown.",
        examples=["2022-01-10"],
    )
    latest: date | None = Field(
        description="The last day it can mean; null where the end is open or unknown.",
        examples=[None],
    )
