"""Snippets: the stretch of a text that has what was searched for, ready to be shown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final
from unicodedata import normalize

from app.resources.base import UNREADABLE
from app.resources.folding import Placed, placed
from app.resources.wording import Words

MOST_SHOWN: Final = 240

# They turn text round until they are closed, which a snippet may have cut off.
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# A match: where it starts and ends, and which of the phrases it is.
Match = tuple[int, int, int]


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


def snippet(texts: Iterable[tuple[str, str]], words: Words, most: int = MOST_SHOWN) -> Snippet:
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
