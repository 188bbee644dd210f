"""TimelineJS (TimelineJS3 of the Knight Lab): entries as slides along a time axis."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, Final

from pydantic_core import to_json

from app.formats.base import About, Document
from app.formats.pieces import array_pieces
from app.formats.prose import colophon, html
from app.resources.date_words import in_words
from app.resources.dates import bounds, parse_edtf
from app.resources.entries import DATED, Entry

# No entry has this id: ids begin with a letter or a digit.
TITLE_ID: Final = "_title"
PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
# What the parts of a TimelineJS date say in full: a year, a month or a day, without a season.
_PLAIN: Final = re.compile("[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")


class TimelineJS:
    """A title slide, then one event for each entry that has a day; the others have no place.

    A date has only the parts that are certain. Where that is not all there is to say, the slide's
    ``display_date`` has the words. TimelineJS puts headline and text on the page as HTML, so what
    comes from the record is escaped; and ``group`` and ``display_date`` after it has undone one
    escaping, so they never hold words of the record.
    """

    name = "timelinejs"
    media_type = "application/vnd.timelinejs+json"
    streams = True
    needs = frozenset({DATED})
    newest_first = False
    extension: str | None = None

    def render(self, document: Document) -> bytes:
        """The whole timeline."""
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The title and the opening, one piece for each chunk, and the closing."""
        site = document.about.public_url
        opening = b'{"title":' + to_json(_title(document.about)) + b',"events":['
        events = (
            [_event(entry, site) for entry in document.entries(chunk) if entry.starts or entry.ends]
            for chunk in chunks
        )
        return array_pieces(opening, events, b"]}")


def _title(about: About) -> dict[str, Any]:
    terms = "".join(f"<p>{escape(line)}</p>" for line in colophon(about).splitlines())
    return {
        "unique_id": TITLE_ID,
        "text": {
            "headline": escape(about.title),
            "text": _link(about.address, f"As of {about.updated}") + terms,
        },
        "autolink": False,
    }


def _event(entry: Entry, site: str) -> dict[str, Any]:
    return {
        "unique_id": entry.id,
        **_dates(entry),
        "text": {
            "headline": escape(entry.title),
            "text": html(entry, site) + _link(site + entry.path, "Record"),
        },
        "group": entry.kind,
        # The links are there already; finding more of them in escaped text breaks it.
        "autolink": False,
    }


def _dates(entry: Entry) -> dict[str, Any]:
    """Where the event stands on the axis, and the words where the parts do not say it all."""
    told = [edtf for edtf in (entry.starts, entry.ends) if edtf]
    points = [point for edtf in told for point in edtf.split("/") if point.strip(".")]
    first, last = _parts(points[0], last=False), _parts(points[-1], last=True)
    dates: dict[str, Any] = {"start_date": first}
    if _padded(last) > _padded(first):
        dates["end_date"] = last
    if not all(_PLAIN.fullmatch(edtf) for edtf in told):
        dates["display_date"] = " – ".join(in_words(edtf) for edtf in told)
    return dates


def _parts(point: str, *, last: bool) -> dict[str, int]:
    """The certain parts of a date, a date-time, a season, or of one with unspecified digits."""
    bare = point.rstrip("~?%")
    if "T" in bare:
        return _numbers(bare[:19])
    _, earliest, latest = bounds(parse_edtf(bare))
    day = latest if last else earliest
    certain = len([part for part in bare.split("-") if "XX" not in part or len(part) == 4])
    return dict(zip(PARTS, (day.year, day.month, day.day)[:certain], strict=False))


def _numbers(text: str) -> dict[str, int]:
    return dict(zip(PARTS, map(int, re.findall("[0-9]+", text)), strict=True))


def _padded(parts: dict[str, int]) -> tuple[int, ...]:
    """The moment that TimelineJS draws: what is left out is the first."""
    return tuple(parts.get(name, int(name in PARTS[:3])) for name in PARTS)


def _link(address: str, label: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(label)}</a></p>'
