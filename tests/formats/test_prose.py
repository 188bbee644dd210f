"""What is said of an entry in words: complete, escaped, and never nothing."""

from dataclasses import replace

import pytest

from app.formats.prose import colophon, corrections, html, plain, reported, told
from app.resources.entries import Inference, Place, Quoted, Reference
from app.resources.evidence import Bearing
from tests.formats.documents import ABOUT
from tests.formats.entries import entry
from tests.formats.hostile import HOSTILE
from tests.formats.parsers import Html

SITE = "https://parley.example"
FULL = entry(
    text="Talks.\n\nNo result.",
    starts="2022-01~",
    earliest="2022-01-01",
    latest="2022-01-31",
    status="not_held",
    stands=False,
    place=Place("Palais", "Geneva", "CHE", None, None, None),
    who=(Reference("A & B", "/participants/a"), Reference("C", "/participants/c")),
    reported_by=(Reference("D", "/participants/d"),),
    inferred=(Inference("starts", "It gives <no> day."),),
    quotes=(
        Quoted('"no"', Reference("A <source>", "/sources/s"), "en-GB"),
        Quoted("yes", Reference("B", "/sources/b"), None, Bearing.disputes),
    ),
)


def test_plain_text_tells_everything_in_paragraphs() -> None:
    assert plain(FULL).split("\n\n") == [
        "Talks.",
        "No result.",
        '“"no"” — A <source>',
        "“yes” — B (disputes this)",
        "Who: A & B, C",
        "Reported by: D",
        "Inferred (starts): It gives <no> day.",
        "When: about January 2022 (2022-01~)",
        "Where: Palais, Geneva, CHE",
        "Status: not held, replaced by something newer",
    ]
    assert told(FULL) == [
        "Talks.\n\nNo result.",
        '“"no"” — A <source>',
        "“yes” — B (disputes this)",
        "Who: A & B, C",
        "Reported by: D",
        "Inferred (starts): It gives <no> day.",
    ]


def test_html_tells_the_same_with_links_and_quotes_in_their_language() -> None:
    assert html(FULL, SITE) == (
        '<p dir="auto">Talks.<br><br>No result.</p>'
        '<blockquote cite="https://parley.example/sources/s" lang="en-GB">'
        '<p dir="auto">&quot;no&quot;</p></blockquote>'
        '<p>— <cite><a href="https://parley.example/sources/s">A &lt;source&gt;</a></cite></p>'
        '<blockquote cite="https://parley.example/sources/b"><p dir="auto">yes</p></blockquote>'
        '<p>— <cite><a href="https://parley.example/sources/b">B</a></cite> (disputes this)</p>'
        '<p>Who: <a href="https://parley.example/participants/a">A &amp; B</a>, '
        '<a href="https://parley.example/participants/c">C</a></p>'
        '<p>Reported by: <a href="https://parley.example/participants/d">D</a></p>'
        '<p dir="auto">Inferred (starts): It gives &lt;no&gt; day.</p>'
        "<p>When: about January 2022 (2022-01~)</p>"
        "<p>Where: Palais, Geneva, CHE</p>"
        "<p>Status: not held, replaced by something newer</p>"
    )


def test_an_entry_with_nothing_but_a_title_says_its_title() -> None:
    bare = entry(title="A & B")
    assert plain(bare) == "A & B"
    assert html(bare, SITE) == '<p dir="auto">A &amp; B</p>'
    assert told(bare) == []


@pytest.mark.parametrize(
    ("starts", "ends", "edtf", "words"),
    [
        ("2022-01-10", None, "2022-01-10", "10 January 2022 (2022-01-10)"),
        ("2022-01-10", "2022-01-10", "2022-01-10", "10 January 2022 (2022-01-10)"),
        (
            *("2022-01-10", "2022-01-12", "2022-01-10 to 2022-01-12"),
            "10 January 2022, until 12 January 2022 (2022-01-10 to 2022-01-12)",
        ),
        (None, "2022-01-12", "until 2022-01-12", "until 12 January 2022 (until 2022-01-12)"),
    ],
)
def test_dates_are_told_in_words_and_as_they_are_spelled(
    starts: str | None, ends: str | None, edtf: str, words: str
) -> None:
    dated = entry(starts=starts, ends=ends)
    assert reported(dated) == edtf
    assert plain(dated) == f"When: {words}"


def test_a_replaced_plan_without_a_status_says_that_it_is_replaced() -> None:
    assert plain(entry(stands=False)) == "Status: replaced by something newer"


def test_a_date_that_no_longer_holds_is_told_as_such() -> None:
    moved = entry(starts="2022-01-10", status="rescheduled", date_holds=False)
    assert plain(moved).split("\n\n") == [
        "When: 10 January 2022 (2022-01-10)",
        "Status: rescheduled, the date shown no longer holds",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_holds_hostile_text_as_text_alone(text: str) -> None:
    place = Place(text, None, None, None, None, None)
    link = Reference(text, "/sources/a")
    found = Html(
        html(entry(text=text, place=place, who=(link,), quotes=(Quoted(text, link, None),)), SITE)
    )
    kept = text.replace("\r\n", "\n")
    assert found.text.replace("\r\n", "\n") == f"{kept}{kept}— {kept}Who: {kept}Where: {kept}"
    assert {tag for tag, _ in found.tags} <= {"p", "br", "blockquote", "cite", "a"}
    assert {name for _, attributes in found.tags for name in attributes} == {"dir", "cite", "href"}
    assert not found.open


def test_what_the_operator_did_not_say_is_not_said() -> None:
    assert colophon(ABOUT) == corrections(ABOUT) == ""
    assert colophon(replace(ABOUT, license="CC0-1.0")) == "Licence of the data: CC0-1.0"
    spoken = replace(ABOUT, license="CC0-1.0", contact="https://parley.example/errors")
    assert corrections(spoken) == "Corrections: https://parley.example/errors"
    assert colophon(spoken) == (
        "Licence of the data: CC0-1.0\nCorrections: https://parley.example/errors"
    )
