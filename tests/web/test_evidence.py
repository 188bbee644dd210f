"""Every quote in every answer stands where the answer says that it stands."""

from collections.abc import Iterator

from app.resources.entries import shortened
from app.resources.texts import normalize
from tests.http import LISTS, NOUNS, Json, Site


def quotes_in(value: object) -> Iterator[Json]:
    """Every quote in an answer, however deep."""
    if isinstance(value, dict):
        if "exact" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from quotes_in(inner)


async def addresses(site: Site) -> list[str]:
    """Every list, and every record of every noun."""
    found = [*LISTS]
    for noun in NOUNS:
        found += [f"/{noun}/{identifier}" for identifier in await site.ids(f"/{noun}")]
    return found


async def test_every_quote_in_every_answer_stands_at_its_place_in_the_article(
    site: Site, article: str
) -> None:
    text = normalize(article)
    seen = 0
    for address in await addresses(site):
        for quote in quotes_in(await site.get(address)):
            assert text[quote["start"] : quote["end"]] == quote["exact"], address
            assert quote["source"]["id"] == "promote-ukraine-geneva-talks"
            assert quote["verification"] in ("verified", "verified_multiple")
            assert quote["known_from"] == "2022-01-12"
            seen += 1
    assert seen > 100


async def test_every_claim_demand_and_meeting_shows_the_words_it_rests_on(site: Site) -> None:
    for noun in ("claims", "demands", "meetings"):
        for record in await site.items(f"/{noun}"):
            assert list(quotes_in(record)), record["id"]


async def test_every_link_in_every_answer_leads_to_the_record_that_it_names(site: Site) -> None:
    labels: dict[str, set[str]] = {}
    for address in await addresses(site):
        for link in links_in(await site.get(address)):
            labels.setdefault(link["href"], set()).add(link.get("name") or link["title"])
    assert len(labels) > 15
    for href, names in labels.items():
        record = await site.get(href)
        assert href.endswith(f"/{record['id']}")
        label = record.get("name") or record.get("title") or shortened(record["text"])
        assert names == {label}, href


def links_in(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        if "href" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from links_in(inner)
