"""A mixed load with and without a writer that commits every second, and how old its answers are."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.bench import Bench
from benchmarks.contenders.ours import HOT, Ours
from benchmarks.data import ROOT
from benchmarks.load import put
from benchmarks.questions import Question, facets, ones, pages, searches
from benchmarks.results import Ratio, Speed
from benchmarks.servers import ASKERS, Server, pinned
from benchmarks.writer import WRITTEN

# Seconds after a commit in which an answer may still be the old one.
STALE_SQLITE, STALE_POSTGRES = 0.0, 1.0
GLANCE = 0.02


def measure(bench: Bench, ours: Ours = HOT, allowed: float = STALE_SQLITE) -> None:
    """Rounds without and with the writer in turn; the share that is left of the load."""
    server = bench.server(ours)
    if server is None:
        return
    work = f"mixed load ({ours.name})"
    print(work, flush=True)
    paths = _mixture(bench, ours)
    store = ours.store or bench.data.store
    alone, beside, stale = [], [], 0
    for _ in range(bench.rounds):
        alone.append(put(server.port, paths, bench.seconds).rate)
        with _writing(store, server) as seen:
            beside.append(put(server.port, paths, bench.seconds).rate)
        stale += seen.stale(allowed)
    bench.results.speeds += [
        Speed(work, "without the writer", tuple(alone), median(alone), 0),
        Speed(work, "with the writer", tuple(beside), median(beside), 0),
    ]
    kept = median(beside) / median(alone)
    bench.results.judge(
        [
            Ratio(work, "without a writer", kept, 0.7),
            Ratio(work, f"answers older than {allowed:g} s", stale, None, 0, "answers"),
        ]
    )


def _mixture(bench: Bench, ours: Ours) -> list[str]:
    """Of ten requests six for one claim, two for a page, one for counts and one for words."""
    lists: list[list[Question]] = [
        [*ones(bench.data)],
        [*pages(bench.data)],
        [*facets(bench.data)],
        [*searches(bench.data, newest=True)],
    ]
    turns = [one for one in (0, 0, 1, 0, 2, 0, 0, 1, 0, 3) if lists[one]]
    asked = [lists[turns[n % len(turns)]] for n in range(2_000)]
    return [ours.path(some[n % len(some)]) or "" for n, some in enumerate(asked)]


class Seen:
    """What was committed when, and what a reader who looked all the time was told."""

    def __init__(self) -> None:
        self.commits: list[tuple[float, int]] = []
        self.answers: list[tuple[float, int]] = []

    def stale(self, allowed: float) -> int:
        """How many answers were older than allowed when they were asked for."""
        return sum(told < self._due(asked - allowed) for asked, told in self.answers)

    def _due(self, instant: float) -> int:
        return max((number for when, number in self.commits if when < instant), default=0)


@contextmanager
def _writing(store: str, server: Server) -> Iterator[Seen]:
    seen = Seen()
    command = [sys.executable, "-m", "benchmarks.writer", store, "participant-00000"]
    stop = threading.Event()
    with subprocess.Popen(
        pinned(ASKERS, command), stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        _note(process.stdout.readline(), seen)
        rest = threading.Thread(target=_listen, args=(process, seen))
        reader = threading.Thread(target=_look, args=(server, seen, stop))
        rest.start()
        reader.start()
        try:
            yield seen
        finally:
            stop.set()
            process.terminate()
            rest.join()
            reader.join()


def _note(line: str, seen: Seen) -> None:
    instant, number = line.split()
    seen.commits.append((float(instant), int(number)))


def _listen(process: "subprocess.Popen[str]", seen: Seen) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        _note(line, seen)


def _look(server: Server, seen: Seen, stop: threading.Event) -> None:
    """Read what is written, over and over."""
    while not stop.is_set():
        asked = time.monotonic()
        answer = server.ask(f"/claims/{WRITTEN}")
        seen.answers.append((asked, int(json.loads(answer.body)["text"])))
        time.sleep(GLANCE)
