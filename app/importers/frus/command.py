"""The work of ``parley import frus``: a volume becomes a dossier, texts, a report, or records."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.dossiers.reading import FORMS, read
from app.dossiers.writing import write_json, write_yaml
from app.editing import Options, load_files
from app.errors import Fault, InvalidDossier, Unavailable
from app.importers.frus.importing import Progress, import_volume
from app.importers.frus.report import Report
from app.store.engine import Database

_NDJSON: Final = ".ndjson"


def _silent(_documents: int, _read: int, _size: int) -> None:
    """Tell nothing of how far the import is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of an import. Without an ``output`` and a load, the dossier is printed."""

    output: Path | None = None
    texts: Path | None = None
    report: Path | None = None
    prefix: str | None = None
    progress: Progress = _silent
    load: Callable[[], AbstractContextManager[Database]] | None = None
    options: Options | None = None


def import_frus(volume: Path, wanted: Wanted) -> None:
    """Import a volume. Raises InvalidDossier, Conflict or Unavailable, and loads nothing then."""
    if wanted.output is not None and wanted.output.suffix.lower() not in FORMS:
        what = f"must have a name that ends in {', '.join(FORMS)}"
        fault = Fault(what, file=str(wanted.output))
        raise InvalidDossier("The dossier cannot be written.", (fault,))
    with TemporaryDirectory(prefix="parley-") as folder, _named_failures():
        made = Path(folder) / f"{volume.stem}{_NDJSON}"
        with made.open("wb") as file:
            report = import_volume(
                volume, file, prefix=wanted.prefix, texts=wanted.texts, progress=wanted.progress
            )
        _hand_out(made, wanted)
        _tell(report, wanted)
        if wanted.load is not None:
            _load(made, wanted)


def _hand_out(made: Path, wanted: Wanted) -> None:
    """Put the dossier where it is wanted, in the form that its name asks for."""
    if wanted.output is None:
        if wanted.load is None:
            with made.open("rb") as lines:
                shutil.copyfileobj(lines, sys.stdout.buffer)
        return
    form = wanted.output.suffix.lower()
    if form == _NDJSON:
        shutil.copyfile(made, wanted.output)
        return
    dossier = read(made.name, made.read_bytes())
    write = write_json if form == ".json" else write_yaml
    wanted.output.write_bytes(write(None, dossier.negotiation, list(dossier.records.items())))


def _load(made: Path, wanted: Wanted) -> None:
    options = wanted.options or Options(editor="import", reason=f"import {made.stem}")
    assert wanted.load is not None  # noqa: S101
    with wanted.load() as database:
        (plan,) = load_files(database, [made], options, datetime.now(UTC))
    sys.stdout.write(f"{made.stem}: {plan.report(dry_run=options.dry_run)[0]}\n")


def _tell(report: Report, wanted: Wanted) -> None:
    """Print the report for people, and write the one for programs where it is wanted."""
    for line in report.lines():
        sys.stderr.write(f"{line}\n")
    if wanted.report is not None:
        told = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        wanted.report.write_text(f"{told}\n", encoding="utf-8")


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f" to {error.filename}" if error.filename else ""
        raise Unavailable(f"The import cannot be written{where}: {error.strerror}") from error
