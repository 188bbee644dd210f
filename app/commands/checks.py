"""The command that proves the store whole."""

import typer

from app.commands.progress import Wanted, progress
from app.commands.stores import existing
from app.store.checking import check
from app.store.checks.finding import Finding

commands = typer.Typer()


@commands.command("check")
def check_store(show: Wanted = False) -> None:
    """Prove references, versions, readings and the audit whole. Exit code 1 if something is not."""
    found: list[None] = []

    def say(finding: Finding) -> None:
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
