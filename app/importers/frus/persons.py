"""The list of persons of a volume: its entries, and the participants that they become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from app.importers.frus.header import LONGEST_ID, slug_of
from app.importers.frus.names import turned_round
from app.importers.frus.posts import Post, parts_without_post, posts_in
from app.importers.frus.quoting import LONGEST_QUOTE, Quoted
from app.importers.frus.reading import ENTRIES, XML_ID, attribute, local
from app.importers.frus.report import Kind, Report
from app.importers.frus.states import STATES
from app.importers.frus.text import text_of
from app.resources.evidence import Inferred
from app.resources.participants import ParticipantContent, ParticipantKind, PostContent

# What a finding about the list is filed under, and the part of the volume that it is.
LIST: Final = "persons"
_LONGEST_LINE: Final = 500
_STATES: Final = frozenset(state.id for state in STATES)
_ROOM: Final = 8  # for a number behind an id that is given out already


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the list. ``start`` is where its description begins in the text of the list."""

    id: str
    name: str
    listed: str
    description: str
    start: int


@dataclass(slots=True)
class Persons:
    """The list as it is read, and its text, one entry a line."""

    prefix: str
    report: Report
    by_key: dict[str, Person] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    length: int = 0

    def read(self, entry: Element) -> bool:
        """Take what is an entry of the list: somebody's name with a key of its own. Says whether
        there was one.
        """
        before = len(self.lines)
        for one in entry.iter():
            named = _named(one) if local(one.tag) in ENTRIES else []
            if named and not any(_is_entry(inner) for inner in one.iter() if inner is not one):
                self._read(one, named)
        return len(self.lines) > before

    def _read(self, entry: Element, named: list[Element]) -> None:
        text = text_of(entry)
        start = self.length + bool(self.lines)
        for name in named:
            span = text.span(name)
            behind = text.words(text.span(entry))[span.end :]
            description = behind.lstrip(" ,;:—–-")
            offset = start + span.end + len(behind) - len(description)
            self._add(name.get(XML_ID) or "", text.words(span), description, offset)
        self.lines.append(text.normal)
        self.length = start + len(text.normal)

    def _add(self, key: str, listed: str, description: str, start: int) -> None:
        listed = listed.strip(" ,;:")[:_LONGEST_LINE]
        if key in self.by_key:
            self.report.note(Kind.duplicate, LIST, f"{key}: {listed}")
        elif not listed:
            self.report.note(Kind.untitled, LIST, key)
        else:
            name = turned_round(listed)
            self.by_key[key] = Person(self._id(name, key), name, listed, description, start)
            for part in parts_without_post(description):
                self.report.note(Kind.unread_post, LIST, f"{name}: {part}")

    def _id(self, name: str, key: str) -> str:
        bare = slug_of(name) or slug_of(key) or "person"
        wanted = f"{slug_of(self.prefix)}-{bare}".strip("-")[: LONGEST_ID - _ROOM].rstrip("-")
        taken = {person.id for person in self.by_key.values()} | _STATES
        if wanted not in taken:
            return wanted
        self.report.note(Kind.duplicate, LIST, name)
        return next(f"{wanted}-{n}" for n in range(2, 1 << 20) if f"{wanted}-{n}" not in taken)

    def text(self) -> str:
        """The text of the list, one entry a line."""
        return "\n".join(self.lines)

    def of(self, name: Element) -> Person | None:
        """The person that a name in a document is marked as; None where it is not, or unlisted."""
        keys = (attribute(name, "corresp") or attribute(name, "ref") or "").split()
        return self.by_key.get(keys[0].removeprefix("#")) if len(keys) == 1 else None


def _is_entry(element: Element) -> bool:
    return local(element.tag) in ENTRIES and bool(_named(element))


def _named(entry: Element) -> list[Element]:
    """The names in an entry that have a key of their own."""
    return [one for one in entry.iter() if local(one.tag) == "persName" and one.get(XML_ID)]


def participants(persons: Mapping[str, Person], quoted: Quoted) -> Iterator[ParticipantContent]:
    """The persons as participants, by id, with the posts that the list gives them."""
    for person in sorted(persons.values(), key=lambda person: person.id):
        yield ParticipantContent(
            id=person.id,
            kind=ParticipantKind.person,
            name=person.name,
            other_names=[person.listed] if person.listed != person.name else [],
            description=person.description[:LONGEST_QUOTE] or None,
            posts=[_post(person, post, quoted) for post in posts_in(person.description)],
        )


def _post(person: Person, post: Post, quoted: Quoted) -> PostContent:
    start = person.start + post.start
    note = "The list says “thereafter”: when the post before it ended."
    return PostContent(
        title=post.title[:_LONGEST_LINE],
        from_=post.since,
        until=post.until,
        evidence=quoted.between(start, start + post.end - post.start),
        inferred=[Inferred(field="from", note=note)] if post.follows else [],
    )
