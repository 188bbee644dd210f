"""Gathers what stands outside of documents, so that the report can say that it is not imported."""

from collections import Counter
from dataclasses import dataclass, field

from app.importers.frus.reading import Piece
from app.importers.frus.report import Kind, Report
from app.importers.frus.text import words_of


@dataclass(slots=True)
class Outside:
    """Paragraphs, items and rows outside of documents, counted by the section they stand in."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def take(self, piece: Piece) -> None:
        """Count a piece that has words."""
        words = words_of(piece.element).strip()
        if words:
            self.counts[piece.section] += 1
            self.first.setdefault(piece.section, words)

    def note(self, report: Report) -> None:
        """Report the sections in the order of the volume, each with its first words."""
        for section, count in self.counts.items():
            report.note(Kind.outside_document, section, self.first[section], count)
