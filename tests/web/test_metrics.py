"""Metrics: what is counted, under which names, and in the format that Prometheus reads."""

import re

import httpx
import pytest

from app.errors import Unavailable
from app.settings import ROOT
from app.store.engine import Database
from app.web.metrics import BOUNDS, Metrics
from app.web.metrics_text import Family, Sample, written
from tests.http import ADDRESS, RECORDS, Site, opened
from tests.web.test_paging import copied, write

LINE = re.compile(r'^([a-z_]+)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (-?[0-9.e+-]+)$')


async def numbers(site: Site) -> dict[str, float]:
    """Every number, by its name with its labels; each line is read strictly."""
    answer = await site.client.get("/metrics")
    assert answer.status_code == 200
    found: dict[str, float] = {}
    families: list[str] = []
    for line in answer.text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert kind in ("counter", "gauge", "histogram")
            assert (kind == "counter") == name.endswith("_total")
            families.append(name)
        elif not line.startswith("# HELP "):
            parts = LINE.fullmatch(line)
            assert parts is not None, line
            assert parts[1].startswith(families[-1])
            assert parts[1] + (parts[2] or "") not in found
            found[parts[1] + (parts[2] or "")] = float(parts[3])
    assert len(set(families)) == len(families)
    assert answer.text.endswith("\n")
    return found


def requests(method: str, route: str, status: int) -> str:
    return f'parley_requests_total{{method="{method}",route="{route}",status="{status}"}}'


async def test_the_answer_is_in_the_format_of_prometheus_and_kept_by_nobody(site: Site) -> None:
    answer = await site.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert (await site.client.get("/metrics?nothing=1")).status_code == 422
    assert (await site.client.head("/metrics")).status_code == 200


async def test_requests_are_counted_by_method_route_and_status(site: Site) -> None:
    for address, method in [
        *[("/claims?limit=1", "GET")] * 3,
        *[(RECORDS[0], "GET"), (RECORDS[0], "HEAD"), ("/negotiations/nothing", "GET")],
        *[("/claims?limit=0", "GET"), ("/nothing", "GET"), ("/nothing", "HEAD")],
        *[("/timeline", "POST"), ("/claims", "BREW"), ("/", "GET"), ("/claims", "OPTIONS")],
    ]:
        await site.client.request(method, address)
    found = await numbers(site)
    counted = {name: n for name, n in found.items() if name.startswith("parley_requests_total")}
    assert counted == {
        requests("GET", "/claims", 200): 3,
        requests("GET", "/negotiations/{id}", 200): 1,
        requests("HEAD", "/negotiations/{id}", 200): 1,
        requests("GET", "/negotiations/{id}", 404): 1,
        requests("GET", "/claims", 422): 1,
        requests("GET", "none", 404): 1,
        requests("HEAD", "none", 404): 1,
        requests("POST", "/timeline", 405): 1,
        requests("other", "/claims", 405): 1,
        requests("GET", "/", 307): 1,
        requests("OPTIONS", "/claims", 204): 1,
    }
    assert found["parley_requests_in_flight"] == 1


async def test_a_request_that_is_refused_before_its_route_is_known_has_none(
    sqlite_store: Database,
) -> None:
    async with opened(sqlite_store, rate_limit=1) as site:
        for _ in range(3):
            await site.send(b"/claims", client="203.0.113.7")
        await site.send(b"/claims", headers=[(b"x-large", b"x" * 17_000)])
        found = await numbers(site)
    assert found[requests("GET", "/claims", 200)] == 1
    assert found[requests("GET", "none", 429)] == 2
    assert found[requests("GET", "none", 431)] == 1


