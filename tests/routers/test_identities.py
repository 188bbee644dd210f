"""Negotiations, participants and sources over HTTP."""

from tests.http import Site


async def test_the_negotiation_has_its_parties_and_issues(site: Site) -> None:
    (negotiation,) = await site.items("/negotiations")
    assert [(party["participant"]["id"], party["role"]) for party in negotiation["parties"]] == [
        ("russia", "principal"),
        ("united-states", "principal"),
        ("ukraine", "affected_non_participant"),
    ]
    assert len(negotiation["issues"]) == 6
    assert await site.get(f"/negotiations/{negotiation['id']}") == negotiation


async def test_negotiations_are_filtered(site: Site) -> None:
    expected = ["us-russia-security-talks-2022"]
    assert await site.ids("/negotiations", kind="multilateral", state="active") == expected
    assert await site.ids("/negotiations", participant="ukraine") == expected
    assert await site.ids("/negotiations", participant="osce") == []
    assert await site.ids("/negotiations", kind="bilateral") == []
    assert await site.ids("/negotiations", until="2022-01-09") == []


async def test_participants_come_by_name_and_may_come_by_id(site: Site) -> None:
    names = [item["name"] for item in await site.items("/participants")]
    assert len(names) == 10
    assert names == sorted(names)
    assert names[::-1] == [item["name"] for item in await site.items("/participants", sort="-name")]
    ids = await site.ids("/participants", sort="id")
    assert ids == sorted(ids)


async def test_participants_are_filtered(site: Site) -> None:
    assert await site.ids("/participants", kind="person") == ["sergey-ryabkov", "wendy-sherman"]
    assert await site.ids("/participants", country="USA", kind="person") == ["wendy-sherman"]
    assert await site.ids("/participants", part_of="osce") == ["osce-permanent-council"]
    assert await site.ids("/participants", source="promote-ukraine-geneva-talks") == [
        "us-allies-and-partners",
        "sergey-ryabkov",
        "wendy-sherman",
    ]


async def test_the_source_says_what_it_is_and_how_its_text_is_recognised(site: Site) -> None:
    (source,) = await site.items("/sources")
    assert source["published"] == {
        "edtf": "2022-01-10/2022-01-12",
        "earliest": "2022-01-10",
        "latest": "2022-01-12",
    }
    assert source["known_from"] == "2022-01-12"
    assert source["text"]["length"] == 2106
    assert await site.ids("/sources", language="en", kind="news") == [source["id"]]
    assert await site.ids("/sources", publisher="Promote Ukraine") == [source["id"]]
    assert await site.ids("/sources", publisher="promote ukraine") == []
    assert await site.ids("/sources", origin=source["id"]) == []
    assert await site.ids("/sources", proximity="primary") == []
