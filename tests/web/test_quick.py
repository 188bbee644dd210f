"""Quick answers are those of the app, to the byte, in every header field."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from app.resources import RESOURCES
from app.resources.timeline import TIMELINE
from app.store.engine import Database
from app.web import quick_counts
from app.web.quick import QuickAnswers
from tests.http import KNOWN, NOUNS, Json, Reply, Site, opened
from tests.web.editors import CLAIM, editor

SEED = 7
VALUES = {
    "negotiation": ["us-russia-security-talks-2022", "no-such-talks", "Upper-Case"],
    "claimant": ["wendy-sherman", "nobody"],
    "kind": ["fact", "intention", "person", "news", "bilateral", "nothing"],
    "attribution": ["direct_quote", "paraphrase"],
    "mode": ["yield", "change"],
    "status": ["unanswered", "rejected"],
    "limit": ["1", "2", "3", "50", "200", "201", "0", "01"],
    "sort": ["on", "-on", "id", "-id", "name", "nothing"],
    "known_at": ["2022-01-09", "2022-01-12", "9999-12-31", "0001-01-01", "2022-02-30", "today"],
    "as_of": ["0", "1", "2", "3", "99", "2026-11-23T10:00:00Z"],
    "fields": ["id", "id,text", "cite,id", "nothing", "id,,id"],
    "count": ["true", "false", "1"],
    "facet": [
        "kind",
        "kind,claimant",
        "negotiation,source,participant",
        "status,issue",
        "meeting,part_of,stance",
        "origin,publisher,language",
        "nothing",
        "kind,,id",
    ],
    "format": ["json", "csv"],
    "q": ["talks"],
    "nothing": ["x"],
}
ACCEPT = [
    None,
    "image/png",
    "*/*",
    "application/json",
    "text/csv",
    "text/html,application/json;q=0.9",
]


def asked() -> Iterator[tuple[str, dict[str, str]]]:
    """Addresses and header fields, of every sort, in an order that is always the same."""
    choose = random.Random(SEED)
    inside = [
        f"/negotiations/{talks}/{view}"
        for talks in VALUES["negotiation"]
        for view in ("timeline", "positions")
    ]
    paths = [f"/{noun}" for noun in NOUNS] + ["/timeline", *inside[:2] * 2, *inside]
    records = [f"/{noun}/{name}" for noun, name in KNOWN.items()]
    odd = ["/claims/", "/claims/nothing", "/claims/%41", "/claims/x/y", "/claims//", "/nothing"]
    for _ in range(1_000):
        path = choose.choice([*paths, *paths, *records, *odd])
        names = choose.sample(list(VALUES), choose.choice([0, 1, 1, 2, 2, 3]))
        query = "&".join(f"{name}={choose.choice(VALUES[name])}" for name in names)
        fields = {"accept-encoding": choose.choice(["identity", "gzip"])}
        accept = choose.choice(ACCEPT)
        if accept is not None:
            fields["accept"] = accept
        yield (f"{path}?{query}" if query else path), fields


async def answer(site: Site, address: str, fields: dict[str, str], method: str = "GET") -> Reply:
    headers = [(name.encode(), value.encode()) for name, value in fields.items()]
    return await site.send(address.encode(), method, headers)


def told(reply: Reply) -> tuple[int, Json, bytes]:
    return reply.status, reply.headers, reply.body


async def edit(database: Database) -> None:
    """Some revisions more, so that there is a past."""
    async with opened(database) as site:
        somebody = editor(site)
        made = await somebody.ask("POST", "/claims", CLAIM)
        path = made.headers["location"]
        assert (await somebody.ask("PATCH", path, {"text": "Said anew"}, if_match="*")).is_success


@pytest.fixture(params=["sqlite_store", "postgresql_store"], ids=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Database:
    """A store of its own with the seed, on each database."""
    found: Database = request.getfixturevalue(request.param)
    return found


async def test_a_thousand_questions_are_answered_alike_both_ways(store: Database) -> None:
    await edit(store)
    async with opened(store) as quick, opened(store, quick_answers=False) as slow:
        statuses = set()
        for number, (address, fields) in enumerate(asked()):
            wanted = await answer(slow, address, fields)
            assert told(await answer(quick, address, fields)) == told(wanted), address
            statuses.add(wanted.status)
            if number % 4 == 0 and wanted.status == 200 and "etag" in wanted.headers:
                held = fields | {"if-none-match": wanted.headers["etag"]}
                wanted = await answer(slow, address, held)
                assert told(await answer(quick, address, held)) == told(wanted), address
                wanted = await answer(slow, address, fields, "HEAD")
                assert told(await answer(quick, address, fields, "HEAD")) == told(wanted), address
        assert statuses == {200, 404, 406, 422}


@pytest.mark.parametrize(
    "noun",
    [
        *NOUNS,
        *("timeline", f"negotiations/{KNOWN['negotiations']}/timeline"),
        f"negotiations/{KNOWN['negotiations']}/positions",
    ],
)
async def test_a_walk_goes_on_from_one_way_to_the_other(store: Database, noun: str) -> None:
    async with opened(store) as quick, opened(store, quick_answers=False) as slow:
        for sort in ("on", "-on", "id", "name"):
            ways, cursor, seen = [quick, slow], None, 0
            address = f"/{noun}?limit=2&sort={sort}"
            if noun.endswith("positions") and sort == "on":  # the only order it has
                address = f"/{noun}?limit=2"
            if (await answer(slow, address, {})).status != 200:
                continue
            while seen == 0 or cursor:
                full = f"{address}&cursor={cursor}" if cursor else address
                pages = [await answer(way, full, {}) for way in ways]
                assert told(pages[0]) == told(pages[1])
                seen += 1
                cursor = pages[seen % 2].json()["next_cursor"]
            assert seen > 1 or noun in ("negotiations", "sources")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What looks at a store found, one after the other; None where they found nothing quickly."""
    found: list[object] = []
    looked = QuickAnswers._looked

    async def noted(self: QuickAnswers, *asked: Any) -> Any:
        found.append(await looked(self, *asked))
        return found[-1]

    monkeypatch.setattr(QuickAnswers, "_looked", noted)
    return found


