"""The strategy: every test has a store of its own, on each of the two databases.

Nothing is mocked and nothing is cleaned up: a test that writes may leave what it likes behind.

- SQLite: one file is migrated for the whole run, and each test works on a copy of it in
  ``tmp_path``.
- PostgreSQL: each worker of pytest-xdist starts a server of its own (``tests/postgres.py``),
  migrates one database, and gives each test a copy, which PostgreSQL makes from the template.
  Where there is no PostgreSQL these tests are skipped; with ``CI`` set they fail instead.

A test that takes ``database`` runs twice, once on each. A test that takes ``both`` has the two
side by side, to compare their answers; the key that seals cursors is the same in all of them, so
that answers are equal to the byte. Whatever needs the article skips where the article is absent
and fails there with ``CI`` set: its text is not in this repository.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import update

from app.resources.texts import decode
from app.store.engine import Database
from app.store.migrating import migrate
from app.store.tables import SECRET
from tests.needs import missing
from tests.postgres import Server, require_binaries

CURSOR_KEY = "0123456789abcdef" * 4
ARTICLE = Path(__file__).resolve().parents[2] / "shared" / "article" / "article.txt"
DATABASES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    # pytest-alembic 0.13 would put its checks under this very file, which fails with pytest 9.2:
    # tests/store/test_migrations.py names them instead.
    config.option.pytest_alembic_tests_path = "nowhere"
    # An example takes as long as a busy machine lets it.
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, with databases that live as long as the run."""
    with Server(require_binaries()) as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "parley.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(server: Server) -> str:
    """The name of a migrated database to copy."""
    name = "template"
    _prepare(server.create_database(name))
    return name


@pytest.fixture(scope="session")
def fresh_names() -> Iterator[str]:
    """Names that no database of the server has yet."""
    return (f"test_{number}" for number in count(1))


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated store in a SQLite file."""
    path = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, path)
    yield from _opened(f"sqlite:///{path}")


@pytest.fixture
def postgresql_database(
    server: Server, postgresql_template: str, fresh_names: Iterator[str]
) -> Iterator[Database]:
    """A migrated store in PostgreSQL."""
    name = next(fresh_names)
    yield from _opened(server.create_database(name, postgresql_template))
    server.drop_database(name)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated store without any record; the test runs on each of the databases."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened


@pytest.fixture
def both(sqlite_database: Database, postgresql_database: Database) -> tuple[Database, Database]:
    """Two migrated stores without any record: SQLite, PostgreSQL."""
    return sqlite_database, postgresql_database


@pytest.fixture(params=DATABASES)
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A store in which nothing is yet, not even a table; the test runs on each database."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'parley.db'}")
        return
    server: Server = request.getfixturevalue("server")
    name = next(request.getfixturevalue("fresh_names"))
    yield from _opened(server.create_database(name))
    server.drop_database(name)


@pytest.fixture(scope="session")
def article() -> str:
    """The text of the article that the seed was made from, as its file has it."""
    if not ARTICLE.exists():
        missing(f"the article is not there: {ARTICLE}")
    return decode(ARTICLE.read_bytes())


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def _prepare(url: str) -> None:
    database = Database(url)
    migrate(database)
    with database.write() as connection:
        row = SECRET.c.name == "cursor_key"
        connection.execute(update(SECRET).where(row).values(value=CURSOR_KEY))
    database.close()
