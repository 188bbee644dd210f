"""iCalendar: what subscribers see, in two parsers that are not ours."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app import __version__
from app.formats.ics import ICalendar
from app.resources.base import UNREADABLE
from app.resources.entries import DATED, PLACED, SCHEDULED, Entry, Place, Quoted, Reference
from tests.formats.documents import ABOUT
from tests.formats.entries import document_of, entry, items_of
from tests.formats.hostile import HOSTILE
from tests.formats.parsers import ical_js

ON = {"starts": "2022-01-10", "earliest": "2022-01-10", "latest": "2022-01-10"}
ARTICLE = Reference("An article", "/sources/article")
PALACE = Place("Palais des Nations", "Geneva", "CHE", 46.2266, 6.1404, "Europe/Zurich")

MEETING = entry(
    "meeting.geneva",
    kind="meeting",
    title="United States and Russia, Geneva",
    path="/meetings/geneva",
    text="Talks on security guarantees; no result.",
    starts="2022-01-10T09:30:00",
    ends="2022-01-10T17:00:00",
    earliest="2022-01-10",
    latest="2022-01-10",
    status="held",
    place=PALACE,
    who=(Reference("Wendy Sherman", "/participants/w"), Reference("Russia", "/participants/r")),
    quotes=(Quoted("We talked, frankly", ARTICLE, "en"),),
)
HEAD = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Parley//Parley {__version__}//EN
CALSCALE:GREGORIAN
NAME:Things
X-WR-CALNAME:Things
URL:https://parley.example
SOURCE;VALUE=URI:https://parley.example/things?format=x
LAST-MODIFIED:20261123T093000Z
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
"""
EVENT = """\
BEGIN:VEVENT
UID:meeting.geneva@parley.example
DTSTAMP:20261120T080000Z
LAST-MODIFIED:20261120T080000Z
SEQUENCE:2
DTSTART:20220110T083000Z
DTEND:20220110T160000Z
SUMMARY:United States and Russia\\, Geneva
DESCRIPTION:Talks on security guarantees\\; no result.\\n\\n“We talked\\, fra
 nkly” — An article\\n\\nWho: Wendy Sherman\\, Russia
LOCATION:Palais des Nations\\, Geneva\\, CHE
GEO:46.226600;6.140400
URL:https://parley.example/meetings/geneva
STATUS:CONFIRMED
CATEGORIES:meeting
TRANSP:TRANSPARENT
END:VEVENT
"""
END = "END:VCALENDAR\n"


def printed(*entries: Entry) -> bytes:
    return ICalendar().render(document_of(entries))


def read(*entries: Entry) -> list[Any]:
    """The events as icalendar reads them, without any error."""
    calendar = Calendar.from_ical(printed(*entries))
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    events: list[Any] = calendar.events
    assert not [event.errors for event in events if event.errors]
    return events


def words(event: Any, name: str) -> str:
    return str(event[name])


def hostile(text: str, number: int = 0) -> Entry:
    """An entry that has the text wherever a record may have one."""
    return entry(
        f"claim.{number}",
        title=text,
        text=text,
        **ON,
        place=Place(text, None, None, None, None, None),
        who=(Reference(text, "/participants/a"),),
        quotes=(Quoted(text, Reference(text, "/sources/a"), None),),
    )


def given_back(text: str) -> tuple[str, str, str]:
    """What a parser must give back of such an entry: summary, location, description."""
    kept = text.replace("\r\n", "\n")
    return kept, kept, f"{kept}\n\n“{kept}” — {kept}\n\nWho: {kept}"


def test_an_event_is_printed_to_the_letter() -> None:
    assert printed(MEETING).decode() == (HEAD + EVENT + END).replace("\n", "\r\n")


def test_the_calendar_says_whose_terms_hold_and_where_errors_are_reported() -> None:
    about = replace(ABOUT, license="CC-BY-4.0", contact="mailto:desk@parley.example")
    calendar = Calendar.from_ical(ICalendar().render(document_of([MEETING], about=about)))
    assert str(calendar["DESCRIPTION"]) == (
        "Licence of the data: CC-BY-4.0\nCorrections: mailto:desk@parley.example"
    )


