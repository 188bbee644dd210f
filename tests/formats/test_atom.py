"""Atom: a feed by RFC 4287, which parsers that are not ours read to the last sign."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from app import __version__
from app.formats.atom import Atom
from app.formats.prose import html
from app.resources.entries import DATED, Entry, Place, Quoted, Reference
from tests.formats.documents import ABOUT
from tests.formats.entries import document_of, entry, items_of
from tests.formats.hostile import HOSTILE
from tests.formats.parsers import Html, xmllint

SITE = "https://parley.example"
NAMES = {"a": "http://www.w3.org/2005/Atom"}
SPOKEN = replace(
    ABOUT,
    following=f"{SITE}/things?cursor=c&format=x",
    license="CC-BY-4.0",
    contact="https://parley.example/corrections",
)
CLAIM = entry(
    "claim.intent",
    title="Sherman: no intention",
    path="/claims/intent",
    text="Russia says that it does not intend to invade.",
    starts="2022-01-10",
    earliest="2022-01-10",
    latest="2022-01-10",
    who=(Reference("Wendy Sherman", "/participants/w"), Reference("Russia", "/participants/r")),
    quotes=(Quoted("They have no intention", Reference("Article", "/sources/s"), "en"),),
    known_from="2022-01-12",
)
CONTENT = (
    '<p dir="auto">Russia says that it does not intend to invade.</p>'
    '<blockquote cite="https://parley.example/sources/s" lang="en">'
    '<p dir="auto">They have no intention</p></blockquote>'
    '<p>— <cite><a href="https://parley.example/sources/s">Article</a></cite></p>'
    '<p>Who: <a href="https://parley.example/participants/w">Wendy Sherman</a>, '
    '<a href="https://parley.example/participants/r">Russia</a></p>'
    "<p>When: 10 January 2022 (2022-01-10)</p>"
)
FEED = f"""\
<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>https://parley.example/things</id>
<title>Things</title>
<updated>2026-11-23T09:30:00.000000Z</updated>
<link rel="self" href="https://parley.example/things?format=x" type="application/atom+xml" />
<link rel="alternate" href="https://parley.example" />
<link rel="next" href="https://parley.example/things?cursor=c&amp;format=x" \
type="application/atom+xml" />
<author><name>Parley</name><uri>https://parley.example</uri></author>
<generator version="{__version__}">Parley</generator>
<subtitle>Corrections: https://parley.example/corrections</subtitle>
<rights>CC-BY-4.0</rights>
<entry>
<id>https://parley.example/claims/intent#claim.intent</id>
<title>Sherman: no intention</title>
<updated>2026-11-20T08:00:00.000000Z</updated>
<link rel="alternate" href="https://parley.example/claims/intent" />
<contributor><name>Wendy Sherman</name>\
<uri>https://parley.example/participants/w</uri></contributor>
<contributor><name>Russia</name><uri>https://parley.example/participants/r</uri></contributor>
<category term="claim" />
<summary type="text">Russia says that it does not intend to invade.</summary>
<content type="html">\
{CONTENT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}</content>
</entry>
</feed>"""


def printed(*entries: Entry) -> bytes:
    return Atom().render(document_of(entries))


def read(feed: bytes) -> Any:
    """The feed as feedparser reads it, without any doubt about its form."""
    found = feedparser.parse(feed, response_headers={"content-type": "application/atom+xml"})
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


def hostile(text: str, number: int = 0) -> Entry:
    """An entry that has the text wherever a record may have one."""
    return entry(
        f"claim.{number}",
        title=text,
        text=text,
        place=Place(text, None, None, None, None, None),
        who=(Reference(text, "/participants/a"),),
        quotes=(Quoted(text, Reference(text, "/sources/a"), None),),
    )


def test_a_feed_is_printed_to_the_letter() -> None:
    found = Atom().render(document_of([CLAIM], about=SPOKEN)).decode()
    declaration, rest = FEED.split("\n", 1)
    assert found == f"{declaration}\n{rest.replace(chr(10), '')}"


def test_feedparser_reads_what_was_printed() -> None:
    found = read(Atom().render(document_of([CLAIM], about=SPOKEN)))
    feed, (item,) = found.feed, found.entries
    assert (feed.id, feed.title, feed.updated) == (SPOKEN.identity, "Things", SPOKEN.updated)
    assert (feed.author, feed.rights) == ("Parley", "CC-BY-4.0")
    assert {link.rel: link.href for link in feed.links} == {
        "self": SPOKEN.address,
        "alternate": SITE,
        "next": SPOKEN.following,
    }
    assert item.id == "https://parley.example/claims/intent#claim.intent"
    assert item.link == "https://parley.example/claims/intent"
    assert item.updated_parsed[:6] == (2026, 11, 20, 8, 0, 0)
    assert [one.name for one in item.contributors] == ["Wendy Sherman", "Russia"]
    assert [tag.term for tag in item.tags] == ["claim"]
    assert item.summary == "Russia says that it does not intend to invade."
    assert item.content[0].type == "text/html"
    assert item.content[0].value == CONTENT


def test_an_entry_has_no_instant_of_publishing_because_none_is_known() -> None:
    (item,) = read(printed(CLAIM)).entries
    assert "published" not in item


def test_a_feed_that_has_no_next_page_and_no_terms_names_none() -> None:
    feed = read(printed(CLAIM)).feed
    assert {link.rel for link in feed.links} == {"self", "alternate"}
    assert not {"rights", "subtitle"} & set(feed)


def test_a_feed_without_entries_is_a_feed() -> None:
    found = read(printed())
    assert found.entries == []
    assert found.feed.title == "Things"


def test_an_entry_keeps_its_id_in_every_version_and_no_other_has_it() -> None:
    later = replace(CLAIM, version=9, title="Another", updated="2026-11-22T00:00:00Z")
    part = replace(CLAIM, id="claim.intent.relations.r 1#")
    ids = [item.id for item in read(printed(CLAIM, later, part)).entries]
    assert ids == [
        "https://parley.example/claims/intent#claim.intent",
        "https://parley.example/claims/intent#claim.intent",
        "https://parley.example/claims/intent#claim.intent.relations.r%201%23",
    ]


def test_it_needs_days_alone_and_comes_in_pages_with_the_newest_first() -> None:
    form = Atom()
    assert form.needs == {DATED}
    assert (form.streams, form.newest_first, form.extension) == (False, True, None)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_stream_is_the_feed_in_one_piece(size: int) -> None:
    entries = [entry(f"claim.{number}") for number in range(5)]
    items = items_of(entries)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    assert list(Atom().stream(document_of(entries, ()), chunks)) == [printed(*entries)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(text: str) -> None:
    kept = text.replace("\r\n", "\n")
    root = ElementTree.fromstring(printed(hostile(text)))
    (item,) = root.findall("a:entry", NAMES)
    for path in ("a:title", "a:summary", "a:contributor/a:name"):
        assert item.findtext(path, namespaces=NAMES) == kept
    content = item.findtext("a:content", namespaces=NAMES)
    assert content is not None
    assert content == html(hostile(kept), SITE)
    assert kept in Html(content).text


@pytest.mark.parametrize("text", HOSTILE)
def test_feedparser_gives_back_hostile_text_and_finds_no_script(text: str) -> None:
    kept = text.replace("\r\n", "\n")
    found = read(printed(hostile(text), CLAIM))
    item, after = found.entries
    assert (item.title, item.summary) == (kept, kept)
    assert item.contributors[0].name == kept
    content = Html(item.content[0].value)
    assert {tag for tag, _ in content.tags} <= {"p", "br", "blockquote", "cite", "a"}
    assert kept in content.text
    assert after.title == CLAIM.title


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x00", "\x0b", "\x1b", "\ud800", "\x08"])
def test_a_sign_that_xml_cannot_hold_is_replaced(sign: str) -> None:
    (item,) = read(printed(hostile(f"before{sign}after"))).entries
    assert item.title == item.summary == "before\ufffdafter"


def test_signs_that_xml_barely_holds_are_kept() -> None:
    text = "tab\there \ue000\ufffd\U00010000\U0010ffff\x7f\x85 end"
    root = ElementTree.fromstring(printed(hostile(text)))
    assert root.findtext("a:entry/a:title", namespaces=NAMES) == text


def test_libxml2_finds_every_feed_well_formed(tmp_path: Path) -> None:
    texts = [*HOSTILE, "\ufffe", "a\x0bb", "a" * 20_000]
    entries = [hostile(text, number) for number, text in enumerate(texts)]
    xmllint(tmp_path, printed(*entries), printed())
