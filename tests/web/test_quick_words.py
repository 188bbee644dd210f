"""Quick answers by words are those of the app, to the byte; what takes long keeps nobody else."""

import random
from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from app.store.engine import Database
from app.web import quick_words
from app.web.quick_words import WordAnswers
from tests.http import KNOWN, NOUNS, opened
from tests.web.test_quick import SEED, VALUES, answer, edit, looks, told

__all__ = ["looks"]

TALKS = KNOWN["negotiations"]
USUAL = ["talks", "russia", "the", "security+guarantees", "Kyiv%27s", "%22did+not+respond%22"]
# More words than a walk is for: in much, in little, and nowhere together.
MANY = [
    "united+states+russia+talks+geneva+security+january+on+the",
    "the+of+and+to+in+a+on+for+russia",
    "%22the+united+states+and+russia%22+security+talks+in+geneva",
]
ODD = [
    *(
        "nowhere",
        "s%C3%A9curit%C3%A9",
        "a%2Bb",
        "%D0%9D%D0%90%D0%A2%D0%9E",
        "us-russia",
        "q%3Dx%26y",
        "+talks++",
        "%C2%A0",
        "talks%E2%80%AE",
    ),
    *(
        "",
        "+",
        "%22%22",
        "%FF",
        "%00a",
        "caf\u00e9",
        "x" * 501,
        "+".join(f"w{n}" for n in range(33)),
    ),
]
WORDED = VALUES | {
    "sort": ["on", "-on", "rank", "id"],
    "noun": ["claim", "meeting", "quote", "Claim"],
    "participant": ["nato"],
}


def asked() -> Iterator[tuple[str, dict[str, str]]]:
    """Searches and searched lists, in an order that is always the same."""
    choose = random.Random(SEED)
    others = [name for name in WORDED if name not in ("q", "nothing")]
    paths = ["/search", "/search", "/claims", "/timeline", *(f"/{noun}" for noun in NOUNS)]
    for _ in range(400):
        names = choose.sample(others, choose.choice([0, 1, 1, 2, 3]))
        query = [f"{name}={choose.choice(WORDED[name])}" for name in names]
        words = choose.choice(choose.choice([USUAL, USUAL, USUAL, MANY, ODD]))
        query.insert(choose.randrange(len(query) + 1), f"q={words}")
        fields = {"accept-encoding": choose.choice(["identity", "gzip"])}
        yield f"{choose.choice(paths)}?{'&'.join(query)}", fields


async def test_questions_with_words_are_answered_alike_both_ways_and_by_both_databases(
    sqlite_store: Database, postgresql_store: Database
) -> None:
    for store in (sqlite_store, postgresql_store):
        await edit(store)
    async with (
        opened(sqlite_store) as quick,
        opened(sqlite_store, quick_answers=False) as slow,
        opened(postgresql_store) as other,
    ):
        found = 0
        for address, fields in asked():
            wanted = await answer(slow, address, fields)
            assert told(await answer(quick, address, fields)) == told(wanted), address
            assert told(await answer(other, address, fields)) == told(wanted), address
            if wanted.status == 200 and wanted.headers["content-type"] == "application/json":
                found += b'"items":[]' not in wanted.body
                held = fields | {"if-none-match": wanted.headers["etag"]}
                wanted = await answer(slow, address, held)
                assert wanted.status == 304
                assert told(await answer(quick, address, held)) == told(wanted), address
                wanted = await answer(slow, address, fields, "HEAD")
                assert told(await answer(quick, address, fields, "HEAD")) == told(wanted), address
        assert found > 80


@pytest.mark.parametrize("path", ["/search?q=the", "/claims?q=russia", "/timeline?q=russia"])
async def test_a_walk_by_words_goes_on_from_one_way_to_the_other(
    sqlite_store: Database, path: str
) -> None:
    async with opened(sqlite_store) as quick, opened(sqlite_store, quick_answers=False) as slow:
        for sort in ("on", "-on", *(["rank"] if "search" in path else [])):
            cursor, pages = None, 0
            while pages == 0 or cursor:
                full = f"{path}&limit=3&sort={sort}" + (f"&cursor={cursor}" if cursor else "")
                both = [await answer(way, full, {}) for way in (quick, slow)]
                assert told(both[0]) == told(both[1]), full
                pages += 1
                cursor = both[pages % 2].json()["next_cursor"]
            assert pages > 2


QUICK = [
    "/search?q=talks&sort=on&noun=claim",
    f"/claims?q=talks&negotiation={TALKS}&fields=id",
    "/timeline?q=a+b&known_at=2022-01-12&as_of=1",
]
FOR_THE_APP = [
    "/search",
    "/search?q=",
    "/search?q=talks&count=true",
    "/search?q=talks&participant=nato",
    "/claims?q=talks&sort=id",
    "/claims?q=talks&format=csv",
    "/meetings?q=talks",
    f"/search?q={MANY[0]}",
    f"/timeline?q={MANY[1]}",
]


async def test_canonical_questions_with_words_go_the_quick_way_and_no_others(
    sqlite_store: Database, looks: list[object]
) -> None:
    async with opened(sqlite_store) as site:
        for number, address in enumerate(QUICK, start=1):
            await answer(site, address, {})
            assert len(looks) == number, address
        assert None not in looks
        looks.clear()
        for address in FOR_THE_APP:
            await answer(site, address, {})
        await answer(site, QUICK[0], {"authorization": "Bearer x"})
        assert set(looks) <= {None}


async def test_many_at_once_have_a_few_connections_and_each_its_own_answer(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    make = quick_words._Answers.__init__

    def counted(answers: Any, *given: Any) -> None:
        made.append(answers)
        make(answers, *given)

    monkeypatch.setattr(quick_words._Answers, "__init__", counted)
    words = ["talks", "russia", "security", "guarantees", "the", "nato"]
    # Each limit makes another question, so that none is answered from the cache.
    addresses = [f"/search?q={word}&limit={n}" for n in range(1, 6) for word in words]
    given: dict[str, object] = {}
    async with opened(sqlite_store) as quick, opened(sqlite_store, quick_answers=False) as slow:

        async def ask(address: str) -> None:
            given[address] = told(await answer(quick, address, {}))

        async with anyio.create_task_group() as together:
            for address in addresses:
                together.start_soon(ask, address)
        assert given == {one: told(await answer(slow, one, {})) for one in addresses}
    assert 0 < len(made) <= quick_words.MOST_AT_ONCE


async def test_who_is_over_the_limit_is_refused_before_anything_is_looked_up(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[object] = []
    ask = WordAnswers.answer

    async def counted(words: WordAnswers, *given: Any) -> Any:
        asked_for.append(given)
        return await ask(words, *given)

    monkeypatch.setattr(WordAnswers, "answer", counted)
    async with opened(sqlite_store, rate_limit=2) as site:
        targets = [f"/search?q=talks&limit={number}".encode() for number in (1, 2, 3)]
        replies = [await site.send(target, client="192.0.2.1") for target in targets]
    assert [reply.status for reply in replies] == [200, 200, 429]
    assert len(asked_for) == 2
