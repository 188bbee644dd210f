"""What a volume says of itself: its id, its titles, and when it was published."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.etree.ElementTree import Element

from app.importers.frus.reading import XML_ID, local
from app.importers.frus.text import words_of
from app.resources.folding import folded

SITE: Final = "https://history.state.gov/historicaldocuments"
LONGEST_ID: Final = 128
_LONGEST_TITLE: Final = 1_000
_LONGEST_VOLUME: Final = 40  # so that ids of its parts, which begin with it, are short enough
# The date of the printing; others say what the volume is about, or when a file of it was made.
_PUBLICATION: Final = (None, "publication-date")
_DATE: Final = re.compile(r"\b(1[89]|2[01])\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\b")


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume. ``name`` is its id as the series spells it; ``published`` is EDTF, often a year."""

    name: str
    title: str
    complete: str
    published: str | None

    @property
    def slug(self) -> str:
        """Its id as ids are written here."""
        return slug_of(self.name)[:_LONGEST_VOLUME].rstrip("-") or "frus"

    def address(self, part: str) -> str:
        """Where a part of it can be read on the web, by that part's id in the volume."""
        return f"{SITE}/{quote(self.name)}/{quote(part)}"


def slug_of(words: str) -> str:
    """Words as an id: small ASCII letters, digits and hyphens, at most 128; it may be empty."""
    letters = re.sub("[^a-z0-9]+", "-", "-".join(folded(words)))
    return letters.strip("-")[:LONGEST_ID].rstrip("-")


def volume_of(header: Element | None, root_id: str | None, stem: str) -> Volume:
    """The volume, from its root element and its header, else from the name of its file."""
    if header is None:
        name = root_id or stem
        return Volume(name, name, name, None)
    numbers = [words_of(one) for one in _all(header, "idno") if one.get("type") == "frus"]
    name = root_id or next(filter(None, numbers), stem)
    statements = _all(header, "titleStmt") or [header]
    titles = {one.get("type"): words_of(one) for one in _all(statements[0], "title")}
    complete = titles.get("complete") or titles.get("volume") or titles.get(None) or name
    complete = complete[:_LONGEST_TITLE]
    return Volume(name, titles.get("volume") or complete, complete, _published(header))


def root_id(root: Element) -> str | None:
    """The id on the root element of a volume, where it has one."""
    return root.get(XML_ID)


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if local(one.tag) == name]


def _published(header: Element) -> str | None:
    for statement in _all(header, "publicationStmt"):
        for date in _all(statement, "date"):
            found = _DATE.search(date.get("when") or words_of(date))
            if found and date.get("type") in _PUBLICATION:
                return found[0]
    return None
