"""A noun more, in two modules' worth of code and two lines, gets every feature of a list at once.

The first part stands for ``app/resources/toys.py``, the second for ``app/routers/toys.py``; the
fixture is the two lines, and the migration.
"""

import csv
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from enum import StrEnum
from io import StringIO
from types import SimpleNamespace
from typing import Annotated, Literal

import pytest
from fastapi import Query, Request
from pydantic import Field
from sqlalchemy import Table
from sqlmodel import SQLModel
from starlette.responses import Response

from app import main
from app.resources import BY_NOUN
from app.resources.base import Line, NamedLink, NegotiationId, ParticipantId, TitledLink, When
from app.resources.dates import EdtfDate, EdtfOut, parse_edtf
from app.resources.evidence import RecordContent, RecordOut
from app.resources.queries import DatedQuery, HistoryQuery, Many, OneOf, RecordQuery
from app.resources.resource import Derived, Resource
from app.resources.rows import Row, words
from app.store.engine import Database
from app.web import answers
from app.web.histories import HistoryPage, history
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.pages import PageOut
from tests.http import ADDRESS, LOADED, PUBLIC_URL, Site, opened
from tests.made_up import quotes, record, setting, write
from tests.web.test_conditional import statements

# --- app/resources/toys.py -----------------------------------------------------------------------


class Colour(StrEnum):
    """What colour a toy has."""

    red = "red"
    blue = "blue"


class ToyContent(RecordContent):
    """A toy as an editor writes it."""

    negotiation: NegotiationId
    title: Line
    colour: Colour
    owner: ParticipantId | None = None
    on: When | None = None


class Toy(Row, table=True):
    """One row for each stretch in which a toy read the same."""

    negotiation: str
    owner: str | None = None
    colour: str = words(Colour)


class ToyOut(RecordOut):
    """A toy that somebody brought along."""

    negotiation: TitledLink
    title: str
    colour: Colour
    owner: NamedLink | None
    on: EdtfOut | None


class ToyQuery(DatedQuery):
    """What a client may ask of the list of toys."""

    colour: list[Colour] = Field(default=[], description="Only toys of this colour.")
    owner: Many = Field(default=[], description="Only toys of this participant.")
    sort: Literal["on", "-on", "id", "-id"] = Field(default="on", description="The order.")


def _when(toy: ToyContent, _derived: Derived) -> EdtfDate | None:
    return parse_edtf(toy.on) if toy.on else None


TOYS = Resource(
    noun="toy",
    content=ToyContent,
    row=Toy,
    out=ToyOut,
    label=lambda toy: toy.title,
    when=_when,
    filters={"colour": OneOf("colour"), "owner": OneOf("owner")},
)

# --- app/routers/toys.py -------------------------------------------------------------------------

router = operations("toys")


class ToyPage(PageOut):
    """A page of toys."""

    items: list[ToyOut]


@router.get("/toys", response_model=ToyPage, summary="List toys")
def list_toys(request: Request, query: Annotated[ToyQuery, Query()]) -> Response:
    """Toys that were brought along."""
    return answers.page(request, TOYS, query)


@router.get("/toys/{id}", response_model=ToyOut, summary="Get one toy")
def get_toy(request: Request, id: RecordId, query: Annotated[RecordQuery, Query()]) -> Response:
    """One toy."""
    return answers.one(request, TOYS, id, query)


