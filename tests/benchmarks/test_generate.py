"""The made-up record: always the same, as large as asked for, and fit to be loaded."""

import hashlib
import json
import sqlite3
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.editing import Options, load_files
from app.store.engine import Database
from benchmarks.generate import Manifest, generate
from benchmarks.peers_data import write_sqlite

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("generated")
    generate(1_000, made, seed=7)
    return made


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def digest(folder: Path) -> str:
    files = sorted(folder.glob("*.ndjson"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    generate(1_000, tmp_path, seed=7)
    assert digest(tmp_path) == digest(folder)


def test_another_seed_gives_other_bytes(folder: Path, tmp_path: Path) -> None:
    generate(1_000, tmp_path, seed=8)
    assert digest(tmp_path) != digest(folder)


@pytest.mark.parametrize("records", [1_000, 3_210])
def test_there_are_as_many_records_as_were_asked_for(records: int, tmp_path: Path) -> None:
    manifest = generate(records, tmp_path)
    first = [tmp_path / name for name in manifest.files[: manifest.first]]
    assert manifest.records == records
    assert sum(len(lines(file)) - 1 for file in first) == records


def test_most_records_are_claims_and_a_few_speak_most(folder: Path) -> None:
    manifest = Manifest.read(folder)
    records = [one for name in manifest.files[: manifest.first] for one in lines(folder / name)]
    claims = [one for one in records if one.get("noun") == "claim"]
    assert manifest.claims == len(claims) > 700
    speakers = Counter(one["claimant"] for one in claims)
    assert speakers.most_common(1)[0][1] > 3 * len(claims) / len(speakers)


def test_a_negotiation_that_is_written_again_keeps_its_records_and_changes_some(
    folder: Path,
) -> None:
    before, after = (lines(folder / f"talks-00002-{n}.ndjson") for n in (0, 1))
    assert [one.get("id") for one in after] == [one.get("id") for one in before]
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    claims = sum(one.get("noun") == "claim" for one in before)
    assert {one["noun"] for one in changed} == {"claim"}
    assert len(changed) == -(-claims // 3)


def test_the_loader_takes_it_and_revises_what_is_written_again(
    folder: Path, sqlite_database: Database
) -> None:
    files = [folder / name for name in ("people.ndjson", "talks-00002-0.ndjson")]
    load_files(sqlite_database, files, Options("test", "first"), NOW)
    again = [folder / "talks-00002-1.ndjson"]
    (plan,) = load_files(sqlite_database, again, Options("test", "again"), NOW)
    claims = sum(one.get("noun") == "claim" for one in lines(files[1]))
    assert (len(plan.added), len(plan.revised), len(plan.retracted)) == (0, -(-claims // 3), 0)


def test_the_peers_have_every_claim_in_its_newest_wording(folder: Path, tmp_path: Path) -> None:
    manifest = Manifest.read(folder)
    write_sqlite(folder, manifest, tmp_path / "peers.db")
    connection = sqlite3.connect(tmp_path / "peers.db")
    assert connection.execute("SELECT count(*) FROM claim").fetchone() == (manifest.claims,)
    newest = "SELECT text FROM claim WHERE id = 'talks-00002-claim-00000'"
    assert connection.execute(newest).fetchone()[0].endswith("Corrected for the 2. time.")
    connection.close()


def test_a_larger_record_takes_hardly_more_memory(tmp_path: Path) -> None:
    peaks = []
    for records in (1_000, 6_000):
        tracemalloc.start()
        generate(records, tmp_path / str(records))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 512 * 1024
