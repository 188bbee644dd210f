"""When an entry is, as a calendar can show it (RFC 5545, sections 3.3.4 and 3.3.5)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.formats.content_lines import line
from app.formats.prose import reported
from app.resources.entries import Entry

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Times:
    """The times of an event, both of them days or both moments.

    A moment is in UTC, or has no zone ("floating"). ``ends`` is after ``starts`` and is the first
    day or moment that is not in the event; None where it has no length or no known end. ``remark``
    says how the date was reported, where a calendar cannot show all of it.
    """

    starts: date
    ends: date | None
    remark: str | None

    def lines(self) -> bytes:
        """DTSTART, and DTEND where there is one."""
        found = _line("DTSTART", self.starts)
        return found if self.ends is None else found + _line("DTEND", self.ends)


def times_of(entry: Entry) -> Times | None:
    """The times of an entry; None where no day of it is known.

    What is only known roughly takes up every day that it can mean. Where one side is open, it
    stands on the day that is known, and the remark says so.
    """
    zone = entry.place.timezone if entry.place else None
    starts, ends = _exact(entry.starts, zone), _exact(entry.ends, zone)
    in_one_day = entry.ends is None or entry.earliest == entry.latest
    if isinstance(starts, datetime) and (isinstance(ends, datetime) or in_one_day):
        return _timed(entry, starts, ends)
    return _all_day(entry, is_exact=_is_day(starts) and (entry.ends is None or _is_day(ends)))


def utc(instant: str) -> str:
    """An instant (RFC 3339) as UTC in the basic form."""
    return _value(datetime.fromisoformat(instant).astimezone(UTC))


def _timed(entry: Entry, starts: datetime, ends: date | None) -> Times:
    later = None
    # A moment with a zone and one without cannot be compared.
    if isinstance(ends, datetime) and ends.tzinfo == starts.tzinfo and ends > starts:
        later = ends
    untold = entry.ends not in (None, entry.starts) and later is None
    return Times(starts, later, _remark(entry) if untold else None)


def _all_day(entry: Entry, *, is_exact: bool) -> Times | None:
    first, last = entry.earliest or entry.latest, entry.latest or entry.earliest
    if first is None or last is None:
        return None
    starts, closes = date.fromisoformat(first), date.fromisoformat(last)
    # The calendar ends with the year 9999, and no day comes after it.
    ends = closes + _ONE_DAY if starts <= closes < date.max else None
    one_sided = entry.earliest is None or entry.latest is None
    note = "; shown on the one day that is known" if one_sided else ""
    untold = not is_exact or (ends is None and starts != closes)
    return Times(starts, ends, _remark(entry) + note if untold else None)


def _remark(entry: Entry) -> str:
    return f"Date as reported: {reported(entry)}"


def _exact(edtf: str | None, zone: str | None) -> date | None:
    """The day or the moment that an EDTF expression names, or None where it names neither."""
    if edtf is None or "/" in edtf:
        return None
    if "T" not in edtf:
        return date.fromisoformat(edtf) if _DAY.fullmatch(edtf) else None
    moment = datetime.fromisoformat(edtf)
    if moment.tzinfo is None:
        found = _zone(zone) if zone else None
        if found is None:
            return moment
        moment = moment.replace(tzinfo=found)
    try:
        return moment.astimezone(UTC)
    except OverflowError:  # at the ends of the calendar
        return None


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | None:
    """A time zone; None where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # what is missing, malformed, or only a folder
        return None


def _is_day(point: date | None) -> bool:
    return point is not None and not isinstance(point, datetime)


def _line(name: str, point: date) -> bytes:
    return line(name if isinstance(point, datetime) else f"{name};VALUE=DATE", _value(point))


def _value(point: date) -> str:
    """The basic form. ``strftime`` would not fill up years before 1000."""
    day = f"{point.year:04}{point.month:02}{point.day:02}"
    if not isinstance(point, datetime):
        return day
    clock = f"{point.hour:02}{point.minute:02}{point.second:02}"
    return f"{day}T{clock}{'Z' if point.tzinfo else ''}"
