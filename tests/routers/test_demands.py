"""Demands over HTTP: what each side asks for, and who answered what by whose report."""

from tests.http import Json, Site

Answered = list[tuple[str, str, str | None]]

RUSSIA: dict[str, Answered] = {
    "no-missiles-near-russias-borders": [],
    "nato-non-expansion": [],
    "no-nato-admission-of-ukraine": [("united-states", "rejects", None)],
    "security-guarantees": [
        ("united-states", "rejects", None),
        ("united-states", "rejects", "sergey-ryabkov"),
    ],
    "suspend-nato-ukraine-cooperation": [("united-states", "rejects", None)],
}
UNITED_STATES: dict[str, Answered] = {
    "de-escalation-on-the-border": [("russia", "no_answer", "wendy-sherman")],
    "return-troops-to-barracks": [],
    "russia-to-de-escalate-tensions": [],
}


def answers(demand: Json) -> Answered:
    return [
        (
            response["by"]["id"],
            response["stance"],
            response["reported_by"] and response["reported_by"]["id"],
        )
        for response in demand["responses"]
    ]


async def test_every_demand_of_russia_says_who_answered_it_how_and_by_whose_report(
    site: Site,
) -> None:
    items = await site.items("/demands", made_by="russia")
    assert {item["id"]: answers(item) for item in items} == RUSSIA


async def test_every_demand_of_the_united_states_says_so_as_well(site: Site) -> None:
    items = await site.items("/demands", made_by="united-states")
    assert {item["id"]: answers(item) for item in items} == UNITED_STATES


async def test_every_answer_has_the_words_that_show_it(site: Site) -> None:
    for demand in await site.items("/demands"):
        for response in demand["responses"]:
            assert response["evidence"]


async def test_the_state_of_a_demand_follows_from_its_answers(site: Site) -> None:
    found = {item["id"]: item["status"] for item in await site.items("/demands")}
    rejected = {name for name, status in found.items() if status == "rejected"}
    assert rejected == {
        "security-guarantees",
        "no-nato-admission-of-ukraine",
        "suspend-nato-ukraine-cooperation",
    }
    assert set(found.values()) == {"rejected", "unanswered"}
    assert set(await site.ids("/demands", status="rejected")) == rejected


async def test_the_umbrella_lists_its_parts_and_each_part_its_umbrella(site: Site) -> None:
    umbrella = await site.get("/demands/security-guarantees")
    parts = [part["id"] for part in umbrella["parts"]]
    assert sorted(parts) == sorted(set(RUSSIA) - {"security-guarantees"})
    assert sorted(await site.ids("/demands", part_of="security-guarantees")) == sorted(parts)
    for part in umbrella["parts"]:
        assert (await site.get(part["href"]))["part_of"]["id"] == "security-guarantees"


async def test_demands_are_found_by_stance_reporter_addressee_and_issue(site: Site) -> None:
    assert await site.ids("/demands", stance="no_answer") == ["de-escalation-on-the-border"]
    assert await site.ids("/demands", reported_by="sergey-ryabkov", sort="id") == [
        "nato-non-expansion",
        "no-missiles-near-russias-borders",
        "no-nato-admission-of-ukraine",
    ]
    assert sorted(await site.ids("/demands", addressed_to="russia")) == sorted(UNITED_STATES)
    assert await site.ids("/demands", made_by="us-allies-and-partners") == [
        "russia-to-de-escalate-tensions"
    ]
    assert await site.ids("/demands", issue="missile-deployment") == [
        "no-missiles-near-russias-borders"
    ]
    assert await site.ids("/demands", participant="wendy-sherman", stance="rejects") == [
        "no-nato-admission-of-ukraine",
        "suspend-nato-ukraine-cooperation",
    ]
