"""The list of changes over HTTP: what each revision did, told in words of its own day for good."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from pydantic_core import from_json
from sqlalchemy import event

from app.resources.changes import CHANGES, ChangeOut
from app.store.changes import Wanted, changes
from app.store.engine import Database
from app.store.reader import snapshot
from tests.http import LOADED, Json, Site
from tests.made_up import (
    TALKS,
    address_of,
    claim,
    demand,
    meeting,
    negotiation,
    notice,
    participant,
    setting,
    write,
)
from tests.web.test_conditional import statements
from tests.web.test_history import restored_claim
from tests.web.test_paging import by_cursors, by_links, copied, walk
from tests.web.test_paging import write as write_more

FORMATS_OF_ROWS = ["ndjson", "csv"]


def story(site: Site) -> None:
    """Revision 2 sets the stage; 3 adds a meeting, a claim and a demand; 4 moves the meeting; 5
    renames Anna; 6 retracts the demand.
    """
    database = site.database
    planned = notice("scheduled", "a", starts="2022-01-10")
    moved = [notice("scheduled", "a", starts="2022-01-11"), notice("held", "b")]
    claimed, asked = claim("c", claimant="anna"), demand("d")
    write(database, *setting(), now=LOADED + timedelta(minutes=2))
    write(database, meeting("m", planned), claimed, asked, now=LOADED + timedelta(minutes=3))
    write(database, meeting("m", *moved), reason="it moved", now=LOADED + timedelta(minutes=4))
    write(database, participant("anna", "Anna Berg"), now=LOADED + timedelta(minutes=5))
    gone = LOADED + timedelta(minutes=6)
    write(database, retract=[("demand", "d")], reason="an error", now=gone)


async def names(site: Site, **parameters: object) -> list[str]:
    return [item["id"] for item in await site.items("/changes", **parameters)]


async def test_a_change_tells_who_did_what_when_and_why(own_site: Site) -> None:
    story(own_site)
    (moved,) = await own_site.items("/changes", since=3, as_of=4)
    assert moved == {
        "id": "4.meeting.m",
        "revision": 4,
        "recorded_at": "2026-11-23T09:34:00Z",
        "editor": "tester",
        "reason": "it moved",
        "change": "revised",
        "record": {"noun": "meeting", "id": "m", "title": "Meeting m", "href": "/meetings/m"},
        "version": 2,
        "before": "/meetings/m?as_of=3",
        "after": "/meetings/m?as_of=4",
        "differences": [
            {"path": "/notices/n1/starts", "before": "2022-01-10", "after": "2022-01-11"},
            {
                "path": "/notices/n2",
                "before": None,
                "after": {
                    "id": "n2",
                    "evidence": [{"id": "e1", "source": "b", "exact": "words of b"}],
                    "status": "held",
                },
            },
        ],
    }


async def test_what_a_revision_changed_is_told_and_what_only_reads_differently_is_not(
    own_site: Site,
) -> None:
    story(own_site)
    assert await names(own_site, since=2) == [
        "3.claim.c",
        "3.demand.d",
        "3.meeting.m",
        "4.meeting.m",
        "5.participant.anna",  # and not the claim, which shows her new name
        "6.demand.d",
    ]
    assert (await own_site.get("/claims/c"))["claimant"]["name"] == "Anna Berg"


async def test_what_is_gone_is_told_with_its_name_and_its_last_version(own_site: Site) -> None:
    story(own_site)
    (gone,) = await own_site.items("/changes", change="retracted")
    assert gone["record"] == {
        "noun": "demand",
        "id": "d",
        "title": "Demand d",
        "href": "/demands/d",
    }
    assert (gone["version"], gone["before"], gone["after"]) == (1, "/demands/d?as_of=5", None)
    assert (gone["reason"], gone["differences"]) == ("an error", [])
    assert (await own_site.get(gone["before"]))["text"] == "Demand d"
    await own_site.problem(gone["record"]["href"], 410)


async def test_a_record_that_comes_back_is_added_again(own_site: Site) -> None:
    restored_claim(own_site)
    told = [
        (item["revision"], item["change"], item["version"], item["record"]["title"])
        for item in await own_site.items("/changes", since=2)
    ]
    assert told == [
        (3, "added", 1, "one"),
        (4, "revised", 2, "two"),
        (5, "retracted", 2, "two"),
        (6, "added", 3, "three"),
        (7, "revised", 4, "four"),
    ]
    sides = [(item["before"], item["after"]) for item in await own_site.items("/changes", since=4)]
    at = "/claims/c?as_of="
    assert sides == [(f"{at}4", None), (None, f"{at}6"), (f"{at}6", f"{at}7")]


async def test_the_sides_of_a_change_are_the_record_before_and_after(own_site: Site) -> None:
    story(own_site)
    restored = await own_site.items("/changes", since=2)
    assert {item["change"] for item in restored} == {"added", "revised", "retracted"}
    for item in restored:
        for side in ("before", "after"):
            if item[side]:
                record = await own_site.get(item[side])
                assert record["id"] == item["record"]["id"]
                assert record["version"] == item["version"] - (
                    side == "before" and item["change"] == "revised"
                )
        for difference in item["differences"]:
            assert difference["before"] != difference["after"]


async def test_every_record_of_the_seed_was_added_by_its_first_revision(site: Site) -> None:
    items = await site.items("/changes", limit=200)
    assert len(items) == 33
    assert [item["id"] for item in items] == sorted(item["id"] for item in items)
    for item in items:
        assert (item["revision"], item["change"], item["version"]) == (1, "added", 1)
        assert (item["editor"], item["reason"]) == ("seed", "the first record")
        assert (await site.get(item["after"]))["id"] == item["record"]["id"]


@pytest.mark.parametrize("make", [story, restored_claim])
async def test_every_item_is_what_its_shape_declares(
    own_site: Site, make: Callable[[Site], None]
) -> None:
    make(own_site)
    items = await own_site.items("/changes", limit=200)
    for item in items:
        shaped = ChangeOut.model_validate(item, extra="forbid")
        assert from_json(shaped.model_dump_json()) == item


async def test_since_takes_a_revision_or_an_instant(own_site: Site) -> None:
    story(own_site)
    whole = await names(own_site, limit=200)
    for since, revision in (
        ("0", 0),
        ("3", 3),
        ("6", 6),
        ("2026-11-23T09:33:00Z", 3),
        ("2026-11-23T09:33:59.999999Z", 3),
        ("2026-11-23T11:34:00+02:00", 4),
        ("1999-01-01T00:00:00Z", 0),
    ):
        expected = [name for name in whole if int(name.partition(".")[0]) > revision]
        assert await names(own_site, since=since, limit=200) == expected


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("since=7", "since"),
        ("since=2026-11-25T00:00:00Z", "since"),
        ("since=yesterday", "since"),
        ("since=-1", "since"),
        ("as_of=7", "as_of"),
        ("known_at=2022-01-12", "known_at"),
        ("noun=quote", "noun"),
        ("change=deleted", "change"),
        ("negotiation=A", "negotiation"),
        ("sort=on", "sort"),
        ("fields=id", "fields"),
        ("cursor=x", "cursor"),
        ("format=ics", "format"),
    ],
)
async def test_what_it_does_not_take_is_named(own_site: Site, query: str, parameter: str) -> None:
    story(own_site)
    problem = await own_site.problem(f"/changes?{query}", 422)
    assert {fault["parameter"] for fault in problem["errors"]} == {parameter}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("noun=claim", ["3.claim.c"]),
        ("noun=claim&noun=participant", ["3.claim.c", "5.participant.anna"]),
        ("change=revised", ["4.meeting.m", "5.participant.anna"]),
        ("change=retracted&change=revised&noun=demand", ["6.demand.d"]),
        (f"negotiation={TALKS}&noun=meeting", ["3.meeting.m", "4.meeting.m"]),
        (f"negotiation={TALKS}&change=retracted", ["6.demand.d"]),
        ("negotiation=us-russia-security-talks-2022", []),
        ("participant=anna", ["3.claim.c"]),
        ("participant=southland&noun=demand", ["3.demand.d", "6.demand.d"]),
        ("participant=nobody", []),
    ],
)
async def test_filters_leave_what_they_name(
    own_site: Site, query: str, expected: list[str]
) -> None:
    story(own_site)
    found = await own_site.items(f"/changes?since=2&{query}")
    assert [item["id"] for item in found] == expected


async def test_the_negotiation_itself_is_among_its_changes(own_site: Site) -> None:
    story(own_site)
    write(own_site.database, negotiation(summary="It goes on."))
    assert await names(own_site, negotiation=TALKS, noun="negotiation") == [
        f"2.negotiation.{TALKS}",
        f"7.negotiation.{TALKS}",
    ]


@pytest.mark.parametrize("order", ["revision", "-revision"])
@pytest.mark.parametrize(
    ("query", "count"), [("", 18), ("&noun=claim&noun=demand", 3), (f"&negotiation={TALKS}", 6)]
)
async def test_a_walk_meets_each_change_once_at_every_limit(
    own_site: Site, order: str, query: str, count: int
) -> None:
    story(own_site)
    whole = f"/changes?since=1&sort={order}{query}"
    expected = [item["id"] for item in await own_site.items(f"{whole}&limit=200")]
    assert len(expected) == len(set(expected)) == count
    for limit in (*range(1, count + 2), 200):
        address = f"{whole}&limit={limit}"
        assert await walk(by_links(own_site, address)) == expected
        assert await walk(by_cursors(own_site, address)) == expected


async def test_the_newest_come_first_where_that_is_asked_for(own_site: Site) -> None:
    story(own_site)
    forward = await names(own_site, since=1, limit=200)
    assert await names(own_site, since=1, sort="-revision", limit=200) == forward[::-1]
    assert await names(own_site, sort="-revision", limit=2) == ["6.demand.d", "5.participant.anna"]


@pytest.mark.parametrize("order", ["revision", "-revision"])
async def test_a_walk_is_of_one_revision_while_others_write(own_site: Site, order: str) -> None:
    story(own_site)
    expected = await names(own_site, since=2, sort=order)
    seen = []
    async for page in by_links(own_site, f"/changes?since=2&limit=1&sort={order}"):
        seen += [item["id"] for item in page["items"]]
        assert page["pin"] == {"revision": 6, "known_at": None, "at": None}
        write_more(own_site, copied("claim", f"copy-{len(seen)}"), 10 + len(seen))
    assert seen == expected
    assert len(await names(own_site, since=6)) == len(expected)


@pytest.mark.parametrize("form", FORMATS_OF_ROWS)
async def test_all_changes_come_as_a_stream_of_rows(own_site: Site, form: str) -> None:
    story(own_site)
    streamed = await own_site.client.get(f"/changes?format={form}&since=2")
    page = await own_site.client.get(f"/changes?format={form}&since=2&limit=200")
    assert streamed.status_code == page.status_code == 200
    assert streamed.content == page.content
    items = await own_site.items("/changes", since=2)
    if form == "ndjson":
        assert [from_json(line) for line in page.text.splitlines()] == items
    else:
        head, *rows = page.text.splitlines()
        assert head == (
            "id,revision,recorded_at,editor,reason,change,record_noun,record_id,record_title,"
            "version,before,after,differences"
        )
        assert [row.partition(",")[0] for row in rows] == [item["id"] for item in items]


async def test_a_pinned_list_stays_as_it_is_whatever_is_renamed_later(own_site: Site) -> None:
    story(own_site)
    write(own_site.database, claim("wordless", "b a", text=None, kind="unclassified"))
    kept = "/changes?as_of=7&limit=200"
    before = await own_site.client.get(kept)
    titles = {item["id"]: item["record"]["title"] for item in before.json()["items"]}
    assert titles["2.participant.anna"] == "Anna Ek"
    assert titles["5.participant.anna"] == "Anna Berg"
    assert titles["7.claim.wordless"] == "words of b"
    renamed = [
        participant("anna", "Anna Dahl"),
        negotiation(title="Port talks"),
        claim("c", text="other words"),
        *(one for one in setting() if address_of(one) == ("source", "a")),
    ]
    for content in renamed:
        write(own_site.database, content)
    after = await own_site.client.get(kept)
    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]
    assert after.headers["cache-control"] == "max-age=31536000, immutable"


async def test_what_is_held_is_not_sent_and_not_read_again(own_site: Site) -> None:
    story(own_site)
    first = await own_site.client.get("/changes")
    with statements(own_site) as asked:
        again = await own_site.client.get(
            "/changes", headers={"If-None-Match": first.headers["etag"]}
        )
    assert again.status_code == 304
    assert not [one for one in asked if "change" in one.lower()]
    write_more(own_site, copied("claim", "one-more"), 20)
    fresh = await own_site.client.get("/changes", headers={"If-None-Match": first.headers["etag"]})
    assert fresh.status_code == 200
    assert fresh.headers["parley-revision"] == "7"


async def test_a_page_takes_as_many_statements_for_one_change_as_for_many(own_site: Site) -> None:
    story(own_site)
    counts = []
    for query in ("limit=1", "limit=200", "limit=4&sort=-revision"):
        with statements(own_site) as asked:
            assert await own_site.items(f"/changes?{query}")
        counts.append(len([one for one in asked if one.startswith("SELECT")]))
    assert len(set(counts)) == 1


@contextmanager
def asked_with_values(database: Database) -> Iterator[list[tuple[str, object]]]:
    """The statements of the block, each with its values."""
    seen: list[tuple[str, object]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: object, *_: object
    ) -> None:
        seen.append((statement, values))

    event.listen(database._reader, "before_cursor_execute", note)
    yield seen
    event.remove(database._reader, "before_cursor_execute", note)


@pytest.mark.parametrize("after", [None, (3, "claim", "c")])
@pytest.mark.parametrize("newest_first", [False, True])
def test_an_index_leads_to_every_row_that_is_read(
    sqlite_store: Database, newest_first: bool, after: tuple[int, str, str] | None
) -> None:
    filters = {"negotiations": (TALKS,), "participants": ("anna",), "nouns": ("claim",)}
    for wanted in (Wanted(2, newest_first=newest_first), Wanted(2, newest_first=True, **filters)):
        with asked_with_values(sqlite_store) as asked, snapshot(sqlite_store) as look:
            changes(look.connection, wanted, 5, after, 10)
        statement, values = next(one for one in asked if "FROM change" in one[0])
        with sqlite_store.read() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            steps = [row.detail for row in plan]
        read = [step for step in steps if step.startswith(("SCAN", "SEARCH"))]
        assert any(step.startswith("SEARCH change USING") for step in read)
        # What is left to scan is the page itself.
        assert [step for step in read if step.startswith("SCAN")] in ([], ["SCAN anon_1"])


def test_a_long_history_is_read_from_where_it_is_asked_for(database: Database) -> None:
    write(database, *setting())
    for number in range(30):
        write(database, claim("c", text=f"wording {number}"))
    with snapshot(database) as look:
        found = changes(look.connection, Wanted(20), 31, None, 3)
        assert [one.name for one in found.items] == ["21.claim.c", "22.claim.c", "23.claim.c"]
        assert found.last == (23, "claim", "c")
        rest = changes(look.connection, Wanted(20), 25, found.last, 3)
    assert [one.revision for one in rest.items] == [24, 25]
    assert rest.last is None
    texts = [
        (from_json(one.before or "")["text"], from_json(one.after or "")["text"])
        for one in rest.items
    ]
    assert texts == [("wording 21", "wording 22"), ("wording 22", "wording 23")]


async def test_both_databases_tell_the_same(both_sites: tuple[Site, Site]) -> None:
    one, other = both_sites
    for query in ("", "?sort=-revision&limit=7", "?noun=claim&format=csv", "?since=1"):
        answers = [await site.client.get(f"/changes{query}") for site in (one, other)]
        assert answers[0].content == answers[1].content


async def test_an_empty_store_has_no_changes(database: Database) -> None:
    with snapshot(database) as look:
        found = changes(look.connection, Wanted(), 0, None, 10)
    assert (found.items, found.last) == ((), None)


ITEM: Json = {
    "id": "4.meeting.m",
    "revision": 4,
    "recorded_at": "2026-11-23T09:34:00.250000Z",
    "reason": "it moved",
    "change": "revised",
    "record": {"noun": "meeting", "id": "m", "title": "Meeting m", "href": "/meetings/m"},
    "version": 2,
    "after": "/meetings/m?as_of=4",
    "differences": [
        {"path": "/notices/n1/starts", "before": "2022-01-10", "after": "2022-01-11"},
        {"path": "/round", "before": None, "after": 2},
        {"path": "/notices/n2", "before": None, "after": {"id": "n2", "status": "held"}},
        {"path": "/issues", "before": ["harbour"], "after": None},
        {"path": "/title", "before": "x " * 100, "after": "Talks"},
    ],
}


def test_an_entry_of_a_feed_says_what_was_changed_and_why() -> None:
    assert CHANGES.entry is not None
    entry = CHANGES.entry(ITEM)
    assert entry.id == "change.4.meeting.m"
    assert entry.title == "Meeting revised: Meeting m"
    assert entry.text is not None
    assert entry.text.splitlines() == [
        "it moved",
        "Changed: /notices/n1/starts, from “2022-01-10” to “2022-01-11”",
        "Changed: /round, from nothing to “2”",
        "Changed: /notices/n2",
        "Changed: /issues",
        f"Changed: /title, from “{'x ' * 58}x…” to “Talks”",
    ]
    assert entry.path == "/meetings/m?as_of=4"
    assert (entry.starts, entry.earliest, entry.latest) == (
        "2026-11-23T09:34:00Z",
        "2026-11-23",
        "2026-11-23",
    )
    assert (entry.version, entry.revision) == (2, 4)
    assert [(link.label, link.path) for link in entry.links] == [("Meeting m", "/meetings/m")]


def test_an_entry_of_what_is_gone_leads_to_its_history() -> None:
    assert CHANGES.entry is not None
    entry = CHANGES.entry({**ITEM, "change": "retracted", "after": None, "differences": []})
    assert entry.title == "Meeting retracted: Meeting m"
    assert entry.text == "it moved"
    assert entry.path == "/meetings/m/history"
