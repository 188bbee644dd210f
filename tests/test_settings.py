"""The settings, and the table that documents them."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import ROOT, Settings

TABLE = ROOT / "docs" / "settings.md"
ROW = re.compile(
    r"^\| *`(?P<variable>PARLEY_[A-Z_]+)` *\| *(?P<default>.*?) *\| *(?P<meaning>.*?) *\|$"
)


def documented() -> dict[str, tuple[str, str]]:
    """The rows of the table: variable, default and meaning."""
    rows = [ROW.match(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
    found = [row for row in rows if row]
    assert len({row["variable"] for row in found}) == len(found)
    return {row["variable"]: (row["default"].strip("`"), row["meaning"]) for row in found}


def shown(default: object) -> str:
    """A default as the table shows it: a path as seen from the root of the project."""
    if isinstance(default, Path):
        return default.relative_to(ROOT).as_posix()
    return "unset" if default is None else str(default)


def declared() -> dict[str, tuple[str, str]]:
    return {
        f"PARLEY_{name.upper()}": (shown(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    }


def test_the_documented_settings_are_the_declared_ones() -> None:
    assert documented() == declared()


def test_the_documentation_comes_in_the_order_of_the_declaration() -> None:
    assert list(documented()) == list(declared())


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PORT", "8123")
    monkeypatch.setenv("PARLEY_LOAD_SEED", "false")
    found = Settings(_env_file=None)
    assert (found.port, found.load_seed) == (8123, False)


def test_the_environment_wins_over_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("PARLEY_PORT=8123\nPARLEY_HOST=::1\nANOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("PARLEY_PORT", "8124")
    found = Settings(_env_file=file)
    assert (found.port, found.host) == (8124, "::1")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PARLEY_PORT", "0"),
        ("PARLEY_PORT", "65536"),
        ("PARLEY_WORKERS", "0"),
        ("PARLEY_WORKERS", "65"),
        ("PARLEY_PORT", "http"),
        ("PARLEY_LOAD_SEED", "perhaps"),
        ("PARLEY_CURSOR_KEY", "short"),
        ("PARLEY_LOG_LEVEL", "loud"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError, match=variable.removeprefix("PARLEY_").lower()):
        Settings(_env_file=None)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 80}, "http://localhost:80"),
        ({"host": "::"}, "http://localhost:8000"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"public_url": "https://parley.example/"}, "https://parley.example"),
        ({"public_url": "https://example.org/parley", "port": 1}, "https://example.org/parley"),
    ],
)
def test_the_public_address_is_as_set_or_made_from_host_and_port(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, object], address: str
) -> None:
    for name in ("HOST", "PORT", "PUBLIC_URL"):
        monkeypatch.delenv(f"PARLEY_{name}", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(f"PARLEY_{name.upper()}", str(value))
    assert Settings(_env_file=None).public_address() == address
