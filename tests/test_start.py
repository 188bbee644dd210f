"""What a start loads and builds: nothing that the first answers do without."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from app.store.engine import Database

# Loaded where something is migrated, imported, checked, copied or read from YAML, and not before.
UNUSED = {
    "alembic",
    "mako",
    "ruamel",
    "app.importers",
    "app.store.migrating",
    "app.store.checking",
    "app.store.backing_up",
    "app.store.restoring",
    "app.dossiers.yaml_form",
}
OF_POSTGRESQL = {"psycopg", "sqlalchemy.dialects.postgresql"}
OF_THE_COMMAND_LINE = {"typer", "uvicorn", "app.cli", "app.commands", "app.web.serving"}

LOADED = "sorted(name for name, module in sys.modules.items() if module)"
IMPORT = f"import json, sys, app.main; print(json.dumps({LOADED}))"
# A server that tells what there is when it would begin to answer, and ends.
SERVE = f"""
import gc, json, sys
import uvicorn

def run(server, sockets=None):
    from app.resources.base import Answer, Content
    server.started = True
    loaded = {LOADED}
    shapes = [*Answer.__subclasses__(), *Content.__subclasses__()]
    for shape in shapes:
        shapes.extend(shape.__subclasses__())
    built = [shape.__name__ for shape in shapes if shape.__pydantic_complete__]
    frozen = gc.get_freeze_count()
    print(json.dumps(dict(loaded=loaded, built=built, frozen=frozen, collects=gc.isenabled())))

uvicorn.Server.run = run
from app.__main__ import main
main()
"""


def ran(*command: str, **environment: str) -> Any:
    """What a program of Python says in its last line."""
    done = subprocess.run(
        [sys.executable, "-c", *command],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def served(url: str) -> Any:
    """What `parley serve` has when it begins to answer from a store that is migrated."""
    return ran(SERVE, "serve", PARLEY_DATABASE_URL=url, PARLEY_LOAD_SEED="false")


@pytest.fixture(scope="module")
def started(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The same of a SQLite file."""
    path = tmp_path_factory.mktemp("start") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    return served(f"sqlite:///{path}")


def test_the_app_loads_nothing_that_it_does_not_need() -> None:
    assert set(ran(IMPORT)) & (UNUSED | OF_POSTGRESQL | OF_THE_COMMAND_LINE) == set()


def test_a_start_on_a_migrated_store_loads_nothing_that_it_does_not_need(started: Any) -> None:
    assert set(started["loaded"]) & (UNUSED | OF_POSTGRESQL) == set()


def test_a_start_on_postgresql_loads_its_driver_and_not_more(postgresql_database: Database) -> None:
    url = postgresql_database.url.render_as_string(hide_password=False)
    assert set(served(url)["loaded"]) & (UNUSED | OF_POSTGRESQL) == OF_POSTGRESQL


def test_fastapi_need_not_load_pydantic_1(started: Any) -> None:
    assert "pydantic.v1" not in started["loaded"]


def test_a_start_builds_no_shape_of_answers_or_of_what_editors_write(started: Any) -> None:
    assert started["built"] == []


def test_what_was_loaded_is_not_looked_at_by_the_collector_again(started: Any) -> None:
    assert started["frozen"] > 100_000
    assert started["collects"]
