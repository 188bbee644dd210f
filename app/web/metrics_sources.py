"""All that is shown of the service in numbers: its requests, its cache, its store, its process."""

import os
import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fastapi import Request

from app import __version__
from app.errors import Unavailable
from app.store.reader import snapshot
from app.web.cache_entries import Entries
from app.web.metrics import Metrics
from app.web.metrics_text import Family, Sample
from app.web.service import Service, service_of

# Where Linux tells what a process takes; elsewhere these numbers are left out.
MEMORY = Path("/proc/self/statm")
FILES = Path("/proc/self/fd")
# When this module was read, which is when the process began to serve.
STARTED = round(time.time(), 3)


def families(request: Request) -> Iterator[Family]:
    """Every number there is."""
    metrics: Metrics = request.app.state.metrics
    yield from metrics.families()
    yield from _cache(request.app.state.entries)
    yield from _store(service_of(request))
    yield from _process()


def _cache(entries: Entries) -> Iterator[Family]:
    counts = entries.counts
    words = "Requests by what the cache did; 'joined' ones waited for an equal one."
    asked = {"hit": counts.hits, "joined": counts.joined}
    asked |= {"miss": counts.misses, "passed": counts.passed}
    samples = [Sample(number, {"outcome": name}) for name, number in asked.items()]
    yield Family("parley_cache_requests_total", "counter", words, samples)
    words = "Answers that the cache let go of: for room, or for a change of the record."
    gone = {"room": counts.evicted, "change": counts.outdated}
    samples = [Sample(number, {"reason": name}) for name, number in gone.items()]
    yield Family("parley_cache_evictions_total", "counter", words, samples)
    words = "Bytes of memory in the cache."
    yield Family("parley_cache_bytes", "gauge", words, [Sample(entries.size)])
    words = "Bytes of memory that the cache may take."
    yield Family("parley_cache_limit_bytes", "gauge", words, [Sample(entries.limit)])
    words = "Answers in the cache."
    yield Family("parley_cache_entries", "gauge", words, [Sample(len(entries.kept))])


def _store(service: Service) -> Iterator[Family]:
    words = "The newest revision of the record; left out where the store cannot answer."
    with suppress(Unavailable), snapshot(service.database) as look:
        yield Family("parley_revision", "gauge", words, [Sample(look.revision())])


def _process() -> Iterator[Family]:
    words = "The release, and what it runs on."
    build = {"version": __version__, "python": platform.python_version()}
    yield Family("parley_build_info", "gauge", words, [Sample(1, build)])
    words = "Seconds of processor time."
    used = [Sample(round(time.process_time(), 3))]
    yield Family("process_cpu_seconds_total", "counter", words, used)
    words = "The second, since 1970, in which the process began."
    yield Family("process_start_time_seconds", "gauge", words, [Sample(STARTED)])
    with suppress(OSError):
        pages = int(MEMORY.read_text(encoding="ascii").split()[1])
        resident = [Sample(pages * os.sysconf("SC_PAGE_SIZE"))]
        words = "Resident memory, in bytes."
        yield Family("process_resident_memory_bytes", "gauge", words, resident)
        words = "Open file descriptors."
        yield Family("process_open_fds", "gauge", words, [Sample(len(list(FILES.iterdir())))])
