"""The whole seed as linked data: every value of every record is found again, and reaches RDF."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic_core import to_json

from app.formats.jsonld import JsonLd
from app.resources import BY_NOUN, RESOURCES
from app.resources.quotes import QUOTES
from app.resources.resource import Listing
from app.resources.timeline import TIMELINE
from tests.formats.documents import document
from tests.formats.linked import count_of, expanded, flattened, pairs, statements
from tests.http import PUBLIC_URL, Site
from tests.resources.test_terms import iris_of

OURS = f"{PUBLIC_URL}/vocabulary#"
OA = "http://www.w3.org/ns/oa#"
LISTS: list[tuple[str, Listing]] = [
    *((f"/{resource.plural}", resource) for resource in RESOURCES),
    ("/quotes", QUOTES),
    ("/timeline", TIMELINE),
]
LINK = ("id", "href")
ENVELOPE = {"next": None, "next_cursor": None, "pin": {"revision": 1}}


def printed(listing: Listing, items: list[Any], envelope: Any = None) -> Any:
    """Items as they are answered in JSON-LD: a page, or without an envelope the only one."""
    texts = [to_json(item) for item in items]
    return json.loads(JsonLd().render(document(listing.out, texts, envelope, noun=listing.noun)))


@pytest.mark.parametrize(("path", "listing"), LISTS, ids=[path for path, _ in LISTS])
async def test_every_value_of_every_record_is_found_again(
    site: Site, path: str, listing: Listing
) -> None:
    items = await site.items(path, limit=200)
    assert items
    for item in items:
        told = list(pairs(expanded(printed(listing, [item])), "@id"))
        held = list(leaves(item))
        for name, value in held:
            terms = iris_of(name, OURS)
            assert any(
                same(value, said) and (term in terms or "@id" in terms) for term, said in told
            ), (name, value)
        # As often as it stands there; the id and the address of a link are one address.
        counted = Counter((type(value), value) for name, value in held if name not in LINK)
        for (_, value), often in counted.items():
            assert sum(same(value, said) for _, said in told) >= often, value


@pytest.mark.parametrize(("path", "listing"), LISTS, ids=[path for path, _ in LISTS])
async def test_every_statement_of_a_page_reaches_rdf(
    site: Site, path: str, listing: Listing
) -> None:
    made = printed(listing, await site.items(path, limit=200), ENVELOPE)
    assert len(statements(made)) == count_of(flattened(made)) > 20


async def test_a_quote_is_the_same_node_as_the_evidence_of_its_record(site: Site) -> None:
    (quote, *_) = await site.items("/quotes", record="sherman-no-direct-response")
    claim = await site.get("/claims/sherman-no-direct-response")
    listed = expanded(printed(QUOTES, [quote]))[0]
    (held,) = [
        node
        for node in flattened(printed(BY_NOUN["claim"], [claim]))
        if node["@id"] == listed["@id"] and f"{OA}hasTarget" in node
    ]
    assert held["@type"] == listed["@type"] == [f"{OURS}Quote", f"{OA}Annotation"]
    assert held[f"{OA}hasBody"][0]["@id"] == listed[f"{OA}hasBody"][0]["@id"]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a record that is not null, with the name of its field."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from leaves(one, inner)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, name)
    elif value is not None:
        yield name, value


def same(value: Any, said: Any) -> bool:
    """Whether it is said: as it is, or at the end of an address."""
    if type(value) is type(said) and value == said:
        return True
    return isinstance(value, str) and isinstance(said, str) and said.endswith(value)
