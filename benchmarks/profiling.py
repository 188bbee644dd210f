"""Where the time of an answer of Parley goes: one process, one thread, Python's own profiler."""

import argparse
import asyncio
import cProfile
import io
import pstats
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import anyio.to_thread
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from benchmarks.contenders.ours import COLD, HOT, Ours
from benchmarks.data import prepare
from benchmarks.questions import ones, pages
from benchmarks.servers import Launch

WARM = 50


async def _directly(function: Callable[..., Any], *arguments: Any, **_: Any) -> Any:
    """Call what would run in a thread: the profiler sees only its own."""
    return function(*arguments)


def settings_of(launch: Launch) -> Settings:
    """The settings that a server would read from its environment."""
    named = {key.removeprefix("PARLEY_").lower(): text for key, text in launch.environment.items()}
    return Settings.model_validate(named)


async def ask(app: FastAPI, path: str) -> None:
    """Ask the application for one answer, and drop it."""
    plain, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": plain,
        "raw_path": plain.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"{path} is answered with {message['status']}")

    await app(scope, receive, send)


async def profile(app: FastAPI, paths: list[str], lines: int) -> str:
    """Microseconds of processor time for each answer, then the functions that took most."""
    for path in paths[:WARM]:
        await ask(app, path)
    began = time.process_time()
    for path in paths:
        await ask(app, path)
    each = (time.process_time() - began) / len(paths) * 1e6
    profiler = cProfile.Profile(time.process_time)
    with profiler:
        for path in paths:
            await ask(app, path)
    told = io.StringIO()
    pstats.Stats(profiler, stream=told).sort_stats("cumulative").print_stats(lines)
    return f"{each:.0f} microseconds an answer without the profiler\n{told.getvalue()}"


def main() -> None:
    """Read the command line, and print the profile of W1 or W2, cold or hot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=("W1", "W2"))
    parser.add_argument("--records", type=int, default=1_000)
    parser.add_argument("--hot", action="store_true", help="with the cache, one question only")
    parser.add_argument("--lines", type=int, default=60)
    asked = parser.parse_args()
    data = prepare(asked.records)
    ours: Ours = HOT if asked.hot else COLD
    questions = pages(data) if asked.work == "W1" else ones(data)
    paths = [ours.path(one) or "" for one in questions[:300]]
    app = create_app(settings_of(ours.launch(data, 8000)))
    with patch.object(anyio.to_thread, "run_sync", _directly):
        print(asyncio.run(profile(app, paths[:1] * 300 if asked.hot else paths, asked.lines)))


if __name__ == "__main__":
    main()
