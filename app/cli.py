"""The command line: what it is made of, and the commands that have no module of their own."""

import asyncio
import json
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.commands import backups, checks, imports, tokens
from app.commands.stores import existing as _existing
from app.commands.stores import opened as _opened
from app.commands.stores import read_settings as _settings
from app.dossiers.writing import write_json, write_ndjson, write_yaml
from app.editing import Options, load_files, seed_files
from app.errors import ParleyError
from app.formats import FORMATS
from app.main import create_app
from app.resources.sources import SOURCES
from app.resources.texts import Verification, decode, fingerprint, normalize, verify
from app.settings import Settings
from app.store.engine import Database
from app.store.exporting import export, quotes_of, text_of
from app.store.loading import Bundle
from app.store.reader import snapshot
from app.web.inside import ask
from app.web.logs import set_up
from app.web.protocol import protocol_for
from app.web.serving import LONGEST_GOODBYE, run


class Form(StrEnum):
    """The forms of a dossier."""

    yaml = "yaml"
    json = "json"
    ndjson = "ndjson"


# The formats that answers come in, as a choice.
AnswerForm = StrEnum("AnswerForm", {form.name: form.name for form in FORMATS})  # type: ignore[misc]
# From here on a status is a refusal.
BAD = 400


def _written(form: Form, bundle: Bundle) -> bytes:
    """A bundle as the bytes of a dossier."""
    asked = bundle.base, bundle.negotiation, list(bundle.records.items())
    if form is Form.ndjson:
        return b"".join(write_ndjson(*asked))
    return write_yaml(*asked) if form is Form.yaml else write_json(*asked)


FOUND = (Verification.verified, Verification.verified_multiple)

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
    settings = _settings()
    set_up(settings.log_level)
    with _opened(settings) as database:
        _load_seed(database, settings)
    typer.echo(f"Parley answers at {settings.public_address()} (docs at /docs)")
    app = create_app(settings)
    configuration = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,  # the lines are ours, and one for each request is enough
        access_log=False,
        http=protocol_for(settings.public_address()),
        # Forwarding headers are anybody's word until a proxy is named.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )
    run(configuration, app.state.watch)


@cli.command("migrate")
def migrate_store() -> None:
    """Bring the store to this release's schema."""
    with _opened(_settings()):
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
) -> None:
    """Load dossiers, all or nothing, and say what it adds, revises and retracts."""
    names = ", ".join(path.name for path in files)
    options = Options(editor, reason or f"load {names}", texts, replace, dry_run)
    with _opened(_settings()) as database:
        loaded = load_files(database, files, options, datetime.now(UTC))
    for dossier, plan in loaded:
        for line in plan.report(dry_run=dry_run):
            typer.echo(f"{dossier.name}: {line}")


@cli.command("export")
def export_dossier(
    negotiation: Annotated[str, typer.Argument(help="The id of a negotiation.")],
    form: Annotated[Form, typer.Option("--format", help="The form to write.")] = Form.yaml,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; by default standard output.")
    ] = None,
) -> None:
    """Write a negotiation, with all that it uses, as one dossier."""
    with _existing() as database:
        bundle = export(database, negotiation)
    raw = _written(form, bundle)
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
    with _existing():
        pass
    address = f"{target}{'&' if '?' in target else '?'}format={form.value}"
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as file:

        def take(status: int, piece: bytes) -> None:
            (file if status < BAD else sys.stderr.buffer).write(piece)

        status = asyncio.run(ask(create_app(_settings()), address, take))
    if status >= BAD:
        raise typer.Exit(1)


@cli.command("verify")
def verify_quotes(
    source: Annotated[str, typer.Argument(help="The id of a source.")],
    text: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The text of the source, in UTF-8.")
    ],
) -> None:
    """Check every quote of a source against its text. Exit code 1 if one does not stand there."""
    raw = text.read_bytes()
    normal = normalize(decode(raw))
    with _existing() as database:
        with snapshot(database) as look:
            look.get(SOURCES, source, look.pin(None, None))
        bad = _report_fingerprint(database, source, raw)
        quotes = quotes_of(database, source)
    for address, path, quote in quotes:
        found = verify(normal, quote.exact, quote.start, quote.prefix, quote.suffix)
        bad += found not in FOUND
        typer.echo(f"{found.value}: {'/'.join(address)}{path}")
    typer.echo(f"{len(quotes)} quotes checked, {bad} wrong.")
    if bad:
        raise typer.Exit(1)


def _report_fingerprint(database: Database, source: str, raw: bytes) -> int:
    """Say whether this is the text that the source was registered with; 1 where it is not."""
    recorded = text_of(database, source)
    if recorded is None:
        typer.echo("The source has no text on record; only the quotes are checked.")
        return 0
    if recorded.normalized_sha256 == fingerprint(raw).normalized_sha256:
        typer.echo("The text is the one on record.")
        return 0
    typer.echo("The text is not the one on record: its SHA-256 differs.")
    return 1


@cli.command("openapi")
def print_openapi() -> None:
    """Print the OpenAPI document."""
    # The document says nothing of the store, so none is opened for it.
    settings = _settings().model_copy(update={"cursor_key": "no cursor is sealed"})
    typer.echo(json.dumps(create_app(settings).openapi(), indent=2, ensure_ascii=False))


def _load_seed(database: Database, settings: Settings) -> None:
    """Load the seed where nothing was ever recorded; a store that lost its records stays so."""
    with snapshot(database) as look:
        empty = look.revision() == 0
    files = seed_files(settings.seed_dir)
    if not (settings.load_seed and empty and files):
        return
    options = Options(editor="seed", reason="the first record")
    for dossier, plan in load_files(database, files, options, datetime.now(UTC)):
        typer.echo(f"{Path(dossier.name).name}: {plan.report()[0]}")
