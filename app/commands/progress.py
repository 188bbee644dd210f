"""Says on standard error how far a long command is."""

import sys
from typing import Annotated, TextIO

import typer

from app.store.telling import Tell, quiet

# The option that every long command takes.
Wanted = Annotated[
    bool,
    typer.Option(
        "--progress", help="Say on standard error how far it is, also where that is no terminal."
    ),
]


def progress(wanted: bool) -> Tell:
    """How a command tells its progress: in place on a terminal, step by step where it is asked to,
    else not at all.
    """
    if sys.stderr.isatty():
        return _InPlace(sys.stderr)
    return _step_by_step if wanted else quiet


def _step_by_step(what: str, done: int, of: int) -> None:
    if done >= of:
        sys.stderr.write(f"{what}: {of:,}\n")


class _InPlace:
    """One line that is written anew, and kept when a step is done."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal

    def __call__(self, what: str, done: int, of: int) -> None:
        told = f"{of:,}\n" if done >= of else f"{done:,} of {of:,}"
        # Back to the start of the line, and clear it.
        self.terminal.write(f"\r\x1b[K{what}: {told}")
        self.terminal.flush()
