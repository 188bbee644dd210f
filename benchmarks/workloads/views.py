"""The derived views beside a plain page: timeline and positions; and pages at a pin."""

from collections.abc import Mapping

from benchmarks.bench import Bench, Bound, Entry
from benchmarks.contenders.ours import COLD
from benchmarks.questions import PAGE, One, Page, known_ones, known_pages
from benchmarks.servers import Server

FIELDS = "id,on,text,claimant"


def measure(bench: Bench) -> None:
    """All of them, on our server without a cache."""
    server = bench.server(COLD)
    if server is None:
        return
    _views(bench, server)
    _pinned(bench, server, "W1", known_pages(bench.data))
    _pinned(bench, server, "W2", known_ones(bench.data))


def _views(bench: Bench, server: Server) -> None:
    largest = max(bench.data.manifest.negotiations, key=lambda one: one.least_entries)
    timeline = f"/negotiations/{largest.id}/timeline?limit={PAGE}"
    positions = f"/negotiations/{bench.data.manifest.matrix}/positions?limit={PAGE}"
    entries = [
        Entry("W1", server, [f"/claims?negotiation={largest.id}&limit={PAGE}"]),
        Entry(f"timeline of at least {largest.least_entries:,} entries", server, [timeline]),
        Entry("positions, 50 demands by 20 parties", server, [positions]),
    ]
    medians = bench.race("views", entries)
    for view in list(medians)[1:]:
        bench.compare(view, view, medians, [Bound("W1", 0.5)])


def _pinned(
    bench: Bench, server: Server, work: str, asked: Mapping[Page, str] | Mapping[One, str]
) -> None:
    """The same questions plain, and with each parameter that an answer has to be made for."""
    paths = {COLD.path(question) or "": day for question, day in asked.items()}
    if not paths:
        bench.results.miss(f"{work} at a pin: no negotiation is large enough")
        return
    plain = f"{work} plain"
    variants = {
        "known_at": [_with(path, f"known_at={day}") for path, day in paths.items()],
        "as_of": [_with(path, f"as_of={bench.data.settled}") for path in paths],
        "fields": [_with(path, f"fields={FIELDS}") for path in paths],
    }
    entries = [Entry(plain, server, list(paths))]
    entries += [Entry(f"{work} with {name}", server, some) for name, some in variants.items()]
    medians = bench.race(f"{work} at a pin", entries)
    for name in list(medians)[1:]:
        bench.compare(name, name, medians, [Bound(plain, 0.5)])


def _with(path: str, parameter: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{parameter}"
