"""What a client asks beside filters: some fields, linked records, the total, what changed since."""

import json
from datetime import timedelta
from typing import Any

import pytest

from app.resources import RESOURCES
from app.resources.resource import Resource
from app.store.contents import stored
from app.store.writer import Writer
from app.web.sparse import SOURCE, check_include, document_of, fields_of_shape
from tests.http import KNOWN, LISTS, LOADED, NOUNS, RECORDS, Json, Site
from tests.made_up import found, setting, source
from tests.made_up import write as write_made_up
from tests.web.test_conditional import statements
from tests.web.test_paging import by_links as pages
from tests.web.test_paging import copied, walk, write

LINKS = {
    resource.plural: [
        name
        for name in fields_of_shape(resource.out)
        if name in ("negotiation", "claimant", "made_by", "addressed_to", "about", "meeting")
        or name in ("forum", "part_of", "on_behalf_of", "reported_by", "about_meetings")
    ]
    for resource in RESOURCES
}


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_only_the_fields_that_were_asked_for_come_in_the_order_of_the_record(
    site: Site, address: str
) -> None:
    def shown(answer: Json) -> list[Json]:
        return answer["items"] if address in LISTS else [answer]

    whole = shown(await site.get(address))
    names = list(whole[0])
    for chosen in (["id"], names[::-1], names[1:3], ["id", "id", names[-1]]):
        answer = shown(await site.get(address, fields=",".join(chosen)))
        kept = [name for name in names if name in chosen]
        assert [list(item) for item in answer] == [kept] * len(whole)
        assert answer == [{name: item[name] for name in kept} for item in whole]


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
@pytest.mark.parametrize("fields", ["nothing", "id,nothing", "id,,id", "id,", ",", "ID", "id;id"])
async def test_a_field_that_there_is_not_is_refused(site: Site, address: str, fields: str) -> None:
    problem = await site.problem(address, 422, fields=fields)
    assert [fault["parameter"] for fault in problem["errors"]] == ["fields"]


@pytest.mark.parametrize("noun", NOUNS)
async def test_linked_records_come_once_each_as_they_read_by_themselves(
    site: Site, noun: str
) -> None:
    for name in [*LINKS[noun], SOURCE, ",".join([*LINKS[noun], SOURCE])]:
        page = await site.get(f"/{noun}", include=name)
        plain = await site.get(f"/{noun}")
        assert {key: page[key] for key in plain} == plain
        for plural, records in page["included"].items():
            ids = [record["id"] for record in records]
            assert ids == sorted(set(ids))
            for record in records:
                assert await site.get(f"/{plural}/{record['id']}") == record
        links = {
            link["href"]
            for item in page["items"]
            for field in name.split(",")
            for link in linked(item, field)
        }
        assert links == {
            f"/{plural}/{record['id']}"
            for plural, records in page["included"].items()
            for record in records
        }


def linked(item: Json, field: str) -> list[Json]:
    """The links in one field, or every link to a source."""
    if field == SOURCE:
        return sources(item)
    value = item[field]
    return value if isinstance(value, list) else [value] if value else []


def sources(value: object) -> list[Json]:
    if isinstance(value, dict):
        own = [value] if value.get("href", "").startswith("/sources/") else []
        return own + sources(list(value.values()))
    return [link for inner in value for link in sources(inner)] if isinstance(value, list) else []


async def test_records_that_were_not_known_yet_are_not_included(site: Site) -> None:
    page = await site.get("/participants", include="source,part_of", known_at="2022-01-09")
    assert "sources" not in page["included"]
    assert {one["id"] for one in page["included"].get("participants", [])} <= set(
        await site.ids("/participants")
    )


@pytest.mark.parametrize("address", LISTS)
async def test_what_cannot_be_included_is_refused(site: Site, address: str) -> None:
    for include in ("nothing", "id", "evidence", "source,nothing", "source,,source", ","):
        problem = await site.problem(address, 422, include=include)
        assert [fault["parameter"] for fault in problem["errors"]] == ["include"]
        if include != "source,,source" and include != ",":
            assert "source" in problem["errors"][0]["message"]


