"""Load on a server: by wrk where it is installed, else by a client of our own."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.servers import ASKERS, pinned

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("paths.lua")


@dataclass(frozen=True, slots=True)
class Load:
    """What a load came to. ``bad`` counts answers from 400 on and broken connections."""

    requests: int
    seconds: float
    bytes: int
    bad: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def generator() -> str:
    """What makes the load, by its name."""
    return "wrk" if shutil.which("wrk") else "the client of our own"


def put(
    port: int,
    paths: Sequence[str],
    seconds: float,
    headers: Mapping[str, str] | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Ask for the paths in turn on some connections, as fast as the answers come."""
    fields = [f"{name}: {value}" for name, value in (headers or {}).items()]
    marked = [part for one in fields for part in ("-H", one)]
    address = f"http://127.0.0.1:{port}"
    with _listed(paths) as file:
        if not shutil.which("wrk"):
            return _own(address, file, seconds, connections, marked)
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout=60s",
        ]
        command += [*marked, "-s", str(SCRIPT), address, "--", file]
        return _run(command)


def paced(port: int, paths: Sequence[str], seconds: float, rate: int) -> Load:
    """Ask one after another at a steady rate, as one reader does."""
    with _listed(paths) as file:
        address = f"http://127.0.0.1:{port}"
        return _own(address, file, seconds, 1, ["--rate", str(rate)])


def _own(address: str, file: str, seconds: float, connections: int, more: Sequence[str]) -> Load:
    command = [sys.executable, "-m", "benchmarks.client", address, file, *more]
    return _run([*command, "--seconds", str(seconds), "--connections", str(connections)])


@contextmanager
def _listed(paths: Sequence[str]) -> Iterator[str]:
    """The name of a file with the paths, one a line."""
    with tempfile.NamedTemporaryFile("w", suffix=".paths", encoding="ascii") as file:
        file.writelines(f"{path}\n" for path in paths)
        file.flush()
        yield file.name


def _run(command: Sequence[str]) -> Load:
    done = subprocess.run(pinned(ASKERS, command), capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise RuntimeError(f"The load failed: {done.stdout}{done.stderr}")
    return Load(**json.loads(lines[-1]))
