"""Wording: what a search asks for, which texts of a record it looks in, and how a hit is shown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from typing import Any, Final, NamedTuple
from unicodedata import normalize

from app.resources.base import UNREADABLE
from app.resources.folding import Placed, folded, placed

MOST_WORDS: Final = 32
MOST_SHOWN: Final = 240

# Every sign of its own kind would need its own pair; people mix them.
_QUOTATION_MARKS: Final = re.compile('["“”„‟«»＂]')
# They turn text round until they are closed, which a snippet may have cut off.
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# A match: where it starts and ends, and which of the phrases it is.
Match = tuple[int, int, int]


class Tier(IntEnum):
    """How much a text says of what a record is about, the most first."""

    title = 0
    body = 1
    rest = 2


# The fields that hold words of people; those of the record itself count as they say here.
FIELDS: Final = {
    **dict.fromkeys(("name", "title", "other_names", "exact", "original"), Tier.title),
    **dict.fromkeys(("text", "summary", "description", "note", "format"), Tier.body),
    **dict.fromkeys(("conditions", "counter_demand", "basis"), Tier.body),
    **dict.fromkeys(("publisher", "authors", "city", "translator"), Tier.rest),
}
# What stands in these is about something else, or only shows the record.
ASIDE: Final = frozenset({"evidence", "inferred", "place"})
# It repeats evidence of the record.
REPEATED: Final = "disagreement"

# The column of each field, in a record of a tier and in what stands inside a record: one for each
# tier, and a last one for names, which come behind all other texts.
_NAMES: Final = 3
_OWN: Final = {
    least: {name: max(tier, least).value for name, tier in FIELDS.items()} for least in Tier
}
_INNER: Final = {
    Tier.body: _OWN[Tier.body],
    Tier.rest: _OWN[Tier.rest] | {"name": _NAMES, "title": _NAMES},
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched for: phrases of one or more folded words; all of them must be there."""

    phrases: tuple[tuple[str, ...], ...]


class Passage(NamedTuple):
    """A text of a record: its tier, and the path of its field, as in ``responses.r1.text``.

    A path names parts and linked records by their ids, and other items by their number from 0.
    """

    tier: Tier
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a record by tier. No phrase runs from one into the next."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of the text of a field. ``ranges`` are the matches in it: code points of ``text``,
    end excluded, in order and apart from each other.
    """

    field: str
    text: str
    ranges: tuple[tuple[int, int], ...]

    def html(self) -> str:
        """The text as HTML: escaped, with the matches in ``<mark>`` and no other element."""
        pieces, place = [], 0
        for start, end in self.ranges:
            marked = f"<mark>{escape(self.text[start:end])}</mark>"
            pieces += [escape(self.text[place:start]), marked]
            place = end
        return "".join([*pieces, escape(self.text[place:])])


def words_in(text: str) -> Words | None:
    """The words of a query, or None where there is none. Raises ValueError for more than 32.

    Words in double quotes are a phrase, and so are words without a space between them, like those
    of "7.5" and "US-Russia". Nothing is an operator; a quotation mark without another is nothing.
    """
    pieces = _QUOTATION_MARKS.split(text)
    if len(pieces) % 2 == 0:  # the last mark has no other
        pieces[-2:] = [f"{pieces[-2]} {pieces[-1]}"]
    phrases: list[list[str]] = []
    for place, piece in enumerate(pieces):
        phrases += [folded(piece)] if place % 2 else map(folded, piece.split())
    found = dict.fromkeys(tuple(phrase) for phrase in phrases if phrase)
    if sum(map(len, found)) > MOST_WORDS:
        raise ValueError(f"must not have more than {MOST_WORDS} words")
    return Words(tuple(found)) if found else None


def searchable(document: Mapping[str, Any]) -> list[Passage]:
    """The texts of a rendered record, quote or entry, each once, the most telling first.

    What has no name or title is called by its text. Ids, addresses, dates and words of
    enumerations are not searched.
    """
    passages = list(_passages(document, "", Tier.title))
    if "name" not in document and "title" not in document:
        passages = [
            item._replace(tier=Tier.title) if item.field == "text" else item for item in passages
        ]
    found: dict[str, Passage] = {}
    for passage in sorted(passages, key=_place):
        found.setdefault(passage.text, passage)
    return list(found.values())


def texts_of(document: Mapping[str, Any]) -> Texts:
    """The texts of a rendered record, quote or entry by tier, each once: those of ``searchable``,
    in its order, but found without their paths, as this runs for every row that is written.
    """
    columns: list[list[str]] = [[], [], [], []]
    least = Tier.rest if "href" in document else Tier.title
    called = {} if "name" in document or "title" in document else {"text": 0}
    _gather(document, least, _OWN[least] | called, columns)
    title, body = dict.fromkeys(columns[0]), dict.fromkeys(columns[1])
    rest = dict.fromkeys(columns[2] + columns[3])
    new = (one for one in rest if one not in title and one not in body)
    return Texts(tuple(title), tuple(one for one in body if one not in title), tuple(new))


def _gather(
    fields: Mapping[str, Any], least: Tier, places: Mapping[str, int], columns: list[list[str]]
) -> None:
    """Put the texts of a record, or of a part of it, into the columns that their fields go to."""
    for name, value in fields.items():
        kind = type(value)  # asked once: most values are of none of these types
        if kind is str:
            if name in places:
                columns[places[name]].append(value)
        elif (kind is dict or kind is list) and name != REPEATED:
            inner = Tier.rest if least is Tier.rest or name in ASIDE else Tier.body
            for item in (value,) if kind is dict else value:
                if type(item) is dict:
                    own = Tier.rest if "href" in item else inner
                    _gather(item, own, _INNER[own], columns)
                elif type(item) is str and name in places:
                    columns[places[name]].append(item)


def _place(passage: Passage) -> tuple[Tier, bool]:
    """Where a text comes: by tier, and quotes before names, which many records share."""
    return passage.tier, passage.tier is Tier.rest and passage.field.endswith((".name", ".title"))


def _passages(fields: Mapping[str, Any], path: str, least: Tier) -> Iterator[Passage]:
    """The texts of a record, or of a part of it; none of them counts more than ``least``."""
    least = Tier.rest if "href" in fields else least
    for name, value in fields.items():
        if name == REPEATED:
            continue
        inner = Tier.rest if name in ASIDE else max(least, Tier.body)
        for place, item in _items(f"{path}{name}", value):
            if isinstance(item, Mapping):
                yield from _passages(item, f"{place}.", inner)
            elif isinstance(item, str) and name in FIELDS:
                yield Passage(max(FIELDS[name], least), place, item)


def _items(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A value with its path, or the items of a list with theirs; the paths are those of quotes."""
    is_part = isinstance(value, Mapping) and "evidence" in value
    if not is_part and not isinstance(value, list):
        yield path, value
        return
    for number, item in enumerate([value] if is_part else value):
        known = item.get("id") if isinstance(item, Mapping) else None
        yield f"{path}.{known or number}", item


