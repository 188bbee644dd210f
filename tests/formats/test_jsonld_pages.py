"""Pages of JSON-LD: the records in order, where the next page is, and what stands around them."""

import json
from dataclasses import replace
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from app.formats.jsonld import JsonLd, context
from app.resources import BY_NOUN
from app.resources.base import Answer
from tests.formats.documents import ABOUT, document
from tests.formats.linked import expanded, statements

OURS = "https://parley.example/vocabulary#"
SCHEMA = "https://schema.org/"
STREAMS = "https://www.w3.org/ns/activitystreams#"
ENVELOPE = {
    "next": "https://parley.example/things?cursor=x",
    "next_cursor": "x",
    "pin": {"revision": 4, "known_at": "2022-01-11", "at": None},
}


class Thing(Answer):
    id: str


def page(items: list[Any], noun: str, shape: type[BaseModel], **more: Any) -> dict[str, Any]:
    """A page of records as it is answered."""
    made = document(shape, [to_json(item) for item in items], ENVELOPE | more, noun=noun)
    found: dict[str, Any] = json.loads(JsonLd().render(made))
    return found


def test_a_page_has_its_records_in_order_with_what_stands_around_them() -> None:
    facets = {"kind": [{"value": "fact", "count": 2}]}
    included = {"participants": [{"id": "ann", "name": "Ann", "kind": "person"}]}
    items = [{"id": "b"}, {"id": "a"}]
    shape = BY_NOUN["claim"].out
    made = page(items, "claim", shape, total=9, facets=facets, included=included)
    node, ann = expanded(made)[0], "https://parley.example/participants/ann"
    assert node["@id"] == ABOUT.address
    assert node["@type"] == [f"{STREAMS}OrderedCollectionPage"]
    (listed,) = node[f"{STREAMS}items"]
    ids = [one["@id"] for one in listed["@list"]]
    assert ids == ["https://parley.example/claims/b", "https://parley.example/claims/a"]
    assert node[f"{STREAMS}next"] == [{"@id": ENVELOPE["next"]}]
    assert node[f"{STREAMS}totalItems"][0]["@value"] == 9
    assert node[f"{OURS}facets"] == [{"@type": "@json", "@value": facets}]
    assert node[f"{OURS}pin"][0][f"{OURS}revision"] == [{"@value": 4}]
    assert [one["@id"] for one in node["@included"]] == [ann]
    assert f'<{ann}> <{SCHEMA}name> "Ann" .' in statements(made)


def test_a_page_in_one_piece_is_the_page() -> None:
    items = [to_json({"id": "a"}), to_json({"id": "b"})]
    whole = document(Thing, items, ENVELOPE)
    pieces = JsonLd().stream(replace(whole, items=()), [items[:1], [], items[1:]])
    assert b"".join(pieces) == JsonLd().render(whole)


def test_every_answer_says_itself_what_its_keys_mean() -> None:
    told = page([], "thing", Thing)["@context"]
    assert told == context("https://parley.example")
    assert told["@vocab"] == told["parley"] == OURS
    assert not any(key in ("@import", "@base") for key in told)