@router.get("/toys/{id}/history", response_model=HistoryPage, summary="List the versions")
def get_toy_history(
    request: Request, id: RecordId, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Every version of one toy."""
    return history(request, TOYS, id, query)


# --- the tests -----------------------------------------------------------------------------------

TABLE: Table = Toy.__table__  # type: ignore[attr-defined]
# No migration of the service makes this table, so its metadata must not name it.
SQLModel.metadata.remove(TABLE)


@pytest.fixture(autouse=True)
def two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The noun in ``app/resources/__init__.py``, the router in ``main.py``."""
    monkeypatch.setitem(BY_NOUN, "toy", TOYS)
    monkeypatch.setattr(main, "ROUTERS", (*main.ROUTERS, SimpleNamespace(router=router)))


@pytest.fixture
async def toys(database: Database) -> AsyncIterator[Site]:
    """The service over five toys, one of which was revised; the test runs on each database."""
    with database.write() as connection:
        TABLE.create(connection)
    write(database, *setting(), now=LOADED)
    colours = ["red", "blue", "red", "blue", "red"]
    made = [
        record(
            "toy",
            id=f"t{number}",
            negotiation="harbour-talks",
            title=f"=Toy {number}",
            colour=colour,
            owner=["anna", "boris"][number % 2],
            on=f"2022-01-0{number + 1}",
            **quotes("a" if number < 3 else "c"),
        )
        for number, colour in enumerate(colours)
    ]
    write(database, *made, now=LOADED + timedelta(minutes=1))
    changed = made[0].model_copy(update={"title": "Bear"}, deep=True)
    write(database, changed, reason="renamed", now=LOADED + timedelta(minutes=2))
    async with opened(database) as running:
        yield running


async def test_a_new_noun_is_paged_filtered_sorted_and_dated(toys: Site) -> None:
    assert await toys.ids("/toys") == ["t0", "t1", "t2", "t3", "t4"]
    assert await toys.ids("/toys", sort="-id", limit=2) == ["t4", "t3"]
    assert await toys.ids("/toys", colour="blue", owner=["anna", "boris"]) == ["t1", "t3"]
    assert await toys.ids("/toys", **{"from": "2022-01-02", "until": "2022-01-03"}) == ["t1", "t2"]
    assert await toys.ids("/toys", id=["t4", "t1"]) == ["t1", "t4"]
    page = await toys.get("/toys", limit=2)
    following = await toys.client.get(page["next"].replace(PUBLIC_URL, ADDRESS))
    assert [item["id"] for item in following.json()["items"]] == ["t2", "t3"]
    problem = await toys.problem("/toys", 422, color="red")
    assert "the nearest is 'colour'" in problem["errors"][0]["message"]


async def test_a_new_noun_travels_in_time(toys: Site) -> None:
    assert await toys.ids("/toys", known_at="2022-01-05") == ["t0", "t1", "t2"]
    assert await toys.ids("/toys", as_of="1") == []
    assert (await toys.get("/toys/t0", as_of="2"))["title"] == "=Toy 0"
    assert (await toys.get("/toys/t0"))["title"] == "Bear"
    assert await toys.ids("/toys", changed_since="2") == ["t0"]
    problem = await toys.problem("/toys/t3", 404, known_at="2022-01-05")
    assert problem["type"].endswith("/not-yet-known")
    items = (await toys.get("/toys/t0/history"))["items"]
    assert [(item["version"], item["reason"]) for item in items] == [
        (2, "renamed"),
        (1, "made up"),
    ]


async def test_a_new_noun_has_fields_included_records_and_a_total(toys: Site) -> None:
    page = await toys.get("/toys", fields="id,owner", include="owner,source", count="true", limit=1)
    assert list(page["items"][0]) == ["id", "owner"]
    assert page["total"] == 5
    assert {name: len(found) for name, found in page["included"].items()} == {
        "participants": 1,
        "sources": 1,
    }


async def test_a_new_noun_comes_in_every_format(toys: Site) -> None:
    items = await toys.items("/toys")
    lines = await toys.client.get("/toys", headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.text.splitlines()] == items
    table = await toys.client.get("/toys?format=csv")
    rows = list(csv.DictReader(StringIO(table.text, newline="")))
    assert [row["id"] for row in rows] == [item["id"] for item in items]
    assert rows[1]["title"] == "'=Toy 1"
    assert rows[1]["owner_name"] == "Boris Lund"


async def test_a_new_noun_is_cached_and_asked_for_conditionally(toys: Site) -> None:
    for path in ("/toys", "/toys/t1", "/toys/t1/history"):
        held = (await toys.client.get(path)).headers["etag"]
        again = await toys.client.get(path, headers={"If-None-Match": held})
        assert again.status_code == 304
        answer = await toys.client.options(path)
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_a_new_noun_takes_one_statement_whatever_the_page(toys: Site) -> None:
    counts = set()
    for limit in (1, 5, 200):
        with statements(toys) as asked:
            await toys.get("/toys", limit=limit)
        counts.add(len([one for one in asked if "FROM toy" in one]))
    assert counts == {1}


async def test_the_quotes_of_a_new_noun_are_quotes_like_others(toys: Site) -> None:
    quoted = await toys.client.get("/quotes?format=ndjson&source=a")
    found = [json.loads(line)["record"] for line in quoted.text.splitlines()]
    assert {one["href"] for one in found} == {"/toys/t0", "/toys/t1", "/toys/t2"}


async def test_a_new_noun_is_in_the_document_of_the_api(toys: Site) -> None:
    paths = toys.app.openapi()["paths"]
    assert {"/toys", "/toys/{id}", "/toys/{id}/history"} <= set(paths)
    names = {parameter["name"] for parameter in paths["/toys"]["get"]["parameters"]}
    assert {"colour", "owner", "fields", "include", "count", "format", "as_of"} <= names
