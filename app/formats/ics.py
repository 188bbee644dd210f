"""The iCalendar format (RFC 5545 and 7986): entries as events of a calendar to subscribe to."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from app import __version__
from app.formats.base import About, Document
from app.formats.calendar_times import times_of, utc
from app.formats.content_lines import component, line, text
from app.formats.prose import NO_LONGER, colophon, told
from app.resources.entries import DATED, SCHEDULED, Entry

PRODUCT: Final = f"-//Parley//Parley {__version__}//EN"
# How often a subscriber should ask again.
REFRESH: Final = "PT1H"

# Statuses under which a meeting does not take place as planned, as titles say them.
CALLED_OFF: Final = {"cancelled": "Cancelled", "not_held": "Not held", "postponed": "Postponed"}
REPLACED: Final = "Replaced"
MOVED: Final = "Moved"

# A calendar must hold a component. One without events holds a time zone, which shows nothing.
NO_EVENTS: Final = component(
    "VTIMEZONE",
    line("TZID", "Etc/UTC")
    + component(
        "STANDARD",
        line("DTSTART", "19700101T000000")
        + line("TZOFFSETFROM", "+0000")
        + line("TZOFFSETTO", "+0000")
        + line("TZNAME", "UTC"),
    ),
)


class ICalendar:
    """One event for each entry of which a day is known; the others have no place in a calendar.

    What was called off stays, with the status CANCELLED: a subscriber must see it happen. Some
    calendars show such an event like any other, so its title says it as well.
    """

    name = "ics"
    media_type = "text/calendar"
    streams = True
    needs = frozenset({DATED, SCHEDULED})
    newest_first = False
    extension: str | None = None

    def render(self, document: Document) -> bytes:
        """The whole calendar."""
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The properties of the calendar, one piece for each chunk, and the end."""
        site = document.about.public_url
        is_empty = True
        yield line("BEGIN", "VCALENDAR") + _head(document.about)
        for chunk in chunks:
            events = b"".join(_event(entry, site) for entry in document.entries(chunk))
            if events:
                is_empty = False
                yield events
        yield (NO_EVENTS if is_empty else b"") + line("END", "VCALENDAR")


def _head(about: About) -> bytes:
    # Neither CONTACT nor COMMENT is for calendars (RFC 7986, section 4), but DESCRIPTION is.
    title, words = text(about.title), colophon(about)
    lines = [
        line("VERSION", "2.0"),
        line("PRODID", PRODUCT),
        line("CALSCALE", "GREGORIAN"),
        line("NAME", title),
        line("X-WR-CALNAME", title),
        *([line("DESCRIPTION", text(words))] if words else []),
        line("URL", about.public_url),
        line("SOURCE;VALUE=URI", about.address),
        line("LAST-MODIFIED", utc(about.updated)),
        line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH),
        line("X-PUBLISHED-TTL", REFRESH),
    ]
    return b"".join(lines)


def _event(entry: Entry, site: str) -> bytes:
    """One event; nothing where no day is known."""
    times = times_of(entry)
    if times is None:
        return b""
    changed = utc(entry.updated)
    dated = [NO_LONGER.capitalize()] if not entry.date_holds else []
    description = "\n\n".join([*told(entry), *([times.remark] if times.remark else []), *dated])
    lines = [
        line("UID", text(f"{entry.id}@{urlsplit(site).hostname}")),
        line("DTSTAMP", changed),
        line("LAST-MODIFIED", changed),
        line("SEQUENCE", str(entry.version - 1)),
        times.lines(),
        line("SUMMARY", text(_summary(entry))),
        *([line("DESCRIPTION", text(description))] if description else []),
        *_location(entry),
        line("URL", site + entry.path),
        line("STATUS", _status(entry)),
        line("CATEGORIES", text(entry.kind)),
        line("TRANSP", "TRANSPARENT"),
    ]
    return component("VEVENT", b"".join(lines))


def _location(entry: Entry) -> Iterator[bytes]:
    place = entry.place
    if place is None:
        return
    if words := place.words():
        yield line("LOCATION", text(words))
    if place.latitude is not None and place.longitude is not None:
        yield line("GEO", f"{place.latitude:.6f};{place.longitude:.6f}")


def _status(entry: Entry) -> str:
    if entry.status in CALLED_OFF or not (entry.stands and entry.date_holds):
        return "CANCELLED"
    return "TENTATIVE" if entry.status == "proposed" else "CONFIRMED"


def _summary(entry: Entry) -> str:
    """The title, after what became of it where it was called off and does not say so itself."""
    moved = None if entry.date_holds else MOVED
    word = CALLED_OFF.get(entry.status or "", moved) if entry.stands else REPLACED
    if word is None or word.lower() in entry.title.lower():
        return entry.title
    return f"{word}: {entry.title}"
