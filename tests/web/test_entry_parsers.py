"""Every noun and view that has entries in calendars, feeds, maps and timelines, on hostile text.

The parsers are those of others. None may warn, and each gives back the titles, texts and quotes
that JSON has.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from icalendar import Calendar
from jsonschema import Draft202012Validator

from tests.formats.browser import page_after, text_of
from tests.formats.parsers import Html, ical_js_each, xmllint
from tests.formats.test_atom import NAMES
from tests.formats.test_atom import read as read_atom
from tests.formats.test_geojson import SCHEMA as GEOJSON
from tests.formats.test_jsonfeed import checked as read_feed
from tests.formats.test_timelinejs import PAGE, as_html_has_it
from tests.http import Json
from tests.web.answered import Answered

CALLED_OFF = re.compile("^(Cancelled|Moved|Postponed|Not held|Replaced): ")

# What both parsers of calendars are asked for.
TOLD = ("uid", "summary", "description", "location")


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a parser read it. ``prose`` is all that it says beside its title."""

    id: str
    title: str
    prose: str
    quotes: list[str] | None = None


def as_it_is(text: str) -> str:
    return text


def as_xml_has_it(text: str) -> str:
    """XML has no way to spell two of the noncharacters."""
    return re.sub("[\ufffe\uffff]", "\ufffd", text)


def compare(
    one: Answered, shown: Iterable[Shown], dated: bool, kept: Callable[[str], str] = as_it_is
) -> None:
    """Hold entries against the items in JSON: all of them, or those with a day."""
    items = {name_of(one, item): item for item in one.items() if has_a_day(item) or not dated}
    found = sorted(shown, key=lambda entry: entry.id)
    assert [entry.id for entry in found] == sorted(items), one
    for entry in found:
        name, item = entry.id, items[entry.id]
        quotes = list(quotes_in(item))
        if "title" in item:
            assert entry.title == kept(item["title"]), (one, name)
        elif "record" in item:
            assert entry.title.endswith(kept(item["record"]["title"])), (one, name)
        for text in [*texts_in(item), *quotes]:
            assert kept(text) in entry.prose, (one, name)
        assert entry.quotes in (None, quotes), (one, name)


def name_of(one: Answered, item: Json) -> str:
    return item["id"] if one.noun == "entry" else f"{one.noun}.{item['id']}"


def has_a_day(item: Json) -> bool:
    return any(item.get(name) for name in ("on", "starts", "notices", "published", "recorded_at"))


def texts_in(item: Json) -> Iterator[str]:
    """What the item says in words of its own; a meeting, what was noted of the plan that holds."""
    holds = item.get("status") in ("scheduled", "held")
    notes = [one for one in item.get("notices", ()) if holds and one["note"]][-1:]
    for holder in (item, *notes):
        for name in ("summary", "text", "publisher", "reason", "note"):
            if isinstance(holder.get(name), str):
                yield holder[name]


def quotes_in(item: Json) -> Iterator[str]:
    for holder in (item, *item.get("notices", ())):
        for quote in holder.get("evidence", ()):
            yield quote["exact"]


def test_calendars_are_read_alike_by_two_parsers(answers: list[Answered], tmp_path: Path) -> None:
    calendars = [(one, page) for one in answers for page in one.pages.get("ics", ())]
    assert len(calendars) == 5
    others = ical_js_each([page for _, page in calendars], tmp_path)
    for (one, page), other in zip(calendars, others, strict=True):
        calendar = Calendar.from_ical(page)
        assert [part.errors for part in calendar.walk() if part.errors] == [], one
        compare(one, events_in(calendar), dated=True)
        told = [tuple(event[name] or "" for name in TOLD) for event in other["events"]]
        events = calendar.walk("VEVENT")
        assert told == [tuple(str(event.get(name, "")) for name in TOLD) for event in events], one


def events_in(calendar: Any) -> Iterator[Shown]:
    for event in calendar.walk("VEVENT"):
        summary, off = str(event["SUMMARY"]), event["STATUS"] == "CANCELLED"
        title = CALLED_OFF.sub("", summary, count=1) if off else summary
        yield Shown(str(event["UID"]).partition("@")[0], title, str(event["DESCRIPTION"]))


