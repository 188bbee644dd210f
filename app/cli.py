"""The command line: what it is made of, and the commands that have no module of their own."""

import asyncio
import json
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.commands import backups, checks, imports, tokens, verifying
from app.commands.progress import Wanted as Shown
from app.commands.progress import progress
from app.commands.stores import existing, opened, read_settings
from app.dossiers.forms import BY_NAME
from app.editing import Options, load_files, seed_files
from app.errors import ParleyError
from app.formats import FORMATS
from app.main import create_app
from app.resources.edits import DossierFormName
from app.settings import Settings
from app.store.budget import check_room
from app.store.engine import Database
from app.store.exporting import export
from app.store.reader import snapshot
from app.web import serving
from app.web.inside import ask
from app.web.logs import set_up

# The formats that answers come in, as a choice. A checker wants the members written out; a new
# format shall need no line here.
AnswerForm = StrEnum("AnswerForm", {form.name: form.name for form in FORMATS})  # type: ignore[misc]
# From here on a status is a refusal.
BAD = 400

cli = typer.Typer(
    name="parley",
    help="Negotiation timelines with their evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(tokens.commands)
cli.add_typer(backups.commands)
cli.add_typer(checks.commands)
cli.add_typer(imports.commands)
cli.add_typer(verifying.commands)


def main() -> None:
    """Run a command; a named failure ends it with its words on stderr and exit code 1."""
    try:
        cli()
    except ParleyError as error:
        sys.stderr.write(f"parley: {error}\n")
        sys.exit(1)


@cli.command()
def serve() -> None:
    """Migrate the store, load the seed if it is empty, and answer over HTTP."""
    settings = read_settings()
    set_up(settings.log_level)
    with opened(settings) as database:
        check_room(database, settings.workers * settings.connections)
        _load_seed(database, settings)
    typer.echo(f"Parley answers at {settings.public_address()} (docs at /docs)")
    place = serving.Place(
        settings.host, settings.port, settings.public_address(), settings.log_level
    )
    serving.serve(place, partial(create_app, settings), settings.workers)


@cli.command("migrate")
def migrate_store() -> None:
    """Bring the store to this release's schema."""
    with opened(read_settings()):
        pass
    typer.echo("The store has this release's schema.")


@cli.command("load")
def load_dossiers(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Dossier files.")],
    texts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Texts of sources, to check quotes against: ID.txt, or any name with the "
            "SHA-256 that the source records.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overrule what the store holds.")
    ] = False,
    editor: Annotated[str, typer.Option(help="Who makes the change: a label.")] = "command line",
    reason: Annotated[str, typer.Option(help="Why the change is made.")] = "",
    show: Shown = False,
) -> None:
    """Load dossiers, all or nothing, and say what it adds, revises and retracts."""
    names = ", ".join(path.name for path in files)
    options = Options(editor, reason or f"load {names}", texts, replace, dry_run)
    with opened(read_settings()) as database:
        plans = load_files(database, files, options, datetime.now(UTC), progress(show))
    for path, plan in zip(files, plans, strict=True):
        for line in plan.report(dry_run=dry_run):
            typer.echo(f"{path}: {line}")


@cli.command("export")
def export_dossier(
    negotiation: Annotated[str, typer.Argument(help="The id of a negotiation.")],
    form: Annotated[
        DossierFormName, typer.Option("--format", help="The form to write.")
    ] = DossierFormName.yaml,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; by default standard output.")
    ] = None,
) -> None:
    """Write a negotiation, with all that it uses, as one dossier."""
    with existing() as database:
        bundle = export(database, negotiation)
    records = list(bundle.records.items())
    raw = BY_NAME[form.value].write(bundle.base, bundle.negotiation, records)
    if output is None:
        sys.stdout.buffer.write(raw)
    else:
        output.write_bytes(raw)


@cli.command("get")
def get_answer(
    target: Annotated[
        str, typer.Argument(metavar="PATH", help="A path with its query: '/claims?kind=fact'.")
    ],
    form: Annotated[AnswerForm, typer.Option("--format", help="The format.")] = AnswerForm["json"],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; by default standard output.")
    ] = None,
) -> None:
    """Write what the service answers at a path, without a server: any list, record or view, in any
    format.
    """
    with existing():
        pass
    address = f"{target}{'&' if '?' in target else '?'}format={form.value}"
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as file:

        def take(status: int, piece: bytes) -> None:
            (file if status < BAD else sys.stderr.buffer).write(piece)

        status = asyncio.run(ask(create_app(read_settings()), address, take))
    if status >= BAD:
        raise typer.Exit(1)


@cli.command("openapi")
def print_openapi() -> None:
    """Print the OpenAPI document."""
    # The document says nothing of the store, so none is opened for it.
    settings = read_settings().model_copy(update={"cursor_key": "no cursor is sealed"})
    typer.echo(json.dumps(create_app(settings).openapi(), indent=2, ensure_ascii=False))


def _load_seed(database: Database, settings: Settings) -> None:
    """Load the seed where nothing was ever recorded; a store that lost its records stays so."""
    with snapshot(database) as look:
        empty = look.revision() == 0
    files = seed_files(settings.seed_dir)
    if not (settings.load_seed and empty and files):
        return
    options = Options(editor="seed", reason="the first record")
    plans = load_files(database, files, options, datetime.now(UTC))
    for path, plan in zip(files, plans, strict=True):
        typer.echo(f"{path.name}: {plan.report()[0]}")
