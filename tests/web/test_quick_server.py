"""Quick answers from PostgreSQL: one statement each, together, and through an outage."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from app.store import held_server
from app.store.channels import Channel
from app.store.engine import Database
from app.store.migrating import migrate
from tests.http import KNOWN, load_seed, opened
from tests.made_up import participant, write
from tests.postgres import Server, require_binaries

TALKS = KNOWN["negotiations"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of quick answers, as they are sent."""
    found: list[str] = []
    ask = Channel.ask

    async def noted(channel: Channel, text: str, parameters: Any) -> Any:
        found.append(text)
        return await ask(channel, text, parameters)

    monkeypatch.setattr(Channel, "ask", noted)
    return found


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (f"/claims?negotiation={TALKS}", 1),
        (f"/claims?negotiation={TALKS}&limit=2&sort=-on&known_at=2022-01-12", 1),
        (f"/claims/{KNOWN['claims']}", 1),
        # The past may have been redacted, which another statement tells.
        ("/claims?as_of=1", 2),
        # A total, the values of two facets, and the names of the claimants.
        ("/claims?count=true&facet=kind,claimant&limit=1", 5),
        # Nothing is found, so another statement tells the revision.
        ("/claims?negotiation=no-such-talks", 2),
    ],
)
async def test_an_answer_takes_a_fixed_number_of_statements(
    postgresql_store: Database, asked: list[str], address: str, number: int
) -> None:
    write(postgresql_store, participant("somebody"))
    async with opened(postgresql_store) as site:
        await site.get(address)  # which finds out about the revision, once for all
        asked.clear()
        await site.get(address)
        assert len(asked) == number, asked
        asked.clear()
        await site.client.get(f"{address}{'&' if '?' in address else '?'}format=csv")
        assert asked == []


async def test_an_answer_is_of_the_revision_that_came_last(
    postgresql_store: Database, asked: list[str]
) -> None:
    async with opened(postgresql_store) as site:
        for revision in range(2, 5):
            before = await site.get("/participants?limit=200")
            write(postgresql_store, participant(f"somebody-{revision}"))
            asked.clear()
            after = await site.get("/participants?limit=200")
            assert after["pin"]["revision"] == before["pin"]["revision"] + 1 == revision
            assert len(after["items"]) == len(before["items"]) + 1
            assert 2 <= len(asked) <= 3


async def test_equal_questions_at_once_are_one_question_to_the_server(
    postgresql_store: Database, asked: list[str]
) -> None:
    async with opened(postgresql_store, cache_mib=8) as site:
        await site.get("/claims?limit=1")
        asked.clear()
        pages = await asyncio.gather(*(site.get("/claims?limit=2") for _ in range(20)))
        assert all(page == pages[0] for page in pages)
        assert len(asked) == 1
        counts = site.app.state.entries.counts
        # Who comes when the answer is there already has it from the cache.
        assert (counts.misses, counts.joined + counts.hits) == (2, 19)


async def test_different_questions_at_once_have_answers_of_their_own(
    postgresql_store: Database,
) -> None:
    async with opened(postgresql_store) as site:
        claims = [claim["id"] for claim in (await site.get("/claims?limit=200"))["items"]]
        found = await asyncio.gather(*(site.get(f"/claims/{claim}") for claim in claims * 5))
        assert [claim["id"] for claim in found] == claims * 5


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that no other test needs."""
    with Server(require_binaries()) as server:
        yield server


async def test_an_outage_is_named_while_it_lasts_and_no_longer(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_server, "PAUSE", 0)
    with closing(Database(own_server.create_database("outage"))) as database:
        migrate(database)
        load_seed(database)
        for cache_mib in (0, 8):
            async with opened(database, cache_mib=cache_mib, cache_lag=0) as site:
                before = await site.get("/claims")
                own_server._run("pg_ctl", "--wait", "--mode=fast", "stop")
                for _ in range(3):
                    answer = await site.client.get("/claims")
                    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
                own_server._run("pg_ctl", "--wait", f"--log={own_server.data / 'log'}", "start")
                assert [await site.get("/claims") for _ in range(3)] == [before] * 3
                await site.get("/claims?limit=7")
                assert site.app.state.quick.reader._channels
