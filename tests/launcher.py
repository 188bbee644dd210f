"""Runs ``parley`` again and again, each time in a process that is forked when all is imported.

A test that kills the service twenty times must not wait twenty times for imports. It reads commands
from standard input, one line of JSON each, and answers each with a line: ``start`` with the number
of the process, ``wait`` with how it ended (the exit code, or the signal below zero).
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.cli import main
from app.store.engine import Database


def serve() -> None:
    """Take commands until there are no more."""
    for line in sys.stdin:
        told = json.loads(line)
        if told["do"] == "start":
            answer = _start(told["words"], told["environment"], told["output"])
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(told["process"], 0)[1])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _start(words: list[str], environment: dict[str, str], output: str) -> int:
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        _redirect(output)
        os.environ.update(environment)
        if flag := environment.get("DIE_AFTER_COMMIT"):
            _die_after_commit(Path(flag))
        sys.argv = ["parley", *words]
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(bool(end.code))
    finally:
        sys.stdout.flush()
        os._exit(status)


def _redirect(output: str) -> None:
    """Write to a file, and read nothing: the pipes belong to the launcher."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, taken in ((0, nothing), (1, file), (2, file)):
        os.dup2(taken, number)


def _die_after_commit(flag: Path) -> None:
    """Once there is that file, the process dies when a change is on disk, before it is answered."""
    write = Database.write

    @contextmanager
    def fatal(self: Database) -> Iterator[Any]:
        with write(self) as connection:
            yield connection
        if flag.exists():
            os.kill(os.getpid(), signal.SIGKILL)

    patch.object(Database, "write", fatal).start()


if __name__ == "__main__":
    serve()
