"""The command line: what each command prints, what it changes, and how it fails."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.errors import Conflict, InvalidDossier, ParleyError, RecordNotFound, Unavailable
from app.store.engine import Database

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seed" / "us-russia-security-talks-2022.yaml"
NEGOTIATION = "us-russia-security-talks-2022"
SOURCE = "promote-ukraine-geneva-talks"

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the store of the test; a named failure comes as an exception."""
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(cli, words)
        if isinstance(result.exception, ParleyError):
            raise result.exception
        return result

    return invoke


def test_loading_says_what_it_adds_and_the_second_time_that_nothing_changed(run: Run) -> None:
    first, second = run("load", str(SEED)), run("load", str(SEED))
    assert "33 to add, 0 to revise, 0 to retract, 0 unchanged; revision 1" in first.output
    assert f"add claim/{'sherman-no-direct-response'}" in first.output
    assert "33 unchanged; nothing to write" in second.output


def test_a_dry_run_says_the_same_and_writes_nothing(run: Run) -> None:
    assert "33 to add" in run("load", str(SEED), "--dry-run").output
    with pytest.raises(RecordNotFound):
        run("export", NEGOTIATION)


@pytest.mark.parametrize("form", ["yaml", "json", "ndjson"])
def test_an_export_loads_into_an_empty_store_and_exports_the_same_bytes(
    both: tuple[Database, Database],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    exports: list[bytes] = []
    path = SEED
    for number, database in enumerate(both):
        url = database.url.render_as_string(hide_password=False)
        monkeypatch.setenv("PARLEY_DATABASE_URL", url)
        assert CliRunner().invoke(cli, ["load", str(path)]).exit_code == 0
        path = tmp_path / f"{number}.{form}"
        words = ["export", NEGOTIATION, "--format", form, "--output", str(path)]
        assert CliRunner().invoke(cli, words).exit_code == 0
        exports.append(path.read_bytes())
    assert exports[0] == exports[1]


WRONG = {
    "a wrong quote": ('exact: "talks with Russia"', 'exact: "talks with Prussi"', "the words"),
    "a dangling id": ("claimant: wendy-sherman", "claimant: nobody", "nobody"),
    "a bad date": ('starts: "2022-01-12"', 'starts: "2022-02-30"', "calendar"),
    "a duplicate key": ("    round: 1\n", "    round: 1\n    round: 1\n", "twice"),
    "an unknown key": ("    round: 1\n", "    rond: 1\n", "round"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_dossier_with_one_fault_changes_nothing_and_says_where(
    run: Run, tmp_path: Path, article: str, name: str
) -> None:
    old, new, words = WRONG[name]
    text = SEED.read_text(encoding="utf-8")
    assert old in text
    path, texts = tmp_path / "wrong.yaml", tmp_path / "texts"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    texts.mkdir()
    (texts / f"{SOURCE}.txt").write_text(article, encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises((InvalidDossier, Conflict)) as refused:
        run("load", str(path), "--texts", str(texts))
    fault = next(one for one in refused.value.faults if words in str(one))
    assert fault.file == str(path)
    assert fault.line is not None
    assert abs(fault.line - line) <= 20
    assert fault.path
    with pytest.raises(RecordNotFound):
        run("export", NEGOTIATION)


def test_loading_with_the_text_fills_in_what_stands_around_each_quote(
    run: Run, tmp_path: Path, article: str
) -> None:
    (tmp_path / "any-name.txt").write_text(article, encoding="utf-8")
    assert run("load", str(SEED), "--texts", str(tmp_path)).exit_code == 0
    exported = json.loads(run("export", NEGOTIATION, "--format", "json").output)
    quotes = [quote for claim in exported["claims"] for quote in claim["evidence"]]
    assert all(quote["prefix"] or quote["suffix"] for quote in quotes)
    # Loading without the text keeps what was found with it.
    assert "nothing to write" in run("load", str(SEED)).output


def test_a_file_that_is_not_there_is_a_fault_with_its_name(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidDossier) as refused:
        run("load", str(tmp_path / "none.yaml"))
    assert refused.value.faults[0].file == str(tmp_path / "none.yaml")


def test_what_the_store_has_otherwise_is_listed_with_file_and_line(
    run: Run, tmp_path: Path
) -> None:
    run("load", str(SEED))
    path = tmp_path / "other.yaml"
    text = SEED.read_text(encoding="utf-8").replace("name: Wendy Sherman", "name: W. Sherman")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Conflict) as refused:
        run("load", str(path))
    (fault,) = refused.value.faults
    assert (fault.file, fault.path) == (str(path), "participants[0]")
    assert fault.line
    assert "1 to revise" in run("load", str(path), "--replace").output


def test_commands_that_read_make_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    result = CliRunner().invoke(cli, ["export", NEGOTIATION])
    assert isinstance(result.exception, Unavailable)
    assert list(tmp_path.iterdir()) == []


def test_the_openapi_document_is_printed_without_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    result = CliRunner().invoke(cli, ["openapi"])
    assert json.loads(result.output)["openapi"] == "3.1.0"
    assert list(tmp_path.iterdir()) == []


def test_migrate_makes_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    assert CliRunner().invoke(cli, ["migrate"]).exit_code == 0
    assert (tmp_path / "new.db").exists()


def _parley(*words: str, **environment: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "app", *words]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_wrong_setting_is_named_and_its_value_is_not() -> None:
    process = _parley("migrate", PARLEY_CURSOR_KEY="s3cr3t")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "PARLEY_CURSOR_KEY" in errors
    assert "s3cr3t" not in errors


def test_a_named_failure_ends_with_its_words_and_exit_code_1(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    process = _parley("export", NEGOTIATION, PARLEY_DATABASE_URL=url)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("parley: There is no store")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _answer(url: str) -> httpx.Response:
    until = time.monotonic() + 60
    while True:
        try:
            return httpx.get(url)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_serve_migrates_loads_the_seed_once_and_answers(tmp_path: Path) -> None:
    port = _free_port()
    settings = {
        "PARLEY_DATABASE_URL": f"sqlite:///{tmp_path / 'served.db'}",
        "PARLEY_PORT": str(port),
    }
    for start in ("33 to add", ""):
        process = _parley("serve", **settings)
        try:
            answer = _answer(f"http://127.0.0.1:{port}/meetings/upcoming")
        finally:
            process.send_signal(signal.SIGTERM)
            output, _ = process.communicate(timeout=60)
        forums = [item["forum"]["id"] for item in answer.json()["items"]]
        assert forums == ["nato-russia-council", "osce-permanent-council"]
        assert answer.headers["Parley-Revision"] == "1"
        assert (start in output) if start else ("to add" not in output)


def test_serve_leaves_the_store_empty_where_a_setting_says_so(tmp_path: Path) -> None:
    port = _free_port()
    process = _parley(
        "serve",
        PARLEY_DATABASE_URL=f"sqlite:///{tmp_path / 'served.db'}",
        PARLEY_PORT=str(port),
        PARLEY_LOAD_SEED="false",
    )
    try:
        answer = _answer(f"http://127.0.0.1:{port}/claims")
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert answer.json()["items"] == []
    assert answer.headers["Parley-Revision"] == "0"
