"""W6: how many claims of each kind there are, in one negotiation and in all."""

from benchmarks.bench import Bench, Bound
from benchmarks.contenders.datasette import CANNED, TABLE
from benchmarks.contenders.drf import DRF
from benchmarks.contenders.naive import NAIVE
from benchmarks.contenders.ours import COLD
from benchmarks.questions import Facet, facets


def measure(bench: Bench) -> None:
    """Both, without a cache."""
    contenders = (COLD, NAIVE, TABLE, CANNED, DRF)
    works = (("W6a", facets(bench.data), 10.0), ("W6b", [Facet(None)], 500.0))
    for work, questions, least in works:
        medians = bench.race(work, bench.entries(contenders, questions))
        others = [Bound(one.name) for one in (TABLE, CANNED, DRF)]
        bench.compare(work, COLD.name, medians, [Bound(NAIVE.name, least), *others])
