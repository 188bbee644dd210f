"""Which schema a store has, and which one this release needs: told without alembic.

Every start asks, and most stores need no migration: loading alembic would take a tenth of the time
and of the memory.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.store.engine import Database

MIGRATIONS = Path(__file__).with_name("migrations")


def head() -> str:
    """The newest revision that this version of Parley knows: the names of the steps begin with it.

    Like ``0005`` of ``0005_the_tallies.py``.
    """
    steps = (MIGRATIONS / "versions").glob("[0-9]*.py")
    return max(step.name.partition("_")[0] for step in steps)


def schema_revision(database: Database) -> str | None:
    """The revision of the schema in the store, or None before the first migration."""
    with database.read() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, as a connection sees it."""
    # Where alembic keeps it.
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
