"""What the documents of a volume share while they are imported."""

from dataclasses import dataclass
from typing import Final

from app.importers.frus.documents import Document
from app.importers.frus.header import LONGEST_ID, Volume, slug_of
from app.importers.frus.persons import Persons
from app.importers.frus.quoting import Quoted
from app.importers.frus.report import Kind, Report

LONGEST_LINE: Final = 500
LONGEST_PROSE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Context:
    """The volume, its persons, and the report that everything unusual goes into."""

    volume: Volume
    persons: Persons
    report: Report

    @property
    def negotiation(self) -> str:
        """The id of the negotiation, which is that of the volume."""
        return self.volume.slug

    def id_of(self, document: str) -> str:
        """The id of a document's source, and of the meeting that it records."""
        return f"{self.volume.slug}-{slug_of(document)}"[:LONGEST_ID].rstrip("-")

    def quoted(self, document: Document) -> Quoted:
        """The text of a document, to take quotes from."""
        return Quoted(self.id_of(document.id), document.text.normal)

    def fitting(self, words: str, document: str, most: int = LONGEST_LINE) -> str:
        """Words that fit into a field; cut between words, and reported, where they did not."""
        if len(words) <= most:
            return words
        self.report.note(Kind.shortened, document, words)
        return f"{words[: most - 1].rpartition(' ')[0] or words[: most - 1]}…"
