"""The command that proves the store whole."""

import typer

from app.commands.progress import Wanted, progress
from app.commands.stores import existing

commands = typer.Typer()


@commands.command("check")
def check_store(show: Wanted = False) -> None:
    """Prove references, versions, readings and the audit whole. Exit code 1 if something is not."""
    # Here alone: no other command waits for the checks to be loaded.
    from app.store.checking import check

    found: list[None] = []

    def say(finding: object) -> None:
        found.append(None)
        typer.echo(str(finding))

    with existing() as database:
        checked = check(database, say, progress(show))
    typer.echo(
        f"{checked.records:,} records in {checked.versions:,} rows of versions and "
        f"{checked.revisions:,} revisions checked, {len(found):,} faults."
    )
    if found:
        raise typer.Exit(1)
