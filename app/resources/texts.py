"""The text of a source: its one normal form, its fingerprint, and the place of a quote in it.

Offsets count Unicode code points of the normalised text, start included and end excluded, as in the
TextPositionSelector of the W3C Web Annotation model; prefix and suffix are its TextQuoteSelector's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final
from unicodedata import normalize as unicode_normal_form

from app.resources.base import UNREADABLE

NORMALIZATION: Final = "NFC, white space folded"
CONTEXT_LENGTH: Final = 32

# The Unicode property White_Space, spelled out: languages disagree about \s.
_WHITE_SPACE: Final = re.compile(
    "[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+"
)
_PLACES_SHOWN: Final = 10


class Verification(StrEnum):
    """What a comparison of a quote with the text of its source showed."""

    verified = "verified"
    verified_multiple = "verified_multiple"
    relocated = "relocated"
    missing = "missing"
    unchecked = "unchecked"


@dataclass(frozen=True, slots=True)
class TextFingerprint:
    """What identifies a text without holding it: SHA-256 in hexadecimal, length in code points."""

    sha256: str
    normalized_sha256: str
    length: int


@dataclass(frozen=True, slots=True)
class Location:
    """The place of a quote in a normalised text, and the words around it."""

    start: int
    end: int
    prefix: str
    suffix: str


class QuoteNotFound(ValueError):
    """The exact words are not in the text, or not in the context that was given."""


class QuotePlaces(ValueError):
    """The exact words are in the text, but not at one clear place; ``places`` holds all offsets."""

    def __init__(self, problem: str, places: Sequence[int]) -> None:
        shown = ", ".join(str(place) for place in places[:_PLACES_SHOWN])
        more = f" and {len(places) - _PLACES_SHOWN} more" if len(places) > _PLACES_SHOWN else ""
        super().__init__(f"{problem} {shown}{more}")
        self.places = list(places)


class QuoteAmbiguous(QuotePlaces):
    """The exact words occur more than once, and nothing tells which place is meant."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__("occurs more than once; give a prefix, or one of these starts:", places)


class QuoteElsewhere(QuotePlaces):
    """The exact words are in the text, but not at the stated start."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__("is not at the stated start, but at", places)


def normalize(text: str) -> str:
    """The form in which texts and quotes are compared: NFC, each run of white space one space.

    White space at the two ends is folded like any other, not removed.
    """
    return _WHITE_SPACE.sub(" ", unicode_normal_form("NFC", text))


def decode(raw: bytes) -> str:
    """The text of a UTF-8 file, with or without a byte order mark. Raises ValueError."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The original error carries the whole text, so it is not passed on.
        place = error.start
    raise ValueError(f"must be UTF-8, which it is not from byte {place} on")


def fingerprint(raw: bytes) -> TextFingerprint:
    """The fingerprint of a UTF-8 file and of its normalised text. Raises ValueError."""
    text = normalize(decode(raw))
    return TextFingerprint(
        sha256=sha256(raw).hexdigest(),
        normalized_sha256=sha256(text.encode()).hexdigest(),
        length=len(text),
    )


def occurrences(text: str, exact: str) -> list[int]:
    """Every offset at which the words begin, also where they overlap. Both must be normalised."""
    places: list[int] = []
    place = text.find(exact) if exact else -1
    while place >= 0:
        places.append(place)
        place = text.find(exact, place + 1)
    return places


def locate(
    text: str,
    exact: str,
    *,
    prefix: str | None = None,
    suffix: str | None = None,
    start: int | None = None,
) -> Location:
    """Find the one place of a quote in a normalised text; the quote is normalised here.

    Whatever is given must hold. A missing prefix or suffix is filled in from the text, a given one
    is kept in its normal form. Raises QuoteNotFound, QuoteElsewhere or QuoteAmbiguous.
    """
    words = normalize(exact)
    everywhere = occurrences(text, words)
    if not everywhere:
        raise QuoteNotFound("is not in the text of the source")
    places = _in_context(text, words, everywhere, prefix, suffix)
    if not places:
        raise QuoteNotFound("is in the text of the source, but not with this prefix and suffix")
    place = _chosen(places, start)
    end = place + len(words)
    return Location(
        start=place,
        end=end,
        prefix=_before(text, place) if prefix is None else normalize(prefix),
        suffix=_after(text, end) if suffix is None else normalize(suffix),
    )


def verify(
    text: str | None,
    exact: str,
    start: int | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> Verification:
    """Compare a quote with a normalised text, or with None where no text is at hand.

    Only the very words count, nothing that resembles them. They are ``verified`` where they stand
    once, and there as stated; a stated start and context narrow nothing down to "once".
    """
    if text is None:
        return Verification.unchecked
    words = normalize(exact)
    everywhere = occurrences(text, words)
    if not everywhere:
        return Verification.missing
    stated = _in_context(text, words, everywhere, prefix, suffix)
    if not stated or (start is not None and start not in stated):
        return Verification.relocated
    return Verification.verified if len(everywhere) == 1 else Verification.verified_multiple


def _chosen(places: list[int], start: int | None) -> int:
    if start is None:
        if len(places) > 1:
            raise QuoteAmbiguous(places)
        return places[0]
    if start not in places:
        raise QuoteElsewhere(places)
    return start


def _in_context(
    text: str, words: str, places: list[int], prefix: str | None, suffix: str | None
) -> list[int]:
    # Editors rarely copy the space between the quote and its context, so that one may be missing.
    before, after = normalize(prefix or "").rstrip(" "), normalize(suffix or "").lstrip(" ")

    def fits(place: int) -> bool:
        end = place + len(words)
        left = text[max(0, place - len(before) - 1) : place].rstrip(" ")
        right = text[end : end + len(after) + 1].lstrip(" ")
        return left.endswith(before) and right.startswith(after)

    return [place for place in places if fits(place)]


def _before(text: str, place: int) -> str:
    # A record may not hold control characters, so the context ends at one.
    cut = max(0, place - CONTEXT_LENGTH)
    *broken, context = UNREADABLE.split(text[cut:place])
    if broken or cut == 0 or text[cut - 1] == " ":
        return context
    # The first word is cut in two. It goes, unless it is all there is.
    return context.partition(" ")[2] or context


def _after(text: str, place: int) -> str:
    cut = place + CONTEXT_LENGTH
    context, *broken = UNREADABLE.split(text[place:cut])
    if broken or text[cut : cut + 1] in ("", " "):
        return context
    return context.rpartition(" ")[0] or context
