"""Dates as the markup of a volume gives them, as EDTF (ISO 8601-2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.reading import attribute, local
from app.resources.dates import parse_edtf

_POINT: Final = re.compile(
    r"(?P<day>\d{4}(?:-\d\d(?:-\d\d)?)?)"
    r"(?:T(?P<clock>\d\d:\d\d)(?P<seconds>:\d\d)?(?:\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_CLOCK: Final = re.compile(r"noon|midnight|(\d{2})(\d{2})\s?Z|(\d{1,2})(?::(\d{2}))?(?![\d:])")
_PRECISE_DAY: Final = 10  # characters of a day, YYYY-MM-DD


@dataclass(frozen=True, slots=True)
class Dated:
    """What an element says of time. ``clocked`` means that it names a stretch between two times.

    ``ends_first`` is an end that the markup puts before the start, and that is left out for it;
    ``unclear`` is what cannot be read as a date. ``inferred`` says that the editors, not the
    document, give the date.
    """

    starts: str | None = None
    ends: str | None = None
    clocked: bool = False
    inferred: bool = False
    ends_first: str | None = None
    unclear: str | None = None

    def days(self) -> str | None:
        """The days alone, as one date or as an interval."""
        if self.starts is None or "/" in self.starts:
            return self.starts
        return _days(self.starts, self.ends or self.starts)

    def when(self) -> str | None:
        """A single date with its time, or the days of a stretch."""
        return self.days() if self.ends else self.starts


def dates_in(element: Element) -> Iterator[Element]:
    """The dates of a dateline or heading in their order, those of its notes left aside."""
    for child in element:
        name = local(child.tag)
        if name == "date":
            yield child
        elif name != "note":
            yield from dates_in(child)


def dated(element: Element) -> Dated:
    """What the attributes of a date say; its words are not read."""
    inferred = attribute(element, "ana") is not None
    first, last = attribute(element, "from"), attribute(element, "to")
    if first or last:
        return _stretch(first, last, inferred)
    early, late = attribute(element, "notBefore"), attribute(element, "notAfter")
    if early or late:
        return _between(early, late, inferred)
    when = attribute(element, "when")
    point = _point(when)
    if when and point is None:
        return Dated(unclear=when)
    return Dated(point, inferred=inferred)


def bounds_of(document: Element) -> Dated:
    """The days between which the editors put a document (``doc-dateTime-min`` and ``-max``)."""
    early, late = attribute(document, "doc-dateTime-min"), attribute(document, "doc-dateTime-max")
    return _between(early, late, inferred=True) if early and late else Dated()


def _stretch(first: str | None, last: str | None, inferred: bool) -> Dated:
    starts, ends = _point(first), _point(last)
    bad = next(
        (text for text, point in ((first, starts), (last, ends)) if text and not point), None
    )
    if starts is None or ends is None:
        return Dated(starts or ends, inferred=inferred, unclear=bad)
    if _ends_first(starts, ends):
        return Dated(starts, inferred=inferred, ends_first=ends)
    clocked = "T" in starts and "T" in ends
    return Dated(starts, ends, clocked, inferred, unclear=bad)


def _between(early: str | None, late: str | None, inferred: bool) -> Dated:
    first, last = _point(early), _point(late)
    if (early and not first) or (late and not last):
        return Dated(unclear=late if first else early)
    if first and last and _ends_first(first, last):
        return Dated(unclear=f"{early}/{late}")
    days = _days(first, last) if first and last else f"{_day(first)}/{_day(last)}"
    return Dated(days, inferred=inferred)


def _day(point: str | None) -> str:
    return point.partition("T")[0] if point else ".."


def _days(first: str, last: str) -> str:
    start, end = _day(first), _day(last)
    return start if start == end else f"{start}/{end}"


def _point(text: str | None) -> str | None:
    """A date or date-time of XML Schema as EDTF; None where it is neither, or no real day."""
    found = _POINT.fullmatch(text or "")
    if found is None:
        return None
    point = found["day"]
    if found["clock"]:
        zone = found["zone"] or ""
        zone = f"{zone[:3]}:{zone[-2:]}" if len(zone) > 1 else zone
        point += f"T{found['clock']}{found['seconds'] or ':00'}{zone}"
    try:
        return parse_edtf(point).edtf
    except ValueError:
        return None


def _ends_first(starts: str, ends: str) -> bool:
    """Whether a stretch runs backwards, by its instants or by its days."""
    if len(starts) > _PRECISE_DAY and len(ends) > _PRECISE_DAY:
        first, last = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
        if (first.tzinfo is None) == (last.tzinfo is None) and last < first:
            return True
    first_day, last_day = parse_edtf(starts).earliest, parse_edtf(ends).latest
    return bool(first_day and last_day and last_day < first_day)


def clocks_differ(words: str, when: Dated) -> bool:
    """Whether the words of a date name other clock times than its attributes. Morning and evening
    are not told apart, and words that name no time differ from nothing.
    """
    if when.starts is None or "T" not in when.starts:
        return False
    told = _clocks(words)
    if not told:
        return False
    meant = [_dial(when.starts)] + ([_dial(when.ends)] if when.ends else [])
    return told[0] != meant[0] or (len(meant) > 1 and len(told) > 1 and told[-1] != meant[-1])


def _clocks(words: str) -> list[tuple[int, int]]:
    """The clock times in the words of a date: what stands behind its year."""
    *_, times = re.split(r"\b\d{4}\b(?!\s?Z)", words, maxsplit=1)
    found = []
    for match in _CLOCK.finditer(times if times != words else ""):
        hours, minutes = match[1] or match[3] or "0", match[2] or match[4] or "0"
        found.append((int(hours) % 12, int(minutes)))
    return found


def _dial(point: str) -> tuple[int, int]:
    clock = point.partition("T")[2]
    return int(clock[:2]) % 12, int(clock[3:5])
