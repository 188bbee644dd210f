"""Wording: what a search asks for, and which texts of a record it looks in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

from app.resources.folding import folded

MOST_WORDS: Final = 32

# Every sign of its own kind would need its own pair; people mix them.
_QUOTATION_MARKS: Final = re.compile('["“”„‟«»＂]')


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
_TIERS: Final = (Tier.title, Tier.body, Tier.rest, Tier.rest)
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
    columns: tuple[list[tuple[str, str]], ...] = ([], [], [], [])
    least, places = _beginning(document)
    _collect(document, "", least, places, columns)
    found: dict[str, Passage] = {}
    for tier, column in zip(_TIERS, columns, strict=True):
        for field, text in column:
            if text not in found:
                found[text] = Passage(tier, field, text)
    return list(found.values())


def passages(document: Mapping[str, Any]) -> Iterator[Passage]:
    """The same one after the other. Whoever stops at the name, the title or the wording of the
    record does not have the rest of it looked through.
    """
    places = _beginning(document)[1]
    own = {name: value for name, value in document.items() if places.get(name) == Tier.title}
    first = [passage for passage in searchable(own) if passage.tier is Tier.title]
    yield from first
    yield from searchable(document)[len(first) :]


def texts_of(document: Mapping[str, Any]) -> Texts:
    """The texts of a rendered record, quote or entry by tier, each once: those of ``searchable``,
    in its order, but found without their paths, as this runs for every row that is written.
    """
    columns: list[list[str]] = [[], [], [], []]
    _gather(document, *_beginning(document), columns)
    title, body = dict.fromkeys(columns[0]), dict.fromkeys(columns[1])
    rest = dict.fromkeys(columns[2] + columns[3])
    new = (one for one in rest if one not in title and one not in body)
    return Texts(tuple(title), tuple(one for one in body if one not in title), tuple(new))


def _beginning(document: Mapping[str, Any]) -> tuple[Tier, Mapping[str, int]]:
    """The tier of a whole document, and the columns of its own fields."""
    least = Tier.rest if "href" in document else Tier.title
    called = "name" in document or "title" in document
    return least, _OWN[least] if called else _OWN[least] | {"text": 0}


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


def _collect(
    fields: Mapping[str, Any],
    path: str,
    least: Tier,
    places: Mapping[str, int],
    columns: Sequence[list[tuple[str, str]]],
) -> None:
    """The same with the paths of the texts."""
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            if name in places:
                columns[places[name]].append((path + name, value))
        elif (kind is dict or kind is list) and name != REPEATED:
            inner = Tier.rest if least is Tier.rest or name in ASIDE else Tier.body
            for place, item in _items(path + name, value):
                if type(item) is dict:
                    own = Tier.rest if "href" in item else inner
                    _collect(item, f"{place}.", own, _INNER[own], columns)
                elif type(item) is str and name in places:
                    columns[places[name]].append((place, item))


def _items(path: str, value: Any) -> list[tuple[str, Any]]:
    """A value with its path, or the items of a list with theirs; the paths are those of quotes."""
    if type(value) is dict and "evidence" not in value:
        return [(path, value)]
    found = []
    for number, item in enumerate(value if type(value) is list else (value,)):
        known = item.get("id") if type(item) is dict else None
        found.append((f"{path}.{known or number}", item))
    return found
