"""Makes the id of a record from its title, where who sends it leaves the id out."""

import re
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

LONGEST = 60
# Where the words that tell a record from others stand, whichever its noun.
_TITLES = ("title", "name", "text")


def named_after(noun: str, fields: Mapping[str, Any]) -> str:
    """A slug of the title, name, text or first words quoted; the noun where they have no letter of
    the Latin alphabet.
    """
    titles = [fields.get(name) for name in _TITLES] + [_first_words(fields)]
    words = next((title for title in titles if isinstance(title, str) and title.strip()), "")
    return slug(words) or noun


def slug(words: str) -> str:
    """Small letters, digits and hyphens, without marks, cut between words; maybe nothing."""
    plain = normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(found) <= LONGEST:
        return found
    return found[: LONGEST + 1].rpartition("-")[0] or found[:LONGEST]


def _first_words(fields: Mapping[str, Any]) -> Any:
    quotes = fields.get("evidence")
    first = quotes[0] if isinstance(quotes, list) and quotes else None
    return first.get("exact") if isinstance(first, dict) else None
