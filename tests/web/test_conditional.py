"""Validators and caching: a tag for every state of an answer, and 304 before any row is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from itertools import combinations

import pytest
from sqlalchemy import event

from app.resources.tokens import Scope
from app.store.engine import Database
from app.store.tokens import create
from tests.http import ADDRESS, HISTORIES, LISTS, LOADED, PUBLIC_URL, RECORDS, Site, opened
from tests.web.test_paging import copied, write

GZIP = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}
YEAR = "max-age=31536000, immutable"
FRESH = "max-age=10, stale-while-revalidate=60"
MODIFIED = "Mon, 23 Nov 2026 09:30:00 GMT"


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What the service asks its store within the block."""
    engine = site.app.state.service.database._reader
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def tag(site: Site, address: str, **headers: str) -> str:
    answer = await site.client.get(address, headers=PLAIN | headers)
    assert answer.status_code == 200, answer.text
    found: str = answer.headers["etag"]
    return found


@pytest.mark.parametrize("address", [*LISTS, *RECORDS, *HISTORIES])
async def test_an_answer_that_is_held_is_not_sent_again(site: Site, address: str) -> None:
    first = await site.client.get(address)
    held = first.headers["etag"]
    assert held.startswith('"')
    for told in (held, f"W/{held}", f'"other", {held}', f'W/"a","b" , W/{held}', "*", " * "):
        again = await site.client.get(address, headers={"If-None-Match": told})
        assert again.status_code == 304, told
        assert again.content == b""
        for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
            assert again.headers[name] == first.headers[name]
    for told in ('"other"', held.strip('"'), f'{held[:-2]}x"', '""', "garbage", "\xff"):
        headers = [(b"if-none-match", told.encode("latin-1"))]
        assert (await site.send(address.encode(), headers=headers)).status == 200, told


@pytest.mark.parametrize("address", [*LISTS, *RECORDS, *HISTORIES])
async def test_a_date_works_where_there_is_no_tag(site: Site, address: str) -> None:
    later = format_datetime(LOADED + timedelta(days=1), usegmt=True)
    earlier = format_datetime(LOADED - timedelta(seconds=1), usegmt=True)
    first = await site.client.get(address)
    assert first.headers["last-modified"] == MODIFIED
    expected = {MODIFIED: 304, later: 304, earlier: 200, "garbage": 200, "0": 200}
    expected |= {"Mon, 23 Nov 2026 09:30:00 -0000": 200, "Mon, 23 Nov 99999 09:30:00 GMT": 200}
    expected |= {f"Mon, 23 Nov 2026 09:30:00 +{'9' * 30}": 200, "\u0661": 200}
    for told, status in expected.items():
        headers = [(b"if-modified-since", told.encode())]
        assert (await site.send(address.encode(), headers=headers)).status == status, told
    both = {"If-Modified-Since": later, "If-None-Match": '"other"'}
    assert (await site.client.get(address, headers=both)).status_code == 200


@pytest.mark.parametrize("address", LISTS)
async def test_a_list_that_is_held_reads_no_rows(site: Site, address: str) -> None:
    # The short way has read a page by then: it is as cheap.
    async with opened(site.database, quick_answers=False) as app:
        held = await tag(app, address)
        with statements(app) as asked:
            again = await app.client.get(address, headers=PLAIN | {"If-None-Match": held})
    assert again.status_code == 304
    read = [statement for statement in asked if "document" in statement]
    inside = address.startswith(("/sources/", "/negotiations/"))
    assert len(read) == (1 if inside else 0)  # that what the path names is there


async def test_no_two_representations_share_a_tag(site: Site) -> None:
    queries = [
        *("", "limit=50", "limit=3", "count=true", "count=false", "fields=id", "include=source"),
        *("format=json", "format=ndjson", "format=csv", "format=ndjson&limit=50", "sort=id"),
        *("as_of=1", "known_at=2022-01-12", "claimant=wendy-sherman", "changed_since=0"),
        *("claimant=wendy-sherman&claimant=russia", "claimant=russia&claimant=wendy-sherman"),
    ]
    seen: dict[str, tuple[str, str]] = {}
    for query in queries:
        for coding in ("identity", "gzip"):
            seen[await tag(site, f"/claims?{query}", **{"Accept-Encoding": coding})] = query, coding
    assert len(seen) == 2 * len(queries)
    cursor = (await site.get("/claims?limit=3"))["next_cursor"]
    assert await tag(site, f"/claims?limit=3&cursor={cursor}") not in seen
    assert await tag(site, "/demands") not in seen


