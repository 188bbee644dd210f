"""The text of a document: which words it has, on which lines, and where elements stand in it."""

from unicodedata import is_normalized
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importers.frus.text import text_of
from app.resources.texts import normalize


def element(inside: str) -> Element:
    return ElementTree.fromstring(f'<div type="document">{inside}</div>')


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("<head>One</head><p>Two</p>", "One\nTwo"),
        ("<p>con<pb/>sent</p>", "consent"),
        ("<p>con <pb/> sent</p>", "con sent"),
        ("<p>One<note>aside</note>, two</p>", "One, two"),
        ("<note>aside</note><head>No. 5<lb/>The Head</head>", "No. 5\nThe Head"),
        ("<p>\n  <hi>Mr.</hi>\n  <persName>Hale</persName>\n: yes</p>", "Mr. Hale : yes"),
        ("<list><head>A</head><item>b<list><item>c</item></list></item></list>", "A\nb\nc"),
        ("<table><row><cell>a</cell><cell>b</cell></row></table>", "a\nb"),
        ("<p>a&#160;&#8195;b</p>", "a b"),
        ("<p>a&#133;b&#129;c</p>", "a bc"),
        ("<p><choice><sic>teh</sic><corr>the</corr></choice> end</p>", "teh end"),
        ("<p>a</p><figure><head>Picture</head></figure><p>b</p>", "a\nb"),
        ('<p>a</p><div type="document"><p>inner</p></div><p>b</p>', "a\nb"),
        ("<p> </p>", ""),
    ],
)
def test_the_text_is_the_body_without_notes_one_block_a_line(inside: str, lines: str) -> None:
    assert text_of(element(inside)).lines == lines


def test_a_mark_in_an_element_of_its_own_joins_its_letter_and_offsets_follow() -> None:
    document = element("<p>Cafe<hi>\u0301</hi> au <hi>lait</hi></p><p>tea</p>")
    text = text_of(document)
    assert text.lines == "Caf\u00e9 au lait\ntea"
    assert [text.words(text.span(one)) for one in document] == ["Caf\u00e9 au lait", "tea"]
    assert text.words(text.span(document[0][1])) == "lait"


def test_an_element_without_a_rule_keeps_its_words_and_is_counted() -> None:
    text = text_of(element("<p>a <riddle>b</riddle> <riddle>c</riddle></p>"))
    assert text.lines == "a b c"
    assert text.unknown == {"riddle": 2}


def test_a_span_holds_the_words_of_its_element_and_no_white_space_around_them() -> None:
    document = element("<p> One <hi> two </hi> three </p>\n<p>\n</p>")
    text = text_of(document)
    assert text.words(text.span(document[0])) == "One two three"
    assert text.words(text.span(document[0][0])) == "two"
    assert text.words(text.span(document[1])) == ""


NAMES = st.sampled_from(["p", "hi", "head", "item", "lb", "pb", "note", "persName", "riddle"])
WORDS = st.text("ab \n\u0301e\u00a0\u2028.", max_size=6)


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Element:
    made = Element(draw(NAMES))
    made.text = draw(WORDS)
    for _ in range(draw(st.integers(0, 3)) if depth else 0):
        child = draw(trees(depth - 1))
        child.tail = draw(WORDS)
        made.append(child)
    return made


@given(trees())
def test_whatever_the_markup_lines_and_normalised_text_have_the_same_offsets(tree: Element) -> None:
    text = text_of(tree)
    assert normalize(text.lines) == text.normal
    assert is_normalized("NFC", text.lines)
    assert text.lines == text.lines.strip()
    for one in tree.iter():
        span = text.span(one)
        assert 0 <= span.start <= span.end <= len(text.lines)
