"""Backup, restore and check on the command line: what they say, where, and how they end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands.progress import _InPlace, progress
from app.errors import Conflict, InvalidRequest, ParleyError, Unavailable
from app.store.engine import Database
from app.store.telling import quiet

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seed" / "us-russia-security-talks-2022.yaml"
NEGOTIATION = "us-russia-security-talks-2022"

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the store at a URL; a named failure comes as an exception."""

    def invoke(url: str, *words: str) -> Result:
        monkeypatch.setenv("PARLEY_DATABASE_URL", url)
        result = CliRunner().invoke(cli, words)
        if isinstance(result.exception, ParleyError):
            raise result.exception
        return result

    return invoke


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_a_backup_is_restored_and_whole_and_exports_the_same_bytes(
    database: Database, run: Run, tmp_path: Path
) -> None:
    url, file = url_of(database), str(tmp_path / "backup")
    run(url, "load", str(SEED))
    made = run(url, "backup", file)
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.startswith("Backed up revision 1, ")
    other = f"sqlite:///{tmp_path / 'other' / 'parley.db'}"
    restored = run(other, "restore", file)
    assert restored.stdout.startswith("Restored revision 1, ")
    assert "rows, backed up at 20" in restored.stdout
    exports = [run(one, "export", NEGOTIATION).stdout_bytes for one in (url, other)]
    assert exports[0] == exports[1]
    assert exports[0].startswith(b"dossier: 1\nbase: sha256-")
    for one in (url, other):
        checked = run(one, "check")
        assert checked.exit_code == 0
        assert checked.stdout == (
            "33 records in 37 rows of versions and 1 revisions checked, 0 faults.\n"
        )
    with pytest.raises(Conflict):
        run(other, "restore", file)


def test_a_file_that_is_no_backup_makes_no_store(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    for name, error in (("text", InvalidRequest), ("none", Unavailable)):
        (tmp_path / "text").write_text("Not a backup.", encoding="utf-8")
        with pytest.raises(error):
            run(f"sqlite:///{folder / 'parley.db'}", "restore", str(tmp_path / name))
    assert not folder.exists()


def test_there_is_no_backup_and_no_check_of_a_store_that_is_not_there(
    run: Run, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    for words in (["backup", str(tmp_path / "backup")], ["check"]):
        with pytest.raises(Unavailable, match="There is no store"):
            run(url, *words)
    assert list(tmp_path.iterdir()) == []


def test_the_check_prints_each_fault_and_ends_with_exit_code_1(
    sqlite_database: Database, run: Run
) -> None:
    url = url_of(sqlite_database)
    run(url, "load", str(SEED))
    with dbapi2.connect(sqlite_database.url.database) as connection:
        connection.execute("UPDATE identity SET label = 'Otan' WHERE id = 'nato'")
        connection.execute("UPDATE revision SET number = 2")
    connection.close()
    result = run(url, "check")
    assert result.exit_code == 1
    *faults, last = result.stdout.splitlines()
    assert "revision 1: is missing" in faults
    assert any(line.startswith("participant/nato: its identity shows") for line in faults)
    assert last.endswith(f"1 revisions checked, {len(faults)} faults.")


@pytest.mark.parametrize("command", ["backup", "restore", "check"])
def test_progress_is_told_on_standard_error_where_it_is_asked_for(
    sqlite_database: Database, run: Run, tmp_path: Path, command: str
) -> None:
    url, file = url_of(sqlite_database), str(tmp_path / "backup")
    run(url, "load", str(SEED))
    run(url, "backup", file)
    if command == "restore":
        url = f"sqlite:///{tmp_path / 'other.db'}"
    words = [command] if command == "check" else [command, file]
    told = run(url, *words, "--progress")
    steps = told.stderr.splitlines()
    assert ("versions: 37" if command == "check" else "version: 37") in steps
    assert ("words of quote: 66" in steps) == (command != "backup")
    assert len(told.stdout.splitlines()) == 1


def test_progress_is_told_in_place_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Terminal:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            written.append(text)

        def flush(self) -> None:
            pass

    assert progress(False) is quiet
    monkeypatch.setattr("sys.stderr", Terminal())
    tell = progress(False)
    assert isinstance(tell, _InPlace)
    tell("version", 1000, 20_000)
    tell("version", 20_000, 20_000)
    assert written == ["\r\x1b[Kversion: 1,000 of 20,000", "\r\x1b[Kversion: 20,000\n"]
