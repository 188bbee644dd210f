"""The process itself: its memory when idle, and how soon it answers after a start."""

from compileall import compile_dir
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.contenders.base import Contender
from benchmarks.contenders.datasette import TABLE
from benchmarks.contenders.drf import DRF
from benchmarks.contenders.naive import NAIVE
from benchmarks.contenders.ours import COLD, HOT
from benchmarks.data import ROOT
from benchmarks.results import Ratio
from benchmarks.servers import Server, free_port

LARGEST_MIB = 70
LONGEST_SECONDS = 1.0


def measure(bench: Bench) -> None:
    """Ours on the seed, and every contender on the data."""
    print("memory and start", flush=True)
    # As pip does it: where a machine writes no bytecode, a checkout would compile itself each time.
    compile_dir(ROOT / "app", quiet=1)
    for label, first in (("that it loads itself", True), ("that is there", False)):
        seconds, memory = _on_seed(bench, first)
        work = f"Parley on a seed {label}"
        bench.results.judge(
            [
                Ratio(work, "start to first answer", seconds, None, LONGEST_SECONDS, "s"),
                Ratio(work, "idle anonymous memory", memory, None, LARGEST_MIB, "MiB"),
            ]
        )
    for one in (HOT, NAIVE, TABLE, DRF):
        _on_data(bench, one)


def _on_seed(bench: Bench, first: bool) -> tuple[float, float]:
    """The median seconds to the first answer, and the memory after it."""
    with TemporaryDirectory() as folder:
        if not first:
            _start(bench, folder, "there")
        starts = [_start(bench, folder, f"{n}" if first else "there") for n in range(bench.rounds)]
    return median(one for one, _ in starts), median(one for _, one in starts)


def _start(bench: Bench, folder: str, name: str) -> tuple[float, float]:
    ours = replace(COLD, store=f"sqlite:///{Path(folder) / name}.db")
    port = free_port()
    launch = ours.launch(bench.data, port)
    launch = replace(launch, environment={**launch.environment, "PARLEY_LOAD_SEED": "true"})
    launch = replace(launch, ready="/claims?limit=1")
    with Server(launch, port, bench.data.folder / "logs" / "seed.log") as server:
        return server.seconds_to_first_answer, server.anonymous_mib()


def _on_data(bench: Bench, one: Contender) -> None:
    """A fresh process, so that no earlier load counts."""
    if running := bench.servers.pop(one.server, None):
        running.stop()
    if server := bench.server(one):
        figures = [
            Ratio(one.name, "start to first answer", server.seconds_to_first_answer, unit="s"),
            Ratio(one.name, "idle anonymous memory", server.anonymous_mib(), unit="MiB"),
        ]
        bench.results.judge(figures)
