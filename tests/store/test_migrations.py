"""Migrations: they make what the models say, all of it or nothing, whoever starts at once."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pytest_alembic.tests import (  # noqa: F401  (checks that run here, on both databases)
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Connection, Engine, event, insert, select, text
from sqlmodel import SQLModel

from app.errors import Unavailable
from app.store import migrating
from app.store.engine import Database
from app.store.migrating import migrate
from app.store.schema import MIGRATIONS, head, schema_revision
from app.store.tables import SECRET

Schema = list[tuple[Any, ...]]

SQLITE_SCHEMA = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE sql IS NOT NULL AND type IN ('table', 'index') AND name <> 'alembic_version'
    AND tbl_name NOT LIKE '%@_words%' ESCAPE '@'
"""
POSTGRESQL_SCHEMA = (
    """
    SELECT c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
           a.attidentity, l.collname, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
      AND NOT a.attisdropped AND c.relname <> 'alembic_version' AND c.relname !~ '_words'
    """,
    """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
      AND conrelid::regclass::text <> 'alembic_version' AND conname !~ '_words'
    """,
    """
    SELECT tablename, indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' AND tablename !~ '_words'
    """,
)
# A second step for these tests, with every kind of change that a step may make.
NEXT_STEP = """
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Text))
    op.add_column("secret", sa.Column("note", sa.Text))
    op.execute("UPDATE secret SET note = 'kept: ' || name")
    op.create_index("ix_secret_note", "secret", ["note"])
    op.execute("INSERT INTO extra (id, x) SELECT 1, note FROM secret WHERE name = 'cursor_key'")
    with op.batch_alter_table("extra") as table:
        table.alter_column("x", nullable=False)
    op.execute("DELETE FROM secret WHERE name = 'cursor_key'")
"""


@pytest.fixture
def alembic_config() -> Config:
    return migrating.configuration()


@pytest.fixture
def alembic_engine(blank: Database) -> Iterator[Connection]:
    with blank.write() as connection:
        yield connection


def learn_next_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From here on the code knows one step more than the stores that were made before."""
    folder = tmp_path / "100% new"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "0007_next.py").write_text(NEXT_STEP, encoding="utf-8")
    monkeypatch.setattr("app.store.schema.MIGRATIONS", folder)


def schema(connection: Connection) -> Schema:
    """Everything that the database knows of its tables and indexes, in one order."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(SQLITE_SCHEMA).all()
        return sorted((*row[:3], *_lines(row[3])) for row in rows)
    found = [row for query in POSTGRESQL_SCHEMA for row in connection.exec_driver_sql(query).all()]
    return sorted((tuple(row) for row in found), key=repr)


def _lines(statement: str) -> list[str]:
    """The lines of a statement; its constraints, which have no order, behind its columns."""
    lines = [line.strip().rstrip(",") for line in statement.splitlines()]
    # SQLite quotes the name of a table that was copied.
    lines[:1] = [lines[0].replace('"', "")]
    # A column that was added later stands in the line of the one before it.
    lines = [one for line in lines for one in re.split(r", (?=\w+ [A-Z])", line)]
    constraints = [line for line in lines if line.startswith("CONSTRAINT ")]
    return [line for line in lines if line not in constraints] + sorted(constraints)


def whole(database: Database) -> tuple[str | None, Schema, Schema]:
    """What a migration may change: the revision, the schema, and the rows of one table."""
    with database.read() as connection:
        found = schema(connection)
        there = any("secret" in row[:3] for row in found)
        rows = connection.exec_driver_sql("SELECT * FROM secret").all() if there else []
    return schema_revision(database), found, sorted(tuple(row) for row in rows)


