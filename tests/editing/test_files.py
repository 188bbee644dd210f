"""Loading files: many at once, one after the other."""

import gc
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.dossiers.document import Dossier
from app.editing import Options, load_files
from app.errors import Conflict, InvalidDossier
from app.store.engine import Database
from app.store.tables import REVISION

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OPTIONS = Options("test", "many files")


def dossier(folder: Path, number: int, name: str = "Northport") -> Path:
    """A file with a negotiation of its own, and a participant that all of them share."""
    parties = [{"id": "one", "participant": "northport", "role": "principal"}]
    talks = {"id": f"talks-{number}", "title": f"Talks {number}", "parties": parties}
    talks |= {"kind": "bilateral", "state": "active"}
    people = [{"id": "northport", "kind": "state", "name": name}]
    path = folder / f"talks-{number}.json"
    path.write_text(
        json.dumps({"dossier": 1, "negotiation": talks, "participants": people}), encoding="utf-8"
    )
    return path


def revisions(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(REVISION)).scalar_one())


def test_no_file_is_kept_in_memory_when_the_next_is_laid_down(
    sqlite_database: Database, tmp_path: Path
) -> None:
    files = [dossier(tmp_path, number) for number in range(5)]
    told: list[tuple[str, int, int]] = []
    alive: list[int] = []

    def tell(what: str, done: int, of: int) -> None:
        told.append((what, done, of))
        gc.collect()
        alive.append(sum(isinstance(one, Dossier) for one in gc.get_objects()))

    plans = load_files(sqlite_database, files, OPTIONS, NOW, tell)
    assert [len(plan.added) for plan in plans] == [2, 1, 1, 1, 1]
    assert told == [(f"talks-{number}.json, records", 2, 2) for number in range(5)]
    assert alive == [1] * 5
    assert revisions(sqlite_database) == 5


def test_a_file_that_cannot_be_read_leaves_nothing_of_those_before_it(
    sqlite_database: Database, tmp_path: Path
) -> None:
    good, bad = dossier(tmp_path, 1), tmp_path / "bad.json"
    bad.write_text("{", encoding="utf-8")
    with pytest.raises(InvalidDossier):
        load_files(sqlite_database, [good, bad], OPTIONS, NOW)
    assert revisions(sqlite_database) == 0


def test_each_conflict_names_the_first_file_that_holds_the_record(
    sqlite_database: Database, tmp_path: Path
) -> None:
    load_files(sqlite_database, [dossier(tmp_path, 1)], OPTIONS, NOW)
    others = [dossier(tmp_path, number, "Another name") for number in (2, 3)]
    with pytest.raises(Conflict) as refused:
        load_files(sqlite_database, others, OPTIONS, NOW)
    places = [(Path(fault.file or "").name, fault.line) for fault in refused.value.faults]
    assert places == [("talks-2.json", 1)] * 2
    assert revisions(sqlite_database) == 1