def test_it_is_served_where_there_is_a_schedule_and_never_cut_into_pages() -> None:
    form = ICalendar()
    assert form.needs == {DATED, SCHEDULED}
    assert not form.needs <= {DATED, PLACED}
    assert form.streams
    assert not form.newest_first


@pytest.mark.parametrize(
    ("status", "stands", "expected", "title"),
    [
        (None, True, "CONFIRMED", "Talks"),
        ("held", True, "CONFIRMED", "Talks"),
        ("scheduled", True, "CONFIRMED", "Talks"),
        ("rescheduled", True, "CONFIRMED", "Talks"),
        ("proposed", True, "TENTATIVE", "Talks"),
        ("cancelled", True, "CANCELLED", "Cancelled: Talks"),
        ("postponed", True, "CANCELLED", "Postponed: Talks"),
        ("not_held", True, "CANCELLED", "Not held: Talks"),
        ("scheduled", False, "CANCELLED", "Replaced: Talks"),
        ("cancelled", False, "CANCELLED", "Replaced: Talks"),
    ],
)
def test_what_was_called_off_stays_and_is_marked(
    status: str | None, stands: bool, expected: str, title: str
) -> None:
    (event,) = read(entry(title="Talks", status=status, stands=stands, **ON))
    assert (words(event, "STATUS"), words(event, "SUMMARY")) == (expected, title)


@pytest.mark.parametrize(
    ("status", "title"), [("postponed", "Postponed: Talks"), ("rescheduled", "Moved: Talks")]
)
def test_a_date_that_no_longer_holds_is_marked(status: str, title: str) -> None:
    (event,) = read(entry(title="Talks", status=status, date_holds=False, **ON))
    assert (words(event, "STATUS"), words(event, "SUMMARY")) == ("CANCELLED", title)
    assert words(event, "DESCRIPTION") == "The date shown no longer holds"


def test_a_title_that_says_what_became_of_a_meeting_is_left_alone() -> None:
    (event,) = read(entry(title="Talks: not held", status="not_held", **ON))
    assert words(event, "SUMMARY") == "Talks: not held"


def test_an_event_is_the_same_one_in_every_version() -> None:
    before = replace(MEETING, version=1, title="Talks", updated="2026-11-19T00:00:00Z")
    (first,), (later,) = read(before), read(MEETING)
    assert words(first, "UID") == words(later, "UID") == "meeting.geneva@parley.example"
    assert (first["SEQUENCE"], later["SEQUENCE"]) == (0, 2)
    assert first["DTSTAMP"].dt < later["DTSTAMP"].dt


def test_the_name_of_the_calendar_has_no_port() -> None:
    about = replace(ABOUT, public_url="http://127.0.0.1:8000")
    printing = ICalendar().render(document_of([MEETING], about=about))
    assert b"UID:meeting.geneva@127.0.0.1\r\n" in printing


def test_a_date_that_is_not_exact_is_told_in_words_as_well() -> None:
    (event,) = read(
        entry(text="Said.", starts="2022-01~", earliest="2022-01-01", latest="2022-01-31")
    )
    assert words(event, "DESCRIPTION") == "Said.\n\nDate as reported: 2022-01~"
    assert str(event["DTSTART"].dt) == "2022-01-01"
    assert str(event["DTEND"].dt) == "2022-02-01"


def test_an_entry_with_nothing_to_tell_has_neither_description_nor_place() -> None:
    nowhere = Place(None, None, None, None, None, "Europe/Brussels")
    (event,) = read(entry(place=nowhere, **ON))
    assert not {"DESCRIPTION", "LOCATION", "GEO"} & set(event)


def test_coordinates_have_no_exponent() -> None:
    (event,) = read(entry(place=Place(None, None, None, -0.00001, 6, None), **ON))
    assert b"\r\nGEO:-0.000010;6.000000\r\n" in printed(
        entry(place=Place(None, None, None, -0.00001, 6, None), **ON)
    )
    assert "LOCATION" not in event


