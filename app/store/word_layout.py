"""Laying out the words of a row: by column, within what a tsvector can hold, with gaps."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from app.resources.folding import folded
from app.resources.wording import Texts

WEIGHTS: Final = "ABC"
# Not part of any word: keeps apart what must not be a phrase.
GAP: Final = "·"
# What a tsvector can hold: positions, positions of one word, and bytes of words (2^20, less what
# the positions take).
LAST_POSITION: Final = 16_383
MOST_OF_ONE_WORD: Final = 255
MOST_BYTES: Final = 1_000_000
# Up to so many characters, the words of a text are kept for when it is met again.
LONGEST_KEPT: Final = 400


class _Layout:
    """Lays out the words of a row within what a tsvector can hold, where columns follow each other.

    ``position`` is that of the last word so far.
    """

    def __init__(self) -> None:
        self.position = 0
        self.times: Counter[str] = Counter()
        self.room = MOST_BYTES

    def add(self, own: list[str], text: str) -> None:
        """Add a text to a column, apart from the one before it."""
        if own:
            self._put(own, GAP)
        for word in folded(text):
            if self.position < LAST_POSITION - 2:
                self._put(own, word if self._has_room(word) else GAP)
            elif word not in self.times and self._has_room(word):
                # There is no place left: it shares the last one, apart from all others.
                self._put(own, GAP, word)

    def end(self) -> None:
        """Leave a gap between the column and the next one."""
        self.position += 1

    def _put(self, own: list[str], *words: str) -> None:
        own += words
        self.position += len(words)

    def _has_room(self, word: str) -> bool:
        if word not in self.times:
            needed = len(word.encode()) + 4
            if needed > self.room:
                return False
            self.room -= needed
        self.times[word] += 1
        return self.times[word] <= MOST_OF_ONE_WORD


def laid_out(texts: Texts) -> list[list[str]]:
    """The words of a row by column, with a gap wherever a phrase must not run on."""
    columns = [_apart(own) for own in (texts.title, texts.body, texts.rest)]
    if sum(map(len, columns)) < MOST_OF_ONE_WORD:
        return columns  # so few words that none of the limits is near
    return _within_limits(texts)


def _apart(texts: Iterable[str]) -> list[str]:
    """The words of the texts of a column, with a gap before each text but the first."""
    own: list[str] = []
    for text in texts:
        if own:
            own.append(GAP)
        own += _folded_short(text) if len(text) <= LONGEST_KEPT else folded(text)
    return own


@lru_cache(maxsize=4096)
def _folded_short(text: str) -> tuple[str, ...]:
    """The words of a text; names stand in many records, and quotes in three rows each."""
    return tuple(folded(text))


def _within_limits(texts: Texts) -> list[list[str]]:
    """The same words as far as a tsvector can hold them."""
    layout = _Layout()
    columns: list[list[str]] = []
    for own in (texts.title, texts.body, texts.rest):
        columns.append([])
        for text in own:
            layout.add(columns[-1], text)
        layout.end()
    return columns


def tsvector(columns: list[list[str]]) -> str:
    """Words by column as the text of a tsvector."""
    places: dict[str, list[str]] = {}
    for word, place in _places(columns):
        places.setdefault(word, []).append(place)
    return " ".join(f"'{word}':{','.join(there)}" for word, there in places.items())


def _places(columns: list[list[str]]) -> Iterator[tuple[str, str]]:
    """The words with their positions and weights. Between two columns there is a gap of one."""
    position = 0
    for weight, own in zip(WEIGHTS, columns, strict=True):
        for word in own:
            position += 1
            if word != GAP:
                yield word, f"{min(position, LAST_POSITION)}{weight}"
        position += 1
