"""TimelineJS: what its own code makes of the answer in a browser, and that no text is run."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.formats.base import About
from app.formats.timelinejs import TimelineJS
from app.resources.entries import Entry, Place, Quoted, Reference
from tests.formats.browser import page_after, text_of
from tests.formats.documents import ABOUT
from tests.formats.entries import document_of, entry, items_of
from tests.formats.hostile import HOSTILE
from tests.formats.parsers import Html

PAGE = Path(__file__).with_name("timeline.html")
SOURCE = Reference("An article", "/sources/article")
MEETING = entry(
    "meeting.geneva",
    kind="meeting",
    title="First round",
    path="/meetings/geneva",
    text="They met.\nThey talked.",
    starts="2022-01-10",
    status="not_held",
    stands=False,
    place=Place("US_Mission", "Geneva", "CHE", None, None, None),
    quotes=(Quoted("first round", SOURCE, "en"),),
)
# Start, end; what TimelineJS is told.
DATES: list[tuple[str | None, str | None, dict[str, Any]]] = [
    ("2022-01-10", None, {"start_date": {"year": 2022, "month": 1, "day": 10}}),
    ("2022-01", None, {"start_date": {"year": 2022, "month": 1}}),
    ("2022", None, {"start_date": {"year": 2022}}),
    ("2022-01-10", "2022-01-10", {"start_date": {"year": 2022, "month": 1, "day": 10}}),
    (
        "2022-01-10",
        "2022-02",
        {
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "end_date": {"year": 2022, "month": 2},
        },
    ),
    # An end that is drawn before the start is no end.
    ("2022-01-10", "2022-01", {"start_date": {"year": 2022, "month": 1, "day": 10}}),
    (None, "2022-01-10", {"start_date": {"year": 2022, "month": 1, "day": 10}}),
    (
        "2022-01-10~",
        None,
        {
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "display_date": "about 10 January 2022",
        },
    ),
    (
        "2022-01-XX",
        None,
        {"start_date": {"year": 2022, "month": 1}, "display_date": "some day in January 2022"},
    ),
    ("2022-XX-XX", None, {"start_date": {"year": 2022}, "display_date": "some time in 2022"}),
    (
        "202X",
        None,
        {"start_date": {"year": 2020}, "end_date": {"year": 2029}, "display_date": "the 2020s"},
    ),
    (
        "2022-24",
        None,
        {
            "start_date": {"year": 2022, "month": 12},
            "end_date": {"year": 2023, "month": 2},
            "display_date": "winter 2022",
        },
    ),
    (
        "2022-01-10T15:05:00+01:00",
        None,
        {
            "start_date": {
                "year": 2022,
                "month": 1,
                "day": 10,
                "hour": 15,
                "minute": 5,
                "second": 0,
            },
            "display_date": "10 January 2022, 15:05 UTC+01:00",
        },
    ),
    (
        "2022-01-10/2022-01-12",
        None,
        {
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "end_date": {"year": 2022, "month": 1, "day": 12},
            "display_date": "from 10 January 2022 until 12 January 2022",
        },
    ),
    (
        "2022-01-10/..",
        None,
        {
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "display_date": "from 10 January 2022 on",
        },
    ),
    ("../2022", None, {"start_date": {"year": 2022}, "display_date": "until 2022"}),
    (
        "2022-01-10",
        "2022-01-12?",
        {
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "end_date": {"year": 2022, "month": 1, "day": 12},
            "display_date": "10 January 2022 – possibly 12 January 2022",
        },
    ),
]


def printed(*entries: Entry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TimelineJS().render(document_of(entries)))
    return found


def test_a_meeting_is_a_slide_with_what_the_record_says_of_it() -> None:
    assert printed(MEETING)["events"] == [
        {
            "unique_id": "meeting.geneva",
            "start_date": {"year": 2022, "month": 1, "day": 10},
            "text": {
                "headline": "First round",
                "text": '<p dir="auto">They met.<br>They talked.</p>'
                '<blockquote cite="https://parley.example/sources/article" lang="en">'
                '<p dir="auto">first round</p></blockquote>'
                '<p>— <cite><a href="https://parley.example/sources/article">An article</a></cite>'
                "</p><p>When: 10 January 2022 (2022-01-10)</p><p>Where: US_Mission, Geneva, CHE</p>"
                "<p>Status: not held, replaced by something newer</p>"
                '<p><a href="https://parley.example/meetings/geneva">Record</a></p>',
            },
            "group": "meeting",
            "autolink": False,
        }
    ]


def test_the_title_says_what_it_is_of_and_under_which_terms() -> None:
    about = replace(ABOUT, title="A < B", address="https://p.example/?a=1&b=2", license="CC0 & co")
    title = json.loads(TimelineJS().render(document_of([], about=about)))["title"]
    assert title == {
        "unique_id": "_title",
        "text": {
            "headline": "A &lt; B",
            "text": '<p><a href="https://p.example/?a=1&amp;b=2">As of 2026-11-23T09:30:00.000000Z'
            "</a></p><p>Licence of the data: CC0 &amp; co</p>",
        },
        "autolink": False,
    }


@pytest.mark.parametrize(("starts", "ends", "told"), DATES)
def test_a_date_has_only_the_parts_that_are_certain(
    starts: str | None, ends: str | None, told: dict[str, Any]
) -> None:
    (event,) = printed(entry(starts=starts, ends=ends))["events"]
    names = ("start_date", "end_date", "display_date")
    assert {name: event[name] for name in names if name in event} == told


def test_what_has_no_day_has_no_place_on_the_axis() -> None:
    undated = entry("claim.undated")
    assert [one["unique_id"] for one in printed(undated, MEETING, undated)["events"]] == [
        "meeting.geneva"
    ]


def test_a_single_record_is_a_timeline_of_one() -> None:
    alone = replace(document_of([MEETING]), envelope=None)
    assert TimelineJS().render(alone) == TimelineJS().render(document_of([MEETING]))


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pieces_joined_are_the_whole(size: int) -> None:
    # Every second one has no day, so some pieces are empty.
    entries = [
        entry(f"claim.c{number}", starts="2022" if number % 2 else None) for number in range(5)
    ]
    items = items_of(entries)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    pieces = list(TimelineJS().stream(document_of(entries, ()), [[], *chunks, []]))
    assert b"".join(pieces) == TimelineJS().render(document_of(entries))
    events = json.loads(b"".join(pieces))["events"]
    assert [event["unique_id"] for event in events] == ["claim.c1", "claim.c3"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_record_is_markup(text: str) -> None:
    place = Place(text, None, None, None, None, None)
    quote = Quoted(text, Reference(text, "/sources/s"), "en")
    (event,) = printed(entry(title=text, text=text, place=place, quotes=(quote,), starts="2022"))[
        "events"
    ]
    assert "<" not in event["text"]["headline"]
    seen = Html(event["text"]["text"])
    assert {tag for tag, _ in seen.tags} <= {"p", "br", "blockquote", "cite", "a"}
    assert {name for _, told in seen.tags for name in told} <= {"cite", "dir", "href", "lang"}
    assert as_html_has_it(seen.text).startswith(as_html_has_it(text))


def shown(tmp_path: Path, *entries: Entry, about: About = ABOUT) -> dict[str, Any]:
    """What TimelineJS makes of these entries."""
    body = TimelineJS().render(document_of(entries, about=about))
    files = {"page.html": PAGE.read_bytes(), "timeline.json": body}
    html = page_after(files, "@knight-lab/timelinejs", tmp_path)
    found: dict[str, Any] = json.loads(text_of(html, "found"))
    assert found["errors"] == []
    assert found["messages"] == []
    assert found["title"] == "still here"
    return found


def as_html_has_it(text: str) -> str:
    """HTML knows one sort of line end, and the other half of two signs is one more of them."""
    return re.sub("[\r\n]+", "\n", text)


def test_timelinejs_shows_every_text_and_runs_none(tmp_path: Path) -> None:
    made = [
        entry(
            f"claim.c{number}",
            title=text,
            text=text,
            quotes=(Quoted(text, Reference(text, "/sources/s"), None),),
            starts=f"2022-01-{number + 10}",
        )
        for number, text in enumerate(HOSTILE)
    ]
    found = shown(tmp_path, *made, about=replace(ABOUT, title=HOSTILE[4], license=HOSTILE[5]))
    title, *slides = found["slides"]
    assert title["headline"] == HOSTILE[4]
    assert title["paragraphs"][1] == f"Licence of the data: {HOSTILE[5]}"
    texts = [as_html_has_it(text) for text in HOSTILE]
    assert [slide["id"] for slide in slides] == [one.id for one in made]
    assert [as_html_has_it(slide["headline"]) for slide in slides] == texts
    for slide, text in zip(slides, texts, strict=True):
        told, quote, source = map(as_html_has_it, slide["paragraphs"][:3])
        assert (told, quote, source) == (text, text, f"— {text}")
    assert sorted(found["markers"]) == sorted(texts)
    addresses = {"https://parley.example/sources/s", "https://parley.example/claims/c"}
    assert {link for slide in slides for link in slide["links"]} == addresses
    assert {slide["foreign"] for slide in found["slides"]} == {0}
    assert set(found["groups"]) == {"claim"}


def test_timelinejs_understands_every_date(tmp_path: Path) -> None:
    made = [
        entry(f"claim.c{number}", starts=starts, ends=ends, title=f"Claim {number}")
        for number, (starts, ends, _) in enumerate(DATES)
    ]
    found = shown(tmp_path, *made)
    dates = {slide["id"]: slide["date"] for slide in found["slides"][1:]}
    assert len(dates) == len(DATES)
    for number, (_, _, told) in enumerate(DATES):
        if "display_date" in told:
            assert dates[f"claim.c{number}"] == told["display_date"]
    plain = [dates[f"claim.c{number}"] for number in range(5)]
    assert plain == [
        "January 10, 2022",
        "January 2022",
        "2022",
        "January 10, 2022",
        "January 10, 2022 — February 2022",
    ]
