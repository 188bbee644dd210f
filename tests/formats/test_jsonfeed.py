"""JSON Feed: valid by version 1.1, and complete without guesses."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from app.formats.jsonfeed import JsonFeed
from app.formats.prose import html, plain
from app.resources.entries import DATED, Entry, Place, Quoted, Reference
from tests.formats.documents import ABOUT
from tests.formats.entries import document_of, entry, items_of
from tests.formats.hostile import HOSTILE

SITE = "https://parley.example"
TEXT, ADDRESS = {"type": "string", "minLength": 1}, {"type": "string", "pattern": "^https?://"}
# The part of https://jsonfeed.org/version/1.1 that is used: names that it does not have are
# refused, but for extensions, which are objects whose names begin with an underscore and a letter.
SCHEMA = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "description": TEXT,
        **dict.fromkeys(("home_page_url", "feed_url", "next_url"), ADDRESS),
        "authors": {
            "type": "array",
            "items": {"type": "object", "required": ["name"], "properties": {"url": ADDRESS}},
        },
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "additionalProperties": False,
                "patternProperties": {"^_[a-zA-Z]": {"type": "object"}},
                "properties": {
                    "id": TEXT,
                    "url": ADDRESS,
                    "title": TEXT,
                    "content_text": TEXT,
                    "content_html": TEXT,
                    "summary": TEXT,
                    "date_modified": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": TEXT},
                },
            },
        },
    },
}
MEETING = entry(
    "meeting.geneva",
    kind="meeting",
    title="United States and Russia, Geneva",
    path="/meetings/geneva",
    text="No result.",
    starts="2022-01-10",
    earliest="2022-01-10",
    latest="2022-01-10",
    status="held",
    place=Place(None, "Geneva", "CHE", 46.2, 6.1, "Europe/Zurich"),
    who=(Reference("Russia", "/participants/r"),),
    quotes=(Quoted("no", Reference("Article", "/sources/s"), "en"),),
    known_from="2022-01-12",
)
ITEM = {
    "id": "https://parley.example/meetings/geneva#meeting.geneva",
    "url": "https://parley.example/meetings/geneva",
    "title": "United States and Russia, Geneva",
    "summary": "No result.",
    "content_text": "No result.\n\n“no” — Article\n\nWho: Russia\n\n"
    "When: 10 January 2022 (2022-01-10)\n\nWhere: Geneva, CHE\n\nStatus: held",
    "content_html": '<p dir="auto">No result.</p>'
    '<blockquote cite="https://parley.example/sources/s" lang="en"><p dir="auto">no</p>'
    '</blockquote><p>— <cite><a href="https://parley.example/sources/s">Article</a></cite></p>'
    '<p>Who: <a href="https://parley.example/participants/r">Russia</a></p>'
    "<p>When: 10 January 2022 (2022-01-10)</p><p>Where: Geneva, CHE</p><p>Status: held</p>",
    "date_modified": "2026-11-20T08:00:00.000000Z",
    "tags": ["meeting"],
    "_parley": {
        "kind": "meeting",
        "version": 3,
        "starts": "2022-01-10",
        "ends": None,
        "earliest": "2022-01-10",
        "latest": "2022-01-10",
        "status": "held",
        "stands": True,
        "place": {
            "name": None,
            "city": "Geneva",
            "country": "CHE",
            "latitude": 46.2,
            "longitude": 6.1,
            "timezone": "Europe/Zurich",
        },
        "who": [{"name": "Russia", "url": "https://parley.example/participants/r"}],
        "reported_by": [],
        "inferred": [],
        "known_from": "2022-01-12",
        "quotes": [
            {
                "exact": "no",
                "language": "en",
                "source": {"title": "Article", "url": "https://parley.example/sources/s"},
                "bearing": "supports",
            }
        ],
    },
}


def checked(feed: bytes) -> dict[str, Any]:
    """The feed, once it is known to be one."""
    found: dict[str, Any] = json.loads(feed)
    Draft202012Validator(SCHEMA, format_checker=FormatChecker()).validate(found)
    return found


def printed(*entries: Entry) -> bytes:
    return JsonFeed().render(document_of(entries))


def test_a_feed_says_everything_that_is_known_and_nothing_else() -> None:
    assert checked(printed(MEETING)) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Things",
        "home_page_url": "https://parley.example",
        "feed_url": "https://parley.example/things?format=x",
        "authors": [{"name": "Parley", "url": "https://parley.example"}],
        "items": [ITEM],
    }


def test_a_feed_names_its_next_page_and_its_terms_where_there_are_any() -> None:
    following = f"{SITE}/things?cursor=c&format=x"
    about = replace(
        ABOUT, following=following, license="CC-BY-4.0", contact="mailto:desk@parley.example"
    )
    feed = checked(JsonFeed().render(document_of([], about=about)))
    assert feed["next_url"] == following
    assert feed["description"] == (
        "Licence of the data: CC-BY-4.0\nCorrections: mailto:desk@parley.example"
    )


def test_an_empty_feed_has_an_empty_list_of_items() -> None:
    assert checked(printed())["items"] == []


def test_an_item_always_has_text_and_leaves_out_what_is_not_known() -> None:
    (item,) = checked(printed(entry(title="Only a title")))["items"]
    assert item["content_text"] == "Only a title"
    assert "summary" not in item
    assert "date_published" not in item
    assert "authors" not in item
    assert item["_parley"]["place"] is None
    assert item["_parley"]["quotes"] == []


def test_a_replaced_plan_says_so_to_programs_too() -> None:
    (item,) = checked(printed(entry(status="scheduled", stands=False)))["items"]
    assert item["_parley"]["stands"] is False
    assert item["content_text"] == "Status: scheduled, replaced by something newer"


def test_one_record_is_a_feed_of_one_item() -> None:
    single = replace(document_of([MEETING]), envelope=None)
    assert checked(JsonFeed().render(single))["items"] == [ITEM]


def test_it_needs_days_alone_and_comes_in_pages_with_the_newest_first() -> None:
    form = JsonFeed()
    assert form.needs == {DATED}
    assert (form.streams, form.newest_first, form.extension) == (False, True, None)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_stream_is_the_feed_in_one_piece(size: int) -> None:
    entries = [entry(f"claim.{number}") for number in range(5)]
    items = items_of(entries)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    assert list(JsonFeed().stream(document_of(entries, ()), chunks)) == [printed(*entries)]


@pytest.mark.parametrize("text", [*HOSTILE, "\ufffe noncharacter"])
def test_hostile_text_comes_back_as_it_was(text: str) -> None:
    link = Reference(text, "/sources/a")
    place = Place(text, None, None, None, None, None)
    one = entry(title=text, text=text, place=place, who=(link,), quotes=(Quoted(text, link, None),))
    (item,) = checked(printed(one))["items"]
    told = item["_parley"]
    assert item["title"] == item["summary"] == told["place"]["name"] == text
    assert told["quotes"][0]["exact"] == told["quotes"][0]["source"]["title"] == text
    assert told["who"][0]["name"] == text
    assert item["content_text"] == plain(one)
    assert item["content_html"] == html(one, SITE)
    assert item["content_text"].startswith(f"{text}\n\n“{text}” — {text}")
