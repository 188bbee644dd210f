"""Backups: whole under load, refused where damaged, and restored to the same record anywhere."""

import gzip
import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from app.dossiers.writing import write_yaml
from app.errors import Conflict, InvalidRequest, ParleyError, Unavailable
from app.resources.wording import Words
from app.store.backing_up import back_up
from app.store.backup_form import Sum, stored_tables
from app.store.engine import Database
from app.store.exporting import export
from app.store.indexing import worded
from app.store.restoring import restore
from app.store.schema import head
from app.store.searching import matching
from app.store.tables import IDEMPOTENCY, SECRET, TOKEN
from tests.made_up import (
    TALKS,
    claim,
    demand,
    get,
    meeting,
    notice,
    participant,
    quotes,
    setting,
    source,
    write,
)
from tests.store.conftest import NewStore

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# More rounds than a run of all tests needs: PARLEY_BACKUP_ROUNDS=10.
ROUNDS = int(os.environ.get("PARLEY_BACKUP_ROUNDS", "2"))
SEARCHED = ["pier", "harbour", "words", "anna", "ö"]


def kind_of(database: Database) -> str:
    return "sqlite" if database.is_sqlite else "postgresql"


def fill(database: Database) -> None:
    """A store with every table in use: corrections, retractions, a token and a kept answer."""
    answer = {"by": "northland", "stance": "rejects", **quotes("b")}
    post = {"title": "Mayor", "organization": "council", "from": "2021", **quotes("a")}
    held = notice("held", "b", starts="2022-01-03", place={"city": "Malmö"})
    there = {"participant": "anna", "presence": "attended", **quotes("b")}
    relation = {"to": "c1", "type": "confirms", "basis": "-"}
    write(
        database,
        *setting(),
        participant("carl", "Carl", posts=[post]),
        claim("c1", text="The pier is open — ö “quoted”\nsecond line"),
        claim("c2", "b undated", relations=[relation]),
        demand("d1", responses=[answer], withdrawn=quotes("e")),
        meeting("m1", held, attendance=[there]),
    )
    write(database, claim("c1", "a c", text="The pier is shut"), source("a", "2022-01-02"))
    write(database, retract=[("claim", "c2")])
    token = {"id": "abc", "label": "desk", "hash": "0" * 64, "scopes": "write"}
    made = {"created_at": "2026-11-24T12:00:00.000000Z"}
    kept = {"key": "k", "token_id": "abc", "method": "POST", "path": "/claims", "status": 201}
    body = {"fingerprint": "f", "headers": "[]", "body": bytes(range(256)), "revision": 3}
    with database.write() as connection:
        connection.execute(insert(TOKEN), token | made)
        connection.execute(insert(IDEMPOTENCY), kept | body | made)


def content(database: Database) -> dict[str, Any]:
    """Every row of every table, and what is found by some words."""
    found: dict[str, Any] = {}
    with database.read() as connection:
        for table in stored_tables():
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        for table in worded():
            for word in SEARCHED:
                hits = select(table.c.id).where(matching(table, Words(((word,),))))
                found[f"{table.name}: {word}"] = sorted(connection.execute(hits).scalars())
    return found


def exported(database: Database) -> bytes:
    bundle = export(database, TALKS)
    return write_yaml(bundle.base, bundle.negotiation, list(bundle.records.items()))


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_backup_restores_everything_on_either_database(
    database: Database, new_store: NewStore, tmp_path: Path, into: str
) -> None:
    fill(database)
    head = back_up(database, tmp_path / "backup", NOW)
    fresh = new_store(into)
    assert restore(fresh, tmp_path / "backup") == head
    assert head.revision == 3
    before, after = content(database), content(fresh)
    empty = {name for name, rows in before.items() if not rows and ":" not in name}
    assert empty == {"redaction", "source_text"}
    assert set(before["claim: pier"]) == {"c1", "c2"}
    for name, rows in before.items():
        assert after[name] == rows, name
    assert exported(fresh) == exported(database)
    assert get(fresh, "claim", "c1", as_of=1) == get(database, "claim", "c1", as_of=1)
    # It goes on from where the other one was.
    assert write(fresh, claim("c3")) == 4
    assert back_up(fresh, tmp_path / "second", NOW).revision == 4