async def test_a_defect_is_counted_as_what_it_is_answered_with(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.web.asking.settle", fail)
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        assert (await client.get("/meetings")).status_code == 500
    found = await numbers(site)
    assert found[requests("GET", "/meetings", 500)] == 1
    assert found["parley_requests_in_flight"] == 1


async def test_what_the_cache_does_is_counted_and_its_answers_are_requests_like_others(
    sqlite_store: Database,
) -> None:
    async with opened(sqlite_store, cache_mib=1) as site:
        first = await site.client.get("/claims?limit=3")
        held = {"If-None-Match": first.headers["etag"]}
        for _ in range(3):
            await site.client.get("/claims?limit=3")
        await site.client.get("/claims?limit=3", headers=held)
        await site.client.get("/claims?limit=4", headers={"Cookie": "a=b"})
        await site.client.head("/claims?limit=3")
        found = await numbers(site)
        outcomes = {"hit": 5, "joined": 0, "miss": 2, "passed": 1}  # this one is a miss, too
        for outcome, number in outcomes.items():
            assert found[f'parley_cache_requests_total{{outcome="{outcome}"}}'] == number
        assert found[requests("GET", "/claims", 200)] == 5
        assert found[requests("GET", "/claims", 304)] == 1
        assert found[requests("HEAD", "/claims", 200)] == 1
        assert found['parley_request_duration_seconds_count{route="/claims"}'] == 7
        assert found["parley_cache_entries"] == 1
        assert found["parley_cache_limit_bytes"] == 1_048_576
        sent = int(first.headers["content-length"])
        assert sent < found["parley_cache_bytes"] < sent + 10_000
        write(site, copied("claim", "one-more"), 1)
        await site.client.get("/claims?limit=3")
        found = await numbers(site)
        assert found['parley_cache_evictions_total{reason="change"}'] == 1
        assert found["parley_revision"] == 2


async def test_the_numbers_of_the_cache_are_there_where_it_is_off(site: Site) -> None:
    await site.client.get("/claims")
    found = await numbers(site)
    assert found["parley_cache_limit_bytes"] == 0
    assert found['parley_cache_requests_total{outcome="miss"}'] == 0


async def test_the_process_and_the_release_are_told(site: Site) -> None:
    found = await numbers(site)
    assert found["process_cpu_seconds_total"] > 0
    assert found["process_start_time_seconds"] > 1_600_000_000
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["process_open_fds"] > 3
    assert any(name.startswith("parley_build_info{version=") for name in found)


async def test_the_revision_is_left_out_where_the_store_cannot_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await numbers(site))["parley_revision"] == 1

    def fail(*_given: object) -> None:
        raise Unavailable("The store cannot answer.")

    monkeypatch.setattr(Database, "read", fail)
    found = await numbers(site)
    assert "parley_revision" not in found
    assert "parley_requests_in_flight" in found


def test_durations_are_counted_within_their_bounds() -> None:
    metrics = Metrics()
    for seconds in (0.00001, 0.0001, 0.00011, 0.3, 99.0):
        metrics.note("GET", "/claims", 200, seconds)
    metrics.note("HEAD", "/claims", 304, 0.02)
    lines = written(metrics.families()).splitlines()
    buckets = [line.rpartition(" ")[2] for line in lines if "_bucket" in line]
    assert buckets == ["2", "3", *["3"] * 4, "3", "4", "4", "4", "4", "5", *["5"] * 4, "6"]
    assert len(buckets) == len(BOUNDS) + 1
    assert 'parley_request_duration_seconds_bucket{route="/claims",le="+Inf"} 6' in lines
    assert 'parley_request_duration_seconds_sum{route="/claims"} 99.32022' in lines
    assert 'parley_request_duration_seconds_count{route="/claims"} 6' in lines


def test_labels_are_escaped_and_a_family_without_numbers_is_left_out() -> None:
    sample = Sample(1, {"route": 'a"b\\c\nd', "status": "200"})
    families = [
        Family("one_total", "counter", "Ones.", [sample]),
        Family("b", "gauge", "None.", []),
    ]
    assert written(families) == (
        "# HELP one_total Ones.\n# TYPE one_total counter\n"
        'one_total{route="a\\"b\\\\c\\nd",status="200"} 1\n'
    )


async def test_every_number_is_documented(site: Site) -> None:
    await site.client.get("/claims")
    answer = await site.client.get("/metrics")
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", text, re.MULTILINE)
    shown = re.findall(r"^# TYPE ([a-z_]+) (\w+)$", answer.text, re.MULTILINE)
    assert sorted(documented) == sorted(shown)
