"""Words: how text is cut into words for searching, and how a match is shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What is searched for: phrases of one or more folded words; all of them must be there."""

    phrases: tuple[tuple[str, ...], ...]


def words_in(text: str) -> Words | None:
    """The words of a query, or None where there is none."""
    found = tuple((word,) for word in text.casefold().split())
    return Words(found) if found else None
