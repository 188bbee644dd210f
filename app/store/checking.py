"""Checking: proves references, versions and the audit whole, and names each thing that is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select, text

from app.store.checks.documents import check_documents
from app.store.checks.finding import Check, Finding
from app.store.checks.identities import check_chains, check_identities
from app.store.checks.references import check_links, check_references
from app.store.checks.renditions import check_renditions
from app.store.checks.revisions import check_audit, check_revisions
from app.store.checks.spine import check_spine
from app.store.checks.tallies import check_tallies
from app.store.checks.versions import check_versions
from app.store.checks.words import check_words
from app.store.engine import Database
from app.store.tables import IDENTITY, REVISION, VERSION
from app.store.telling import Tell, quiet


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was checked: ids that were given out, rows of versions, revisions."""

    records: int
    versions: int
    revisions: int


def check(database: Database, found: Callable[[Finding], None], tell: Tell = quiet) -> Checked:
    """Check all that is stored, at one moment, and hand over what is wrong as it is found.

    Nothing is changed, and others may write meanwhile. A store that is whole has no findings.
    Raises Unavailable.
    """
    with database.read() as connection:
        for one in CHECKS:
            for finding in one(connection, tell):
                found(finding)
        return Checked(*(_count(connection, table) for table in (IDENTITY, VERSION, REVISION)))


def _check_file(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """What SQLite itself says of its file; PostgreSQL has checksums of its own."""
    if connection.dialect.name == "sqlite":
        for line in connection.execute(text("PRAGMA integrity_check")).scalars():
            if line != "ok":
                yield Finding("the file", line)
    tell("the file", 1, 1)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


CHECKS: tuple[Check, ...] = (
    _check_file,
    check_references,
    check_revisions,
    check_audit,
    check_versions,
    check_spine,
    check_links,
    check_identities,
    check_chains,
    check_documents,
    check_renditions,
    check_tallies,
    check_words,
)
