"""Walks through lists: every record once, at every limit, whatever is written meanwhile."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import product
from urllib.parse import urlsplit

import pytest

from app.resources import BY_NOUN, BY_PLURAL, RESOURCES
from app.store.contents import stored
from app.store.writer import Author, Writer
from tests.http import ADDRESS, KNOWN, LOADED, NOUNS, PUBLIC_URL, Json, Site

ORDERS = [
    (resource.plural, sign + order)
    for resource in RESOURCES
    for order, sign in product(resource.sorts, ("", "-"))
]


async def by_links(site: Site, address: str) -> AsyncIterator[Json]:
    """The pages of a list, by their ``next`` links."""
    link: str | None = address
    while link is not None:
        answer = await site.client.get(link.replace(PUBLIC_URL, ADDRESS))
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        yield page
        link = page["next"]
        assert answer.links.get("next", {}).get("url") == link
        assert link is None or link.startswith(PUBLIC_URL + urlsplit(address).path)


async def by_cursors(site: Site, address: str) -> AsyncIterator[Json]:
    """The pages of a list, by adding ``next_cursor`` to the same query."""
    page = await site.get(address)
    yield page
    while page["next_cursor"] is not None:
        page = await site.get(f"{address}&cursor={page['next_cursor']}")
        yield page


async def walk(pages: AsyncIterator[Json]) -> list[str]:
    return [item["id"] async for page in pages for item in page["items"]]


@pytest.mark.parametrize(("noun", "order"), ORDERS)
async def test_a_walk_visits_each_record_once_at_every_limit(
    site: Site, noun: str, order: str
) -> None:
    expected = await site.ids(f"/{noun}", sort=order, limit=200)
    assert len(expected) == len(set(expected))
    for limit in range(1, len(expected) + 2):
        address = f"/{noun}?sort={order}&limit={limit}"
        assert await walk(by_links(site, address)) == expected
        assert await walk(by_cursors(site, address)) == expected


@pytest.mark.parametrize("noun", NOUNS)
async def test_an_order_turned_round_is_the_same_backwards(site: Site, noun: str) -> None:
    for order in BY_PLURAL[noun].sorts:
        if order != "on":  # what has no date stays last both ways
            ids = await site.ids(f"/{noun}", sort=order)
            assert await site.ids(f"/{noun}", sort=f"-{order}") == ids[::-1]


async def test_upcoming_meetings_are_walked_as_well(site: Site) -> None:
    expected = ["brussels-2022-01-12", "vienna-2022-01-13"]
    assert await walk(by_links(site, "/meetings/upcoming?limit=1")) == expected
    assert await walk(by_cursors(site, "/meetings/upcoming?limit=1")) == expected


async def test_pages_are_full_until_the_last(site: Site) -> None:
    sizes = [len(page["items"]) async for page in by_links(site, "/claims?limit=3")]
    assert sizes == [3, 3, 3, 1]
    assert [len(page["items"]) async for page in by_links(site, "/claims?limit=5")] == [5, 5]


async def test_the_limit_may_change_on_the_way_but_not_the_query(site: Site) -> None:
    page = await site.get("/claims", limit=3)
    rest = await site.ids("/claims", limit=200, cursor=page["next_cursor"])
    assert len(rest) == 7
    problem = await site.problem("/claims", 422, kind="fact", cursor=page["next_cursor"])
    assert problem["errors"][0]["parameter"] == "cursor"


async def test_the_order_of_parameters_does_not_matter_to_a_cursor(site: Site) -> None:
    page = await site.get("/claims?kind=fact&kind=assessment&claimant=sergey-ryabkov&limit=1")
    cursor = page["next_cursor"]
    again = await site.get(
        f"/claims?limit=1&claimant=sergey-ryabkov&cursor={cursor}&kind=fact&kind=assessment"
    )
    assert again["items"]


def write(site: Site, change: Callable[[Writer], None], minutes: int) -> None:
    """One more revision, some minutes after the seed was loaded."""
    with site.database.write() as connection:
        author = Author("editor", "a test", LOADED + timedelta(minutes=minutes))
        writer = Writer(connection, author)
        change(writer)
        writer.commit()


def copied(noun: str, identifier: str) -> Callable[[Writer], None]:
    """A change that adds a record like a known one, under another id."""
    resource = BY_NOUN[noun]

    def change(writer: Writer) -> None:
        known = stored(writer.connection, [(noun, KNOWN[resource.plural])])
        content = known[noun, KNOWN[resource.plural]].content
        writer.revise(resource, content.model_copy(update={"id": identifier}, deep=True))

    return change


@pytest.mark.parametrize("noun", [resource.noun for resource in RESOURCES])
@pytest.mark.parametrize("walking", [by_links, by_cursors])
async def test_a_walk_sees_one_record_of_the_world_while_others_write(
    own_site: Site, noun: str, walking: Callable[[Site, str], AsyncIterator[Json]]
) -> None:
    address = f"/{noun}s?sort=id&limit=1"
    # Enough to walk over, whichever the noun.
    for number in range(3):
        write(own_site, copied(noun, f"m-{number}"), number)
    expected = await own_site.ids(f"/{noun}s", sort="id")
    seen, revisions = [], set()
    async for page in walking(own_site, address):
        seen += [item["id"] for item in page["items"]]
        revisions.add(page["pin"]["revision"])
        # One that sorts before all, one right here, one after all.
        for name in (f"0-{len(seen)}", f"{seen[-1]}-{len(seen)}", f"z-{len(seen)}"):
            write(own_site, copied(noun, name), 10 + len(seen))
    assert seen == expected
    assert revisions == {4}
    now = await own_site.ids(f"/{noun}s", sort="id", limit=200)
    assert len(now) == len(expected) * 4
