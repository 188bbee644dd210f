"""The base of an export: a name for the facts that it was made of, and when they were here.

The name is a digest of the records that belong to the negotiation, so it is the same in every
store that holds these facts, whatever numbers their revisions have there. Records that several
negotiations share have no part in it: they are compared one by one when a dossier is loaded.
"""

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy import Connection, select

from app.resources.resource import Address
from app.store.history import OPEN
from app.store.tables import VERSION

CHUNK = 1000

# The digests of facts, by revision and record.
Spans = dict[int, dict[Address, bytes]]


def base_of(texts: Mapping[Address, str]) -> str:
    """The name of some facts, given the canonical text of each record."""
    return _named({address: _digest(text) for address, text in texts.items()})


def revision_of(connection: Connection, negotiation: str, base: str) -> int | None:
    """The newest revision at which a negotiation had just these facts; None if it never had."""
    begun, ended = _spans(connection, negotiation)
    facts = ended.pop(OPEN, {})
    # From now on backwards: exports that come back are seldom old.
    for revision in sorted(begun.keys() | ended.keys(), reverse=True):
        if _named(facts) == base:
            return revision
        for address in begun.get(revision, ()):
            del facts[address]
        facts |= ended.get(revision, {})
    return None


def _spans(connection: Connection, negotiation: str) -> tuple[Spans, Spans]:
    """The facts that began to be on record with each revision, and those that ended with it;
    those that are on record now end with OPEN.
    """
    rows = select(VERSION).where(
        VERSION.c.negotiation == negotiation, VERSION.c.known_until.is_(None)
    )
    begun: Spans = {}
    ended: Spans = {}
    for row in connection.execute(rows.execution_options(yield_per=CHUNK)):
        digest = _digest(row.content)
        begun.setdefault(row.recorded_from, {})[row.noun, row.id] = digest
        until = OPEN if row.recorded_until is None else row.recorded_until
        ended.setdefault(until, {})[row.noun, row.id] = digest
    return begun, ended


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _named(digests: Mapping[Address, bytes]) -> str:
    found = sha256()
    for (noun, identifier), digest in sorted(digests.items()):
        found.update(f"{noun}/{identifier}\n".encode() + digest)
    return f"sha256-{found.hexdigest()}"