def test_atom_feeds_are_read_by_three_parsers(answers: list[Answered], tmp_path: Path) -> None:
    feeds = [(one, one.pages["atom"]) for one in answers if "atom" in one.pages]
    xmllint(tmp_path, *(page for _, pages in feeds for page in pages))
    for one, pages in feeds:
        entries = [entry for page in pages for entry in read_atom(page).entries]
        # feedparser takes off the white space around a text.
        compare(one, map(shown_in_atom, entries), False, lambda text: as_xml_has_it(text).strip())
        titles = {title for page in pages for title in titles_in(page)}
        for item in one.items():
            assert as_xml_has_it(item.get("title", entries[0].title)) in titles, one


def titles_in(feed: bytes) -> Iterator[str | None]:
    """The titles of the entries to the last sign, as expat reads them."""
    for entry in ElementTree.fromstring(feed).findall("a:entry", NAMES):
        yield entry.findtext("a:title", namespaces=NAMES)


def shown_in_atom(entry: Any) -> Shown:
    prose = Html(entry.content[0].value).text
    return Shown(entry.id.rpartition("#")[2], entry.title, f"{entry.get('summary', '')}\n{prose}")


def test_json_feeds_are_as_their_schema_says(answers: list[Answered]) -> None:
    for one in answers:
        feeds = [read_feed(page) for page in one.pages.get("jsonfeed", ())]
        items = [item for feed in feeds for item in feed["items"]]
        if feeds:
            plain = [shown_in_feed(item, item["content_text"]) for item in items]
            html = [shown_in_feed(item, Html(item["content_html"]).text) for item in items]
            compare(one, plain, dated=False)
            compare(one, html, dated=False)


def shown_in_feed(item: Json, prose: str) -> Shown:
    quotes = [quote["exact"] for quote in item["_parley"]["quotes"]]
    return Shown(item["id"].rpartition("#")[2], item["title"], prose, quotes)


def test_maps_are_as_their_schema_says(answers: list[Answered]) -> None:
    for one in answers:
        for page in one.pages.get("geojson", ()):
            collection = json.loads(page)
            assert list(Draft202012Validator(GEOJSON).iter_errors(collection)) == [], one
            compare(one, map(shown_on_map, collection["features"]), dated=False)
            points = [feature["geometry"] for feature in collection["features"]]
            assert all(points) == (one.noun == "meeting"), one


def shown_on_map(feature: Json) -> Shown:
    told = feature["properties"]
    quotes = [quote["exact"] for quote in told["quotes"]]
    return Shown(feature["id"], told["title"], "\n".join([told["text"] or "", *quotes]), quotes)


def test_timelines_have_every_text_escaped(answers: list[Answered]) -> None:
    for one in answers:
        for page in one.pages.get("timelinejs", ()):
            timeline = json.loads(page)
            assert timeline["title"]["unique_id"] == "_title"
            compare(one, map(slide_of, timeline["events"]), dated=True)


def slide_of(event: Json) -> Shown:
    text = event["text"]
    assert not set("<>\"'") & set(text["headline"])
    return Shown(event["unique_id"], unescape(text["headline"]), Html(text["text"]).text)


def test_timelinejs_shows_the_whole_timeline_and_runs_none_of_it(
    sqlite_answers: list[Answered], tmp_path: Path
) -> None:
    (one,) = [one for one in sqlite_answers if one.address == "/timeline"]
    (page,) = one.pages["timelinejs"]
    files = {"page.html": PAGE.read_bytes(), "timeline.json": page}
    found = json.loads(text_of(page_after(files, "@knight-lab/timelinejs", tmp_path), "found"))
    assert (found["errors"], found["messages"], found["title"]) == ([], [], "still here")
    _, *slides = found["slides"]
    titles = {item["id"]: as_html_has_it(item["title"]) for item in one.items()}
    assert {slide["id"]: as_html_has_it(slide["headline"]) for slide in slides} == titles
    assert {slide["foreign"] for slide in slides} == {0}
    assert sorted(map(as_html_has_it, found["markers"])) == sorted(titles.values())
