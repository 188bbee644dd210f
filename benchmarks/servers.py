"""Servers under measurement: started on a processor of their own, watched, and stopped."""

import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

# The servers' processor and that of whoever asks them.
SERVERS, ASKERS = 0, 1
LONGEST_START = 60.0
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started. ``ready`` is a path that it answers with 200."""

    command: tuple[str, ...]
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotStarted(Exception):
    """A server ended, or did not answer in time. The message is the last line of its log."""


class Server:
    """A running server on the loopback. Use it as a context manager."""

    def __init__(self, launch: Launch, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self.began = time.monotonic()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                pinned(SERVERS, launch.command),
                env=os.environ | launch.environment,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )
        try:
            self.seconds_to_first_answer = self._wait(launch.ready)
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wait(self, path: str) -> float:
        while time.monotonic() - self.began < LONGEST_START:
            if self.process.poll() is not None:
                break
            try:
                if self.ask(path).status == http.client.OK:
                    return time.monotonic() - self.began
            except OSError:
                time.sleep(0.005)
        said = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        raise NotStarted(
            next((line for line in reversed(said) if line.strip()), "It said nothing.")
        )

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One answer, read whole, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def anonymous_mib(self) -> float:
        """The memory of its processes that no file stands behind, in MiB."""
        parent = psutil.Process(self.process.pid)
        return sum(_anonymous(one.pid) for one in (parent, *parent.children(recursive=True))) / MIB

    def processor_seconds(self) -> float:
        """The processor time that its processes have taken since their start."""
        parent = psutil.Process(self.process.pid)
        times = [one.cpu_times() for one in (parent, *parent.children(recursive=True))]
        return sum(one.user + one.system for one in times)

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _anonymous(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in text.splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1]) * 1024


def pinned(processor: int, command: Sequence[str]) -> list[str]:
    """The command, kept on one processor where there are two and the system can do so."""
    if shutil.which("taskset") is None or (os.cpu_count() or 1) < 2:
        return list(command)
    return ["taskset", "--cpu-list", str(processor), *command]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
