"""A store from before the views has them after its migration, as if it had always had them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Table, select, text

from app.resources import RESOURCES
from app.resources.demands import DEMANDS
from app.resources.wording import Words
from app.store.checks.words import check_words
from app.store.engine import Database
from app.store.migrating import configuration, migrate
from app.store.searching import matching
from app.store.selection import table_of
from app.store.tables import CHANGE, IDENTITY, INVOLVED, MOMENT, QUOTE, VERSION
from tests.made_up import claim, demand, meeting, notice, quotes, setting, source, write

TABLES = [MOMENT, INVOLVED, CHANGE, IDENTITY, VERSION, QUOTE, *map(table_of, RESOURCES)]
SEARCHED = ["pier", "anna", "harbour", "words", "held"]


@pytest.fixture
def history(database: Database) -> Database:
    """Some revisions: added, corrected, retracted, known bit by bit, and with reports apart."""
    answers = [
        {"by": "northland", "stance": "rejects", **quotes("b")},
        {"by": "northland", "stance": "accepts", "reported_by": "boris", **quotes("d")},
    ]
    write(
        database,
        *setting(),
        source("copy", "2022-01-04", origin="b", publisher="Copy House"),
        claim("c1", "a", text="The pier is open"),
        claim("c2", "b copy"),
        demand("d1", responses=answers, withdrawn=quotes("e")),
        meeting(
            "m1",
            notice("held", "b", duration={"more_than": "PT7H"}),
            notice("held", "d", duration={"at_most": "PT2H"}),
        ),
    )
    write(database, claim("c1", "a c", text="The pier is shut"))
    write(database, retract=[("claim", "c2")])
    return database


def rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
    return [{name: _plain(name, value) for name, value in row.items()} for row in found]


def _plain(name: str, value: Any) -> Any:
    # The order of the fields in a document is none of its facts.
    return json.loads(value) if name == "document" else value


def state(database: Database) -> Iterator[Any]:
    with database.read() as connection:
        for table in TABLES:
            told = rows(connection, table)
            # Numbers only name rows in the full-text index.
            yield table.name, [{k: v for k, v in row.items() if k != "number"} for row in told]
        for table in (VERSION, MOMENT, QUOTE):
            for word in SEARCHED:
                hits = select(table.c.id).where(matching(table, Words(((word,),))))
                yield word, sorted(connection.execute(hits).scalars())


def go_back(database: Database) -> None:
    """Bring the store to what the release before wrote."""
    config = configuration()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        for resource in RESOURCES:
            table = table_of(resource)
            held = connection.execute(text(f"SELECT key, document FROM {table.name}")).all()
            for key, document in held:
                older = json.loads(document)
                older.pop("disagreement", None)
                change = text(f"UPDATE {table.name} SET document = :new WHERE key = :key")
                connection.execute(change, {"new": json.dumps(older), "key": key})


def test_an_older_store_is_brought_up_to_what_a_new_one_would_hold(history: Database) -> None:
    before = list(state(history))
    go_back(history)
    migrate(history)
    after = list(state(history))
    for (name, was), (_, now) in zip(before, after, strict=True):
        assert now == was, name


@pytest.mark.parametrize("schema", ["0002", "0005"])
def test_words_of_an_older_store_are_found_again_and_in_their_places(
    history: Database, schema: str
) -> None:
    before = list(state(history))
    config = configuration()
    with history.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, schema)
    migrate(history)
    with history.read() as connection:
        assert list(check_words(connection, lambda *_: None)) == []
    assert list(state(history)) == before


def test_the_positions_of_an_older_store_are_there(history: Database) -> None:
    go_back(history)
    migrate(history)
    table = table_of(DEMANDS)
    with history.read() as connection:
        held = connection.execute(select(table.c.position_cells, table.c.unanswered)).all()
    assert [one.unanswered for one in held][-1] == 0
    assert all("northland" in one.position_cells for one in held)
