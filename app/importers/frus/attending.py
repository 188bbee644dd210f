"""Who took part in a meeting, from the lists of participants in a document.

Headings of delegations stand among the participants and are no persons. Somebody is taken over
only where the markup says who it is; all others are reported.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.documents import Document
from app.importers.frus.persons import Person, Persons
from app.importers.frus.quoting import Quoted
from app.importers.frus.reading import is_document, local
from app.importers.frus.report import Kind, Report
from app.importers.frus.states import State, state_in
from app.importers.frus.text import Span
from app.resources.attendance import AttendanceContent, Capacity, Presence

# Lists that are not marked as what they are.
_HEADINGS: Final = re.compile(
    r"(?:list of )?participants|participation|(?:those |also )?present|in attendance", re.IGNORECASE
)
# The same, where other lists than those of participants would not have such a heading.
_RECORDS: Final = re.compile(
    r"principals|(?:other )?attendees|.{2,40} (?:participants|attendees)",
    re.IGNORECASE,
)
_CHAIR: Final = re.compile(r"^(?:acting )?chairman\s?[—:]", re.IGNORECASE)
_ROLE: Final = re.compile(
    r"\b(?:secretary|director|chairman|chief|president|minister|ambassador|chancellor|counselor|"
    r"counsellor|assistant|adviser|advisor|representative|member|head|commissioner|general|admiral|"
    r"marshal|delegate|deputy|premier|consul|chargé)\b",
    re.IGNORECASE,
)
_TITLE: Final = (
    r"(?:(?:Foreign|Prime|Under|Deputy|Vice|Assistant|Acting|General) )?(?:Ambassador|Secretary|"
    r"Minister|General|Admiral|President|Chairman|Senator|Governor|Colonel|Marshal|Lord|Sir|Miss|"
    r"Director|Professor|Mr|Mrs|Ms|Dr|M)"
)
_ALSO: Final = re.compile(
    rf"(?:\s*[\[(][^\[\]()]*[\])])?[\s,;/&]*(?:and\s+)?(?:(?:[A-Z][a-z]{{0,3}}\.|{_TITLE}\b)\s*)*"
)
# What begins with a title and is in italics or the like is somebody, and no heading.
_SOMEBODY: Final = re.compile(rf"(?:The )?{_TITLE}\b\.? ?[A-Z][a-z]")
_LABEL: Final = re.compile(r"^[^:—]{2,40}(?=[:—])")
_REMARK: Final = re.compile(r"[*†‡]")


@dataclass(slots=True)
class Attended:
    """The attendance of a document, and the state on whose behalf each person was there."""

    attendance: list[AttendanceContent] = field(default_factory=list)
    behalf: dict[str, State] = field(default_factory=dict)
    lists: list[Element] = field(default_factory=list)
    headings: dict[str, Span] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list, or a heading in it. ``span`` leaves out lists inside the item."""

    element: Element
    span: Span
    is_heading: bool


def lists_in(document: Document, *, record: bool) -> list[Element]:
    """The lists of participants: those that are marked or headed as such. ``record`` says that the
    document is a record of a meeting, in which more headings count.
    """

    def is_one(element: Element) -> bool:
        span = document.text.span(element)
        if local(element.tag) != "list" or span.start == span.end:
            return False
        return is_marked(element) or (element.get("type") is None and is_headed(element))

    def is_headed(element: Element) -> bool:
        words = heading_of(document, element)
        return bool(_HEADINGS.fullmatch(words) or (record and _RECORDS.fullmatch(words)))

    return list(_outermost(document.element, is_one))


def is_marked(one: Element) -> bool:
    """Whether the markup says of a list that it is one of participants."""
    return one.get("type") == "participants"


def attended(
    document: Document, lists: list[Element], persons: Persons, quoted: Quoted, report: Report
) -> Attended:
    """Who took part, by the lists of the document; what they leave open goes to the report."""
    reader = _Reader(document, persons, quoted, report, Attended(lists=lists))
    for one in lists:
        reader.take(one)
    return reader.found


def _outermost(element: Element, wanted: Callable[[Element], bool]) -> Iterator[Element]:
    """The elements of a kind in a document; not those inside one another, or in notes."""
    for child in element:
        if wanted(child):
            yield child
        elif local(child.tag) != "note" and not is_document(child):
            yield from _outermost(child, wanted)


def heading_of(document: Document, one: Element) -> str:
    """The heading of a list, without the signs at its ends; it may be empty."""
    for child in one:
        if local(child.tag) == "head":
            return document.text.words(document.text.span(child)).strip(" :.")
    return ""


