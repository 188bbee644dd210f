"""From files to the store and back: the work that the command line and the server share."""

from collections.abc import Mapping, Sequence
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
    database: Database, paths: Sequence[Path], options: Options, now: datetime
) -> list[tuple[Dossier, Plan]]:
    """Load dossier files, all or nothing. Raises InvalidDossier or Conflict, and changes nothing
    then; each fault says where.
    """
    today = now.astimezone(UTC).date()
    dossiers = [_read(path, options.texts, today) for path in paths]
    bundles = [Bundle(one.negotiation, one.base, one.records) for one in dossiers]
    author = Author(options.editor, options.reason, now)
    try:
        plans = load(database, bundles, author, replace=options.replace, dry_run=options.dry_run)
    except Conflict as conflict:
        faults = tuple(_placed(fault, dossiers) for fault in conflict.faults)
        raise Conflict(conflict.detail, faults) from None
    return list(zip(dossiers, plans, strict=True))


def _placed(fault: Fault, dossiers: Sequence[Dossier]) -> Fault:
    """The fault of a record with its file, line and path, where one of the dossiers holds it."""
    noun, _, identifier = (fault.path or "").partition("/")
    for dossier in dossiers:
        if (noun, identifier) in dossier.places:
            return dossier.fault((noun, identifier), "", f"{fault.path} {fault.message}")
    return fault


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
