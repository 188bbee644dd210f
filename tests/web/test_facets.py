"""Facets: counts of a filter's values, under the same question and pin as the list itself."""

import pytest

from app.resources import BY_PLURAL
from app.resources.quotes import QUOTES
from app.resources.timeline import TIMELINE
from app.store.engine import Database
from tests.http import LOADED, NOUNS, Json, Site, opened
from tests.made_up import claim, day, demand, meeting, notice, quotes, setting, write
from tests.web.test_conditional import statements

LISTINGS = {**{f"/{noun}": BY_PLURAL[noun] for noun in NOUNS}, "/quotes": QUOTES}
LISTINGS["/timeline"] = TIMELINE


def counts(page: Json, name: str) -> dict[str, int]:
    return {one["value"]: one["count"] for one in page["facets"][name]}


async def test_the_seed_is_counted_as_the_article_tells_it(site: Site) -> None:
    page = await site.get("/claims", facet="claimant,attribution", limit=1)
    assert page["facets"]["claimant"] == [
        {
            "value": "sergey-ryabkov",
            "label": "Sergey Ryabkov",
            "href": "/participants/sergey-ryabkov",
            "count": 6,
        },
        {
            "value": "wendy-sherman",
            "label": "Wendy Sherman",
            "href": "/participants/wendy-sherman",
            "count": 4,
        },
    ]
    assert sum(counts(page, "attribution").values()) == 10
    assert page["facets"]["attribution"][0]["label"] is None
    demands = await site.get("/demands", facet="made_by,stance")
    assert counts(demands, "made_by")["russia"] == 5
    assert counts(demands, "stance")["no_answer"] == 1


@pytest.mark.parametrize("address", LISTINGS)
async def test_every_facet_of_every_list_agrees_with_the_list_filtered_by_each_value(
    site: Site, address: str
) -> None:
    for name in LISTINGS[address].filters:
        page = await site.get(address, facet=name, limit=1, count="true")
        found = counts(page, name)
        for value, number in found.items():
            filtered = await site.get(address, count="true", limit=1, **{name: value})
            assert filtered["total"] == number, (name, value)
        frequent = [one["count"] for one in page["facets"][name]]
        assert frequent == sorted(frequent, reverse=True)


async def test_facets_are_under_the_same_filters_and_pin(database: Database) -> None:
    write(
        database,
        *setting(),
        claim("c1", "a", claimant="anna", kind="fact"),
        claim("c2", "b", claimant="anna", kind="warning", about=["northland", "southland"]),
        claim("c3", "b", claimant="boris", kind="fact", about=["northland"]),
        claim("c4", "undated", claimant="boris", kind="fact"),
        now=LOADED,
    )
    write(database, retract=[("claim", "c3")], now=LOADED)
    async with opened(database) as site:
        now = await site.get("/claims", facet="kind,about")
        assert (counts(now, "kind"), counts(now, "about")) == (
            {"fact": 2, "warning": 1},
            {"northland": 1, "southland": 1},
        )
        before = await site.get("/claims", facet="kind", as_of="1")
        assert counts(before, "kind") == {"fact": 3, "warning": 1}
        known = await site.get("/claims", facet="kind,claimant", known_at=str(day(2)), as_of="1")
        assert (counts(known, "kind"), counts(known, "claimant")) == ({"fact": 1}, {"anna": 1})
        anna = await site.get("/claims", facet="kind,claimant", claimant="anna")
        assert (counts(anna, "kind"), counts(anna, "claimant")) == (
            {"fact": 1, "warning": 1},
            {"anna": 2},
        )


async def test_a_record_with_several_such_parts_counts_once(database: Database) -> None:
    answers = [
        {"by": "northland", "stance": "rejects", **quotes("a")},
        {"by": "boris", "stance": "rejects", **quotes("b")},
    ]
    write(
        database,
        *setting(),
        demand("d1", made_by=["southland", "anna"], responses=answers),
        meeting("m1", notice("held", "a b")),
        now=LOADED,
    )
    async with opened(database) as site:
        page = await site.get("/demands", facet="stance,participant")
        assert counts(page, "stance") == {"rejects": 1}
        assert set(counts(page, "participant").values()) == {1}
        entries = await site.get("/timeline", facet="kind,source,participant")
        assert counts(entries, "kind") == {"response": 2, "demand": 1, "notice": 1}
        assert counts(entries, "source") == {"a": 3, "b": 2}
        assert counts(entries, "participant")["southland"] == 3


async def test_what_is_no_filter_is_no_facet_and_only_json_has_a_place_for_one(site: Site) -> None:
    problem = await site.problem("/claims", 422, facet="text")
    assert [fault["parameter"] for fault in problem["errors"]] == ["facet"]
    for form in ("csv", "ndjson"):
        problem = await site.problem("/claims", 422, facet="kind", format=form)
        assert [fault["parameter"] for fault in problem["errors"]] == ["facet"]


async def test_a_facet_takes_as_many_statements_for_one_value_as_for_many(site: Site) -> None:
    asked_for = set()
    for filters in ({}, {"claimant": "wendy-sherman"}, {"claimant": "nobody"}):
        with statements(site) as asked:
            await site.get("/claims", facet="kind,claimant,about", **filters)
        asked_for.add(len(asked))
    assert len(asked_for) == 1
