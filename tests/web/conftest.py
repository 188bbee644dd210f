"""The service over the seed, for the tests in this folder."""

from tests.http import (
    both_sites,
    own_site,
    postgresql_store,
    read_only_postgresql_store,
    seeded_postgresql,
    seeded_sqlite,
    shared_postgresql,
    site,
    sqlite_store,
)
from tests.web.answered import answers, postgresql_answers, sqlite_answers

__all__ = [
    "answers",
    "both_sites",
    "own_site",
    "postgresql_answers",
    "postgresql_store",
    "read_only_postgresql_store",
    "seeded_postgresql",
    "seeded_sqlite",
    "shared_postgresql",
    "site",
    "sqlite_answers",
    "sqlite_store",
]
