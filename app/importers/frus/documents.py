"""A document of a volume: its heading, its dateline, its archive, and its sort."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.dates import Dated, bounds_of, dated, dates_in
from app.importers.frus.reading import XML_ID, is_document, local
from app.importers.frus.text import SILENT, Span, Text, text_of, words_of


class Genre(Enum):
    """How a document stands to what it tells of."""

    record = "record"  # minutes and the like: its date is that of a meeting
    letter = "letter"  # sent by somebody: its date is that of the sending
    note = "note"  # by the editors of the volume
    other = "other"


# What may stand before the noun: "a private meeting", "the third tripartite session".
_SOME: Final = (
    r"(?:(?:an?|the|his|its|their|luncheon|dinner|breakfast|private|restricted|informal|secret|"
    r"telephone|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|opening|closing|"
    r"final|\d+(?:st|nd|rd|th)|plenary|bilateral|bipartite|tripartite|quadripartite|four-power|"
    r"summit|joint|combined|working|staff|heads of government|foreign ministers|ministers|"
    r"ministerial|delegation)\s+)*"
)
_MEETING: Final = (
    r"(?:meetings?|conversations?|discussions?|conferences?|sessions?|talks?|plenary|dinner|"
    r"luncheon|telephone calls?)\b"
)
_RECORD: Final = re.compile(
    rf"\bminutes\b|\bmemorand(?:um|a) of {_SOME}{_MEETING}"
    rf"|\b(?:record|notes?|transcript|summary) (?:of|on) {_SOME}{_MEETING}"
    r"|\bdelegation (?:record|journal)\b|\bsummary of (?:conclusions|discussion)"
    r"|\b(?:summary|verbatim|agreed) (?:record|notes?)\b"
    r"|^(?:telephone )?conversations? (?:between|among)\b|\btranscript of\b",
    re.IGNORECASE,
)
_LETTER: Final = re.compile(
    r"^(?:\w+\s)?(?:telegram|letter|message|memorandum (?:from|by|prepared)|airgram|despatch|"
    r"dispatch|circular|instruction|aide-m|cable|telegraphic)",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(r"^\[?editorial note", re.IGNORECASE)
_WIRED: Final = re.compile(r"^(?:\w+\s){0,2}(?:telegram|airgram|message|cable)\b", re.IGNORECASE)
_HALVES: Final = ("a.m.", "p.m.")  # of a day, whose full stop belongs to them
_NUMBER: Final = r"^(?:No\.\s*)?\[?{}\]?[.:]?\s+"


@dataclass(frozen=True, slots=True)
class Document:
    """A document. ``id`` is its own in the volume, or one made for it where it has none or another
    document has the same; ``anchor`` is only what the markup has.
    """

    id: str
    anchor: str | None
    number: str | None
    element: Element
    text: Text
    heading: str
    heading_span: Span
    dateline: str
    dateline_span: Span
    when: Dated
    date_words: str
    place: str
    archive: str | None
    genre: Genre

    @property
    def is_wired(self) -> bool:
        """Whether it is a telegram: the date of such a document is always that of its sending."""
        return self.genre is Genre.letter and bool(_WIRED.match(self.heading))

    def title(self, volume: str) -> str:
        """Heading and dateline, and the place in the volume that tells documents apart."""
        name = f"Document {self.number}" if self.number else self.id
        return f"{self.name()} ({volume}, {name})"

    def name(self) -> str:
        """Heading and dateline on one line."""
        heading = self.heading or "Document without a heading"
        dateline = self.dateline.strip()
        if not dateline.endswith(_HALVES):
            dateline = dateline.rstrip(" .")
        return ", ".join(part for part in (heading, dateline) if part)


def document_of(element: Element, identifier: str) -> Document:
    """Read a document; its element must stay as it is while the document is in use."""
    text = text_of(element)
    number = element.get("n", "").strip("[] ") or None
    head = next(_own(element, "head"), None)
    heading_span = text.span(head) if head is not None else Span(0, 0)
    heading = _without_number(text.words(heading_span), number)
    line, date = _dateline(element, head)
    when = dated(date) if date is not None else Dated()
    genre = _genre(element, heading)
    if when.starts is None and genre is not Genre.note and when.unclear is None:
        when = bounds_of(element)
    line_span = text.span(line) if line is not None else Span(0, 0)
    return Document(
        id=identifier,
        anchor=element.get(XML_ID),
        number=number,
        element=element,
        text=text,
        heading=heading,
        heading_span=heading_span,
        dateline="" if line is head else text.words(line_span),
        dateline_span=line_span,
        when=when,
        date_words=words_of(date) if date is not None else "",
        place=_place(line),
        archive=_archive(element),
        genre=genre,
    )


def identifier_of(element: Element, count: int) -> str:
    """The id of a document in its volume; where it has none, one made of its number."""
    number = element.get("n", "").strip("[] ")
    return element.get(XML_ID) or (f"d{number}" if number else f"unnumbered-{count}")


def _own(element: Element, *names: str) -> Iterator[Element]:
    """The elements of these names in a document, not those in its attachments or notes."""
    for child in element:
        name = local(child.tag)
        if name in names:
            yield child
        elif name not in SILENT and name != "attachment" and not is_document(child):
            yield from _own(child, *names)


def _without_number(heading: str, number: str | None) -> str:
    if number is None:
        return heading
    return re.sub(_NUMBER.format(re.escape(number)), "", heading)


def _dateline(element: Element, head: Element | None) -> tuple[Element | None, Element | None]:
    """The line that dates a document, and the date in it: a dateline, else its heading. Of several
    datelines the first with a date counts.
    """
    lines = list(_own(element, "dateline"))
    for line in [*lines, *([head] if head is not None else [])]:
        date = _date_in(line)
        if date is not None:
            return line, date
    return (lines[0] if lines else None), None


def _date_in(line: Element) -> Element | None:
    """The date in a line. Of one in two calendars, the Gregorian."""
    found = list(dates_in(line))
    gregorian = [date for date in found if date.get("calendar", "gregorian") == "gregorian"]
    readable = [date for date in gregorian or found if dated(date) != Dated()]
    return next(iter(readable or found), None)


def _place(line: Element | None) -> str:
    names = [] if line is None else list(_own(line, "placeName"))
    return words_of(names[0]) if names else ""


def _archive(element: Element) -> str | None:
    """The note of the editors on where the document is kept."""
    for note in element.iter():
        if local(note.tag) == "note" and note.get("type") == "source":
            return words_of(note) or None
    return None


def _genre(element: Element, heading: str) -> Genre:
    if element.get("subtype") == "editorial-note" or _NOTE.match(heading):
        return Genre.note
    if _LETTER.match(heading):
        return Genre.letter
    return Genre.record if _RECORD.search(heading) else Genre.other
