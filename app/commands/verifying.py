"""The command that compares a source's quotes with its text, and records what it showed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.commands.stores import existing, read_settings
from app.editing.verifying import Checking, check_source
from app.resources.texts import Verification
from app.store.engine import roll_back
from app.store.workspace import Workspace
from app.store.writer import Author

FOUND = (Verification.verified, Verification.verified_multiple)
TEXT_ON_RECORD = {
    None: "The source has no text on record; only the quotes are checked.",
    True: "The text is the one on record.",
    False: "The text is not the one on record: its SHA-256 differs.",
}

commands = typer.Typer()


@commands.command("verify")
def verify_quotes(
    source: Annotated[str, typer.Argument(help="The id of a source.")],
    text: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The text of the source, in UTF-8.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is found, and record nothing.")
    ] = False,
    editor: Annotated[str, typer.Option(help="Who makes the change: a label.")] = "command line",
    reason: Annotated[str, typer.Option(help="Why the change is made.")] = "",
) -> None:
    """Check every quote of a source against its text, and record the result and the day. Exit code
    1 if one does not stand there.
    """
    author = Author(editor, reason or f"verify {source}", datetime.now(UTC))
    raw, keep_text = text.read_bytes(), read_settings().hold_texts
    with existing() as database, database.write() as connection:
        found = check_source(Workspace(connection, author), source, raw, keep_text=keep_text)
        if dry_run:
            roll_back(connection)
    bad = _report(found)
    typer.echo("Nothing was recorded." if dry_run else _recorded(found, author.now))
    if bad:
        raise typer.Exit(1)


def _report(found: Checking) -> int:
    """Say what was found, quote by quote; the number of things that are wrong."""
    typer.echo(TEXT_ON_RECORD[found.same_text])
    for quote in found.quotes:
        typer.echo(f"{quote.found.value}: {'/'.join(quote.address)}{quote.path}")
    wrong = sum(quote.found not in FOUND for quote in found.quotes)
    bad = wrong + (found.same_text is False)
    typer.echo(f"{len(found.quotes)} quotes checked, {bad} wrong.")
    return bad


def _recorded(found: Checking, now: datetime) -> str:
    """What is on record now that was not before."""
    kept = " The text is kept." if found.held else ""
    if found.revision is None:
        return f"The same is on record already; nothing was recorded.{kept}"
    return f"Recorded for {now.date().isoformat()} in revision {found.revision}.{kept}"
