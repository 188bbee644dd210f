"""The commands for tokens: what each prints, what it keeps, and how it refuses."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from app.cli import cli
from app.errors import ParleyError, RecordNotFound, Unavailable
from app.resources.tokens import PATTERN, Scope, State
from app.store.engine import Database
from app.store.schema import head, schema_revision
from app.store.tables import TOKEN
from app.store.tokens import listed

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a token command over the store of the test; a named failure comes as an exception."""
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(cli, ["token", *words])
        if isinstance(result.exception, ParleyError):
            raise result.exception
        return result

    return invoke


def test_a_token_is_printed_alone_once_and_only_its_hash_is_kept(
    run: Run, database: Database
) -> None:
    result = run("create", "The desk", "--scope", "write", "--scope", "import")
    assert result.exit_code == 0
    # A script takes the token from standard output; what is for people stands beside it.
    assert re.fullmatch(f"{PATTERN}\n", result.stdout)
    token = result.stdout.strip()
    assert token.split("_")[1] in result.stderr
    assert token.split("_")[2] not in result.stderr
    with database.read() as connection:
        row = connection.execute(select(TOKEN)).one()
    assert token.split("_")[2] not in repr(row)
    (grant,) = listed(database)
    assert (grant.id, grant.label) == (token.split("_")[1], "The desk")
    assert grant.scopes == {Scope.write, Scope.import_}


def test_a_token_ends_after_ninety_days_unless_told(run: Run, database: Database) -> None:
    run("create", "one", "--scope", "write")
    run("create", "two", "--scope", "write", "--expires", "1d")
    run("create", "three", "--scope", "admin", "--expires", "2999-01-01")
    run("create", "four", "--scope", "admin", "--expires", "never")
    one, two, three, four = listed(database)
    assert one.expires_at
    assert two.expires_at
    assert three.expires_at
    assert (one.expires_at - one.created_at).days == 90
    assert (two.expires_at - two.created_at).days == 1
    assert three.expires_at.isoformat() == "2999-01-01T00:00:00+00:00"
    assert four.expires_at is None


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["desk"], "'--scope'"),
        (["desk", "--scope", "wrte"], "'wrte' is not one of 'write', 'import', 'admin'"),
        (["desk", "--scope", "write", "--expires", "90"], "'--expires': must be days like 90d"),
        (["desk", "--scope", "write", "--expires", "2020-01-01"], "must lie in the future"),
        (["desk", "--scope", "write", "--expires", "2027-02-30"], "must lie in the calendar"),
        (["", "--scope", "write"], "LABEL: must be one line"),
        (["me@example.org", "--scope", "write"], "LABEL: must not be an address"),
        (["--scope", "write"], "LABEL"),
        (["desk", "--scop", "write"], "--scop"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_made(
    run: Run, database: Database, words: list[str], complaint: str
) -> None:
    result = run("create", *words)
    assert result.exit_code == 2
    assert complaint in " ".join(re.sub("[│╭╮╰╯─]", " ", result.stderr).split())
    assert result.stdout == ""
    assert listed(database) == []


def test_the_list_shows_every_token_but_no_secret(run: Run) -> None:
    made = [
        run("create", "The desk, Kyiv", "--scope", "write", "--scope", "import").stdout.strip(),
        run("create", "other", "--scope", "admin", "--expires", "never").stdout.strip(),
    ]
    run("revoke", made[1].split("_")[1])
    result = run("list")
    head_line, *lines = result.stdout.splitlines()
    assert head_line.split() == ["id", "state", "scopes", "created", "ends", "label"]
    day = r"\d{4}-\d\d-\d\d"
    first, second = (token.split("_")[1] for token in made)
    assert re.fullmatch(rf"{first} +valid +import,write +{day} +{day} +The desk, Kyiv", lines[0])
    assert re.fullmatch(rf"{second} +revoked +admin +{day} +{day} +other", lines[1])
    assert not any(token.split("_")[2] in result.output for token in made)


def test_a_list_of_none_says_what_that_means(run: Run) -> None:
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nobody can change the record over HTTP" in result.stderr


def test_a_revoked_token_stays_revoked(run: Run, database: Database) -> None:
    identifier = run("create", "desk", "--scope", "write").stdout.split("_")[1]
    for _ in range(2):
        result = run("revoke", identifier)
        assert result.exit_code == 0
        assert identifier in result.stdout
    (grant,) = listed(database)
    assert grant.revoked_at
    assert grant.state(grant.created_at) is State.revoked


def test_a_token_that_is_not_there_cannot_be_revoked(run: Run) -> None:
    with pytest.raises(RecordNotFound, match="no token with this id"):
        run("revoke", "0123456789ab")


def test_the_first_token_makes_the_store_and_the_other_commands_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)
    for words in (["list"], ["revoke", "0123456789ab"]):
        result = CliRunner().invoke(cli, ["token", *words])
        assert isinstance(result.exception, Unavailable)
        assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(cli, ["token", "create", "desk", "--scope", "write"]).exit_code == 0
    database = Database(url)
    assert schema_revision(database) == head()
    database.close()