async def test_a_thousand_times_the_same_link_is_followed_once(site: Site) -> None:
    once = await site.get("/claims", include="claimant")
    many = await site.get("/claims", include=",".join(["claimant"] * 100))
    assert many["included"] == once["included"]


@pytest.mark.parametrize("address", LISTS)
async def test_the_total_counts_all_pages_and_is_there_only_on_request(
    site: Site, address: str
) -> None:
    every = await walk(pages(site, f"{address}?limit=200"))
    for query in ("count=true", "count=true&limit=1", "count=true&limit=200"):
        assert (await site.get(f"{address}?{query}"))["total"] == len(every)
    assert "total" not in await site.get(f"{address}?count=false")
    assert (await site.get(f"{address}?count=true&id={KNOWN['claims']}"))["total"] in (0, 1)
    for value in ("1", "yes", "TRUE", "True", "tru\u0435"):
        problem = await site.problem(address, 422, count=value)
        assert [fault["parameter"] for fault in problem["errors"]] == ["count"]


async def test_the_total_stays_the_same_on_every_page(site: Site) -> None:
    async for page in pages(site, "/claims?limit=3&count=true"):
        assert page["total"] == 10


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
async def test_only_what_was_written_since_is_listed(
    own_site: Site, resource: Resource[Any]
) -> None:
    path = f"/{resource.plural}"
    before = await own_site.ids(path, limit=200)
    assert await own_site.ids(path, changed_since="0", limit=200) == before
    assert await own_site.ids(path, changed_since="1") == []
    write(own_site, copied(resource.noun, "one-more"), 5)
    instants = ("1", "2026-11-23T09:30:00Z", "2026-11-23T09:34:59+00:00")
    for since in instants:
        page = await own_site.get(path, changed_since=since, count="true")
        assert [item["id"] for item in page["items"]] == ["one-more"]
        assert page["total"] == 1
    for since in ("2", "2026-11-23T09:35:00Z"):
        assert await own_site.ids(path, changed_since=since) == []
    problem = await own_site.problem(path, 422, changed_since="3")  # still to come
    assert [fault["parameter"] for fault in problem["errors"]] == ["changed_since"]
    assert await own_site.ids(path, changed_since="2026-11-23T09:29:00Z", as_of="1") == before
    assert await own_site.ids(path, changed_since="1", as_of="1") == []


async def test_a_new_label_changes_how_records_read_but_not_when_they_changed(
    own_site: Site,
) -> None:
    def rename(writer: Writer) -> None:
        address = ("participant", "wendy-sherman")
        content = stored(writer.connection, [address])[address].content
        renamed = content.model_copy(update={"name": "Wendy R. Sherman"}, deep=True)
        resource = next(one for one in RESOURCES if one.noun == "participant")
        writer.revise(resource, renamed)

    write(own_site, rename, 5)
    assert await own_site.ids("/participants", changed_since="1") == ["wendy-sherman"]
    assert await own_site.ids("/claims", changed_since="1") == []
    claims = await own_site.items("/claims", claimant="wendy-sherman")
    assert {claim["claimant"]["name"] for claim in claims} == {"Wendy R. Sherman"}
    assert {(claim["version"], claim["revision"]) for claim in claims} == {(1, 1)}
    quotes = await own_site.items("/quotes", speaker="wendy-sherman")
    assert {quote["speakers"][0]["name"] for quote in quotes} == {"Wendy R. Sherman"}
    assert await own_site.ids("/quotes", changed_since="1", speaker="wendy-sherman") == []


@pytest.mark.parametrize("value", ["", "-1", "1.0", "now", "2022-01-12", "2030-01-01T00:00:00Z"])
async def test_a_point_in_time_that_is_none_is_refused(site: Site, value: str) -> None:
    problem = await site.problem("/claims", 422, changed_since=value)
    assert [fault["parameter"] for fault in problem["errors"]] == ["changed_since"]


