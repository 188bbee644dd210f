"""Wording: queries, the texts of records, and snippets that are safe to put into a page."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, get_args, get_type_hints
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel

from app.resources import RESOURCES
from app.resources.base import UNREADABLE
from app.resources.snippets import Snippet, snippet
from app.resources.wording import (
    FIELDS,
    Texts,
    Words,
    passages,
    searchable,
    texts_of,
    words_in,
)

NATO = {"id": "nato", "name": "NATO", "href": "/participants/nato"}
SOURCE = {"id": "wire", "title": "Wire story", "href": "/sources/wire"}
TALKS = {"id": "talks", "title": "The talks", "href": "/negotiations/talks"}
QUOTED = {
    "id": "e1",
    "known_from": "2022-01-10",
    "source": SOURCE,
    "exact": "no guarantees",
    "prefix": "gave",
    "suffix": "at all",
    "start": 4,
    "language": "en",
    "bearing": "supports",
    "original": "никаких гарантий",
    "translator": "A. Translator",
    "verification": "verified",
    "verified_on": "2022-01-11",
}
INFERRED = {"field": "on", "note": "Not dated.", "basis": "Public record."}
DEMAND = {
    "id": "guarantees",
    "version": 2,
    "revision": 7,
    "known_from": "2022-01-10",
    "negotiation": TALKS,
    "made_by": [NATO],
    "on": {"edtf": "2022-01-10~", "earliest": "2022-01-10", "latest": "2022-01-10"},
    "text": "Give guarantees.",
    "mode": "yield",
    "issue": "security",
    "responses": [
        {
            "id": "r1",
            "by": NATO,
            "stance": "rejects",
            "text": "Not now.",
            "conditions": None,
            "counter_demand": "Withdraw first.",
            "evidence": [QUOTED | {"exact": "not now"}],
            "inferred": [],
        }
    ],
    "withdrawn": {"id": "w1", "evidence": [QUOTED | {"exact": "taken back"}], "inferred": []},
    "disagreement": [{"field": "stance", "sides": [{"evidence": [QUOTED]}]}],
    "status": "rejected",
    "evidence": [QUOTED],
    "inferred": [INFERRED],
    "cite": "Give guarantees. (demand, version 2). \0/demands/guarantees?as_of=7",
}
DEMAND_TEXTS = [
    (0, "text", "Give guarantees."),
    (1, "responses.r1.text", "Not now."),
    (1, "responses.r1.counter_demand", "Withdraw first."),
    (2, "responses.r1.evidence.e1.exact", "not now"),
    (2, "responses.r1.evidence.e1.original", "никаких гарантий"),
    (2, "responses.r1.evidence.e1.translator", "A. Translator"),
    (2, "withdrawn.w1.evidence.e1.exact", "taken back"),
    (2, "evidence.e1.exact", "no guarantees"),
    (2, "inferred.0.note", "Not dated."),
    (2, "inferred.0.basis", "Public record."),
    (2, "negotiation.title", "The talks"),
    (2, "made_by.nato.name", "NATO"),
    (2, "responses.r1.evidence.e1.source.title", "Wire story"),
]


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("Security guarantees", ["security", "guarantees"]),
        ("security  SECURITY Kyiv's kyiv", ["security", "kyiv"]),
        ('"Security, guarantees!" Geneva', ["security guarantees", "geneva"]),
        ('in"no time"at all', ["in", "no time", "at", "all"]),
        ("“no time” „at all“ «в сад»", ["no time", "at all", "в сад"]),
        # Without spaces they belong together.
        ("US-Russia 7.5 A/RES/68/262", ["us russia", "7 5", "a res 68 262"]),
        ("停火 协议", ["停 火", "协 议"]),
        # Nothing is an operator, and a mark that stands alone is nothing.
        ("NEAR(a b) a* -b c:d NOT OR ^e", ["near a", "b", "a", "c d", "not", "or", "e"]),
        ('no "time at all', ["no", "time", "at", "all"]),
        ('"no time" at" all', ["no time", "at", "all"]),
        ('"" " " "*" a', ["a"]),
    ],
)
def test_a_query_is_words_and_phrases(query: str, phrases: list[str]) -> None:
    assert words_in(query) == Words(tuple(tuple(phrase.split()) for phrase in phrases))


@pytest.mark.parametrize("query", ["", " ", '""', "*", "-- ! ' “”", "\x00", "☮️", "\ud800"])
def test_a_query_without_letters_and_digits_has_no_words(query: str) -> None:
    assert words_in(query) is None


def test_a_query_has_at_most_32_words() -> None:
    words = [f"w{number}" for number in range(33)]
    assert words_in(" ".join(words[:32])) == Words(tuple((word,) for word in words[:32]))
    assert words_in("again " * 40) == Words((("again",),))
    for query in (" ".join(words), '"' + " ".join(words) + '"', "停" * 33):
        with pytest.raises(ValueError, match="must not have more than 32 words"):
            words_in(query)


class TestTextsOfRecords:
    def test_those_of_a_demand(self) -> None:
        assert searchable(DEMAND) == DEMAND_TEXTS
        assert texts_of(DEMAND).title == ("Give guarantees.",)
        assert texts_of(DEMAND).body == ("Not now.", "Withdraw first.")
        assert texts_of(DEMAND).rest[-3:] == ("The talks", "NATO", "Wire story")

    def test_those_of_a_participant(self) -> None:
        post = {"id": "p1", "title": "Secretary", "organization": NATO, "evidence": []}
        record = {
            "id": "jane",
            "kind": "person",
            "name": "Jane Doe",
            "other_names": ["J. Doe", "Dr. Doe"],
            "description": "A diplomat.",
            "country": "USA",
            "wikidata": "Q42",
            "part_of": None,
            "posts": [post],
        }
        assert searchable(record) == [
            (0, "name", "Jane Doe"),
            (0, "other_names.0", "J. Doe"),
            (0, "other_names.1", "Dr. Doe"),
            (1, "description", "A diplomat."),
            (1, "posts.p1.title", "Secretary"),
            (2, "posts.p1.organization.name", "NATO"),
        ]

    def test_those_of_a_meeting(self) -> None:
        place = {"name": "Palais", "city": "Geneva", "country": "CHE", "timezone": "Europe/Zurich"}
        notice = {"id": "n1", "status": "held", "place": place, "note": "Seven hours."}
        record = {
            "id": "geneva",
            "title": "First round",
            "negotiation": TALKS,
            "issues": ["security"],
            "format": "Behind closed doors",
            "notices": [notice],
            "place": place,
        }
        assert texts_of(record) == Texts(
            ("First round",),
            ("Behind closed doors", "Seven hours."),
            ("Geneva", "The talks", "Palais"),
        )

    def test_those_of_a_source(self) -> None:
        record = {
            "id": "wire",
            "title": "Wire story",
            "publisher": "Agency",
            "authors": ["A. Writer"],
            "url": "https://example.org/wire",
            "language": "en",
            "text": {"sha256": "0" * 64, "normalization": "NFC, white space folded"},
        }
        assert texts_of(record) == Texts(("Wire story",), (), ("Agency", "A. Writer"))

    def test_those_of_a_negotiation(self) -> None:
        issues = [{"id": "security", "title": "Security in Europe"}]
        record = {"id": "talks", "title": "The talks", "summary": "Long talks.", "issues": issues}
        assert searchable(record) == [
            (0, "title", "The talks"),
            (1, "summary", "Long talks."),
            (1, "issues.security.title", "Security in Europe"),
        ]

    def test_a_quote_is_called_by_its_words(self) -> None:
        record = {"noun": "demand", "title": "Give guarantees.", "href": "/demands/guarantees"}
        quote = {"record": record, "path": "evidence.e1", "speakers": [NATO]} | QUOTED
        assert texts_of(quote) == Texts(
            ("no guarantees", "никаких гарантий"),
            (),
            ("A. Translator", "Give guarantees.", "NATO", "Wire story"),
        )

    def test_a_text_counts_once_and_where_it_counts_most(self) -> None:
        record = {"negotiation": TALKS, "title": "NATO", "part_of": NATO, "summary": "The talks"}
        assert searchable(record) == [(0, "title", "NATO"), (1, "summary", "The talks")]

    @settings(max_examples=50)
    @given(st.deferred(lambda: DOCUMENTS))
    def test_those_for_the_index_are_those_that_are_shown(self, document: dict[str, Any]) -> None:
        shown = searchable(document)
        tiers = [tuple(text for tier, _, text in shown if tier == least) for least in range(3)]
        assert texts_of(document) == Texts(*tiers)
        assert list(passages(document)) == shown

    def test_every_field_that_people_write_words_in_is_searched(self) -> None:
        written = {name for resource in RESOURCES for name in worded(resource.content)}
        assert written - set(FIELDS) == {"field", "normalization"}


def documents(parts: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Documents of a few fields of each sort, with such parts in them."""
    texts = st.sampled_from(["pier", "The talks", "wire", "", None])
    named = dict.fromkeys(("name", "title", "text", "exact", "href", "publisher", "kind"), texts)
    many = dict.fromkeys(("evidence", "made_by", "disagreement"), st.lists(parts, max_size=most))
    listed = dict.fromkeys(("authors", "other_names"), st.just(["wire", "Ek"]))
    one = dict.fromkeys(("place", "by"), parts)
    return st.fixed_dictionaries({}, optional={**many, **one, **listed, **named})


