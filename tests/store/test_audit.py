"""The audit: exactly one row for each revision, which the database lets nobody change or delete."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.resources import BY_NOUN
from app.resources.tokens import Scope, id_of
from app.store.audit import Origin
from app.store.engine import Database
from app.store.migrating import configuration, migrate
from app.store.tables import AUDIT, REVISION, Via
from app.store.tokens import create
from app.store.writer import Author, Writer
from tests.made_up import claim, load_one, setting, write

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def rows(database: Database) -> list[dict[str, Any]]:
    with database.read() as connection:
        found = connection.execute(select(AUDIT).order_by(AUDIT.c.revision)).mappings()
        return [dict(row) for row in found]


def revisions(database: Database) -> list[int]:
    with database.read() as connection:
        return list(
            connection.execute(select(REVISION.c.number).order_by(REVISION.c.number)).scalars()
        )


def counts(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["added"], row["revised"], row["retracted"]


def test_every_revision_has_one_row_with_what_it_did(database: Database) -> None:
    write(database, *setting())
    write(database, claim("one"), claim("two"))
    write(database, claim("one", text="Anew."), claim("three"), retract=[("claim", "two")])
    found = rows(database)
    assert [row["revision"] for row in found] == revisions(database) == [1, 2, 3]
    assert [counts(row) for row in found] == [(12, 0, 0), (2, 0, 0), (1, 1, 1)]


def test_a_change_of_the_command_line_says_so_and_names_its_editor(database: Database) -> None:
    write(database, *setting())
    (row,) = rows(database)
    assert (row["via"], row["label"]) == ("command_line", "tester")
    assert [row[name] for name in ("token_id", "method", "path", "request_id")] == [None] * 4


def test_a_change_over_http_names_its_token_and_its_request(database: Database) -> None:
    write(database, *setting())
    token = id_of(create(database, "desk", [Scope.write], NOW, None))
    origin = Origin(Via.http, token, "POST", "/claims", "5c0f1e2d3a4b5c6d")
    with database.write() as connection:
        writer = Writer(connection, Author("desk", "seen", NOW, origin))
        writer.revise(BY_NOUN["claim"], claim("said"))
        assert writer.commit() == 2
    assert rows(database)[1] == {
        "revision": 2,
        "via": "http",
        "token_id": token,
        "label": "desk",
        "method": "POST",
        "path": "/claims",
        "request_id": "5c0f1e2d3a4b5c6d",
        "added": 1,
        "revised": 0,
        "retracted": 0,
        "redacted": 0,
    }


def write_and_fail(database: Database) -> None:
    with database.write() as connection:
        writer = Writer(connection, Author("desk", "seen", NOW))
        writer.revise(BY_NOUN["claim"], claim("said"))
        writer.commit()
        raise ZeroDivisionError


def test_a_change_that_fails_leaves_no_row(database: Database) -> None:
    write(database, *setting())
    with pytest.raises(Conflict):
        write(database, claim("said", claimant="nobody"))
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    assert [row["revision"] for row in rows(database)] == revisions(database) == [1]


def test_loading_what_is_there_or_only_trying_leaves_no_row(database: Database) -> None:
    records = setting()
    load_one(database, records)
    load_one(database, records)
    load_one(database, [*records, claim("said")], dry_run=True)
    assert [row["revision"] for row in rows(database)] == [1]


CHANGES = [
    "UPDATE audit SET label = 'somebody else'",
    "UPDATE audit SET label = label",
    "UPDATE audit SET revision = 7 WHERE revision = 1",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE revision = 2",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE revision = 1",
    "REPLACE INTO audit (revision, via, label, added, revised, retracted) "
    "VALUES (2, 'http', 'somebody else', 0, 0, 0)",
    "UPDATE OR REPLACE audit SET revision = 2 WHERE revision = 1",
    "UPDATE OR IGNORE audit SET label = 'somebody else'",
]
OF_POSTGRESQL = [
    "TRUNCATE audit",
    "TRUNCATE revision CASCADE",
    "INSERT INTO audit (revision, via, label, added, revised, retracted) "
    "VALUES (2, 'http', 'somebody else', 0, 0, 0) "
    "ON CONFLICT (revision) DO UPDATE SET label = 'somebody else'",
]


def test_the_database_refuses_to_change_or_delete_a_row(database: Database) -> None:
    write(database, *setting())
    write(database, claim("said"))
    before = rows(database)
    own = OF_SQLITE if database.is_sqlite else OF_POSTGRESQL
    for change in [*CHANGES, *own]:
        with pytest.raises(IntegrityError), database.write() as connection:
            connection.exec_driver_sql(change)
    assert rows(database) == before
    assert write(database, claim("more")) == 3


def test_no_row_says_of_a_revision_that_is_not_there_how_it_came_about(database: Database) -> None:
    row = {"revision": 1, "via": "http", "label": "x", "added": 1, "revised": 0, "retracted": 0}
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(insert(AUDIT), row)


def test_revisions_from_before_the_audit_have_rows_that_say_so(database: Database) -> None:
    write(database, *setting())
    write(database, claim("one"), claim("two"))
    write(database, claim("one", text="Anew."), retract=[("claim", "two")])
    before = rows(database)
    config = configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    migrate(database)
    after = rows(database)
    assert [counts(row) for row in after] == [(12, 0, 0), (2, 0, 0), (0, 1, 1)]
    assert after == [row | {"via": "unrecorded"} for row in before]
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit")


def test_no_revision_is_without_its_row(database: Database) -> None:
    write(database, *setting())
    write(database, claim("said"))
    with database.read() as connection:
        both = REVISION.outerjoin(AUDIT, AUDIT.c.revision == REVISION.c.number)
        counted = select(func.count(), func.count(AUDIT.c.revision)).select_from(both)
        assert tuple(connection.execute(counted).one()) == (2, 2)