def test_a_backup_under_load_is_of_one_moment(
    database: Database, new_store: NewStore, tmp_path: Path
) -> None:
    write(database, *setting(), claim("c0"))
    exports = {1: exported(database)}
    enough = Event()

    def edit() -> None:
        for number in count(2):
            if enough.is_set():
                return
            # Each change is of several records, so that half of one would show.
            words = f"number {number}"
            claims = [claim(f"c{place}", "a b", text=words) for place in range(number % 7 + 1)]
            revision = write(database, *claims, participant("carl", words))
            exports[revision] = exported(database)

    def wait(what: str, _done: int, _of: int) -> None:
        """Once the first tables are written, let others write before the rest is."""
        many = len(exports)
        while what == "revision" and len(exports) < many + 2:
            assert writer.is_alive()
            sleep(0.01)

    writer = Thread(target=edit)
    writer.start()
    try:
        for number in range(ROUNDS):
            back_up(database, tmp_path / f"{number}", NOW, wait)
    finally:
        enough.set()
        writer.join()
    revisions: set[int] = set()
    for number in range(ROUNDS):
        fresh = new_store(kind_of(database))
        head = restore(fresh, tmp_path / f"{number}")
        assert exported(fresh) == exports[head.revision]
        revisions.add(head.revision)
    assert len(revisions) == ROUNDS
    assert max(exports) > max(revisions)


def test_the_same_store_gives_the_same_bytes_on_both_databases(
    both: tuple[Database, Database], tmp_path: Path
) -> None:
    for number, one in enumerate(both):
        fill(one)
        back_up(one, tmp_path / f"{number}", NOW)
    first, second = (tmp_path / name for name in ("0", "1"))
    assert first.read_bytes() == second.read_bytes()


def test_an_empty_store_has_a_backup_too(
    sqlite_database: Database, new_store: NewStore, tmp_path: Path
) -> None:
    assert back_up(sqlite_database, tmp_path / "backup", NOW).revision == 0
    fresh = new_store("sqlite")
    restore(fresh, tmp_path / "backup")
    assert content(fresh) == content(sqlite_database)


def test_progress_is_told_table_by_table(sqlite_database: Database, tmp_path: Path) -> None:
    fill(sqlite_database)
    told: list[tuple[str, int, int]] = []
    back_up(sqlite_database, tmp_path / "backup", NOW, lambda *step: told.append(step))
    assert ("revision", 3, 3) in told
    assert all(0 < done <= of for _, done, of in told)


# The file.


def test_only_its_owner_may_read_a_backup(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database, tmp_path / "backup", NOW)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


@pytest.mark.parametrize("there", [True, False])
def test_a_backup_that_fails_leaves_no_file_and_keeps_the_one_before(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    if there:
        (folder / "backup").write_bytes(b"the one before")

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Unavailable, match="No space left on device"):
        back_up(sqlite_database, folder / "backup", NOW)
    assert [path.read_bytes() for path in folder.iterdir()] == [b"the one before"] * there


def test_a_folder_that_is_not_there_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="could not be written"):
        back_up(sqlite_database, tmp_path / "none" / "backup", NOW)


# Refusals: whatever is wrong, nothing is written.


def lines_of(path: Path) -> list[bytes]:
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def row_of(lines: list[bytes], table: str, offset: int) -> int:
    """The place of a row in a backup, counted back from the line that ends its table."""
    end = next(
        place
        for place, line in enumerate(lines)
        if line.startswith(b'{"table":"%b"' % table.encode())
    )
    return end - offset


def change_word(lines: list[bytes]) -> None:
    place = row_of(lines, "claim", 1)
    assert b"pier" in lines[place]
    lines[place] = lines[place].replace(b"pier", b"peer")


def drop_row(lines: list[bytes]) -> None:
    del lines[row_of(lines, "quote", 1)]


def repeat_row(lines: list[bytes]) -> None:
    place = row_of(lines, "quote", 1)
    lines.insert(place, lines[place])


def dangle(lines: list[bytes]) -> None:
    """Let a link lead nowhere, and sum the table up anew."""
    place, end = row_of(lines, "link", 1), row_of(lines, "link", 0)
    row = json.loads(lines[place])
    lines[place] = json.dumps([*row[:-1], "nowhere"]).encode() + b"\n"
    found = Sum("link")
    for line in lines[end - json.loads(lines[end])["rows"] : end]:
        found.add(line)
    lines[end] = found.line()


def cut_off(lines: list[bytes]) -> None:
    del lines[row_of(lines, "quote", 0) :]


def cut_end(lines: list[bytes]) -> None:
    del lines[-1]


def go_on(lines: list[bytes]) -> None:
    lines.append(b"[]\n")


def no_row(lines: list[bytes]) -> None:
    lines[row_of(lines, "claim", 1)] = b"nonsense\n"


def short_row(lines: list[bytes]) -> None:
    lines[row_of(lines, "claim", 1)] = b"[1]\n"


def no_day(lines: list[bytes]) -> None:
    place = row_of(lines, "identity", 1)
    row = json.loads(lines[place])
    lines[place] = json.dumps([*row[:3], "yesterday", *row[4:]]).encode() + b"\n"


def other_schema(lines: list[bytes]) -> None:
    lines[0] = lines[0].replace(b'"schema":"%b"' % head().encode(), b'"schema":"0001"')


