"""Cutting documents: the same as parsing them, and mostly without."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import from_json, to_json
from sqlalchemy import select

from app.resources import RESOURCES
from app.resources.resource import Listing
from app.resources.timeline import TIMELINE
from app.store.engine import Database
from app.store.selection import table_of
from app.web import cutting
from app.web.cutting import cut
from tests.http import load_seed

LISTINGS = (*RESOURCES, TIMELINE)
SEED = 11


class Link(BaseModel):
    id: str
    title: str


class Shape(BaseModel):
    id: str
    link: Link | None
    texts: list[str]
    kind: str
    title: str
    last: int


RECORD: dict[str, Any] = {
    "id": "x",
    "link": {"id": "y", "title": 'a","kind":"b'},
    "texts": ['","title":"no', '{"last":1}', "\\", '\\","last":', ""],
    "kind": '"',
    "title": ',"last":7}',
    "last": 3,
}


@pytest.fixture(autouse=True)
def _nothing_is_learnt() -> Iterator[None]:
    before = dict(cutting._orders)
    cutting._orders.clear()
    yield
    cutting._orders.update(before)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The documents that were parsed."""
    seen: list[bytes] = []

    def note(document: bytes) -> Any:
        seen.append(document)
        return from_json(document)

    monkeypatch.setattr(cutting, "from_json", note)
    return seen


@pytest.fixture
def seeded(sqlite_store: Database) -> Database:
    load_seed(sqlite_store)
    return sqlite_store


def wanted(document: bytes, fields: tuple[str, ...]) -> bytes:
    return to_json({name: one for name, one in from_json(document).items() if name in fields})


def subsets(names: list[str], number: int) -> Iterator[tuple[str, ...]]:
    choose = random.Random(SEED)
    for _ in range(number):
        yield tuple(choose.sample(names, choose.randint(1, len(names))))


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.noun)
def test_documents_are_cut_as_if_they_were_parsed(seeded: Database, listing: Listing) -> None:
    with seeded.read() as connection:
        found = connection.execute(select(table_of(listing).c.document)).scalars()
        documents = [document.encode() for document in found]
    assert documents
    for fields in subsets(sorted(from_json(documents[0])), 60):
        for document in documents:
            assert cut(document, fields, listing.out) == wanted(document, fields), fields


def test_most_documents_are_not_parsed(seeded: Database, parsed: list[bytes]) -> None:
    claims = next(one for one in RESOURCES if one.noun == "claim")
    with seeded.read() as connection:
        found = list(connection.execute(select(table_of(claims).c.document)).scalars())
    for document in found:
        cut(document.encode(), ("id", "on", "text", "claimant"), claims.out)
    assert len(found) > 5
    assert parsed == [found[0].encode()]


def test_texts_that_look_like_fields_are_none(parsed: list[bytes]) -> None:
    document = to_json(RECORD)
    for fields in subsets(list(RECORD), 200):
        assert cut(document, fields, Shape) == wanted(document, fields), fields
    del parsed[:]
    assert from_json(cut(document, ("kind", "last"), Shape)) == {"kind": '"', "last": 3}
    assert parsed == []


def test_a_field_behind_one_that_has_its_name_inside_is_found_by_parsing(
    parsed: list[bytes],
) -> None:
    record = {"id": "x", "link": RECORD["link"], "title": "t"}
    shape: Any = type(
        "Odd", (BaseModel,), {"__annotations__": {"id": str, "link": Link | None, "title": str}}
    )
    document = to_json(record)
    assert from_json(cut(document, ("title",), shape)) == {"title": "t"}
    assert from_json(cut(document, ("id",), shape)) == {"id": "x"}
    del parsed[:]
    cut(document, ("id",), shape)
    assert parsed == []
    cut(document, ("link",), shape)
    assert parsed == [document]


def test_documents_with_other_fields_or_in_another_order_are_parsed() -> None:
    cut(to_json(RECORD), ("id",), Shape)
    less = to_json({name: RECORD[name] for name in RECORD if name != "kind"})
    turned = to_json(dict(reversed(RECORD.items())))
    for document in (less, turned):
        for fields in subsets(list(RECORD), 60):
            assert cut(document, fields, Shape) == wanted(document, fields), fields
