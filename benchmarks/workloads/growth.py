"""The same work on more and more records."""

from collections.abc import Sequence
from statistics import median

from benchmarks.bench import Bench
from benchmarks.contenders.ours import COLD, HOT, Ours
from benchmarks.data import Data
from benchmarks.load import put
from benchmarks.questions import Facet, Question, facets, ones, pages, searches
from benchmarks.results import Ratio, Speed

WORKS = ("W1 cold", "W2 cold", "W1 hot", "W4 newest first", "W6a", "W6b")
LEAST = {"W1 cold": 0.75}


def measure(benches: Sequence[Bench]) -> None:
    """Each work on every size in turn; each bench has one size, the smallest comes first."""
    results = benches[0].results
    for work in WORKS:
        print(f"growth, {work}", flush=True)
        rates: dict[int, list[float]] = {one.data.manifest.records: [] for one in benches}
        for _ in range(benches[0].rounds):
            for one in benches:
                _round(one, work, rates[one.data.manifest.records])
        for size, some in rates.items():
            if some:
                results.growth.append(Speed(work, str(size), tuple(some), median(some), 0))
        smallest, largest = min(rates), max(rates)
        if work in LEAST and rates[smallest] and rates[largest] and smallest != largest:
            ratio = median(rates[largest]) / median(rates[smallest])
            what = f"{work}, {largest} records"
            results.judge([Ratio(what, f"{smallest} records", ratio, LEAST[work])])


def _round(bench: Bench, work: str, rates: list[float]) -> None:
    ours, questions = _asked(bench.data, work)
    if questions and (server := bench.server(ours)):
        paths = [ours.path(one) or "" for one in questions]
        rates.append(put(server.port, paths, bench.seconds).rate)


def _asked(data: Data, work: str) -> tuple[Ours, list[Question]]:
    match work:
        case "W1 cold":
            return COLD, [*pages(data)]
        case "W2 cold":
            return COLD, [*ones(data)]
        case "W1 hot":
            return HOT, [*pages(data)[:32]]
        case "W4 newest first":
            return COLD, [*searches(data, newest=True)]
        case "W6a":
            return COLD, [*facets(data)]
        case _:
            return COLD, [Facet(None)]