def test_an_entry_without_a_day_is_left_out() -> None:
    assert [words(event, "UID") for event in read(entry("claim.undated"), MEETING)] == [
        "meeting.geneva@parley.example"
    ]


@pytest.mark.parametrize("entries", [[], [entry("claim.undated")]])
def test_a_calendar_without_events_still_has_the_component_it_needs(entries: list[Entry]) -> None:
    calendar = Calendar.from_ical(printed(*entries))
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]
    assert printed(MEETING).count(b"VTIMEZONE") == 0


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_stream_is_the_calendar_in_pieces(size: int) -> None:
    entries = [entry(f"claim.{number}", **ON) for number in range(4)] + [entry("claim.undated")]
    items = items_of(entries)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    pieces = list(ICalendar().stream(document_of(entries, ()), chunks))
    assert b"".join(pieces) == printed(*entries)
    assert pieces[0].endswith(b"X-PUBLISHED-TTL:PT1H\r\n")
    assert pieces[-1] == b"END:VCALENDAR\r\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_icalendar_gives_back_hostile_text(text: str) -> None:
    (event,) = read(hostile(text))
    found = tuple(words(event, name) for name in ("SUMMARY", "LOCATION", "DESCRIPTION"))
    assert found == given_back(text)
    assert [str(one) for one in event["CATEGORIES"].cats] == ["claim"]


@given(st.text().filter(lambda text: text.strip() and not UNREADABLE.search(text)))
def test_icalendar_gives_back_every_text_that_a_record_can_hold(text: str) -> None:
    (event,) = read(hostile(text))
    found = tuple(words(event, name) for name in ("SUMMARY", "LOCATION", "DESCRIPTION"))
    assert found == given_back(text)


def test_text_cannot_end_an_event_or_begin_another() -> None:
    attack = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\nATTENDEE:mailto:a@b.example"
    (event,) = read(hostile(attack))
    assert "ATTENDEE" not in event
    assert words(event, "UID") == "claim.0@parley.example"


def test_ical_js_reads_what_icalendar_reads(tmp_path: Path) -> None:
    entries = [MEETING, *(hostile(text, number) for number, text in enumerate(HOSTILE))]
    found = ical_js(printed(*entries), tmp_path)
    assert found["calendar"]["name"] == "Things"
    assert found["calendar"]["refresh-interval"] == "PT1H"
    assert found["components"] == ["vevent"] * len(entries)
    first, *others = found["events"]
    assert [(event["summary"], event["location"], event["description"]) for event in others] == [
        given_back(text) for text in HOSTILE
    ]
    assert {name: first[name] for name in ("uid", "sequence", "status", "start", "end")} == {
        "uid": "meeting.geneva@parley.example",
        "sequence": 2,
        "status": "CONFIRMED",
        "start": "2022-01-10T08:30:00Z",
        "end": "2022-01-10T16:00:00Z",
    }


def test_ical_js_reads_every_sort_of_time_and_an_empty_calendar(tmp_path: Path) -> None:
    moment: dict[str, Any] = {**ON, "starts": "2022-01-10T10:00:00"}
    entries = [entry(**ON), entry(**moment), entry(**moment, place=PALACE)]
    events = ical_js(printed(*entries), tmp_path)["events"]
    assert [(event["start"], event["end"], event["zone"]) for event in events] == [
        ("2022-01-10", "2022-01-11", "floating"),
        ("2022-01-10T10:00:00", None, "floating"),
        ("2022-01-10T09:00:00Z", None, "UTC"),
    ]
    empty = ical_js(printed(), tmp_path)
    assert (empty["components"], empty["events"]) == (["vtimezone"], [])


def test_very_long_text_comes_back_whole(tmp_path: Path) -> None:
    text = "Long; long, \\ long 💥 שלום " * 700
    (event,) = read(hostile(text))
    assert words(event, "DESCRIPTION") == given_back(text)[2]
    (other,) = ical_js(printed(hostile(text)), tmp_path)["events"]
    assert other["description"] == given_back(text)[2]
