"""PostgreSQL: W1 and W2, cold and hot, and the mixed load, beside the naive application on it."""

from collections.abc import Sequence

from benchmarks.bench import Bench, Bound
from benchmarks.cluster import Cluster, cluster
from benchmarks.contenders.naive import Naive
from benchmarks.contenders.ours import Ours
from benchmarks.contenders.prebuilt import RAW
from benchmarks.questions import Question, ones, pages
from benchmarks.workloads import mixed
from benchmarks.workloads.pages import HOT_QUESTIONS, keep_bodies

COLD_LEAST = 3.5
HOT_LEAST = 0.90


def measure(bench: Bench) -> None:
    """All of it, on a server that is gone afterwards."""
    with cluster(bench.data) as made:
        if made is None:
            bench.results.miss("PostgreSQL: no binaries were found; set POSTGRES_BIN")
            return
        try:
            _measure(bench, made)
        finally:
            bench.stop()


def _measure(bench: Bench, made: Cluster) -> None:
    keep_bodies(bench)
    hot = Ours("Parley on PostgreSQL, cache on", cache_mib=64, store=made.store)
    _work(bench, made, hot, "W1", pages(bench.data))
    _work(bench, made, hot, "W2", ones(bench.data))
    mixed.measure(bench, hot, mixed.STALE_POSTGRES)


def _work(bench: Bench, made: Cluster, hot: Ours, name: str, questions: Sequence[Question]) -> None:
    cold = Ours("Parley on PostgreSQL, cache off", store=made.store)
    naive = Naive("FastAPI + SQLModel on PostgreSQL", made.peers)
    work = f"{name} cold, PostgreSQL"
    medians = bench.race(work, bench.entries((cold, naive), questions))
    bench.compare(work, cold.name, medians, [Bound(naive.name, COLD_LEAST)])
    work = f"{name} hot, PostgreSQL"
    medians = bench.race(work, bench.entries((hot, RAW), questions[:HOT_QUESTIONS]))
    bench.compare(work, hot.name, medians, [Bound(RAW.name, HOT_LEAST)])
