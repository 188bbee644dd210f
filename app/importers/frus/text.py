"""The text of a document: which of its words count, and where each element stands in it.

The text is the document's body without notes: its heading, dateline, lists, paragraphs, tables,
closing and attachments. Notes, page breaks, pictures and gaps leave no words. Each block (a
heading, a paragraph, an item, a cell ...) is a line of its own, and so is what follows a line
break; within a line, each run of white space is one space, and the whole is in NFC. So the
normalised text has a space for each end of a line, and the same offsets.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from unicodedata import is_normalized
from unicodedata import normalize as unicode_normal_form
from xml.etree.ElementTree import Element

from app.importers.frus.reading import is_document, local
from app.resources.base import UNREADABLE
from app.resources.texts import normalize

# fmt: off
BLOCKS: Final = frozenset({
    "ab", "address", "addrLine", "argument", "attachment", "bibl", "byline", "cell", "closer",
    "dateline", "div", "docAuthor", "docDate", "docTitle", "epigraph", "head", "item", "l",
    "label", "lg", "list", "listBibl", "opener", "p", "postscript", "quote", "row", "salute",
    "seg", "signed", "table", "trailer",
})
INLINE: Final = frozenset({
    "abbr", "add", "affiliation", "choice", "corr", "date", "del", "emph", "ex", "expan",
    "foreign", "formula", "geogName", "gloss", "hi", "idno", "mentioned", "name", "num", "orgName",
    "orig", "persName", "placeName", "q", "ref", "reg", "roleName", "rs", "said", "sic", "soCalled",
    "space", "sub", "sup", "supplied", "surname", "forename", "term", "time", "title", "unclear",
    "lb",
})
SILENT: Final = frozenset({
    "anchor", "cb", "figDesc", "figure", "fw", "gap", "graphic", "link", "media", "milestone",
    "note", "pb", "ptr",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text: code points, end excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a document. ``unknown`` counts elements of a name that no rule is made for."""

    lines: str
    spans: dict[int, Span]
    unknown: Counter[str]

    @property
    def normal(self) -> str:
        """The normalised text, which all offsets count in."""
        return self.lines.replace("\n", " ")

    def span(self, element: Element) -> Span:
        """Where an element stands; without its words, an empty stretch."""
        return self.spans.get(id(element), Span(0, 0))

    def words(self, span: Span) -> str:
        """The words of a stretch, on one line."""
        return self.lines[span.start : span.end].replace("\n", " ")


def text_of(element: Element) -> Text:
    """The text of a document, or of any other element. The spans hold while the element lives."""
    laying = _Laying()
    laying.take(element, top=True)
    return laying.finished()


def words_of(element: Element) -> str:
    """The words of an element on one line, without its notes."""
    return text_of(element).normal


@dataclass(slots=True)
class _Laying:
    """Lays words one after the other. ``gap`` waits: white space counts only between words."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    gap: str = ""
    spans: dict[int, Span] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)

    def take(self, element: Element, *, top: bool = False) -> None:
        """Lay the words of an element and remember where they stand."""
        name = local(element.tag)
        if not top and (name in SILENT or is_document(element)):
            return
        block = name in BLOCKS or top
        if not (block or name in INLINE):
            self.unknown[name] += 1
        start = self.length
        if block or name == "lb":
            self._part("\n")
        self._add(element.text)
        # Of a correction and what it corrects, the first is taken.
        for child in element[:1] if name == "choice" else element:
            self.take(child)
            self._add(child.tail)
        if block:
            self._part("\n")
        self.spans[id(element)] = Span(start, self.length)

    def _part(self, gap: str) -> None:
        if self.length and self.gap != "\n":
            self.gap = gap

    def _add(self, text: str | None) -> None:
        folded = UNREADABLE.sub("", normalize(text or ""))
        words = folded.strip(" ")
        if folded.startswith(" "):
            self._part(" ")
        if not words:
            return
        self.parts += [self.gap, words]
        self.length += len(self.gap) + len(words)
        self.gap = ""
        if folded.endswith(" "):
            self._part(" ")

    def finished(self) -> Text:
        """The whole text. A span begins with its first word, not with the gap before it."""
        lines = "".join(self.parts)
        spans = {
            key: Span(span.start + (lines[span.start : span.start + 1] in ("\n", " ")), span.end)
            if span.start < span.end
            else span
            for key, span in self.spans.items()
        }
        return _in_nfc(Text(lines, spans, self.unknown))


def _in_nfc(text: Text) -> Text:
    """The same text in NFC, also where marks of two elements make one character."""
    if is_normalized("NFC", text.lines):
        return text
    places = {place for span in text.spans.values() for place in (span.start, span.end)}
    moved = {place: len(unicode_normal_form("NFC", text.lines[:place])) for place in places}
    return Text(
        unicode_normal_form("NFC", text.lines),
        {key: Span(moved[span.start], moved[span.end]) for key, span in text.spans.items()},
        text.unknown,
    )