def other_form(lines: list[bytes]) -> None:
    lines[0] = lines[0].replace(b'"parley_backup":1', b'"parley_backup":2')


def other_tables(lines: list[bytes]) -> None:
    lines[0] = lines[0].replace(b'"name":"claim"', b'"name":"clam"')


def no_head(lines: list[bytes]) -> None:
    del lines[0]


DAMAGES: dict[Callable[[list[bytes]], None], str] = {
    change_word: "rows of the table 'claim' are not those",
    drop_row: "rows of the table 'quote' are not those|row of the table 'quote' cannot be read",
    repeat_row: "rows of the table 'quote' are not those",
    dangle: "does not hold together",
    cut_off: "rows of the table 'quote' are not those",
    cut_end: "does not end where it should",
    go_on: "does not end where it should",
    no_row: "row of the table 'claim' cannot be read",
    short_row: "row of the table 'claim' cannot be read",
    no_day: "row of the table 'identity' cannot be read",
    other_schema: "has the schema '0001', and this version of Parley has",
    other_form: "has the form 2",
    other_tables: "other tables",
    no_head: "not a backup",
}


@pytest.fixture
def backup(sqlite_database: Database, tmp_path: Path) -> Path:
    fill(sqlite_database)
    back_up(sqlite_database, tmp_path / "backup", NOW)
    return tmp_path / "backup"


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_written(
    backup: Path, new_store: NewStore, damage: Callable[[list[bytes]], None]
) -> None:
    found = lines_of(backup)
    damage(found)
    assert found != lines_of(backup)
    backup.write_bytes(gzip.compress(b"".join(found)))
    fresh = new_store("sqlite")
    before = content(fresh)
    with pytest.raises(InvalidRequest, match=DAMAGES[damage]):
        restore(fresh, backup)
    assert content(fresh) == before


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_a_file_that_is_cut_off_is_refused(backup: Path, new_store: NewStore, kept: int) -> None:
    backup.write_bytes(backup.read_bytes()[:kept])
    fresh = new_store("sqlite")
    before = content(fresh)
    with pytest.raises(InvalidRequest, match=r"damaged or cut off|not a backup"):
        restore(fresh, backup)
    assert content(fresh) == before


def test_a_file_with_a_wrong_byte_is_refused(backup: Path, new_store: NewStore) -> None:
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    backup.write_bytes(raw)
    fresh = new_store("sqlite")
    with pytest.raises(InvalidRequest):
        restore(fresh, backup)
    assert content(fresh)["revision"] == []


def test_a_file_of_another_sort_or_none_is_refused(
    sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("Not a backup.", encoding="utf-8")
    for name, error in (("text", InvalidRequest), ("none", Unavailable), (".", Unavailable)):
        with pytest.raises(error):
            restore(sqlite_database, tmp_path / name)


def hold_record(database: Database) -> None:
    write(database, participant("anna"))


def hold_token(database: Database) -> None:
    with database.write() as connection:
        made = "2026-11-24T12:00:00.000000Z"
        row = {"id": "abc", "label": "desk", "hash": "0" * 64, "scopes": "write"}
        connection.execute(insert(TOKEN), row | {"created_at": made})


@pytest.mark.parametrize("hold", [hold_record, hold_token])
def test_a_store_that_holds_something_is_not_overwritten(
    backup: Path, new_store: NewStore, hold: Callable[[Database], None]
) -> None:
    for kind in ("sqlite", "postgresql"):
        fresh = new_store(kind)
        hold(fresh)
        before = content(fresh)
        with pytest.raises(Conflict, match="holds something already"):
            restore(fresh, backup)
        assert content(fresh) == before


def test_a_restore_that_fails_half_way_leaves_the_store_as_it_was(
    backup: Path, new_store: NewStore
) -> None:
    for kind in ("sqlite", "postgresql"):
        fresh = new_store(kind)
        before = content(fresh)

        def stop(what: str, _done: int, _of: int) -> None:
            if what == "words of claim":
                raise RuntimeError(what)

        with pytest.raises(RuntimeError, match="words of claim"):
            restore(fresh, backup, stop)
        assert content(fresh) == before
        restore(fresh, backup)


def test_the_secrets_of_the_store_come_along(backup: Path, new_store: NewStore) -> None:
    fresh = new_store("sqlite")
    with fresh.write() as connection:
        connection.execute(text("UPDATE secret SET value = 'another'"))
    restore(fresh, backup)
    with fresh.read() as connection:
        names = connection.execute(select(SECRET.c.name, SECRET.c.value)).all()
    assert [name for name, value in names if value != "another"] == ["cursor_key"]


def test_every_refusal_is_a_failure_with_a_name(backup: Path, new_store: NewStore) -> None:
    fresh = new_store("sqlite")
    restore(fresh, backup)
    with pytest.raises(ParleyError):
        restore(fresh, backup)