@contextmanager
def after_each_change(act: Callable[[Connection, int], None]) -> Iterator[None]:
    """Call back after every statement that changes something, with its number from 1 on."""
    changes = 0

    def count(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal changes
        if statement.split()[0] in {"CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE"}:
            changes += 1
            act(connection, changes)

    event.listen(Engine, "after_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", count)


def fail_after(step: int) -> Callable[[Connection, int], None]:
    def act(connection: Connection, change: int) -> None:
        if change == step:
            connection.exec_driver_sql("SELECT * FROM nowhere")

    return act


def fail_after_every_step(database: Database, stride: int = 1) -> int:
    """Let the migration fail after its 1st, 2nd, 3rd step, and so on, then let it through.

    With a stride, some steps are passed over: each failure repeats all that came before it.
    """
    before = whole(database)
    for step in range(1, 1000, stride):
        complaint = migrate_and_fail_after(database, step)
        if complaint is None:
            return step - 1
        assert "nothing was changed" in complaint
        assert whole(database) == before
    raise AssertionError("the migration has no end")


def migrate_and_fail_after(database: Database, step: int) -> str | None:
    try:
        with after_each_change(fail_after(step)):
            migrate(database)
    except Unavailable as error:
        return error.detail
    return None


def test_alembic_finds_no_difference_between_the_migrated_schema_and_the_models(
    database: Database,
) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": migrating.of_models,
                "include_object": migrating.told_by_both,
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_exactly_what_the_models_would_make(blank: Database) -> None:
    with blank.write() as connection:
        SQLModel.metadata.create_all(connection)
        wanted = schema(connection)
        SQLModel.metadata.drop_all(connection)
        assert schema(connection) == []
    migrate(blank)
    with blank.read() as connection:
        assert schema(connection) == wanted


def test_the_comparison_sees_checks_collations_and_orders_of_columns(
    postgresql_database: Database,
) -> None:
    changes = (
        "ALTER TABLE demand DROP CONSTRAINT ck_demand_mode",
        'ALTER TABLE identity ALTER COLUMN id TYPE text COLLATE "default"',
        "ALTER TABLE response DROP COLUMN meeting, ADD COLUMN meeting varchar",
        "DROP INDEX ix_link_target",
    )
    with postgresql_database.write() as connection:
        seen = [schema(connection)]
        for change in changes:
            connection.exec_driver_sql(change)
            seen.append(schema(connection))
            assert seen[-1] != seen[-2], change


def test_the_comparison_sees_a_lost_check_on_sqlite() -> None:
    table = "CREATE TABLE t (\n\ta TEXT, \n\tCONSTRAINT y CHECK (a), \n\tCONSTRAINT x CHECK (1)\n)"
    assert _lines(table) == [
        "CREATE TABLE t (",
        "a TEXT",
        ")",
        "CONSTRAINT x CHECK (1)",
        "CONSTRAINT y CHECK (a)",
    ]


def test_a_migrated_store_is_at_the_head(blank: Database) -> None:
    assert schema_revision(blank) is None
    migrate(blank)
    assert schema_revision(blank) == head()


def test_the_newest_step_by_its_name_is_the_head_that_alembic_finds() -> None:
    assert ScriptDirectory.from_config(migrating.configuration()).get_heads() == [head()]


def test_every_store_makes_a_key_of_its_own_for_cursors(blank: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    keys = set()
    for database in (blank, other):
        migrate(database)
        with database.read() as connection:
            keys.add(connection.execute(select(SECRET.c.value)).scalar_one())
    other.close()
    assert len(keys) == 2
    assert {len(bytes.fromhex(key)) for key in keys} == {32}


def test_a_second_start_changes_nothing_and_waits_for_no_writer(database: Database) -> None:
    second = Database(database.url.render_as_string(hide_password=False))
    changes: list[int] = []
    with (
        database.write(),
        after_each_change(lambda _connection, change: changes.append(change)),
    ):
        migrate(second)
    second.close()
    assert changes == []


def test_migrating_prints_nothing(blank: Database, capfd: pytest.CaptureFixture[str]) -> None:
    migrate(blank)
    assert capfd.readouterr() == ("", "")


def test_a_first_migration_that_fails_at_any_step_leaves_nothing(blank: Database) -> None:
    assert whole(blank) == (None, [], [])
    # Every step on SQLite; a failure takes PostgreSQL several times as long to roll back.
    steps = fail_after_every_step(blank, stride=1 if blank.is_sqlite else 4)
    assert steps > len(SQLModel.metadata.tables)
    assert schema_revision(blank) == head()


def test_a_later_migration_that_fails_at_any_step_leaves_the_old_schema(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learn_next_step(monkeypatch, tmp_path)
    steps = fail_after_every_step(database)
    assert steps >= 8
    assert whole(database)[0] == "0007"
    assert whole(database)[2] == []


def test_a_store_without_anything_takes_all_steps_or_none(
    blank: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learn_next_step(monkeypatch, tmp_path)
    fail_after_every_step(blank, stride=11)
    assert schema_revision(blank) == "0007"


def test_threads_that_migrate_at_once_migrate_once(blank: Database) -> None:
    url = blank.url.render_as_string(hide_password=False)
    start = Barrier(4)

    def begin() -> str | None:
        database = Database(url)
        start.wait()
        migrate(database)
        found = schema_revision(database)
        database.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        results = [pool.submit(begin) for _ in range(4)]
        assert [result.result() for result in results] == [head()] * 4


def test_processes_that_migrate_at_once_migrate_once(blank: Database) -> None:
    program = (
        "import sys; from app.store.engine import Database; from app.store.migrating import migrate"
        "; database = Database(sys.argv[1]); sys.stdin.read(); migrate(database); database.close()"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    command.append(blank.url.render_as_string(hide_password=False))
    workers = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(3)
    ]
    # All wait for the end of their input, so that closing it starts them together.
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.close()
        worker.stdin = None
    outputs = [worker.communicate(timeout=60)[0] for worker in workers]
    assert outputs == [b""] * 3
    assert [worker.returncode for worker in workers] == [0] * 3
    assert schema_revision(blank) == head()


def test_a_file_that_holds_something_is_copied_before_it_is_changed(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learn_next_step(monkeypatch, tmp_path)
    with sqlite_database.write() as connection:
        connection.execute(insert(SECRET), {"name": "mine", "value": "still here"})
    before = whole(sqlite_database)
    migrate(sqlite_database)
    copy = Database(f"sqlite:///{tmp_path / 'parley.db.before-0007'}")
    assert whole(copy) == before
    copy.close()
    assert whole(sqlite_database) != before
    names = sorted(path.name for path in tmp_path.glob("parley.db.*"))
    assert names == ["parley.db.before-0007"]


def test_no_copy_is_made_where_there_is_nothing_to_keep_or_nothing_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'parley.db'}")
    migrate(database)
    migrate(database)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["parley.db"]


def test_nothing_is_changed_where_no_copy_can_be_made(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    learn_next_step(monkeypatch, tmp_path)
    before = whole(sqlite_database)
    (tmp_path / "parley.db.copying").mkdir()
    with pytest.raises(Unavailable, match="could not be copied"):
        migrate(sqlite_database)
    assert whole(sqlite_database) == before


def test_a_schema_from_the_future_is_refused_and_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = whole(database)
    with pytest.raises(Unavailable, match="'9999', which is newer than '0006'"):
        migrate(database)
    assert whole(database) == before
