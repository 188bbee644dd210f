"""What a file says before it is understood: plain values, and where each of them stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dossiers.document import LineOf, Steps

# How deep lists and mappings may stand in each other; a record needs eight levels.
DEEPEST = 24
TOO_DEEP = f"is nested more than {DEEPEST} levels deep, which no record is"
TWICE = "stands here twice; keep one of the two"
# Beyond this many characters a number is no field's value, and slow to read.
LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as plain values. ``written`` holds the text of numbers that stand without quotes."""

    root: Any
    line_of: LineOf
    written: Mapping[Steps, str] = field(default_factory=dict)


def whole_number(text: str, base: int = 10) -> int | float:
    """A whole number; one of absurd length becomes infinite, which no field takes."""
    return int(text, base) if len(text) <= LONGEST_NUMBER else float("inf")
