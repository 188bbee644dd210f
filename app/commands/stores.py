"""The settings and the store as commands read and open them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import typer
from pydantic import ValidationError

from app.errors import Unavailable
from app.settings import Settings
from app.store.engine import Database
from app.store.schema import head, schema_revision


def read_settings() -> Settings:
    """The settings. One that is wrong is named; its value, which may be a secret, is not."""
    try:
        return Settings()
    except ValidationError as error:
        for item in error.errors():
            name = "_".join(str(step) for step in item["loc"]).upper()
            typer.echo(f"parley: PARLEY_{name}: {item['msg']}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def existing() -> Iterator[Database]:
    """The store as it is: a command that only reads makes and migrates nothing."""
    with closing(_database(read_settings())) as database:
        if not database.exists() or schema_revision(database) != head():
            raise Unavailable("There is no store with this release's schema; run 'parley migrate'.")
        yield database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The store, brought to this release's schema."""
    with closing(_database(settings)) as database:
        if schema_revision(database) != head():
            # Here alone: alembic is not loaded where there is nothing to migrate.
            from app.store.migrating import migrate

            migrate(database)
        yield database


def _database(settings: Settings) -> Database:
    return Database(settings.database_url, pooler=settings.database_pooler)
