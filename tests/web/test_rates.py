"""Rate limits: what one client may ask, by a clock that the test turns."""

import httpx
import pytest
from starlette.types import Scope

from app.resources import tokens
from app.store.engine import Database
from app.store.tokens import create, revoke
from app.web.rates import MOST_CLIENTS, Gcra, client_of
from tests.http import NOW, Site, opened


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("limit", [1, 3, 60, 600])
@pytest.mark.parametrize("seconds", [0, 30, 90, 600])
def test_allowed_is_burst_plus_rate_times_time(limit: int, seconds: int) -> None:
    clock = Clock()
    gcra = Gcra(limit, clock)
    allowed = 0
    for _ in range(seconds * 10 + 1):
        while gcra.ask("one").allowed:
            allowed += 1
        clock.now += 0.1
    expected = limit + limit / 60 * seconds
    assert expected * 0.98 - 1 <= allowed <= expected * 1.02 + 1


def test_after_the_time_to_wait_the_next_request_passes_and_no_earlier() -> None:
    clock = Clock()
    gcra = Gcra(7, clock)
    while (verdict := gcra.ask("one")).allowed:
        pass
    clock.now += verdict.retry_after * 0.99
    assert not gcra.ask("one").allowed
    clock.now += verdict.retry_after * 0.01
    assert gcra.ask("one").allowed


def test_what_remains_counts_down_and_comes_back() -> None:
    clock = Clock()
    gcra = Gcra(5, clock)
    assert [gcra.ask("one").remaining for _ in range(6)] == [4, 3, 2, 1, 0, 0]
    reset = gcra.ask("one").reset
    assert reset == pytest.approx(60)
    clock.now += reset
    assert gcra.ask("one").remaining == 4


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    gcra = Gcra(2, clock)
    for _ in range(100):
        gcra.ask("one")
    clock.now += 30
    assert gcra.ask("one").allowed


@pytest.mark.parametrize("limit", [1, 3, 60])
def test_it_is_told_beforehand_what_would_be_refused_and_nothing_is_counted(limit: int) -> None:
    clock = Clock()
    gcra = Gcra(limit, clock)
    verdicts = []
    for _ in range(limit * 3):
        refused = gcra.refuses("one")
        assert refused is gcra.refuses("one")
        verdicts.append(gcra.ask("one").allowed)
        assert verdicts[-1] is not refused
        clock.now += 7 / limit
    assert set(verdicts) == {True, False}


def test_clients_do_not_share_and_the_oldest_are_forgotten() -> None:
    gcra = Gcra(1, Clock())
    assert gcra.ask("one").allowed
    assert gcra.ask("other").allowed
    for number in range(MOST_CLIENTS):
        gcra.ask(str(number))
    assert len(gcra.arrivals) == MOST_CLIENTS
    assert gcra.ask("one").allowed


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::", "2001:0db8:0001:0002"),
        ("2001:db8:1:3::", "2001:0db8:0001:0003"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        *((address, "loopback") for address in ("127.0.0.1", "127.9.9.9", "::1")),
        ("::ffff:127.0.0.1", "loopback"),
        ("a name", "a name"),
        (None, None),
    ],
)
def test_a_client_is_an_ipv4_address_or_a_network_of_ipv6(
    address: str | None, client: str | None
) -> None:
    scope: Scope = {"type": "http", "client": address and (address, 1)}
    assert client_of(scope) == client


async def ask(site: Site, client: str = "203.0.113.7", **headers: str) -> httpx.Response:
    told = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    reply = await site.send(b"/claims?limit=1", headers=told, client=client)
    return httpx.Response(reply.status, headers=reply.headers, content=reply.body)


def turn_clock(site: Site, clock: Clock) -> None:
    """Let the limiter of a running service go by a clock of the test."""
    site.app.state.meter.gcra.clock = clock


