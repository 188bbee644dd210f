"""One run: the servers that are up, and races between them in alternating rounds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from benchmarks.contenders.base import Contender
from benchmarks.data import Data
from benchmarks.load import put
from benchmarks.questions import Question, Search
from benchmarks.results import Ratio, Results, Speed
from benchmarks.servers import NotStarted, Server, free_port


class Differs(Exception):
    """Two contenders gave different answers to one question, so their speeds mean nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a race: paths to ask for in turn, on one server."""

    name: str
    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Bound:
    """How many times as fast as a contender ours has to be."""

    beside: str
    least: float | None = None


@dataclass(slots=True)
class Bench:
    """The data, how long and how often to measure, and the servers that were started."""

    data: Data
    results: Results
    rounds: int
    seconds: float
    without: frozenset[str] = frozenset()
    servers: dict[str, Server] = field(default_factory=dict)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Stop every server at the end."""
        with ExitStack() as stack:
            stack.callback(self.stop)
            yield

    def stop(self) -> None:
        """Stop every server that was started."""
        for server in self.servers.values():
            server.stop()
        self.servers.clear()

    def server(self, contender: Contender) -> Server | None:
        """The running server of a contender; None, and noted, where there is none to be had."""
        if contender.server in self.without:
            return None
        if lacking := contender.missing():
            self.results.miss(f"{contender.name}: {lacking} is not installed")
            return None
        if contender.server not in self.servers:
            try:
                self.servers[contender.server] = self._start(contender)
            except NotStarted as error:
                self.results.miss(f"{contender.name}: it did not start. {error}")
                return None
        return self.servers[contender.server]

    def _start(self, contender: Contender) -> Server:
        port = free_port()
        log = self.data.folder / "logs" / f"{contender.server}.log".replace(" ", "-")
        return Server(contender.launch(self.data, port), port, log)

    def entries(
        self, contenders: Iterable[Contender], questions: Sequence[Question]
    ) -> list[Entry]:
        """The sides of a race on the same questions. Raises Differs where answers differ."""
        entries: list[Entry] = []
        for one in contenders:
            paths = [path for asked in questions if (path := one.path(asked))]
            if paths and (server := self.server(one)):
                entries.append(Entry(one.name, server, paths))
        self._compare(contenders, questions)
        return entries

    def _compare(self, contenders: Iterable[Contender], questions: Sequence[Question]) -> None:
        for asked in questions[:: max(1, len(questions) // 3)][:3]:
            if isinstance(asked, Search):
                continue  # Parley also looks at the names that a claim links to
            first: tuple[str, object] | None = None
            for one in contenders:
                path, server = one.path(asked), self.server(one)
                if path is None or server is None:
                    continue
                found = one.found(asked, server.ask(path).body)
                if found is None:
                    continue
                first = first or (one.name, found)
                if found != first[1]:
                    raise Differs(f"{asked}: {first[0]} finds {first[1]}, {one.name} {found}")

    def race(self, work: str, entries: Sequence[Entry]) -> dict[str, Speed]:
        """Ask each in turn, round by round; the medians by name."""
        print(work, flush=True)
        for one in entries:
            _check(one)
        loads = {one.name: [] for one in entries}  # type: dict[str, list[Speed]]
        for _ in range(self.rounds):
            for one in entries:
                loads[one.name].append(self._round(work, one))
        medians = {name: _median(work, name, speeds) for name, speeds in loads.items()}
        for name, speed in medians.items():
            self.results.speeds.append(speed)
            told = f"{speed.median:.0f} a second, {speed.bytes} bytes, {speed.micros:.0f} us"
            print(f"  {name}: {told}", flush=True)
        return medians

    def _round(self, work: str, one: Entry) -> Speed:
        before = one.server.processor_seconds()
        load = put(one.server.port, one.paths, self.seconds, one.headers)
        taken = one.server.processor_seconds() - before
        if load.bad:
            self.results.miss(f"{work}, {one.name}: {load.bad} bad answers of {load.requests}")
        requests = max(load.requests, 1)
        size = round(load.bytes / requests)
        return Speed(work, one.name, (), load.rate, size, taken / requests * 1e6)

    def compare(
        self, work: str, ours: str, medians: Mapping[str, Speed], bounds: Iterable[Bound]
    ) -> None:
        """Set our rate, and our processor time, beside those of others."""
        own = medians.get(ours)
        if own is None:
            return
        others = [(one, medians[one.beside]) for one in bounds if one.beside in medians]
        self.results.judge(
            Ratio(
                work,
                bound.beside,
                own.median / their.median,
                bound.least,
                lighter=their.micros / own.micros if own.micros else None,
            )
            for bound, their in others
        )


def _median(work: str, name: str, rounds: Sequence[Speed]) -> Speed:
    rates = tuple(one.median for one in rounds)
    micros = median(one.micros for one in rounds)
    return Speed(work, name, rates, median(rates), rounds[0].bytes, micros)


def _check(one: Entry) -> None:
    answer = one.server.ask(one.paths[0], one.headers)
    if answer.status != one.status:
        said = answer.body[:300].decode(errors="replace")
        raise Differs(f"{one.name} answers {one.paths[0]} with {answer.status}: {said}")
