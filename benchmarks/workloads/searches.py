"""W4: full text, the twenty best and the twenty newest."""

from benchmarks.bench import Bench, Bound
from benchmarks.contenders.datasette import CANNED
from benchmarks.contenders.drf import DRF
from benchmarks.contenders.naive import NAIVE
from benchmarks.contenders.ours import COLD, HOT
from benchmarks.questions import searches

# By order, newest first or not: how many times Datasette's query ours has to be, cold and hot.
BOUNDS = {False: (1.0, 100.0), True: (4.0, None)}


def measure(bench: Bench) -> None:
    """Both orders, cold and hot."""
    for newest, (cold, hot) in BOUNDS.items():
        work = "W4 newest first" if newest else "W4 ranked"
        questions = searches(bench.data, newest=newest)
        if not questions:
            bench.results.miss(f"{work}: no word is frequent enough")
            continue
        contenders = (COLD, HOT, CANNED, NAIVE, DRF)
        medians = bench.race(work, bench.entries(contenders, questions))
        others = (Bound(NAIVE.name), Bound(DRF.name))
        bench.compare(work, COLD.name, medians, [Bound(CANNED.name, cold), *others])
        bench.compare(f"{work}, hot", HOT.name, medians, [Bound(CANNED.name, hot)])
