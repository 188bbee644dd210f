"""Imports a volume: reads it twice, and writes its records out document by document.

The first reading finds the header and the list of persons, which some volumes have at their end;
the second one takes the documents. Records go into a file for each noun, and are put together when
all is read: the negotiation and the participants come first, and are known last.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final
from xml.etree.ElementTree import Element

from app.dossiers.writing import write_ndjson
from app.errors import Fault, InvalidDossier
from app.importers.frus.attending import Attended, is_marked
from app.importers.frus.claims import Said, claims_of
from app.importers.frus.context import Context
from app.importers.frus.documents import Document, Genre, document_of, identifier_of
from app.importers.frus.header import Volume, root_id, volume_of
from app.importers.frus.meetings import attendance_in, date_of, meeting_of
from app.importers.frus.negotiations import Bearings, negotiation_of
from app.importers.frus.noting import note_document
from app.importers.frus.outside import Outside
from app.importers.frus.persons import LIST, Persons, participants
from app.importers.frus.quoting import Quoted
from app.importers.frus.reading import is_document, pieces
from app.importers.frus.report import Kind, Report
from app.importers.frus.sources import source_of, source_of_persons
from app.resources.dates import parse_edtf
from app.resources.evidence import RecordContent

# Told after each document: how many are done, how many bytes of the file that took, of how many.
# All bytes are done only when all documents are.
Progress = Callable[[int, int, int], None]

_LONGEST_PART: Final = 64  # of a document's id, so that a number fits behind it
_MEETINGS: Final = ("with a list marked as one of participants", "with a list headed as such")
_CLAIMS: Final = ("at meetings", "in other documents")
_ORDER: Final = ("negotiation", "participant", "source", "meeting", "claim")


def import_volume(
    path: Path, out: IO[bytes], *, prefix: str | None, texts: Path | None, progress: Progress
) -> Report:
    """Write the dossier of a volume as NDJSON, and give what was found.

    ``prefix`` begins the ids of persons; None is the id of the volume. ``texts`` is a folder into
    which the text of each source is written. Raises InvalidDossier where the file is no volume.
    """
    context = _context(path, prefix)
    with ExitStack() as stack:
        spools: dict[str, IO[bytes]] = {
            noun: stack.enter_context(TemporaryFile()) for noun in _ORDER
        }
        importing = _Importing(path, context, spools, texts)
        importing.documents(progress)
        importing.shared()
        out.write(next(write_ndjson(None, context.negotiation, ())))
        for noun in _ORDER:
            spools[noun].seek(0)
            shutil.copyfileobj(spools[noun], out)
    return context.report


def _context(path: Path, prefix: str | None) -> Context:
    """The volume and its persons, by a first reading."""
    report = Report()
    root: str | None = None
    volume: Volume | None = None
    persons = Persons(prefix or "", report)
    outside = Outside()
    for piece in pieces(path):
        if piece.name == "root":
            root = root_id(piece.element)
        elif piece.name == "teiHeader":
            volume = volume_of(piece.element, root, path.stem)
            persons.prefix = volume.slug if prefix is None else prefix
        elif piece.name != "document" and not persons.read(piece.element):
            outside.take(piece)
    volume = volume or volume_of(None, root, path.stem)
    report.volume = volume.name
    outside.note(report)
    if volume.published is None:
        report.note(Kind.unpublished, volume.name)
    return Context(volume, persons, report)


class _Importing:
    """The second reading of a volume."""

    def __init__(
        self, path: Path, context: Context, spools: dict[str, IO[bytes]], texts: Path | None
    ) -> None:
        self.path = path
        self.context = context
        self.spools = spools
        self.texts = texts
        self.bearings = Bearings()
        self.taken: set[str] = set()
        self.written: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        if texts is not None:
            texts.mkdir(parents=True, exist_ok=True)

    def documents(self, progress: Progress) -> None:
        """Take every document. Raises InvalidDossier where there is none."""
        size = 0
        for piece in pieces(self.path):
            size = piece.size
            if piece.name != "document":
                continue
            # A document inside another one is one of its own.
            for element in filter(is_document, piece.element.iter()):
                self._document(document_of(element, self._identifier(element)))
            progress(len(self.taken), min(piece.read, size - 1), size)
        progress(len(self.taken), size, size)
        if not self.taken:
            fault = Fault('holds no document, <div type="document">', file=str(self.path))
            raise InvalidDossier(f"The volume {self.path.name} cannot be imported.", (fault,))

    def shared(self) -> None:
        """Write the negotiation and the participants, which all documents together make."""
        persons = self.context.persons
        self._add("negotiation", [negotiation_of(self.bearings, self.context)])
        identifier = self.context.id_of(LIST)
        states = [party.state.content() for party in self.bearings.parties.values()]
        people = participants(persons.by_key, Quoted(identifier, persons.text().replace("\n", " ")))
        everybody = sorted([*states, *people], key=lambda one: one.id)
        self._add("participant", everybody)
        if persons.by_key:
            source = source_of_persons(persons, self.context.volume, identifier)
            self._add("source", [source])
            self._keep(identifier, persons.text())
        self.context.report.counts = {
            "documents": len(self.taken),
            "persons": len(persons.by_key),
            "delegations": len(states),
            "sources": self.written["source"],
            "meetings": self.written["meeting"],
            "claims": self.written["claim"],
        }
        self.context.report.parts = {
            "sources": {
                "documents": len(self.taken),
                "list of persons": int(bool(persons.by_key)),
            },
            "meetings": {kind: self.kinds[kind] for kind in _MEETINGS},
            "claims": {kind: self.kinds[kind] for kind in _CLAIMS},
        }

    def _identifier(self, element: Element) -> str:
        wanted = identifier_of(element, len(self.taken) + 1)[:_LONGEST_PART]
        identifier, number = wanted, 1
        while self.context.id_of(identifier) in self.taken:
            number += 1
            identifier = f"{wanted}-{number}"
        if identifier != wanted:
            self.context.report.note(Kind.duplicate, wanted, f"its records are {identifier}")
        self.taken.add(self.context.id_of(identifier))
        return identifier

    def _document(self, document: Document) -> None:
        source = source_of(document, self.context)
        self._add("source", [source])
        self._keep(source.id, document.text.lines)
        note_document(document, self.context)
        found = attendance_in(document, self.context)
        said = self._meeting(document, found)
        claims = list(claims_of(document, said, found, self.context))
        self._add("claim", claims)
        at_meeting, elsewhere = _CLAIMS
        self.kinds[at_meeting if said.meeting else elsewhere] += len(claims)
        self.bearings.take(document, found, self.context)

    def _meeting(self, document: Document, found: Attended | None) -> Said:
        """Write the meeting that a document records, and say when and where its words were said."""
        if found is None:
            record = document.genre is Genre.record
            return Said(on=_day(date_of(document).starts) if record else None, recorded=record)
        meeting = meeting_of(document, found, self.context)
        self._add("meeting", [meeting])
        marked, headed = _MEETINGS
        self.kinds[marked if any(map(is_marked, found.lists)) else headed] += 1
        return Said(meeting.id, _day(meeting.notices[0].starts), recorded=True)

    def _add(self, noun: str, contents: Sequence[RecordContent]) -> None:
        records = [((noun, content.id), content) for content in contents]
        _, *lines = write_ndjson(None, None, records)
        self.spools[noun].writelines(lines)
        self.written[noun] += len(records)

    def _keep(self, source: str, lines: str) -> None:
        if self.texts is not None:
            (self.texts / f"{source}.txt").write_bytes(lines.encode())


def _day(starts: str | None) -> str | None:
    """The day on which something began, or the days between which it did."""
    if starts is None or "T" not in starts:
        return starts
    day = parse_edtf(starts).earliest
    return day.isoformat() if day else None
