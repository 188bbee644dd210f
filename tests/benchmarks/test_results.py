"""Ratios and the page: rounds take turns, medians count, and a miss is called a miss."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks import bench as benching
from benchmarks.bench import Bench, Bound, Differs, Entry
from benchmarks.data import Data
from benchmarks.generate import Manifest
from benchmarks.load import Load
from benchmarks.report import page
from benchmarks.results import Ratio, Results, Speed
from benchmarks.servers import Answer, Server
from benchmarks.workloads.mixed import Seen

NOTHING = Manifest(0, 0, 0, (), 0, (), "")


class Still(Server):
    """A server that gives one answer, and is no process."""

    def __init__(self, port: int, status: int = 200) -> None:
        self.port = port
        self.status = status

        self.taken = iter(range(1_000))

    def processor_seconds(self) -> float:
        """Of each look, a second times the port more."""
        return float(next(self.taken) * self.port)

    def ask(self, _path: str, _headers: Mapping[str, str] | None = None) -> Answer:
        return Answer(self.status, {}, b"said")


def entry(name: str, port: int, status: int = 200) -> Entry:
    return Entry(name, Still(port, status), ["/"])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Data(tmp_path, NOTHING), Results({}), rounds=3, seconds=1.0)


def test_rounds_take_turns_and_the_median_counts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {1: iter([300, 100, 200]), 2: iter([20, 10, 90])}
    asked = []

    def put(port: int, _paths: Sequence[str], seconds: float, _headers: object) -> Load:
        asked.append(port)
        return Load(next(rates[port]), seconds, 1_000, 0, 1.0, 2.0)

    monkeypatch.setattr(benching, "put", put)
    medians = bench.race("W1", [entry("ours", 1), entry("theirs", 2)])
    assert asked == [1, 2, 1, 2, 1, 2]
    assert {name: one.median for name, one in medians.items()} == {"ours": 200, "theirs": 20}
    assert medians["ours"].micros == 5_000  # a second for 100, 200 or 300 answers
    assert medians["theirs"].micros == 100_000
    bench.compare("W1", "ours", medians, [Bound("theirs", 12), Bound("absent", 1)])
    assert bench.results.ratios == [Ratio("W1", "theirs", 10.0, 12, lighter=20.0)]
    assert bench.results.ratios[0].verdict == "no"


def test_a_race_does_not_begin_where_a_contender_answers_with_an_error(bench: Bench) -> None:
    with pytest.raises(Differs, match="ours answers / with 500: said"):
        bench.race("W1", [entry("ours", 1, status=500)])


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (Ratio("w", "b", 12.0, least=12), "yes"),
        (Ratio("w", "b", 11.99, least=12), "no"),
        (Ratio("w", "b", 1.2, most=1.2), "yes"),
        (Ratio("w", "b", 1.21, most=1.2), "no"),
        (Ratio("w", "b", 3.0), ""),
    ],
)
def test_a_figure_is_held_against_what_was_asked_for(ratio: Ratio, verdict: str) -> None:
    assert ratio.verdict == verdict


def test_results_are_the_same_after_they_were_kept(tmp_path: Path) -> None:
    results = Results(
        {"records": "1,000"},
        [Speed("W1 cold", "naive", (1.0, 2.0), 1.5, 10)],
        [Ratio("W1 cold", "naive", 12.5, 12)],
        [Speed("W1 cold", "1000", (3.0,), 3.0, 0)],
        ["nginx"],
    )
    results.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == results


def test_the_page_has_every_figure_beside_what_was_asked_for() -> None:
    results = Results({"records": "1,000"})
    results.ratios = [
        Ratio("W1 cold", "FastAPI + SQLModel", 11.5, 12, lighter=14.0),
        Ratio("W5 csv", "first byte", 49.0, None, 50, "ms"),
        Ratio("Parley on a seed", "start to first answer", 0.9, None, 1.0, "s"),
    ]
    results.speeds = [
        Speed("W1 cold", "Parley, cache off", (60.0,), 60.0, 25_000),
        Speed("W1 cold", "FastAPI + SQLModel", (5.0,), 5.0, 8_000),
    ]
    results.growth = [Speed("W1", "1000", (8.0,), 8.0, 0), Speed("W1", "1000000", (6.0,), 6.0, 0)]
    results.missing = ["nginx: nginx is not installed"]
    written = page(results, "Where the time goes.").splitlines()
    for line in (
        "| records | 1,000 |",
        "| W1 cold | FastAPI + SQLModel | 11.5 | 14.0 | at least 12 | no |",
        "| W5 csv | first byte | 49 ms |  | at most 50 | yes |",
        "| Parley on a seed | start to first answer | 0.90 s |  | at most 1 | yes |",
        "| Parley, cache off | 12.0 |  |  |  |  |  |  |",
        "| work | 1,000 | 1,000,000 |",
        "| W1 | 1.00 | 0.75 |",
        "- nginx: nginx is not installed",
        "Where the time goes.",
    ):
        assert line in written


def test_an_answer_is_stale_when_a_commit_lay_before_the_question_by_more_than_allowed() -> None:
    seen = Seen()
    seen.commits = [(10.0, 1), (11.0, 2)]
    seen.answers = [(10.5, 1), (11.2, 1), (11.6, 1), (11.6, 2)]
    assert seen.stale(0.0) == 2
    assert seen.stale(0.5) == 1
    assert seen.stale(1.0) == 0
