"""From files to the store and back: the work that the command line and the server share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from app.dossiers.completing import complete
from app.dossiers.document import Dossier
from app.dossiers.reading import read
from app.errors import Conflict, Fault, InvalidDossier
from app.resources.sources import SourceContent
from app.store.engine import Database
from app.store.loading import Bundle, Plan, load
from app.store.telling import Tell, quiet
from app.store.writer import Author

SUFFIXES = (".yaml", ".yml", ".json", ".ndjson")


@dataclass(frozen=True, slots=True)
class Options:
    """How dossiers are to be loaded, and on whose behalf."""

    editor: str
    reason: str
    texts: Path | None = None
    replace: bool = False
    dry_run: bool = False


def load_files(
    database: Database,
    paths: Sequence[Path],
    options: Options,
    now: datetime,
    tell: Tell = quiet,
) -> list[Plan]:
    """Load dossier files, all or nothing, and give what each of them did. Raises InvalidDossier or
    Conflict, and changes nothing then; each fault says where.

    A file is read when the one before it is laid down, so memory does not grow with their number.
    """
    reading = _Reading(paths, options.texts, now.astimezone(UTC).date())
    author = Author(options.editor, options.reason, now)
    bundles = _bundles(reading, tell)
    try:
        return load(database, bundles, author, replace=options.replace, dry_run=options.dry_run)
    except Conflict as conflict:
        raise Conflict(conflict.detail, _placed(conflict.faults, reading)) from None


@dataclass(frozen=True, slots=True)
class _Reading:
    """Dossier files, and the texts of their sources; they can be read again."""

    paths: Sequence[Path]
    texts: Path | None
    today: date

    def __iter__(self) -> Iterator[Dossier]:
        return (_read(path, self.texts, self.today) for path in self.paths)


def _bundles(reading: _Reading, tell: Tell) -> Iterator[Bundle]:
    """The dossiers as they are loaded. It is told of each once the next one is wanted."""
    for dossier in reading:
        yield Bundle(dossier.negotiation, dossier.base, dossier.records)
        number = len(dossier.records)
        tell(f"{Path(dossier.name).name}, records", number, number)


def _placed(faults: Sequence[Fault], reading: _Reading) -> tuple[Fault, ...]:
    """The faults of records with file, line and path, where one of the dossiers holds them."""
    found = dict(enumerate(faults))
    for dossier in reading:
        for number, fault in enumerate(faults):
            noun, _, identifier = (fault.path or "").partition("/")
            # What was placed stays where it is: the first that holds a record counts.
            if (noun, identifier) in dossier.places and found[number] is fault:
                told = f"{fault.path} {fault.message}"
                found[number] = dossier.fault((noun, identifier), "", told)
    return tuple(found.values())


def seed_files(folder: Path) -> list[Path]:
    """The dossiers in a folder, in the order of their names."""
    return sorted(path for path in folder.glob("*") if path.suffix in SUFFIXES)


def _read(path: Path, texts: Path | None, today: date) -> Dossier:
    try:
        raw = path.read_bytes()
    except OSError as error:
        fault = Fault(f"cannot be read: {error.strerror}", file=str(path))
        raise InvalidDossier("A dossier cannot be read.", (fault,)) from None
    dossier = read(str(path), raw)
    return complete(dossier, _texts(dossier, texts) if texts else {}, today)


def _texts(dossier: Dossier, folder: Path) -> Mapping[str, bytes]:
    """The texts at hand, by source: a file named after its id, or one with its SHA-256."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    by_name = {path.stem: path for path in files}
    by_sum = {sha256(path.read_bytes()).hexdigest(): path for path in files}
    found: dict[str, bytes] = {}
    for (noun, identifier), content in dossier.records.items():
        if noun == "source" and isinstance(content, SourceContent):
            same = by_sum.get(content.text.sha256) if content.text else None
            path = by_name.get(identifier, same)
            if path is not None:
                found[identifier] = path.read_bytes()
    return found