DOCUMENTS: st.SearchStrategy[dict[str, Any]] = documents(
    st.recursive(documents(st.nothing(), 0), documents, max_leaves=3)
)


def worded(model: type[BaseModel]) -> Iterator[str]:
    """The fields of a content model and its parts that hold words of the editor's own."""
    for name, hint in get_type_hints(model, include_extras=True).items():
        for part in flat(hint):
            if isinstance(part, AfterValidator) and part.func.__name__ in ("_words", "_one_line"):
                yield name
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from worded(part)


def flat(hint: Any) -> Iterator[Any]:
    yield hint
    yield from getattr(hint, "__metadata__", ())
    for inner in get_args(hint):
        yield from flat(inner)


def words(query: str) -> Words:
    found = words_in(query)
    assert found is not None
    return found


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.ranges]


class TestSnippets:
    def test_a_short_text_is_shown_whole(self) -> None:
        found = snippet([("title", "The Kyiv talks")], words("KYIV the"))
        assert found == Snippet("title", "The Kyiv talks", ((0, 3), (4, 8)))
        assert found.html() == "<mark>The</mark> <mark>Kyiv</mark> talks"

    def test_the_field_with_the_most_words_is_shown_and_else_the_first(self) -> None:
        texts = [("title", "talks"), ("text", "talks in Geneva"), ("note", "Geneva talks")]
        assert snippet(texts, words("geneva talks")).field == "text"
        assert snippet(texts, words("talks")).field == "title"
        assert snippet(texts, words('"geneva talks"')).field == "note"
        assert snippet(texts, words("vienna")) == Snippet("title", "talks", ())
        assert snippet([], words("vienna")) == Snippet("", "", ())

    def test_a_long_text_is_cut_between_words_around_the_words(self) -> None:
        text = f"{'before ' * 50}security and more guarantees {'behind ' * 50}"
        found = snippet([("text", text)], words("guarantees security"), most=60)
        assert found.text == "…before before security and more guarantees behind behind…"
        assert marked(found) == ["security", "guarantees"]

    def test_the_stretch_with_the_most_different_words_is_shown(self) -> None:
        filler = "filler " * 20
        text = f"one one one {filler}one two {filler}two two three one {filler}"
        found = snippet([("text", text)], words("one two three"), most=40)
        assert marked(found) == ["two", "two", "three", "one"]

    def test_at_either_end_there_is_no_ellipsis(self) -> None:
        text = "first " + "middle " * 50 + "last"
        assert snippet([("text", text)], words("first"), 20).text == "first middle…"
        assert snippet([("text", text)], words("last"), 20).text == "…middle middle last"

    def test_a_phrase_is_one_match_and_matches_that_overlap_are_joined(self) -> None:
        texts = [("text", "No: security, guarantees for Kyiv’s people")]
        found = snippet(texts, words('"security guarantees" "guarantees for" kyiv'))
        assert marked(found) == ["security, guarantees for", "Kyiv"]

    def test_text_without_spaces_is_cut_between_signs(self) -> None:
        found = snippet([("text", "前" * 50 + "停火" + "后" * 50)], words("停火"), most=10)
        assert found.text == "…前前前停火后后后…"
        assert marked(found) == ["停火"]

    def test_a_match_that_is_too_long_is_cut(self) -> None:
        phrase = " ".join(f"word{number}" for number in range(10))
        found = snippet([("text", f"start {phrase} end")], words(f'"{phrase}"'), most=20)
        assert found.text == "…word0 word1 word2…"
        assert marked(found) == ["word0 word1 word2"]
        assert snippet([("text", "x" * 90 + " y")], words("x" * 90), 20).text == "x" * 18 + "…"

    def test_marks_stay_with_their_letters(self) -> None:
        found = snippet([("text", "a cafe\u0301, a ba\u030c\u0323d")], words("cafe bad"))
        assert marked(found) == ["café", "bạ\u030cd"]

    def test_it_is_one_line_without_signs_that_turn_text_round(self) -> None:
        text = "one\n\n two\t \u202ethree\u2066 four\u2029\x00five"
        found = snippet([("text", text)], words("three"))
        assert found.text == "one two three four five"
        assert marked(found) == ["three"]

    def test_markup_is_shown_and_not_obeyed(self) -> None:
        text = "<b>talks</b> & \"talks\" <mark>x</mark> <script>alert('talks')</script>"
        assert snippet([("text", text)], words("talks")).html() == (
            "&lt;b&gt;<mark>talks</mark>&lt;/b&gt; &amp; &quot;<mark>talks</mark>&quot; "
            "&lt;mark&gt;x&lt;/mark&gt; "
            "&lt;script&gt;alert(&#x27;<mark>talks</mark>&#x27;)&lt;/script&gt;"
        )


