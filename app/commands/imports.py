"""Commands that import published collections."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from app.commands.progress import Wanted as Shown
from app.commands.progress import progress
from app.commands.stores import opened, read_settings
from app.editing import Options

commands = typer.Typer()
imports = typer.Typer(
    name="import", help="Import published collections as dossiers.", no_args_is_help=True
)
commands.add_typer(imports)


@imports.callback()
def _group() -> None:
    """Keep the command a word of its own, also while there is only one."""


@imports.command("frus")
def import_volume(
    volume: Annotated[Path, typer.Argument(metavar="VOLUME.xml", help="A volume, in TEI XML.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The dossier: .ndjson, .yaml or .json. By default standard output, unless it is "
            "loaded.",
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", file_okay=False, help="Write each source's text to DIR/ID.txt."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the report as JSON, too.")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(help="What ids of persons begin with: by default the id of the volume."),
    ] = None,
    load: Annotated[bool, typer.Option("--load", help="Load the dossier into the store.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="With --load: overrule what the store holds.")
    ] = False,
    editor: Annotated[
        str, typer.Option(help="With --load: who makes the change, a label.")
    ] = "command line",
    show: Shown = False,
) -> None:
    """Import a volume of the Foreign Relations of the United States (FRUS)."""
    # Here alone: no other command waits for the importer to be loaded.
    from app.importers.frus.command import Wanted, import_frus

    wanted = Wanted(
        output=output,
        texts=texts,
        report=report,
        prefix=prefix,
        progress=_told(volume, show),
        load=(lambda: opened(read_settings())) if load else None,
        options=Options(editor, f"import {volume.name}", replace=replace),
    )
    import_frus(volume, wanted)


def _told(volume: Path, show: bool) -> Callable[[int, int, int], None]:
    """What tells how many documents are done, and how many bytes of the volume that took."""
    tell = progress(show)

    def told(documents: int, read: int, size: int) -> None:
        tell(f"{volume.name}, {documents} documents, bytes", read, size)

    return told