@dataclass(slots=True)
class _Reader:
    document: Document
    persons: Persons
    quoted: Quoted
    report: Report
    found: Attended
    state: State | None = None
    heading: Span | None = None

    def take(self, one: Element) -> None:
        """Take a list, with the lists inside its items. Its headings count to its end."""
        outer = self.state, self.heading
        for entry in self._entries(one):
            if entry.is_heading:
                self._head(entry)
            else:
                self._item(entry)
            for inner in _inner_lists(entry.element):
                self.take(inner)
        self.state, self.heading = outer

    def _entries(self, one: Element) -> Iterator[Entry]:
        for child in one:
            if local(child.tag) not in ("head", "item", "label"):
                continue
            span = self.document.text.span(child)
            inner = next(iter(_inner_lists(child)), None)
            if inner is not None:
                span = Span(span.start, max(span.start, self.document.text.span(inner).start))
            yield Entry(child, span, self._is_heading(child, span, has_list=inner is not None))

    def _is_heading(self, child: Element, span: Span, *, has_list: bool) -> bool:
        words = self.document.text.words(span)
        if local(child.tag) == "label":  # it may be a number
            return state_in(words) is not None
        if _names(child) and local(child.tag) == "item":
            return False
        return local(child.tag) == "head" or has_list or self._is_alone(child, words)

    def _is_alone(self, item: Element, words: str) -> bool:
        marked = [child for child in item if local(child.tag) == "hi"]
        whole = any(self._says(child) == words.strip(" :") for child in marked)
        if whole and _SOMEBODY.match(words):
            return False
        return whole or words.endswith(":") or state_in(words) is not None

    def _says(self, element: Element) -> str:
        return self.document.text.words(self.document.text.span(element)).strip(" :")

    def _head(self, entry: Entry) -> None:
        words = self.document.text.words(entry.span).strip()
        state = state_in(words)
        plain = local(entry.element.tag) == "head" or _HEADINGS.fullmatch(words.strip(" :."))
        if state is None and not plain:
            self.report.note(Kind.heading_without_state, self.document.id, words)
        self.state, self.heading = state, entry.span
        if state is not None:
            self.found.states[state.id] = state
            self.found.headings.setdefault(state.id, entry.span)

    def _item(self, entry: Entry) -> None:
        words = self.document.text.words(entry.span).strip()
        if not words or local(entry.element.tag) == "label":
            return
        state = self._labelled(entry, words)
        present = [self.persons.of(name) for name in self._present(entry)]
        for person in present:
            if person is not None:
                self._attend(person, entry, words, state)
        if None in present or not present:
            self.report.note(Kind.unmarked_participant, self.document.id, words)
        beside = len(_names(entry.element)) - len(present)
        if present and beside:
            self.report.note(Kind.beside_participant, self.document.id, words, beside)

    def _present(self, entry: Entry) -> Iterator[Element]:
        """The names of those who were there, not of those whose aides they are."""
        text = self.document.text
        place = entry.span.start
        for count, name in enumerate(_names(entry.element)):
            span = text.span(name)
            before = text.words(Span(place, span.start))
            if count == 0 and not _introduces(before):
                return
            if count and not _ALSO.fullmatch(before):
                return
            yield name
            place = span.end

    def _attend(self, person: Person, entry: Entry, words: str, state: State | None) -> None:
        if any(one.participant == person.id for one in self.found.attendance):
            self.report.note(Kind.duplicate, self.document.id, words)
            return
        spans = [entry.span]
        if state is None and self.state is not None and self.heading is not None:
            state = self.state
            spans.append(self.heading)
        if state is not None:
            self.found.behalf[person.id] = state
        self.found.attendance.append(
            AttendanceContent(
                participant=person.id,
                on_behalf_of=state.id if state else None,
                capacity=Capacity.chair if _CHAIR.match(words) else None,
                presence=Presence.attended,
                evidence=self.quoted.of(*spans),
            )
        )

    def _labelled(self, entry: Entry, words: str) -> State | None:
        """The state that an item itself names before those who were there for it."""
        label = _LABEL.match(words)
        state = state_in(label[0]) if label else None
        if label and state is not None:
            start = entry.span.start
            self.found.states[state.id] = state
            self.found.headings.setdefault(state.id, Span(start, start + label.end()))
        return state


def _inner_lists(item: Element) -> list[Element]:
    """The lists in an item, those in other lists left aside."""
    found: list[Element] = []
    for child in item:
        if local(child.tag) == "list":
            found.append(child)
        elif local(child.tag) != "note":
            found += _inner_lists(child)
    return found


def _names(item: Element) -> list[Element]:
    """The names in an item, those in its notes and inner lists left aside."""
    found: list[Element] = []
    for child in item:
        if local(child.tag) == "persName":
            found.append(child)
        elif local(child.tag) not in ("note", "list"):
            found += _names(child)
    return found


def _introduces(before: str) -> bool:
    """Whether words before a name can be that person's title, and not somebody else's name."""
    first, comma, _ = before.partition(",")
    return not _REMARK.match(before) and (not comma or bool(_ROLE.search(first)))
