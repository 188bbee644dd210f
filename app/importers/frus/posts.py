"""Posts of people, from the descriptions in a volume's list of persons.

Only what the words mark is taken: "from January 1977 until March 9, 1978", "to", "until", "since",
"thereafter", "1977–1978". A stretch with dates in any other form is left to the description as a
whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# fmt: off
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)
# fmt: on
_MONTH: Final = "|".join(_MONTHS)
_DATE: Final = rf"(?:(?:{_MONTH})(?:\s+\d{{1,2}},)?\s+)?\d{{4}}"
_SHORT: Final = rf"(?:{_MONTH})(?:\s+\d{{1,2}})?"  # its year follows later in the words
_STRETCH: Final = re.compile(
    rf",?\s*\b(?:from|since)\s+(?P<since>{_DATE}|{_SHORT})"
    rf"(?:,?\s+(?:until|to|through)\s+(?P<til>{_DATE}))?$"
    rf"|,?\s*\b(?:until|through)\s+(?P<until>{_DATE})$"
    r"|,?\s+\(?(?P<first>\d{4})\s?[–-]\s?(?P<last>\d{4}|\d\d)\)?$"
)
_THEREAFTER: Final = re.compile(r"^thereafter,?\s+|,?\s+thereafter$", re.IGNORECASE)
_ASIDE: Final = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LEFT_OVER: Final = re.compile(r"\b\d{4}\b|\b(?:from|until|since|thereafter|through)\b")


@dataclass(frozen=True, slots=True)
class Post:
    """A post: its words, where they stand in the description, and EDTF dates where they say them.

    ``follows`` means that it began when the post before it ended, as "thereafter" says.
    """

    title: str
    start: int
    end: int
    since: str | None
    until: str | None
    follows: bool = False


def posts_in(description: str) -> Iterator[Post]:
    """The posts that a description names, in its order. They are separated by semicolons."""
    yield from (post for _, post in _parts(description) if post is not None)


def parts_without_post(description: str) -> Iterator[str]:
    """The parts between semicolons whose dates have a form that is not read."""
    yield from (words for words, post in _parts(description) if post is None)


def _parts(description: str) -> Iterator[tuple[str, Post | None]]:
    before: Post | None = None
    for start, end in _stretches(description):
        before = _post(description, start, end, before)
        yield description[start:end], before


def _stretches(description: str) -> Iterator[tuple[int, int]]:
    """Where the parts between semicolons stand, those inside parentheses left aside."""
    depth, start = 0, 0
    for place, sign in enumerate(f"{description};"):
        depth += (sign in "([") - (sign in ")]")
        if sign == ";" and (depth <= 0 or place == len(description)):
            part = description[start:place]
            first = start + len(part) - len(part.lstrip())
            if part.strip():
                yield first, first + len(part.strip(" ."))
            start = place + 1


def _post(description: str, start: int, end: int, before: Post | None) -> Post | None:
    words = description[start:end]
    title, follows = _THEREAFTER.sub("", words), bool(_THEREAFTER.search(words))
    found = _STRETCH.search(title)
    since = until = None
    if found:
        title = title[: found.start()]
        until = _edtf(found["til"] or found["until"]) or _last_year(found)
        since = found["first"] or _edtf(found["since"], until)
        if found["since"] and since is None:
            return None
    title = title.strip(" ,")
    if (
        not title
        or _LEFT_OVER.search(_ASIDE.sub("", title))
        or (since and until and since[:4] > until[:4])
    ):
        return None
    if follows and since is None and before is not None and before.until:
        return Post(title, start, end, before.until, until, follows=True)
    return Post(title, start, end, since, until)


def _last_year(found: re.Match[str]) -> str | None:
    """The second year of "1945–46", which may lack its century."""
    first, last = found["first"] or "", found["last"] or ""
    return first[: len(first) - len(last)] + last or None


def _edtf(words: str | None, other: str | None = None) -> str | None:
    """A date in words, "March 9, 1978", as EDTF. One without a year has that of the other."""
    found = re.fullmatch(rf"(?:({_MONTH})(?:\s+(\d{{1,2}}),?)?\s*)?(\d{{4}})?", words or "")
    if words is None or found is None:
        return None
    month, day, year = found.groups()
    year = year or (other or "")[:4]
    if not year:
        return None
    if month is None:
        return str(year)
    number = _MONTHS.index(month) + 1
    return f"{year}-{number:02}-{int(day):02}" if day else f"{year}-{number:02}"
