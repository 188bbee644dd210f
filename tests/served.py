"""The service as its operator runs it: real processes, asked over the network, and killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from app.resources.tokens import Scope
from app.store.engine import Database
from app.store.tokens import create

ROOT = Path(__file__).resolve().parents[1]
# How many rounds a race or a killing has: few, or as many as the promises name.
FULL = "FULL_ROUNDS" in os.environ
# Seconds that a start may take on a machine with other work to do.
PATIENCE = 120

ResultT = TypeVar("ResultT")


def url_of(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def token_for(database: Database, *scopes: Scope) -> str:
    """A token of these scopes, taken now."""
    return create(database, "The desk", scopes, datetime.now(UTC), None)


def at_once(number: int, act: Callable[[int], ResultT]) -> list[ResultT]:
    """What comes of an act that so many do at the same moment; each is told its number."""
    start = Barrier(number)

    def begin(own: int) -> ResultT:
        start.wait()
        return act(own)

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(begin, range(number)))


@dataclass(frozen=True, slots=True)
class Running:
    """A command that runs in a process of its own, and what it prints."""

    commands: "Commands"
    process: int
    output: Path
    address: str = ""
    # Seconds from the start, with all imported, to the first answer.
    started: float = 0

    def client(self, token: str | None = None, **options: Any) -> httpx.Client:
        """Somebody who asks it."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        # Without certificates to read, which takes longer than a request.
        return httpx.Client(
            base_url=self.address, headers=headers, timeout=PATIENCE, verify=False, **options
        )

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.process, number)

    def wait(self) -> int:
        """How it ended: its exit code, or the signal below zero."""
        return self.commands.wait(self.process)

    def kill(self) -> int:
        """Kill it without a word, and say how it ended: it may have ended before."""
        self.send(signal.SIGKILL)
        return self.wait()


class Commands:
    """Runs commands over one store or another. Use it as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def __enter__(self) -> Self:
        self._launcher = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._launcher.communicate()

    def start(self, database: Database, *words: str, **settings: str) -> Running:
        """Start a command over a store."""
        output = self.folder / f"output-{next(self._numbers)}"
        environment = {
            "PARLEY_DATABASE_URL": url_of(database),
            "PARLEY_PUBLIC_URL": "https://parley.example",
            "PARLEY_LOAD_SEED": "false",
        }
        told = {"words": words, "environment": environment | settings, "output": str(output)}
        return Running(self, self._ask({"do": "start", **told}), output)

    def run(self, database: Database, *words: str) -> tuple[int, str]:
        """How a command ended, and what it printed."""
        running = self.start(database, *words)
        return running.wait(), running.output.read_text(encoding="utf-8")

    @contextmanager
    def serving(self, database: Database, **settings: str) -> Iterator[Running]:
        """A server that answers, for the length of the block; it may be killed in it."""
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        started = self.start(database, "serve", PARLEY_PORT=str(port), **settings)
        address = f"http://127.0.0.1:{port}"
        running = replace(started, address=address)
        begun = time.monotonic()
        try:
            _wait_for(running)
            yield replace(running, started=time.monotonic() - begun)
        finally:
            if _lives(running.process):
                running.send(signal.SIGTERM)
                running.wait()

    def wait(self, process: int) -> int:
        """Wait until a process has ended."""
        return self._ask({"do": "wait", "process": process})

    def _ask(self, told: dict[str, Any]) -> int:
        pipes = self._launcher
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        pipes.stdin.write(f"{json.dumps(told)}\n")
        pipes.stdin.flush()
        return int(pipes.stdout.readline())


def _wait_for(running: Running) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if httpx.get(f"{running.address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        words = running.output.read_text(encoding="utf-8") if running.output.exists() else ""
        assert time.monotonic() < until, words
        time.sleep(0.02)


def _lives(process: int) -> bool:
    """Whether nobody has waited for its end yet."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def statuses(answers: Sequence[httpx.Response]) -> list[int]:
    """The statuses of some answers, in order of size."""
    return sorted(answer.status_code for answer in answers)