def snippet(texts: Sequence[tuple[str, str]], words: Words, most: int = MOST_SHOWN) -> Snippet:
    """The stretch that has the most of what was searched for, on one line and in NFC.

    ``texts`` are fields with their texts, the preferred first. The snippet has at most ``most``
    code points; it is cut between words, and "…" stands where it is. Where nothing matches, it is
    the start of the first text. Control characters are left out, those of direction among them.
    """
    best, most_found = Snippet("", "", ()), -1
    for field, text in texts:
        readable = UNREADABLE.sub(" ", _DIRECTIONS.sub("", text))
        line = normalize("NFC", " ".join(readable.split()))
        there = list(placed(line))
        matches = _matches(there, words)
        first, last, found = _densest(matches, most - 2)
        if found > most_found:
            start, end = _window(line, there, first, last, most)
            best, most_found = _shown(field, line, matches, start, end), found
        if found == len(words.phrases):
            break
    return best


def _matches(there: list[Placed], words: Words) -> list[Match]:
    """Where the phrases stand, in order."""
    beginnings: dict[str, list[int]] = {}
    for number, phrase in enumerate(words.phrases):
        beginnings.setdefault(phrase[0], []).append(number)
    found: list[Match] = []
    for place, first in enumerate(there):
        for number in beginnings.get(first.word, ()):
            phrase = words.phrases[number]
            here = there[place : place + len(phrase)]
            if tuple(item.word for item in here) == phrase:
                found.append((first.start, here[-1].end, number))
    return found


def _densest(matches: list[Match], room: int) -> tuple[int, int, int]:
    """Start and end of the matches that fit into so many code points, and how many phrases they
    are; the first of the best.
    """
    best = (0, 0, 0)
    for place, (start, last, number) in enumerate(matches):
        phrases = {number}
        for _, end, other in matches[place + 1 :]:
            if end - start > room:
                break
            phrases.add(other)
            last = max(last, end)
        if len(phrases) > best[2]:
            best = (start, last, len(phrases))
    return best


def _window(text: str, there: list[Placed], first: int, last: int, most: int) -> tuple[int, int]:
    """Where to cut a text so that the matches stand in the middle: between words, at spaces where
    there are any.
    """
    if len(text) <= most:
        return 0, len(text)
    room = most - 2
    start = max(0, first - max(0, room - (last - first)) // 2)
    end = min(len(text), start + room)
    start = max(0, end - room)
    return _begin(text, there, start, first), _finish(text, there, end, first, last)


def _begin(text: str, there: list[Placed], start: int, first: int) -> int:
    """The first place to cut from ``start`` on, not behind the first match."""
    if start == 0:
        return 0
    space = text.find(" ", start - 1, first)
    if space >= 0:
        return space + 1
    return next((item.start for item in there if start <= item.start <= first), first)


def _finish(text: str, there: list[Placed], end: int, first: int, last: int) -> int:
    """The last place to cut up to ``end``; a match that is too long to be shown is cut as well."""
    if end == len(text):
        return end
    space = text.rfind(" ", last, end + 1)
    if space >= 0:
        return space
    return max((item.end for item in there if first < item.end <= end), default=end)


def _shown(field: str, text: str, matches: list[Match], start: int, end: int) -> Snippet:
    before, after = "…" if start > 0 else "", "…" if end < len(text) else ""
    shift = len(before) - start
    ranges: list[tuple[int, int]] = []
    for first, last, _ in matches:
        first, last = max(first, start) + shift, min(last, end) + shift
        if ranges and first < ranges[-1][1]:
            ranges[-1] = ranges[-1][0], max(ranges[-1][1], last)
        elif first < last:
            ranges.append((first, last))
    return Snippet(field, f"{before}{text[start:end]}{after}", tuple(ranges))