async def test_equal_tags_are_equal_bytes_and_different_bytes_have_different_tags(
    site: Site,
) -> None:
    queries = ("", "limit=50", "limit=10", "sort=on", "format=json", "count=false", "until=today")
    answers = []
    for query in queries:
        for accept in ("application/json", "application/x-ndjson"):
            headers = PLAIN | {"Accept": accept}
            found = await site.client.get(f"/claims?{query}", headers=headers)
            answers.append((found.headers["etag"], found.content, found.headers["link"]))
    for (one, *same), (other, *others) in combinations(answers, 2):
        assert one != other or same == others


async def test_the_order_of_parameters_is_no_part_of_a_tag(site: Site) -> None:
    one = await tag(site, "/claims?kind=fact&limit=2&sort=id")
    assert await tag(site, "/claims?sort=id&limit=2&kind=fact") == one


async def test_a_tag_belongs_to_a_public_address(sqlite_store: Database) -> None:
    tags = set()
    for public_url in ("https://one.example", "https://other.example"):
        async with opened(sqlite_store, public_url=public_url) as site:
            tags |= {await tag(site, "/claims"), await tag(site, RECORDS[0])}
    assert len(tags) == 4


async def test_a_tag_and_the_date_change_with_the_revision(own_site: Site) -> None:
    addresses = [*LISTS, *RECORDS]
    before = [await own_site.client.get(address) for address in addresses]
    write(own_site, copied("claim", "one-more"), 5)
    for address, old in zip(addresses, before, strict=True):
        headers = {"If-None-Match": old.headers["etag"]}
        new = await own_site.client.get(address, headers=headers)
        assert new.status_code == 200
        assert new.headers["last-modified"] == "Mon, 23 Nov 2026 09:35:00 GMT"


async def test_two_changes_in_one_second_leave_no_date(own_site: Site) -> None:
    write(own_site, copied("claim", "one-more"), 0)
    answer = await own_site.client.get("/claims", headers={"If-Modified-Since": MODIFIED})
    assert answer.status_code == 200
    assert "last-modified" not in answer.headers


@pytest.mark.parametrize("address", RECORDS)
async def test_the_tag_of_a_record_begins_with_its_version(site: Site, address: str) -> None:
    assert (await tag(site, address)).startswith('"1-')


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_only_what_is_settled_is_kept_for_good(site: Site, address: str) -> None:
    expected = {
        "": FRESH,
        "known_at=2022-01-12": FRESH,
        "known_at=today": FRESH,
        "as_of=1": YEAR,
        "as_of=1&known_at=2022-01-12": YEAR,
        "as_of=1&known_at=today": FRESH,
        # A change that is being written may still get an instant before this one.
        "as_of=2026-11-24T10:00:00Z": FRESH,
    }
    for query, caching in expected.items():
        answer = await site.client.get(f"{address}?{query}")
        assert answer.headers["cache-control"] == caching, query
        assert ("last-modified" in answer.headers) == ("today" not in query)


async def test_pages_behind_a_cursor_are_kept_for_good(site: Site) -> None:
    page = await site.get("/claims?limit=1")
    link = page["next"].replace(PUBLIC_URL, ADDRESS)
    assert (await site.client.get(link)).headers["cache-control"] == YEAR


async def test_an_instant_with_a_later_revision_behind_it_is_settled(own_site: Site) -> None:
    write(own_site, copied("claim", "one-more"), 5)
    for path in ("/claims", RECORDS[0], HISTORIES[0]):
        answer = await own_site.client.get(path, params={"as_of": "2026-11-23T09:31:00Z"})
        assert answer.headers["cache-control"] == YEAR


@pytest.mark.parametrize("query", ["", "?as_of=1", "?format=csv", "?limit=1"])
async def test_what_is_asked_with_a_token_is_kept_by_nobody(own_site: Site, query: str) -> None:
    token = create(own_site.database, "desk", [Scope.write], LOADED, None)
    headers = {"Authorization": f"Bearer {token}"}
    for address in ("/claims", "/meetings/upcoming", "/quotes"):
        answer = await own_site.client.get(address + query, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert "Authorization" in answer.headers["vary"]


async def test_the_age_that_caches_may_reach_is_a_setting(sqlite_store: Database) -> None:
    async with opened(sqlite_store, max_age=60) as site:
        answer = await site.client.get("/claims")
    expected = "max-age=60, stale-while-revalidate=360"
    assert answer.headers["cache-control"] == expected
    assert answer.headers["vary"] == "Accept, Accept-Encoding, Authorization"
