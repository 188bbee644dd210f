"""Claims over HTTP: every statement of the article, with its speaker and the speaker's words."""

import pytest

from tests.http import Site

SHERMAN = [
    "sherman-de-escalation-would-prove-intent",
    "sherman-expects-consistent-message",
    "sherman-firm-in-pushing-back",
    "sherman-no-direct-response",
]
RYABKOV = [
    "ryabkov-high-risk-of-confrontation",
    "ryabkov-no-intention-to-attack",
    "ryabkov-told-us-no-plans-to-attack",
    "ryabkov-training-on-own-territory",
    "ryabkov-us-not-ready-on-guarantees",
    "ryabkov-us-underestimates-situation",
]


@pytest.mark.parametrize(
    ("claimant", "name", "state", "expected"),
    [
        ("wendy-sherman", "Wendy Sherman", "united-states", SHERMAN),
        ("sergey-ryabkov", "Sergey Ryabkov", "russia", RYABKOV),
    ],
)
async def test_every_statement_is_listed_by_its_speaker(
    site: Site, claimant: str, name: str, state: str, expected: list[str]
) -> None:
    items = await site.items("/claims", claimant=claimant)
    assert [item["id"] for item in items] == expected
    for item in items:
        assert item["claimant"] == {
            "id": claimant,
            "name": name,
            "href": f"/participants/{claimant}",
        }
        assert item["on_behalf_of"]["id"] == state
        assert item["evidence"]


async def test_a_claim_that_quotes_its_speaker_has_the_words_in_quotation_marks(
    site: Site,
) -> None:
    quoting = await site.items("/claims", attribution=["direct_quote", "partial_quote"])
    assert len(quoting) == 7
    for claim in quoting:
        assert any(mark in quote["exact"] for quote in claim["evidence"] for mark in "“”")


async def test_repeated_values_are_alternatives_and_different_filters_add_up(site: Site) -> None:
    assert await site.ids("/claims", claimant=["wendy-sherman", "sergey-ryabkov"]) == sorted(
        SHERMAN + RYABKOV
    )
    assert await site.ids("/claims", claimant="wendy-sherman", kind="expectation") == [
        "sherman-expects-consistent-message"
    ]
    assert await site.ids("/claims", claimant="wendy-sherman", kind="warning") == []


async def test_claims_are_found_by_every_role_and_by_what_they_are_about(site: Site) -> None:
    everything = sorted(SHERMAN + RYABKOV)
    assert await site.ids("/claims", on_behalf_of="russia") == RYABKOV
    assert await site.ids("/claims", participant="nato") == ["sherman-firm-in-pushing-back"]
    assert await site.ids("/claims", about="us-allies-and-partners") == [
        "sherman-expects-consistent-message"
    ]
    assert await site.ids("/claims", about_meeting="vienna-2022-01-13") == [
        "sherman-expects-consistent-message"
    ]
    assert await site.ids("/claims", meeting="geneva-2022-01-10") == everything
    assert await site.ids("/claims", source="promote-ukraine-geneva-talks") == everything
    assert await site.ids("/claims", negotiation="us-russia-security-talks-2022") == everything
    assert await site.ids("/claims", issue="military-intentions", kind="warning") == [
        "ryabkov-high-risk-of-confrontation"
    ]
    assert await site.ids("/claims", id=SHERMAN[:2]) == SHERMAN[:2]
    assert await site.ids("/claims", addressed_to="russia") == []
    assert await site.ids("/claims", reported_by="russia") == []


async def test_claims_are_found_by_the_days_that_they_overlap(site: Site) -> None:
    assert len(await site.ids("/claims", **{"from": "2022-01-10", "until": "2022-01-10"})) == 10
    assert await site.ids("/claims", **{"from": "2022-01-11"}) == []
    assert await site.ids("/claims", until="2022-01-09") == []


async def test_a_relation_is_seen_from_both_of_its_ends(site: Site) -> None:
    warning = await site.get("/claims/ryabkov-high-risk-of-confrontation")
    (relation,) = warning["relations"]
    assert (relation["type"], relation["to"]["id"]) == (
        "qualifies",
        "ryabkov-no-intention-to-attack",
    )
    other = await site.get(relation["to"]["href"])
    (back,) = other["related_from"]
    assert back["type"] == "qualifies"
    assert back["claim"]["href"] == "/claims/ryabkov-high-risk-of-confrontation"