signs = "ab é\u0301'.-<>&\"\n\u202e\u2069停がゝ\u3099\ud800½ "
long_texts = st.text(signs, max_size=120) | st.text(max_size=60)
fields = st.lists(st.tuples(st.sampled_from(["title", "text"]), long_texts), max_size=4)


def on_one_line(text: str) -> str:
    undirected = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    return normalize("NFC", " ".join(UNREADABLE.sub(" ", undirected).split()))


@given(texts=fields, query=st.text('ab é停"-', max_size=10), most=st.integers(8, 60))
def test_a_snippet_is_a_stretch_of_a_text_with_its_matches(
    texts: list[tuple[str, str]], query: str, most: int
) -> None:
    asked = words_in(query)
    if asked is None:
        return
    found = snippet(texts, asked, most)
    assert len(found.text) <= most
    assert not UNREADABLE.search(found.text)
    assert not set(found.text) & set("\n\u202e\u2069")
    inner = found.text.removeprefix("…").removesuffix("…")
    assert not texts or any(inner in on_one_line(text) for _, text in texts)
    place = 0
    for start, end in found.ranges:
        assert place <= start < end <= len(found.text)
        place = end


@given(texts=fields, query=st.text('ab é停"-', max_size=10), most=st.integers(8, 60))
def test_the_html_of_a_snippet_is_its_text_with_marks(
    texts: list[tuple[str, str]], query: str, most: int
) -> None:
    asked = words_in(query)
    if asked is None:
        return
    found = snippet(texts, asked, most)
    html = found.html()
    assert html.count("<mark>") == html.count("</mark>") == len(found.ranges)
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert not set(plain) & set("<>\"'")
    assert unescape(plain) == found.text
