"""A load generator of our own: some connections, each asking as soon as it has its answer."""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httptools
import uvloop

FIRST_BAD_STATUS = 400


@dataclass(slots=True)
class Tally:
    """What was counted so far. ``waits`` are seconds."""

    bytes: int = 0
    bad: int = 0
    waits: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The wait in milliseconds that this share of the answers did not exceed."""
        waits = sorted(self.waits)
        return waits[min(int(len(waits) * share), len(waits) - 1)] * 1000 if waits else 0.0


class Asker(asyncio.Protocol):
    """One connection. Its requests are bytes, made before the first one is sent."""

    def __init__(self, requests: "cycle[bytes]", tally: Tally, spacing: float) -> None:
        self.requests = requests
        self.tally = tally
        self.spacing = spacing
        self.loop = asyncio.get_running_loop()
        self.begun = self.due = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self.parser = httptools.HttpResponseParser(self)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Read on in the answer."""
        self.tally.bytes += len(data)
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it: every connection is to last to the end."""
        self.tally.bad += 1

    def on_message_complete(self) -> None:
        """Count one answer, and ask again when it is time."""
        now = time.monotonic()
        self.tally.waits.append(now - self.begun)
        self.tally.bad += self.parser.get_status_code() >= FIRST_BAD_STATUS
        self.due = max(self.due + self.spacing, now)
        self.loop.call_later(self.due - now, self._send) if self.spacing else self._send()

    def _send(self) -> None:
        if self.transport.is_closing():
            return
        self.begun = time.monotonic()
        self.transport.write(next(self.requests))


async def ask(asked: argparse.Namespace) -> dict[str, float]:
    """Ask for the given time, and count."""
    address = urlsplit(asked.address)
    paths = asked.file.read_text(encoding="ascii").splitlines()
    fields = "".join(f"{one}\r\n" for one in asked.headers)
    host = f"Host: {address.netloc}\r\n{fields}\r\n"
    requests = cycle([f"GET {path} HTTP/1.1\r\n{host}".encode() for path in paths])
    tally = Tally()
    loop = asyncio.get_running_loop()
    spacing = asked.connections / asked.rate if asked.rate else 0.0
    began = time.monotonic()
    for _ in range(asked.connections):
        await loop.create_connection(
            lambda: Asker(requests, tally, spacing), address.hostname, address.port
        )
    await asyncio.sleep(max(0.0, began + asked.seconds - time.monotonic()))
    return {
        "requests": len(tally.waits),
        "seconds": time.monotonic() - began,
        "bytes": tally.bytes,
        "bad": tally.bad + (not tally.waits),
        "p50_ms": tally.percentile(0.50),
        "p99_ms": tally.percentile(0.99),
    }


def main() -> None:
    """Read the command line, ask, and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("file", type=Path, help="one path a line")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second; 0: all it can")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(ask(parser.parse_args()))))


if __name__ == "__main__":
    main()
