"""The page `docs/performance.md`, written from the results of a run."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.contenders.naive import NAIVE
from benchmarks.results import Ratio, Results, Speed

# Works whose rates can be set beside each other, contender by contender.
RACES = ("W1 cold", "W2 cold", "W3", "W4 ranked", "W4 newest first", "W6a", "W6b")
PROCESS = ("s", "MiB")
HEAD = """# Performance

Written by `make bench`. Machines differ, so only ratios are given: each is the median rate of
Parley divided by that of another contender, on the same data, on the same interpreter, in the same
run. *By processor time* is the time that the other's server process takes for an answer divided by
Parley's: what else runs on the machine, the network and the client hardly change it. All contenders
run with one process. Parley runs with rate limit and metrics on.

| work | what is asked |
|---|---|
| W1 | a page of about 50 claims of a negotiation, in the order of dates |
| W2 | one claim |
| W3 | a page of 50 of all claims, behind nine tenths of them |
| W4 | the 20 best, or the 20 newest, claims with a frequent word |
| W5 | all claims |
| W6a, W6b | how many claims of each kind there are, in one negotiation and in all |

*Cold*: no cache, and the questions differ. *Hot*: 32 questions over and over, answered from the
cache. *304*: the reader has the answer already. An answer of Parley holds more than that of a peer:
names and addresses of what it links to, where each quote stands, and a citation. *Whole answers* is
the naive application with answers that hold as much.
"""


def page(results: Results, profile: str = "") -> str:
    """The whole page. ``profile`` is text of people about where the time goes."""
    measured = [one for one in results.ratios if one.unit not in PROCESS or "W5" in one.work]
    process = [one for one in results.ratios if one not in measured]
    parts = [
        HEAD,
        "## The run\n",
        *_table(("what", "which"), results.setting.items()),
        "\n## What was asked for\n",
        *_judged(measured),
        "\n## All contenders\n",
        f"How many times as fast as {NAIVE.name} on SQLite.\n",
        *_contenders(results.speeds),
        *(_growth(results.growth) if results.growth else ()),
        *(("\n## Memory and start\n", *_judged(process)) if process else ()),
        *_missing(results.missing),
        *([f"\n{profile}"] if profile else []),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _judged(ratios: Sequence[Ratio]) -> Iterator[str]:
    rows = [
        (one.work, one.beside, _figure(one), _lighter(one), _asked(one), one.verdict)
        for one in ratios
    ]
    head = ("work", "beside", "measured", "by processor time", "asked for", "met")
    return _table(head, rows)


def _lighter(one: Ratio) -> str:
    return f"{one.lighter:,.{_decimals(one.lighter)}f}" if one.lighter else ""


def _figure(one: Ratio) -> str:
    digits = f"{one.figure:,.{_decimals(one.figure)}f}"
    return digits if one.unit == "times" else f"{digits} {one.unit}"


def _decimals(figure: float) -> int:
    return 2 if figure < 10 else 1 if figure < 40 else 0


def _asked(one: Ratio) -> str:
    if one.least is not None:
        return f"at least {one.least:g}"
    return "" if one.most is None else f"at most {one.most:g}"


def _contenders(speeds: Sequence[Speed]) -> Iterator[str]:
    rates = {(one.contender, one.work): one.median for one in speeds if one.work in RACES}
    names = list(dict.fromkeys(name for name, _ in rates))
    rows = [(name, *(_beside_naive(rates, name, work) for work in RACES)) for name in names]
    return _table(("contender", *RACES), rows)


def _beside_naive(rates: dict[tuple[str, str], float], name: str, work: str) -> str:
    own, naive = rates.get((name, work)), rates.get((NAIVE.name, work))
    return f"{own / naive:.1f}" if own and naive else ""


def _growth(speeds: Sequence[Speed]) -> Iterator[str]:
    yield "\n## Growth\n"
    yield "The rate of Parley on each number of records, as a share of that on the smallest.\n"
    rates = {(one.work, int(one.contender)): one.median for one in speeds}
    works = list(dict.fromkeys(work for work, _ in rates))
    sizes = sorted({size for _, size in rates})
    rows = [(work, *(_share(rates, work, size, sizes) for size in sizes)) for work in works]
    yield from _table(("work", *(f"{size:,}" for size in sizes)), rows)


def _share(rates: dict[tuple[str, int], float], work: str, size: int, sizes: Sequence[int]) -> str:
    first = next((rates[work, one] for one in sizes if (work, one) in rates), None)
    return f"{rates[work, size] / first:.2f}" if first and (work, size) in rates else ""


def _missing(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        yield "\n## Not measured, or not whole\n"
        yield from (f"- {one}" for one in missing)


def write(results: Results, file: Path, profile: Path) -> None:
    """Write the page."""
    said = profile.read_text(encoding="utf-8") if profile.exists() else ""
    file.write_text(page(results, said), encoding="utf-8")
