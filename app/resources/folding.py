"""Folding: how text is cut into words, and which words count as the same.

This is the only place that says what a word is: both databases are handed the words made here.

- Letters and digits (Unicode categories L and N) make words; everything else separates them.
- Case does not count, nor do compatibility forms (NFKD), nor the script of a digit.
- Diacritics and points do not count: é is e, ё is е, й is и, and Hebrew and Arabic need no points.
  The vowel signs of Indic scripts are no diacritics, nor are the marks of kana and Thai.
- A few letters are folded that Unicode does not take apart, as their readers write them: see
  ``LETTERS``.
- Apostrophes inside a word are dropped, so "L'viv" is "Lviv" and "Sanaʿa" is "Sanaa". The English
  's is cut off, so "Kyiv's" is "Kyiv". A French or Italian l' or d' before a vowel is a word of
  its own, so "d'Ivoire" has the word "Ivoire".
- Letters with full stops between them are one word, so "U.S." is "US".
- Where a script is written without spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer), each
  sign is a word. Korean has spaces, and so has words.
- A word is cut after 64 signs.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple
from unicodedata import category, combining, decimal, normalize

LONGEST_WORD: Final = 64

# fmt: off
LETTERS: Final = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i",
    "æ": "ae", "œ": "oe", "þ": "th",
    # Arabic and Persian keyboards have different signs for the same letters; tatweel is no letter.
    "ی": "ي", "ى": "ي", "ک": "ك", "ة": "ه", "\u0640": "",
}
# fmt: on
# Also what stands for one in transliterations: the signs from ʹ to ʿ, and the prime.
APOSTROPHES: Final = "'`´‘’‛′＇\u055a\u05f3ʹʺʻʼʽʾʿ"
# Joined to a sign, they only say how it is drawn.
SELECTORS: Final = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
ZERO_WIDTH_SPACE: Final = "\u200b"

# Signs of scripts that are written without spaces, as NFKD leaves them.
_SINGLE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b2ff\U00020000-\U0003ffff"
)
# In folded text all that is not ASCII is part of a word. A letter is what may follow an apostrophe.
_SIGN = rf"[^\x00-/:-`{{-\x7f{_SINGLE}]"
_LETTER = rf"[^\x00-`{{-\x7f{_SINGLE}]"
_POSSESSIVE = rf"'s(?!{_SIGN})"


class Placed(NamedTuple):
    """A folded word and where it stands in the text: code points, end excluded."""

    word: str
    start: int
    end: int


class _Signs(dict[int, str]):
    """What each code point is folded to, found out when it is first met."""

    # So many keep any text fast, and no flood of rare signs takes much memory.
    most = 20_000

    def __missing__(self, code: int) -> str:
        found = _fold(chr(code))
        if len(self) < self.most:
            self[code] = found
        return found


def folded(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    signs = normalize("NFC", text).translate(_SIGNS)
    return [_cut(found[1]) for found in _word().finditer(signs)]


def placed(text: str) -> Iterator[Placed]:
    """The words of a text in NFC, folded, with their places, each with the marks that belong to it.

    Of such a text they are the same words that ``folded`` gives.
    """
    if text.isascii():  # each sign is folded to one, so that words stand where they stood
        for found in _word().finditer(text.translate(_SIGNS)):
            yield Placed(_cut(found[1]), *found.span(1))
        return
    pieces = [_SIGNS[ord(sign)] for sign in text]
    origins = [place for place, piece in enumerate(pieces) for _ in piece]
    origins.append(len(text))
    for found in _word().finditer("".join(pieces)):
        start, end = found.span(1)
        # What was dropped behind the last sign belongs to it; one sign may fold to several words.
        after = max(origins[end], origins[end - 1] + 1)
        yield Placed(_cut(found[1]), origins[start], after)


@cache
def _word() -> re.Pattern[str]:
    """One word. Its wide ranges take long to compile: it is done for the first text, not before."""
    return re.compile(
        rf"""
        (
          [{_SINGLE}][\u3099\u309a]?                             # a sign, and its voicing mark
          | [ld](?='[aeiouh])                                    # an elided article
          | {_LETTER}(?:\.{_LETTER})+(?!{_SIGN})                 # an acronym
          | {_SIGN}+(?:(?!{_POSSESSIVE})'{_LETTER}{_SIGN}*)*     # any other word
        )
        (?:\.?{_POSSESSIVE})?
        """,
        re.VERBOSE,
    )


def _cut(word: str) -> str:
    if not word.isalnum():
        word = word.replace("'", "").replace(".", "")
    return word[:LONGEST_WORD]


def _fold(sign: str) -> str:
    """A sign as a part of words: folded letters, nothing, or what separates words."""
    kind = category(sign)
    if sign in APOSTROPHES:
        return "'"
    if kind == "Cf" and sign != ZERO_WIDTH_SPACE:
        return ""
    # Not by what it decomposes to: a trade mark sign is not the letters TM.
    if kind[0] not in "LNM":
        return "." if sign == "." else " "
    letters = "".join(part for part in normalize("NFKD", sign) if not _is_diacritic(part))
    return "".join(_part(part) for part in normalize("NFKD", letters.casefold()))


def _part(sign: str) -> str:
    """A sign that a letter or digit decomposes to."""
    kind = category(sign)
    if kind == "Nd":
        return str(decimal(sign))
    if sign in APOSTROPHES or _is_diacritic(sign):
        return ""
    return LETTERS.get(sign, sign) if kind[0] in "LNM" else " "


def _is_diacritic(sign: str) -> bool:
    """Whether it is a mark that a reader may leave out, by its canonical combining class."""
    kind, place = category(sign), combining(sign)
    if kind[0] != "M":
        return False
    # On, through and under letters; nuktas; the points of Hebrew, Arabic and Syriac.
    above = place in (1, 7) or 10 <= place <= 36 or place >= 200
    return above or kind == "Me" or SELECTORS.match(sign) is not None


_SIGNS: Final = _Signs()
