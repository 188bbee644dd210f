"""The connections to PostgreSQL: how a process shares its own, and if the server has enough."""

import logging
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text

from app.errors import Unavailable
from app.store.budget import LEAST, Shares, check_room, shares_of
from app.store.engine import Database

# The server of the tests has the defaults: 100 connections, of which 3 are kept for superusers.
ROOM = 97


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.fixture
def another(postgresql_database: Database) -> Iterator[None]:
    """One connection more, of somebody else."""
    with psycopg.connect(address(postgresql_database)):
        yield


@pytest.mark.parametrize(
    ("most", "shares"),
    [(4, Shares(pool=2, held=1)), (8, Shares(pool=5, held=2)), (16, Shares(pool=13, held=2))],
)
def test_a_process_shares_its_connections(most: int, shares: Shares) -> None:
    assert shares_of(most) == shares


def test_the_shares_are_never_more_than_there_are() -> None:
    for most in range(LEAST, 200):
        found = shares_of(most)
        assert found.pool + found.held + 1 == most
        assert found.pool >= 1


@pytest.mark.usefixtures("another")
def test_what_the_server_never_gives_is_refused(
    postgresql_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match=rf"Up to {ROOM + 1} .* room for {ROOM}:"):
        check_room(postgresql_database, ROOM + 1)
    assert caplog.records == []
    check_room(postgresql_database, ROOM)
    (line,) = caplog.records
    assert (line.levelno, line.message) == (
        logging.WARNING,
        "the server may run out of connections",
    )
    told = line.fields  # type: ignore[attr-defined]  # as the log has it
    assert (told["budget"], told["room"], told["others"] >= 1) == (ROOM, ROOM, True)


def test_what_fits_is_not_spoken_of(
    postgresql_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    check_room(postgresql_database, 32)
    assert caplog.records == []


def test_a_limit_of_the_database_or_of_the_role_counts(postgresql_database: Database) -> None:
    name = postgresql_database.url.database
    with postgresql_database.write() as connection:
        connection.execute(text(f"ALTER DATABASE {name} CONNECTION LIMIT 20"))
    with pytest.raises(Unavailable, match="room for 20:"):
        check_room(postgresql_database, 21)
    with postgresql_database.write() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 10"))
    database = Database(address(postgresql_database).replace("parley@", f"{name}@", 1))
    with pytest.raises(Unavailable, match="room for 10:"):
        check_room(database, 11)
    check_room(database, 10)
    database.close()
    with postgresql_database.write() as connection:
        connection.execute(text(f"DROP ROLE {name}"))


def test_a_file_and_a_pooler_have_no_such_limit(
    sqlite_database: Database, postgresql_database: Database
) -> None:
    check_room(sqlite_database, 100_000)
    pooled = Database(address(postgresql_database), pooler=True)
    check_room(pooled, 100_000)
    pooled.close()