async def test_plain_questions_go_the_quick_way_and_no_others(
    store: Database, looks: list[object]
) -> None:
    talks = KNOWN["negotiations"]
    listed = [f"/{one.plural}" for one in RESOURCES if one.judge is None]
    ways = [*listed, f"/claims?negotiation={talks}&known_at=2022-01-12&as_of=1&fields=id"]
    ways.append(f"/negotiations/{talks}/timeline?limit=3&sort=-on")
    ways.append(f"/negotiations/{talks}/positions?known_at=2022-01-12&status=rejected")
    async with opened(store) as site:
        for number, address in enumerate([*ways, "/claims/sherman-no-direct-response"], start=1):
            await answer(site, address, {})
            assert len(looks) == number, address
        assert None not in looks
        looks.clear()
        others = ("/meetings", "/claims?format=csv", "/quotes", f"/negotiations/{talks}/timeline/")
        for address in others:
            await answer(site, address, {})
        await answer(site, "/claims", {"authorization": "Bearer x"})
        assert looks == []


COUNTED = [
    *(f"/{one.plural}?facet={','.join(one.filters)}" for one in RESOURCES if one.judge is None),
    f"/timeline?facet={','.join(TIMELINE.filters)}",
    f"/negotiations/{KNOWN['negotiations']}/timeline?facet=kind",
]


@pytest.mark.parametrize("address", COUNTED)
async def test_totals_and_facets_of_whole_lists_are_told_quickly_and_alike(
    store: Database, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await edit(store)
    told_quickly: list[object] = []
    tell = quick_counts.counts

    async def counts(*asked: Any) -> Json:
        found = await tell(*asked)
        told_quickly.append(found)
        return found

    monkeypatch.setattr("app.web.quick.counts", counts)
    asked = [address, f"{address}&count=true&limit=1", f"{address}&as_of=3"]
    if "negotiation" in address.partition("=")[2]:
        asked += [f"{one}&negotiation={KNOWN['negotiations']}" for one in asked]
        asked.append(f"{address}&count=true&negotiation=no-such-talks")
    async with opened(store) as quick, opened(store, quick_answers=False) as slow:
        for number, one in enumerate(asked, start=1):
            wanted = await answer(slow, one, {})
            assert told(await answer(quick, one, {})) == told(wanted), one
            assert len(told_quickly) == number, one
            assert wanted.json()["facets"]
            cursor = wanted.json()["next_cursor"]
            if cursor:
                wanted = await answer(slow, f"{one}&cursor={cursor}", {})
                assert told(await answer(quick, f"{one}&cursor={cursor}", {})) == told(wanted)
                told_quickly.pop()


async def test_totals_and_facets_of_what_is_not_kept_are_the_apps(
    store: Database, looks: list[object]
) -> None:
    await edit(store)
    for more in ("as_of=1", "known_at=2022-01-12", "kind=fact"):
        async with opened(store) as site:
            page = await site.get(f"/claims?facet=kind&count=true&{more}")
            assert page["total"] == sum(one["count"] for one in page["facets"]["kind"])
    assert looks == []


async def test_what_takes_too_long_is_left_to_a_thread(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.held_file.MOST_STEPS", -1)
    monkeypatch.setattr("app.store.held_file.STEPS", 1)
    async with opened(sqlite_store) as quick, opened(sqlite_store, quick_answers=False) as slow:
        for address in ("/claims?kind=fact", "/claims?facet=claimant", "/claims?count=true"):
            assert told(await answer(quick, address, {})) == told(await answer(slow, address, {}))
