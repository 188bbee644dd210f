"""W1 and W2, a page and one claim, cold and hot; W3, a page far behind the first."""

import sqlite3
from collections.abc import Sequence
from urllib.parse import urlsplit

from benchmarks.bench import Bench, Bound, Entry
from benchmarks.contenders import datasette, drf
from benchmarks.contenders.naive import NAIVE, WHOLE
from benchmarks.contenders.ours import COLD, HOT, LOGGED, Ours
from benchmarks.contenders.prebuilt import FILES, RAW, keep, place
from benchmarks.questions import PAGE, Deep, Question, ones, pages
from benchmarks.servers import Server

# How many different questions a hot load repeats.
HOT_QUESTIONS = 32
# W3 asks for pages around this share of all claims.
DEPTH = 0.9
DEEP_PAGES = 40
LARGEST_PAGE = 200
FIRST = f"{COLD.name}, first page"

PEERS = (NAIVE, WHOLE, datasette.TABLE, datasette.CANNED, drf.DRF)
LIMITS = (RAW, FILES)


def measure(bench: Bench) -> None:
    """All of them."""
    page_questions, one_questions = pages(bench.data), ones(bench.data)
    keep_bodies(bench)
    cold(bench, "W1 cold", page_questions, _W1)
    cold(bench, "W2 cold", one_questions, _W2)
    hot(bench, "W1 hot", page_questions)
    hot(bench, "W2 hot", one_questions)
    deep(bench)


_W1 = (
    Bound(NAIVE.name, 12),
    Bound(WHOLE.name),
    Bound(datasette.TABLE.name, 20),
    Bound(datasette.CANNED.name, 8),
    Bound(drf.DRF.name),
    Bound(RAW.name),
    Bound(FILES.name),
)
_W2 = (
    Bound(NAIVE.name, 15),
    Bound(WHOLE.name),
    Bound(datasette.TABLE.name, 30),
    Bound(drf.DRF.name),
    Bound(RAW.name),
    Bound(FILES.name),
)


def keep_bodies(bench: Bench) -> None:
    """Give our answers to the hot questions to those who only send bytes."""
    server = bench.server(COLD)
    if server is None:
        return
    asked: list[Question] = [*pages(bench.data)[:HOT_QUESTIONS], *ones(bench.data)[:HOT_QUESTIONS]]
    keep(bench.data, {place(one) or "": server.ask(COLD.path(one) or "").body for one in asked})


def cold(bench: Bench, work: str, questions: Sequence[Question], bounds: Sequence[Bound]) -> None:
    """Every question is another one, and nothing is cached."""
    entries = bench.entries((COLD, *PEERS), questions)
    entries += bench.entries(LIMITS, questions[:HOT_QUESTIONS])
    medians = bench.race(work, entries)
    bench.compare(work, COLD.name, medians, bounds)


def hot(bench: Bench, work: str, questions: Sequence[Question]) -> None:
    """A few questions over and over; then the same by readers that hold the answers already."""
    asked = questions[:HOT_QUESTIONS]
    entries = bench.entries((HOT, LOGGED, *LIMITS), asked)
    entries += _not_modified(bench, HOT, asked)
    medians = bench.race(work, entries)
    for ours, least in ((HOT.name, 0.90), (LOGGED.name, 0.75), (f"{HOT.name}, 304", 1.0)):
        label = f"{work} ({ours})"
        bench.compare(label, ours, medians, [Bound(RAW.name, least), Bound(FILES.name)])


def _not_modified(bench: Bench, ours: Ours, asked: Sequence[Question]) -> list[Entry]:
    server, path = bench.server(ours), ours.path(asked[0])
    if server is None or path is None:
        return []
    tag = server.ask(path).headers["etag"]
    return [Entry(f"{ours.name}, 304", server, [path], {"If-None-Match": tag}, 304)]


def deep(bench: Bench) -> None:
    """A page at nine tenths of all claims, beside the first one."""
    server = bench.server(COLD)
    if server is None:
        return
    offset = int(bench.data.manifest.claims * DEPTH)
    entries = [
        Entry(FIRST, server, [f"/claims?limit={PAGE}"]),
        Entry(COLD.name, server, walk(server, offset)),
        *bench.entries((NAIVE,), [Deep(offset + PAGE * page) for page in range(5)]),
        *_peers_deep(bench, offset),
    ]
    medians = bench.race("W3", entries)
    peers = (NAIVE.name, datasette.TABLE.name, drf.DRF.name)
    bounds = [Bound(FIRST, 0.8), *(Bound(name) for name in peers)]
    bench.compare("W3", COLD.name, medians, bounds)


def walk(server: Server, offset: int) -> list[str]:
    """Pages of fifty that a reader finds who follows the cursors this far."""
    path: str | None = f"/claims?limit={LARGEST_PAGE}"
    found: list[str] = []
    passed = 0
    while path and len(found) < DEEP_PAGES:
        address = urlsplit(next_of(server, path) or "")
        path = f"{address.path}?{address.query}" if address.path else None
        passed += LARGEST_PAGE
        if path and passed >= offset - LARGEST_PAGE:
            found.append(path.replace(f"limit={LARGEST_PAGE}", f"limit={PAGE}"))
    return found


def next_of(server: Server, path: str) -> str | None:
    """The address of the page behind this one, by the header ``Link``."""
    link = server.ask(path).headers.get("link", "")
    chosen = next((one for one in link.split(",") if 'rel="next"' in one), None)
    return chosen.split("<", 1)[1].split(">", 1)[0] if chosen else None


def _peers_deep(bench: Bench, offset: int) -> list[Entry]:
    connection = sqlite3.connect(bench.data.peers)
    places = connection.execute(
        "SELECT sort_key, id FROM claim ORDER BY sort_key, id LIMIT ? OFFSET ?",
        (DEEP_PAGES, offset),
    ).fetchall()
    connection.close()
    entries = []
    if server := bench.server(datasette.TABLE):
        paths = [datasette.after(*place) for place in places]
        entries.append(Entry(datasette.TABLE.name, server, paths))
    if server := bench.server(drf.DRF):
        entries.append(Entry(drf.DRF.name, server, [drf.after(key) for key, _ in places]))
    return entries
