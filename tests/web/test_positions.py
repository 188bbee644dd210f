"""The matrix of positions over HTTP: who stands where on what, at every pin."""

import csv
from io import StringIO

import pytest

from app.store.engine import Database
from tests.http import LOADED, Json, Site, opened
from tests.made_up import day, demand, quotes, setting, write
from tests.web.test_conditional import statements

SEED = "/negotiations/us-russia-security-talks-2022/positions"
TALKS = "/negotiations/harbour-talks/positions"


def cell(row: Json, party: str) -> Json:
    found: Json = next(one for one in row["cells"] if one["party"]["id"] == party)
    return found


def rows(page: Json) -> dict[str, Json]:
    return {row["demand"]["id"]: row for row in page["items"]}


async def test_the_united_states_rejects_membership_and_cooperation_in_its_own_words(
    site: Site,
) -> None:
    found = rows(await site.get(SEED))
    for demand_id in ("no-nato-admission-of-ukraine", "suspend-nato-ukraine-cooperation"):
        stand = cell(found[demand_id], "united-states")
        assert (stand["stance"], stand["role"]) == ("rejects", "addressed_to")
        assert stand["reported_by"] is None
        assert any("simply non-starters" in one["exact"] for one in stand["evidence"])
    whole = cell(found["security-guarantees"], "united-states")
    assert whole["stance"] == "rejects"
    assert {one["reported_by"] and one["reported_by"]["id"] for one in whole["history"]} >= {
        "sergey-ryabkov"
    }


async def test_russias_missing_answer_is_told_by_sherman(site: Site) -> None:
    found = rows(await site.get(SEED))
    silent = [
        (name, stand["reported_by"]["id"], stand["evidence"][0]["exact"])
        for name, row in found.items()
        if (stand := cell(row, "russia"))["stance"] == "no_answer"
    ]
    assert [one[:2] for one in silent] == [("de-escalation-on-the-border", "wendy-sherman")]
    assert "did not respond directly" in silent[0][2]


async def test_what_ryabkov_says_of_the_whole_is_not_read_as_an_answer_to_a_part(
    site: Site,
) -> None:
    found = rows(await site.get(SEED))
    for part in ("nato-non-expansion", "no-missiles-near-russias-borders"):
        assert found[part]["part_of"]["id"] == "security-guarantees"
        assert cell(found[part], "united-states")["stance"] == "no_record"


async def test_every_row_has_a_cell_for_every_column_in_order(site: Site) -> None:
    page = await site.get(SEED)
    parties = [one["id"] for one in page["parties"]]
    assert "ukraine" not in parties
    assert parties == [
        "us-allies-and-partners",
        "russia",
        "united-states",
    ]
    for row in page["items"]:
        assert [one["party"]["id"] for one in row["cells"]] == parties


@pytest.fixture
def talks(database: Database) -> Database:
    """A demand refused, then met, with a report to the contrary; and one nobody answered."""
    answers = [
        {"id": "no", "by": "northland", "stance": "rejects", "on": "2022-01-03", **quotes("b")},
        {"id": "yes", "by": "northland", "stance": "accepts", "on": "2022-01-06", **quotes("c")},
        {
            "id": "rumour",
            "by": "northland",
            "stance": "rejects",
            "on": "2022-01-06",
            "reported_by": "boris",
            **quotes("d"),
        },
    ]
    write(
        database,
        *setting(),
        demand("pier", "a", on="2022-01-01", responses=answers, issue="harbour"),
        demand("fees", "a", on="2022-01-02", made_by=["northland"], addressed_to=["southland"]),
        now=LOADED,
    )
    return database


async def test_each_day_shows_the_stance_that_was_known(talks: Database) -> None:
    expected = {
        1: ("no_record", None, False, []),
        3: ("rejects", "2022-01-03", False, ["no"]),
        6: ("accepts", "2022-01-06", False, ["no", "yes"]),
        9: ("accepts", "2022-01-06", True, ["no", "yes", "rumour"]),
    }
    async with opened(talks) as site:
        for number, wanted in expected.items():
            page = await site.get(TALKS, known_at=str(day(number)))
            stand = cell(rows(page)["pier"], "northland")
            told = (
                stand["stance"],
                stand["since"] and stand["since"]["edtf"],
                stand["conflict"],
                [one["response"] for one in stand["history"]],
            )
            if number == 9:  # which of two reports comes first is not the point here
                assert told[1:] == wanted[1:]
            else:
                assert told == wanted
        await site.problem(TALKS, 404, as_of="0")


async def test_an_empty_cell_says_so_in_so_many_words(talks: Database) -> None:
    async with opened(talks) as site:
        found = rows(await site.get(TALKS))
        assert cell(found["fees"], "southland") == {
            "party": {"id": "southland", "name": "Southland", "href": "/participants/southland"},
            "role": "addressed_to",
            "stance": "no_record",
            "since": None,
            "known_from": None,
            "response": None,
            "text": None,
            "reported_by": None,
            "meeting": None,
            "conflict": False,
            "history": [],
            "evidence": [],
        }
        assert cell(found["pier"], "southland")["role"] == "made_by"


async def test_rows_are_filtered_and_paged_and_columns_chosen(talks: Database) -> None:
    async with opened(talks) as site:
        assert list(rows(await site.get(TALKS))) == ["pier", "fees"]
        assert list(rows(await site.get(TALKS, demand="fees"))) == ["fees"]
        assert list(rows(await site.get(TALKS, issue="harbour"))) == ["pier"]
        assert list(rows(await site.get(TALKS, status="unanswered"))) == ["fees"]
        page = await site.get(TALKS, limit=1, party="northland")
        assert [one["id"] for one in page["parties"]] == ["northland"]
        assert [one["party"]["id"] for one in page["items"][0]["cells"]] == ["northland"]
        second = await site.get(TALKS, limit=1, party="northland", cursor=page["next_cursor"])
        assert (list(rows(second)), second["next"]) == (["fees"], None)


async def test_a_table_has_one_row_for_each_cell(talks: Database) -> None:
    async with opened(talks) as site:
        answer = await site.client.get(f"{TALKS}?format=csv&known_at=2022-01-04")
        told = list(csv.DictReader(StringIO(answer.text, newline="")))
        assert [(one["id"], one["stance"]) for one in told] == [
            ("pier.northland", "rejects"),
            ("pier.southland", "no_record"),
            ("fees.northland", "no_record"),
            ("fees.southland", "no_record"),
        ]
        assert told[0]["since"] == "2022-01-03"
        assert told[0]["quote"] == "words of b"


async def test_the_matrix_takes_as_many_statements_for_one_demand_as_for_many(site: Site) -> None:
    counts = set()
    for limit in (1, 5, 200):
        with statements(site) as asked:
            await site.get(SEED, limit=limit)
        counts.add(len(asked))
    assert len(counts) == 1
