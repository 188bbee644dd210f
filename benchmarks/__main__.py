"""The command: make the data, measure what is asked for, keep the results, write the page."""

import argparse
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.data import BUILD, ROOT, prepare
from benchmarks.report import write
from benchmarks.results import Results
from benchmarks.servers import ASKERS
from benchmarks.setting import describe
from benchmarks.venv import install
from benchmarks.workloads import (
    exports,
    facets,
    growth,
    mixed,
    pages,
    postgres,
    process,
    searches,
    views,
)

GROUPS = {
    "pages": pages.measure,
    "searches": searches.measure,
    "facets": facets.measure,
    "views": views.measure,
    "exports": exports.measure,
    "mixed": mixed.measure,
    "process": process.measure,
    "postgres": postgres.measure,
}
GROWTH = "growth"
RESULTS = BUILD / "results.json"
PAGE = ROOT / "docs" / "performance.md"
PROFILE = Path(__file__).with_name("profile.md")


def _numbers(text: str) -> list[int]:
    return sorted(int(one.replace("_", "")) for one in text.split(","))


def _names(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    add = parser.add_argument
    add("--sizes", type=_numbers, default=[1_000, 100_000, 1_000_000], help="the last is measured")
    add("--rounds", type=int, default=3)
    add("--seconds", type=float, default=8.0, help="of each round of each contender")
    add("--only", type=_names, default=[*GROUPS, GROWTH], help=", ".join([*GROUPS, GROWTH]))
    add("--without", type=_names, default=[], help="servers: datasette, drf, nginx, raw")
    add("--data-only", action="store_true", help="make the data and measure nothing")
    add("--page", type=Path, default=PAGE, help="where the page is written")
    return parser.parse_args()


def _measure(groups: Sequence[str], benches: Sequence[Bench]) -> None:
    with ExitStack() as stack:
        for one in benches:
            stack.enter_context(one.running())
        for name in groups:
            if name == GROWTH:
                growth.measure(benches)
            else:
                GROUPS[name](benches[-1])


def main() -> None:
    """Measure."""
    asked = _asked()
    install()
    sets = [prepare(records) for records in asked.sizes]
    if asked.data_only:
        return
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {ASKERS})  # so that it does not disturb the servers
    results = Results(describe(sets[-1].manifest.records, asked.rounds, asked.seconds))
    without = frozenset(asked.without)
    benches = [Bench(one, results, asked.rounds, asked.seconds, without) for one in sets]
    try:
        _measure(asked.only, benches)
    finally:
        results.write(RESULTS)
    write(results, asked.page, PROFILE)
    print(f"written: {asked.page}")


if __name__ == "__main__":
    main()
