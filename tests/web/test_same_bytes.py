"""SQLite and PostgreSQL answer the same bytes: status, headers and body."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.http import ADDRESS, KNOWN, NOUNS, PUBLIC_URL, RECORDS, Site
from tests.web.queries import QUERIES, filters_of, sorts_of, values_of

Parameters = dict[str, list[str]]

PINS: list[Parameters] = [
    {},
    {"known_at": ["2022-01-11"]},
    {"known_at": ["2022-01-12"]},
    {"as_of": ["1"]},
    {"as_of": ["0"]},
    {"as_of": ["2022-01-12T00:00:00Z"], "known_at": ["today"]},
    {"as_of": ["2"]},
]
LIMITS = ["1", "2", "3", "7", "200", "0", "201"]
OTHERS = [
    "/",
    "/healthz",
    "/readyz",
    "/problems",
    "/problems/invalid-cursor",
    "/openapi.json",
    "/nothing",
    *(f"{address}?known_at=2022-01-09" for address in RECORDS),
    *(f"{address}?as_of=0" for address in RECORDS),
    *(f"/{noun}/no-such-record" for noun in NOUNS),
    "/meetings/upcoming",
    *(f"/meetings/upcoming?at=2022-01-{day}&limit=1" for day in range(10, 15)),
    "/meetings/upcoming?until=2022-01-12&known_at=2022-01-12",
    "/meetings/upcoming?at=today",
]


def requests(noun: str) -> Iterator[str]:
    """Filters, days, pins, orders and limits of a noun; each request takes the next of each."""
    model = QUERIES[noun]
    choices: list[Parameters] = [{}, {"id": [KNOWN[noun], "no-such-record"]}]
    choices += [{name: values} for name in filters_of(model) for values in values_of(model, name)]
    if "from_" in model.model_fields:
        choices += [{"from": ["2022-01-11"]}, {"until": ["2022-01-12"], "from": ["2022-01-12"]}]
    sorts = sorts_of(model)
    for number, choice in enumerate(choices * 3):
        drawn = {"sort": [sorts[number % len(sorts)]], "limit": [LIMITS[number % len(LIMITS)]]}
        # Of the three rounds, one is without a pin: most pins show nothing.
        pin = PINS[number % len(PINS)] if number >= len(choices) else {}
        yield f"/{noun}?{urlencode(choice | drawn | pin, doseq=True)}"


@pytest.mark.parametrize("noun", NOUNS)
async def test_both_databases_answer_every_question_with_the_same_bytes(
    both_sites: tuple[Site, Site], noun: str
) -> None:
    asked = list(requests(noun))
    good = 0
    for address in asked:
        good += await compare(both_sites, address)
    assert len(asked) > 40
    assert good > len(asked) / 2


async def test_both_databases_answer_everything_else_with_the_same_bytes(
    both_sites: tuple[Site, Site],
) -> None:
    for address in OTHERS:
        await compare(both_sites, address)


async def compare(sites: tuple[Site, Site], address: str) -> bool:
    """Ask both, go on to the last page, and say whether the answers were good ones."""
    link: str | None = address
    good = True
    while link is not None:
        one, other = [await site.client.get(link) for site in sites]
        assert one.status_code == other.status_code, link
        assert one.headers == other.headers, link
        assert one.content == other.content, link
        good = good and one.status_code == 200
        found = one.json() if good and "json" in one.headers["content-type"] else {}
        following = found.get("next") if isinstance(found, dict) else None
        link = following and following.replace(PUBLIC_URL, ADDRESS)
    return good
