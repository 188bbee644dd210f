"""Quotes the words of a text: exact, with their place, compared with the text as they are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.importers.frus.text import Span
from app.resources.evidence import Evidence
from app.resources.sources import TextContent
from app.resources.texts import NORMALIZATION, fingerprint, locate, verify

# The most code points that one quote may have; longer words are quoted in several pieces.
LONGEST_QUOTE: Final = 20_000
_LONGEST_PREFIX: Final = 500


@dataclass(frozen=True, slots=True)
class Quoted:
    """A source and its normalised text, to take quotes from."""

    source: str
    normal: str

    def of(self, *spans: Span) -> list[Evidence]:
        """A quote for each of the stretches that has words."""
        return [quote for span in spans for quote in self.between(span.start, span.end)]

    def between(self, start: int, end: int, label: str | None = None) -> list[Evidence]:
        """The words from one offset to another. ``label`` is what stands right before them, to be
        kept as their prefix: the name of the speaker, say.
        """
        pieces = self._cut(start, end)
        return [
            self._quote(first, last, None if count else label)
            for count, (first, last) in enumerate(pieces)
        ]

    def _quote(self, start: int, end: int, label: str | None) -> Evidence:
        exact = self.normal[start:end]
        prefix = label if label and len(label) <= _LONGEST_PREFIX else None
        place = locate(self.normal, exact, start=start, prefix=prefix)
        shown = verify(self.normal, exact, start, place.prefix, place.suffix)
        return Evidence(
            source=self.source,
            exact=exact,
            prefix=place.prefix,
            suffix=place.suffix,
            start=start,
            end=end,
            verification=shown,
        )

    def _cut(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The stretch without the spaces at its ends, cut at spaces where it is too long."""
        while start < end and self.normal[start] == " ":
            start += 1
        while start < end and self.normal[end - 1] == " ":
            end -= 1
        while end - start > LONGEST_QUOTE:
            space = self.normal.rfind(" ", start, start + LONGEST_QUOTE)
            cut = space if space > start else start + LONGEST_QUOTE
            yield start, cut
            start = cut + (cut == space)
        if start < end:
            yield start, end


def fingerprint_of(lines: str) -> TextContent:
    """What is recorded of a text; its file has just these lines, in UTF-8."""
    found = fingerprint(lines.encode())
    return TextContent(
        sha256=found.sha256,
        normalized_sha256=found.normalized_sha256,
        length=found.length,
        normalization=NORMALIZATION,
    )