async def test_too_many_requests_are_refused_until_the_time_that_is_told(
    sqlite_store: Database,
) -> None:
    clock = Clock()
    async with opened(sqlite_store, rate_limit=3) as site:
        await ask(site, "127.0.0.1")
        turn_clock(site, clock)
        for left in (2, 1, 0):
            answer = await ask(site)
            assert answer.status_code == 200
            assert answer.headers["ratelimit-policy"] == '"default";q=3;w=60'
            assert answer.headers["ratelimit"].startswith(f'"default";r={left};t=')
        refused = await ask(site)
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"].endswith("/problems/too-many-requests")
        assert refused.headers["ratelimit"] == '"default";r=0;t=60'
        assert refused.headers["access-control-allow-origin"] == "*"
        assert refused.headers["x-request-id"] == "a-test"
        assert int(refused.headers["retry-after"]) == 20
        clock.now += 19.9
        assert (await ask(site)).status_code == 429
        clock.now += 0.1
        assert (await ask(site)).status_code == 200


async def test_a_forged_forwarding_header_gains_nothing(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=1) as site:
        assert (await ask(site)).status_code == 200
        for forged in ("198.51.100.1", "127.0.0.1", "::1", "unknown"):
            headers = {"x_forwarded_for": forged, "x_real_ip": forged, "forwarded": f"for={forged}"}
            assert (await ask(site, **headers)).status_code == 429
        assert (await ask(site, "203.0.113.8")).status_code == 200


async def test_addresses_of_one_ipv6_network_share_a_limit(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=1) as site:
        assert (await ask(site, "2001:db8::1")).status_code == 200
        assert (await ask(site, "2001:db8::2")).status_code == 429
        assert (await ask(site, "2001:db8:0:1::2")).status_code == 200


async def test_a_token_has_a_limit_of_its_own_once_it_was_found_valid(
    sqlite_store: Database,
) -> None:
    async with opened(sqlite_store, rate_limit=2) as site:
        one, other = (
            create(site.database, label, [tokens.Scope.write], NOW, None)
            for label in ("one", "other")
        )
        # The first request of a token is one of its address; from then on the address is no matter.
        assert (await ask(site, authorization=f"Bearer {one}")).status_code == 200
        for address in ("203.0.113.7", "203.0.113.8"):
            assert (await ask(site, address, authorization=f"Bearer {one}")).status_code == 200
        for address in ("203.0.113.7", "203.0.113.9"):
            assert (await ask(site, address, authorization=f"Bearer {one}")).status_code == 429
        # The address has one left, and another token counts apart.
        assert (await ask(site, authorization=f"Bearer {other}")).status_code == 200
        assert (await ask(site)).status_code == 429
        assert (await ask(site, authorization=f"Bearer {other}")).status_code == 200


async def test_a_token_that_is_not_valid_gains_nothing(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=3) as site:
        token = create(site.database, "desk", [tokens.Scope.write], NOW, None)
        assert (await ask(site, authorization=f"Bearer {token}")).status_code == 200
        revoke(site.database, token.split("_")[1], NOW)
        # It is refused and forgotten: this one was its own, and all that follow are of the address.
        assert (await ask(site, authorization=f"Bearer {token}")).status_code == 401
        assert (await ask(site, authorization=f"Bearer {token}")).status_code == 401
        assert (await ask(site, authorization=f"Bearer {tokens.make()}")).status_code == 401
        for borne in (f"Bearer {token}", f"Bearer {tokens.make()}", "garbage"):
            assert (await ask(site, authorization=borne)).status_code == 429
        assert (await ask(site, "203.0.113.8")).status_code == 200


async def test_this_machine_is_not_limited_unless_told(sqlite_store: Database) -> None:
    for loopback, expected in ((False, 200), (True, 429)):
        async with opened(sqlite_store, rate_limit=1, rate_limit_loopback=loopback) as site:
            assert (await ask(site, "127.0.0.1")).status_code == 200
            assert (await ask(site, "::1")).status_code == expected


async def test_a_limit_of_zero_is_none(sqlite_store: Database) -> None:
    async with opened(sqlite_store, rate_limit=0) as site:
        for _ in range(5):
            answer = await ask(site)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers
