"""Notes what is unusual in a document, whatever becomes of it: dates, names, gaps, redactions."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.claims import REDACTED
from app.importers.frus.context import Context
from app.importers.frus.documents import Document, Genre
from app.importers.frus.reading import is_document, local
from app.importers.frus.report import Kind
from app.importers.frus.text import words_of

_OMITTED: Final = re.compile(r"\[(?:Omitted here|Here follow)[^\[\]]*\]", re.IGNORECASE)


def note_document(document: Document, context: Context) -> None:
    """Report what a reader of the records should know of the document behind them."""
    _note_dates(document, context)
    _note_words(document, context)
    _note_elements(document, context)


def _note_dates(document: Document, context: Context) -> None:
    when, note = document.when, context.report.note
    if when.ends_first:
        note(Kind.ends_before_start, document.id, f"{when.starts} to {when.ends_first}")
    if when.unclear:
        note(Kind.unclear_date, document.id, when.unclear)
    if when.inferred:
        note(Kind.undated, document.id, f"the editors give {when.starts}")
    elif when.starts is None:
        what = "Editorial note" if document.genre is Genre.note else document.dateline
        note(Kind.undated, document.id, what or None)


def _note_words(document: Document, context: Context) -> None:
    note, normal = context.report.note, document.text.normal
    if not document.heading:
        note(Kind.untitled, document.id)
    for kind, pattern in ((Kind.redaction, REDACTED), (Kind.omission, _OMITTED)):
        found = pattern.findall(normal)
        if found:
            note(kind, document.id, found[0], len(found))


def _note_elements(document: Document, context: Context) -> None:
    note = context.report.note
    for name, count in sorted(document.text.unknown.items()):
        note(Kind.unknown_element, document.id, name, count)
    unlisted: Counter[str] = Counter()
    for element in _inside(document.element):
        name = local(element.tag)
        if name == "gap":
            told = " ".join(f"{key}={value}" for key, value in sorted(element.attrib.items()))
            note(Kind.gap, document.id, told or None)
        elif name == "persName" and context.persons.of(element) is None:
            unlisted[words_of(element)] += 1
    for words, count in sorted(unlisted.items()):
        note(Kind.unlisted_person, document.id, words, count)


def _inside(element: Element) -> Iterator[Element]:
    """Every element of a document, those in its notes left aside."""
    for child in element:
        if local(child.tag) != "note" and not is_document(child):
            yield child
            yield from _inside(child)
