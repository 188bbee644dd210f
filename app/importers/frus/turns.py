"""Turns: paragraphs that begin with the name of who speaks and a colon.

A turn is the paragraph, no more: a paragraph after it that names nobody may go on with the speech,
or be a remark of the note-taker, and the markup does not tell which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.reading import is_document, local
from app.importers.frus.text import SILENT, Span, Text

_WORD: Final = r"[A-ZÀ-ÖØ-ÞŠŽ][\w.’'/-]*"
# What may stand before the name: titles, and a mark that opens a quotation or a bracket.
_BEFORE: Final = re.compile(
    rf"[“\"‘'\[(\s]*(?:(?:{_WORD}|of|the|for|and|de|del|van|von),?\s+)*[“\"‘'\[(]*(?:{_WORD})?"
)
# What may stand between the name and the colon: what the speaker did, or to whom they spoke.
_BEHIND: Final = re.compile(r"[)\]]?(?:\s*[\[(][^\[\]()]{0,120}[\])])*\s*:")
_UNMARKED: Final = re.compile(
    rf"[“\"\[(]*{_WORD}(?:\s(?:of\sthe\s|of\s|for\s)?{_WORD}){{0,5}}"
    r"\s?(?:[\[(][^\[\]()]{0,60}[\])])?:(?:\s|[—–-]|$)"
)
_REMARK: Final = re.compile(r"[\[(].*[\])]\.?", re.DOTALL)
_HEADINGS: Final = frozenset({"center", "right", "sectiontitleital", "strong", "flushleft"})
_LONGEST_LABEL: Final = 300
# What stands behind the name of somebody whose words are told and not quoted.
_TELLS: Final = re.compile(
    r",?\s(?:then |also |again |next |further |first |now )?(?:said|stated|replied|asked|"
    r"answered|remarked|observed|noted|added|agreed|suggested|explained|inquired|enquired|declared|"
    r"pointed out|commented|continued|proposed|responded|thought|felt|indicated|emphasized|"
    r"stressed|repeated|reiterated|recalled|mentioned|believed|considered|concluded|objected|"
    r"expressed|referred|opened|read|called|wondered|insisted|interjected|told|reported)\b"
)
_PLAIN: Final = frozenset({"list", "table"})


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn: the name of its speaker, its label, and its words behind the colon."""

    name: Element
    label: Span
    words: Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a list or table, without a marked speaker. ``seems_spoken`` means that it
    reads like a turn, ``is_told`` that it begins with a marked name, and tells what that one said.
    """

    span: Span
    seems_spoken: bool
    continues: bool
    is_told: bool = False


def paragraphs_in(element: Element, text: Text) -> Iterator[Turn | Paragraph]:
    """The paragraphs of a document in their order."""
    for paragraph in _paragraphs(element):
        span = text.span(paragraph)
        if span.start == span.end:
            continue
        if local(paragraph.tag) != "p":
            yield Paragraph(span, _holds_turns(paragraph, text), continues=True)
            continue
        turn = _turn(paragraph, span, text)
        yield turn or _paragraph(paragraph, span, text)


def _paragraph(paragraph: Element, span: Span, text: Text) -> Paragraph:
    words = text.words(span)
    heading = paragraph.get("rend") in _HEADINGS or bool(_REMARK.fullmatch(words.strip()))
    name = _first_name(paragraph)
    named = text.span(name) if name is not None else span
    before = text.words(Span(span.start, min(named.start, span.start + _LONGEST_LABEL)))
    told = (
        name is not None
        and _BEFORE.fullmatch(before)
        and _TELLS.match(text.words(span)[named.end - span.start :])
    )
    return Paragraph(span, bool(_UNMARKED.match(words)), not heading, bool(told))


def _paragraphs(element: Element) -> Iterator[Element]:
    """Paragraphs, and lists and tables that hold none, in their order."""
    for child in element:
        name = local(child.tag)
        if name == "p" or (name in _PLAIN and not _holds_paragraphs(child)):
            yield child
        elif name not in SILENT and not is_document(child):
            yield from _paragraphs(child)


def _holds_paragraphs(element: Element) -> bool:
    return any(local(one.tag) == "p" for one in element.iter() if one is not element)


def _holds_turns(element: Element, text: Text) -> bool:
    """Whether items read like turns. They may be something else, so none is taken for one."""
    items = (one for one in element.iter() if local(one.tag) == "item")
    unmarked = element.get("type") is None
    return unmarked and any(_turn(item, text.span(item), text) is not None for item in items)


def _turn(paragraph: Element, span: Span, text: Text) -> Turn | None:
    name = _first_name(paragraph)
    if name is None:
        return None
    named = text.span(name)
    before = text.words(Span(span.start, named.start))
    if len(before) > _LONGEST_LABEL or not _BEFORE.fullmatch(before):
        return None
    colon = _colon(named, span, text)
    if colon is None:
        return None
    return Turn(name, Span(span.start, colon), Span(colon, span.end))


def _colon(named: Span, span: Span, text: Text) -> int | None:
    """The offset behind the colon that ends the label; it may be part of the name."""
    if text.words(named).endswith(":"):
        return named.end
    found = _BEHIND.match(text.words(Span(named.end, min(span.end, named.end + _LONGEST_LABEL))))
    return named.end + found.end() if found else None


def _first_name(element: Element) -> Element | None:
    for child in element:
        name = local(child.tag)
        if name == "persName":
            return child
        if name not in SILENT:
            inner = _first_name(child)
            if inner is not None:
                return inner
    return None