@pytest.mark.parametrize("noun", NOUNS)
async def test_records_are_named_by_id_many_at_once(site: Site, noun: str) -> None:
    ids = await site.ids(f"/{noun}", limit=200)
    assert await site.ids(f"/{noun}", id=ids[:1]) == ids[:1]
    assert await site.ids(f"/{noun}", id=[*ids[::-1], ids[0], "no-such-record"]) == ids
    assert await site.ids(f"/{noun}", id="no-such-record") == []


@pytest.mark.parametrize("noun", ["claims", "demands", "meetings", "sources", "quotes"])
async def test_days_bound_what_overlaps_them(site: Site, noun: str) -> None:
    def bounds(item: Json) -> tuple[str, str] | None:
        when = item.get("on") or item.get("starts") or item.get("published")
        return (when["earliest"] or "0000", when["latest"] or "9999") if when else None

    if noun != "quotes":
        items = await site.items(f"/{noun}", limit=200)
        for first, last in (("2022-01-10", "2022-01-10"), ("2022-01-11", "2022-01-13")):
            expected = [
                item["id"]
                for item in items
                if (days := bounds(item)) and days[0] <= last and days[1] >= first
            ]
            asked = {"from": first, "until": last}
            assert await site.ids(f"/{noun}", **asked, limit=200) == expected
    if noun not in ("quotes", "demands"):  # a demand that nobody took back has no end
        assert await site.ids(f"/{noun}", **{"from": "2030-01-01"}) == []
        assert await site.ids(f"/{noun}", until="2000-01-01") == []
    everything = {"from": "0001-01-01", "until": "9999-12-31"}
    assert await site.ids(f"/{noun}", **everything)


@pytest.mark.parametrize("address", LISTS)
async def test_the_number_of_statements_does_not_depend_on_the_page(
    site: Site, address: str
) -> None:
    # Spelled so that no answer is a quick one, which is read from a connection of its own.
    for query in ("", "&count=true", "include=source", "count=true&include=source&fields=id"):
        counted = set()
        for limit in (1, 3, 200):
            with statements(site) as asked:
                await site.get(f"{address}?{query}&limit={limit}")
            counted.add(len([statement for statement in asked if "SELECT" in statement]))
        assert len(counted) == 1, query
        inside = address.startswith(("/sources/", "/negotiations/"))
        extra = ("count" in query) + ("include" in query) + inside
        assert counted <= {2 + extra, 3 + extra, 4 + extra}, (query, counted)


async def test_links_of_many_nouns_take_one_statement_for_each_noun(site: Site) -> None:
    counts = []
    for include in ("claimant", "claimant,about,addressed_to", "claimant,meeting,source"):
        with statements(site) as asked:
            page = await site.get(f"/claims?include={include}")
        counts.append(len(asked) - len(page["included"]))
    assert len(set(counts)) == 1


def test_only_links_can_be_included() -> None:
    claims = next(resource for resource in RESOURCES if resource.noun == "claim")
    assert check_include(claims, "claimant,source,claimant") == ("claimant", "source")
    assert check_include(claims, None) == ()


async def test_a_text_that_looks_like_the_place_of_the_public_url_is_left_alone(
    own_site: Site,
) -> None:
    title = r"a \u0000 b \u0000/c \\u0000"
    write_made_up(own_site.database, *setting(), now=LOADED + timedelta(minutes=1))
    paper = source("odd", "2022-01-01", title=title)
    write_made_up(own_site.database, paper, now=LOADED + timedelta(minutes=2))
    record = await own_site.get("/sources/odd")
    assert record["title"] == title
    assert record["cite"] == f"{title} (source, version 1). {own_site_link(3)}"
    one = found(own_site.database, "source", "odd")
    assert json.loads(document_of(one, 'http://a/"b\\'))["cite"].endswith(
        'http://a/"b\\/sources/odd?as_of=3'
    )


def own_site_link(revision: int) -> str:
    return f"https://parley.example/sources/odd?as_of={revision}"
