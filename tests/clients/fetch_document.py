"""Wait until a server is ready, and keep the OpenAPI document that it serves."""

import sys
import time
from pathlib import Path

import httpx

SECONDS = 30


def main(address: str, path: Path) -> None:
    """Ask until there is an answer, but not for ever."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            httpx.get(f"{address}/readyz").raise_for_status()
            break
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    answer = httpx.get(f"{address}/openapi.json").raise_for_status()
    path.write_bytes(answer.content)
    sys.stdout.write(f"{len(answer.content)} bytes\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
