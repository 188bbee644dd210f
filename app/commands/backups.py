"""Commands that copy the whole store into a file, and back out of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.progress import Wanted, progress
from app.commands.stores import existing, opened, read_settings

commands = typer.Typer()
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", dir_okay=False)]


@commands.command("backup")
def back_up_store(file: BackupFile, show: Wanted = False) -> None:
    """Write all that the store holds, its history included, to one file; it may be in use."""
    # Here alone: no other command waits for it to be loaded.
    from app.store.backing_up import back_up

    with existing() as database:
        head = back_up(database, file, datetime.now(UTC), progress(show))
    told = _told(head.revision, (table.rows for table in head.tables))
    typer.echo(f"Backed up {told}.")


@commands.command("restore")
def restore_store(file: BackupFile, show: Wanted = False) -> None:
    """Fill a new store with what a backup holds, all of it or nothing."""
    from app.store.restoring import inspect_backup, restore

    # Before there is a store: a file that is no backup makes none.
    inspect_backup(file)
    with opened(read_settings()) as database:
        head = restore(database, file, progress(show))
    told = _told(head.revision, (table.rows for table in head.tables))
    typer.echo(f"Restored {told}, backed up at {head.made_at}.")


def _told(revision: int, rows: Iterable[int]) -> str:
    return f"revision {revision}, {sum(rows):,} rows"
