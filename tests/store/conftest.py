"""Stores that a test makes for itself, beside the one it is given."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from app.store.engine import Database
from app.store.migrating import migrate
from tests.postgres import Server

# Makes a store on the database that is named.
NewStore = Callable[[str], Database]


@pytest.fixture
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    """Makes stores that are migrated and hold nothing, with secrets of their own."""
    opened: list[Database] = []
    names: list[str] = []
    numbers = count(1)

    def make(kind: str) -> Database:
        url = f"sqlite:///{tmp_path / f'new-{next(numbers)}.db'}"
        if kind == "postgresql":
            names.append(next(request.getfixturevalue("fresh_names")))
            server: Server = request.getfixturevalue("server")
            url = server.create_database(names[-1])
        opened.append(Database(url))
        migrate(opened[-1])
        return opened[-1]

    yield make
    for database in opened:
        database.close()
    for name in names:
        request.getfixturevalue("server").drop_database(name)
