"""The command that verifies: what it says, what it records, and how it ends."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.errors import InvalidBody, ParleyError, RecordNotFound, Unavailable
from app.store.engine import Database
from app.store.held_texts import held
from app.store.history import revisions
from app.store.reader import snapshot
from tests.made_up import Fields, claim, get, quote, setting, write

SEED = Path(__file__).parents[2] / "seed" / "us-russia-security-talks-2022.yaml"
SOURCE = "promote-ukraine-geneva-talks"
TEXT = "The envoys spoke at noon. They spoke of words."

Verify = Callable[..., Result]


@pytest.fixture
def verify(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Verify:
    """Verifies a source against a text; a named failure comes as an exception."""
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)

    def invoke(source: str, text: str | bytes, *words: str) -> Result:
        path = tmp_path / "text.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        result = CliRunner().invoke(cli, ["verify", source, "--text", str(path), *words])
        if isinstance(result.exception, ParleyError):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def talks(database: Database) -> Database:
    """A store in which paper a is quoted twice: once in its words, once not."""
    good = claim("good", evidence=[quote("a", "spoke at noon")])
    bad = claim("bad", evidence=[quote("a", "spoke at dusk")])
    write(database, *setting(), good, bad)
    return database


def evidence(database: Database, identifier: str) -> Fields:
    (found,) = get(database, "claim", identifier)["evidence"]
    return dict(found)


def revision(database: Database) -> int:
    with snapshot(database) as look:
        return look.revision()


def test_every_quote_of_the_seed_stands_in_the_article(
    database: Database, verify: Verify, article: str
) -> None:
    CliRunner().invoke(cli, ["load", str(SEED)])
    result = verify(SOURCE, article)
    assert result.exit_code == 0
    assert result.output.startswith("The text is the one on record.\n")
    assert "66 quotes checked, 0 wrong.\n" in result.output


def test_what_was_found_is_told_and_recorded_with_its_day(talks: Database, verify: Verify) -> None:
    before = datetime.now(UTC).date().isoformat()
    result = verify("a", TEXT)
    after = datetime.now(UTC).date().isoformat()
    assert result.exit_code == 1
    assert result.output.splitlines()[:-1] == [
        "The source has no text on record; only the quotes are checked.",
        "missing: claim/bad/evidence/0",
        "verified: claim/good/evidence/0",
        "2 quotes checked, 1 wrong.",
    ]
    day = evidence(talks, "good")["verified_on"]
    assert day in (before, after)
    assert result.output.splitlines()[-1] == f"Recorded for {day} in revision 2."
    good, bad = evidence(talks, "good"), evidence(talks, "bad")
    assert (good["verification"], good["start"], good["end"]) == ("verified", 11, 24)
    assert (bad["verification"], bad["verified_on"]) == ("missing", day)
    source = get(talks, "source", "a")
    # printf '%s' 'The envoys spoke at noon. They spoke of words.' | sha256sum
    known = "34dfba2a782c70415a6890918bd3eae25bb773e344ea62075dd5810230a13549"
    assert source["text"]["sha256"] == known


def test_a_dry_run_says_the_same_and_records_nothing(talks: Database, verify: Verify) -> None:
    dry = verify("a", TEXT, "--dry-run")
    assert (dry.exit_code, dry.output.splitlines()[-1]) == (1, "Nothing was recorded.")
    assert revision(talks) == 1
    assert evidence(talks, "good")["verification"] == "unchecked"
    assert verify("a", TEXT).output.splitlines()[:-1] == dry.output.splitlines()[:-1]


def test_the_same_result_on_the_same_day_is_no_revision(talks: Database, verify: Verify) -> None:
    verify("a", TEXT)
    again = verify("a", TEXT)
    assert again.output.splitlines()[0] == "The text is the one on record."
    assert again.output.splitlines()[-1] == "The same is on record already; nothing was recorded."
    assert revision(talks) == 2


def test_another_text_than_the_one_on_record_is_wrong(talks: Database, verify: Verify) -> None:
    verify("a", TEXT)
    other = verify("a", "They spoke at noon, or at dusk: spoke at dusk.")
    assert other.exit_code == 1
    assert other.output.splitlines()[:-1] == [
        "The text is not the one on record: its SHA-256 differs.",
        "verified: claim/bad/evidence/0",
        "relocated: claim/good/evidence/0",
        "2 quotes checked, 2 wrong.",
    ]


def test_who_verified_and_why_stands_in_the_history(talks: Database, verify: Verify) -> None:
    verify("a", TEXT)
    verify("a", "Nothing of it.", "--editor", "Kyiv desk", "--reason", "a later edition")
    with talks.read() as connection:
        rows = revisions(connection, {2, 3})
    told = [(rows[number]["editor"], rows[number]["reason"]) for number in (2, 3)]
    assert told == [("command line", "verify a"), ("Kyiv desk", "a later edition")]


def test_a_text_is_kept_only_where_a_setting_says_so(
    talks: Database, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> dict[str, bytes]:
        with talks.read() as connection:
            return dict(held(connection, ["a"]))

    verify("a", TEXT)
    assert kept() == {}
    monkeypatch.setenv("PARLEY_HOLD_TEXTS", "true")
    verify("a", TEXT, "--dry-run")
    assert kept() == {}
    assert verify("a", TEXT).output.splitlines()[-1].endswith(" The text is kept.")
    assert kept() == {"a": TEXT.encode()}


def test_what_is_no_text_and_a_source_that_is_not_there_change_nothing(
    talks: Database, verify: Verify
) -> None:
    with pytest.raises(InvalidBody):
        verify("a", b"\xff\xfe")
    with pytest.raises(RecordNotFound):
        verify("no-such-source", TEXT)
    assert revision(talks) == 1


def test_verifying_makes_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    text = tmp_path / "text.txt"
    text.write_text(TEXT, encoding="utf-8")
    result = CliRunner().invoke(cli, ["verify", "a", "--text", str(text)])
    assert isinstance(result.exception, Unavailable)
    assert list(tmp_path.iterdir()) == [text]
