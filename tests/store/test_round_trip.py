"""Out and in again: an export gives the same bytes from any store that it was loaded into."""

import os
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from app.dossiers.completing import complete
from app.dossiers.reading import read
from app.dossiers.writing import write_json, write_ndjson, write_yaml
from app.editing import Options, load_files
from app.errors import Conflict
from app.store.contents import canonical, owned_by, stored
from app.store.engine import Database
from app.store.exporting import export
from tests.made_up import claim, participant, write
from tests.random_edits import NEGOTIATIONS, START, World
from tests.store.conftest import NewStore

# More than a run of all tests needs: PARLEY_RANDOM_EDITS=500 PARLEY_RANDOM_WORLDS=5.
EDITS = int(os.environ.get("PARLEY_RANDOM_EDITS", "12"))
WORLDS = int(os.environ.get("PARLEY_RANDOM_WORLDS", "1"))
FORMS = {
    "yaml": write_yaml,
    "json": write_json,
    "ndjson": lambda *asked: b"".join(write_ndjson(*asked)),
}


def exported(database: Database, negotiation: str, form: str = "yaml") -> bytes:
    bundle = export(database, negotiation)
    return FORMS[form](bundle.base, bundle.negotiation, list(bundle.records.items()))


def whole(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in SQLModel.metadata.sorted_tables
        }


def load_bytes(database: Database, folder: Path, form: str, *exports: bytes) -> None:
    """Load exports as files, one command for each."""
    for number, raw in enumerate(exports):
        path = folder / f"{number}.{form}"
        path.write_bytes(raw)
        load_files(database, [path], Options("tester", "load"), START)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_exports_are_the_same_bytes_in_any_store_in_any_order_after_random_edits(
    database: Database, new_store: NewStore, tmp_path: Path, seed: int
) -> None:
    world = World(database, seed)
    for _ in range(EDITS):
        world.edit()
    kinds = ("sqlite", "postgresql") if database.is_sqlite else ("postgresql", "sqlite")
    for form, kind, order in zip(
        ["yaml", "json", "ndjson", "yaml"],
        [*kinds, *kinds],
        [*permutations(NEGOTIATIONS), *permutations(NEGOTIATIONS)],
        strict=True,
    ):
        fresh = new_store(kind)
        load_bytes(fresh, tmp_path, form, *(exported(database, one, form) for one in order))
        for one in NEGOTIATIONS:
            for other in FORMS:
                assert exported(fresh, one, other) == exported(database, one, other)


def test_an_export_loaded_where_it_came_from_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    world = World(database, seed=5)
    for _ in range(EDITS):
        world.edit()
    before = whole(database)
    for form in FORMS:
        load_bytes(
            database, tmp_path, form, *(exported(database, one, form) for one in NEGOTIATIONS)
        )
        assert whole(database) == before


def test_an_old_export_over_newer_edits_lists_each_record_and_changes_nothing(
    database: Database, new_store: NewStore, tmp_path: Path
) -> None:
    """In the store that it came from, and in another one that it was loaded into and edited."""
    world = World(database, seed=6)
    for _ in range(EDITS // 2):
        world.edit()
    talks = NEGOTIATIONS[0]
    old = exported(database, talks)
    copy = new_store("sqlite" if database.is_sqlite else "postgresql")
    load_bytes(copy, tmp_path, "yaml", old)
    for _ in range(EDITS // 2):
        world.edit()
    write(copy, claim("c-new", "s0", negotiation=talks, claimant="p0"), participant("p0", "Anew"))
    assert refused(copy, tmp_path, old) == {"claim/c-new", "participant/p0"}
    wanted = differing(database, talks, old)
    assert len(wanted) > 2
    assert refused(database, tmp_path, old) == wanted


def refused(database: Database, folder: Path, raw: bytes) -> set[str]:
    """The records that stand against a load, which changes nothing."""
    before = whole(database)
    with pytest.raises(Conflict) as caught:
        load_bytes(database, folder, "yaml", raw)
    assert whole(database) == before
    # A record that the file holds is named by its place there, and its noun and id follow.
    return {
        fault.message.split()[0] if fault.line else str(fault.path) for fault in caught.value.faults
    }


def differing(database: Database, talks: str, raw: bytes) -> set[str]:
    """The records of a negotiation that an older export of it has otherwise, or has not."""
    then = complete(read("old.yaml", raw), {}, START.date()).records
    with database.read() as connection:
        now = {one: old for one, old in stored(connection, then).items() if old.live}
        now |= owned_by(connection, talks)
    texts = {address: canonical(content) for address, content in then.items()}
    there = {address: old.text for address, old in now.items()}
    return {
        "/".join(one) for one in texts.keys() | there.keys() if texts.get(one) != there.get(one)
    }
