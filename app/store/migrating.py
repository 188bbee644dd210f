"""Bringing the schema of a store to the newest revision: all steps in one transaction, or none."""

import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pysqlite3 import dbapi2
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from app.errors import Unavailable
from app.store import schema
from app.store.deriving import derive
from app.store.engine import Database
from app.store.indexing import index_all
from app.store.schema import head, revision_of, schema_revision
from app.store.tallying import recount

# Stores of these schemas have records, and nothing that was derived from them.
BEFORE_THE_VIEWS = ("0001",)
# Stores of these schemas have records that nobody counted.
BEFORE_THE_TALLIES = ("0001", "0002", "0003", "0004")
# Stores of these schemas have words in SQLite's indexes that are numbered otherwise.
BEFORE_THE_PLACES = ("0002", "0003", "0004", "0005")


def migrate(database: Database) -> None:
    """Bring the schema to ``head()``; nothing is written where it is there already.

    A SQLite file that holds something is copied first, beside itself: ``parley.db`` to
    ``parley.db.before-<revision>``. Raises Unavailable where the schema is newer than this
    version of Parley, and where a step fails: the old schema then stays as it was.
    """
    # Looked at before the lock is taken, so that a store that cannot be written still starts.
    if schema_revision(database) == head():
        return
    with database.write() as connection:
        found = revision_of(connection)
        if found == head():
            return  # another worker was first
        _refuse_unknown(found)
        if database.is_sqlite and inspect(connection).get_table_names():
            _copy(database, head())
        _upgrade(connection)
        if found in BEFORE_THE_VIEWS:
            derive(connection)
        if found in BEFORE_THE_PLACES and database.is_sqlite:
            index_all(connection)
        if found in BEFORE_THE_TALLIES:
            recount(connection)


def configuration() -> Config:
    """What alembic needs to know; ``attributes["connection"]`` is left to the caller."""
    config = Config()
    # The parser of the configuration would read a % in the path as the start of a variable.
    config.set_main_option("script_location", os.fspath(schema.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def of_models(name: str | None, kind: str, parents: Mapping[Any, str | None]) -> bool:
    """Whether a model declares it: the full-text indexes are made by hand, and FTS5 keeps each in
    tables of its own.
    """
    table = name if kind == "table" else parents.get("table_name")
    return "_words" not in (table or "")


def told_by_both(_thing: object, name: str | None, _kind: str, *_others: object) -> bool:
    """Whether a database tells all of it: SQLite does not say which columns of an index run down.
    The statements that made them are compared in the tests.
    """
    return name != "ix_tally_order"


def _refuse_unknown(found: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(
            f"The store has the schema '{found}', which is newer than '{head()}', the newest that "
            "this version of Parley knows. Start the version that wrote the store, or a later one."
        )


def _copy(database: Database, revision: str) -> None:
    """Copy the file as it stands, while the caller keeps other writers out."""
    path = Path(database.url.database or "")
    copy = path.with_name(f"{path.name}.before-{revision}")
    unfinished = path.with_name(f"{path.name}.copying")
    try:
        unfinished.unlink(missing_ok=True)
        with database.read() as reader, closing(dbapi2.connect(os.fspath(unfinished))) as target:
            # The driver's own connection is untyped; SQLite's has the backup API.
            reader.connection.driver_connection.backup(target)  # type: ignore[union-attr]
        unfinished.replace(copy)
    except (OSError, dbapi2.Error) as error:
        raise Unavailable(
            f"The store could not be copied to {copy}, so its schema was not changed: {error}"
        ) from error


def _upgrade(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        raise Unavailable(
            f"The store could not be brought to the schema '{head()}', and nothing was changed: "
            f"{error.orig}"
        ) from error


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())
