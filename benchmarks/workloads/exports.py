"""W5: all claims as CSV and NDJSON, and what another reader feels of it meanwhile."""

import http.client
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

from benchmarks.bench import Bench
from benchmarks.contenders.naive import NAIVE
from benchmarks.contenders.ours import COLD
from benchmarks.load import paced
from benchmarks.questions import ones
from benchmarks.results import Ratio, Speed
from benchmarks.servers import SERVERS, Server, pinned

PIECE = 256 * 1024
# Requests a second of the other reader.
READER = 100
SELECT = "SELECT * FROM claim ORDER BY sort_key, id"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One export: its size, how long it took, the wait for its first byte, memory it took."""

    bytes: int
    seconds: float
    first_byte: float
    grown_mib: float

    @property
    def rate(self) -> float:
        """MiB a second."""
        return self.bytes / self.seconds / 1024**2


def measure(bench: Bench) -> None:
    """Both formats beside the shell of sqlite3, then the other reader."""
    server = bench.server(COLD)
    if server is None:
        return
    for form, option, least in (("csv", "-csv", 0.6), ("ndjson", "-json", 1.5)):
        _export(bench, server, form, option, least)
    _naive(bench)
    _other_reader(bench, server)


def _export(bench: Bench, server: Server, form: str, option: str, least: float) -> None:
    work = f"W5 {form}"
    print(work, flush=True)
    rounds = [
        (transfer(server, f"/claims?format={form}"), _shell(bench, option))
        for _ in range(bench.rounds)
    ]
    ours = [one for one, _ in rounds]
    theirs = [one for _, one in rounds if one]
    _keep(bench, work, COLD.name, ours)
    if theirs:
        _keep(bench, work, "sqlite3 shell", theirs)
        bench.results.judge(_beside_shell(work, option, ours, theirs, least))
    bench.results.judge(
        [
            Ratio(
                work, "first byte", median(one.first_byte for one in ours) * 1000, None, 50, "ms"
            ),
            Ratio(work, "memory growth", max(one.grown_mib for one in ours), None, 16, "MiB"),
        ]
    )


def _beside_shell(
    work: str, option: str, ours: list[Transfer], theirs: list[Transfer], least: float
) -> list[Ratio]:
    """Bytes a second, as asked for; and claims a second, because ours are larger."""
    bytes_ratio = median(one.rate for one in ours) / median(one.rate for one in theirs)
    claims_ratio = median(one.seconds for one in theirs) / median(one.seconds for one in ours)
    return [
        Ratio(work, f"sqlite3 shell {option}, bytes a second", bytes_ratio, least),
        Ratio(work, f"sqlite3 shell {option}, claims a second", claims_ratio),
    ]


def _keep(bench: Bench, work: str, name: str, transfers: list[Transfer]) -> None:
    rates = tuple(one.rate for one in transfers)
    bench.results.speeds.append(Speed(work, name, rates, median(rates), transfers[0].bytes))


def transfer(server: Server, path: str) -> Transfer:
    """Read one answer to its end, and watch the memory of the server."""
    before = peak = server.anonymous_mib()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    began = looked = time.monotonic()
    connection.request("GET", path)
    response = connection.getresponse()
    size = len(response.read(1))
    first = time.monotonic() - began
    while piece := response.read1(PIECE):
        size += len(piece)
        if time.monotonic() - looked > 0.2:
            looked, peak = time.monotonic(), max(peak, server.anonymous_mib())
    taken = time.monotonic() - began
    connection.close()
    return Transfer(size, taken, first, max(peak, server.anonymous_mib()) - before)


def _shell(bench: Bench, option: str) -> Transfer | None:
    """The same by sqlite3's own shell on the peers' file; None where there is none."""
    command = ["sqlite3", option, str(bench.data.peers), SELECT]
    began = time.monotonic()
    size = 0
    try:
        with subprocess.Popen(pinned(SERVERS, command), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while piece := process.stdout.read(PIECE):
                size += len(piece)
    except FileNotFoundError:
        pass
    if not size:
        bench.results.miss("W5: the sqlite3 shell is not installed")
        return None
    return Transfer(size, time.monotonic() - began, 0, 0)


def _naive(bench: Bench) -> None:
    """The naive export once: it can take gigabytes."""
    if server := bench.server(NAIVE):
        done = transfer(server, "/export")
        _keep(bench, "W5 ndjson", NAIVE.name, [done])
        bench.results.judge(
            [
                Ratio(
                    "W5 of the naive application", "first byte", done.first_byte * 1000, unit="ms"
                ),
                Ratio("W5 of the naive application", "memory growth", done.grown_mib, unit="MiB"),
            ]
        )


def _other_reader(bench: Bench, server: Server) -> None:
    """The slow answers of a steady reader, while exports run and while they do not."""
    print("W5 another reader", flush=True)
    paths = [COLD.path(one) or "" for one in ones(bench.data)]
    alone, beside = [], []
    for _ in range(bench.rounds):
        alone.append(paced(server.port, paths, bench.seconds, READER).p99_ms)
        stop = threading.Event()
        thread = threading.Thread(target=_exports, args=(server, stop))
        thread.start()
        beside.append(paced(server.port, paths, bench.seconds, READER).p99_ms)
        stop.set()
        thread.join()
    slower = median(beside) / median(alone)
    bench.results.judge(
        [Ratio("W5 another reader", "its p99 without an export", slower, None, 1.2)]
    )


def _exports(server: Server, stop: threading.Event) -> None:
    """One export after another until it is over; the last one is broken off."""
    while not stop.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/claims?format=ndjson")
            response = connection.getresponse()
            while not stop.is_set() and response.read1(PIECE):
                pass
        connection.close()
