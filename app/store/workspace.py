"""An editor's transaction: what is on record, which version a change is meant for, and writing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.errors import PreconditionFailed
from app.resources import BY_NOUN
from app.resources.evidence import RecordContent
from app.resources.resource import Address, Resource
from app.store.contents import Stored, linked_from, live, owned_by, stored
from app.store.reader import Snapshot
from app.store.tables import IDENTITY
from app.store.writer import Author, Writer


@dataclass(frozen=True, slots=True)
class Workspace:
    """One transaction, on behalf of one author. Use it inside ``Database.write``."""

    connection: Connection
    author: Author

    @property
    def look(self) -> Snapshot:
        """The store as this transaction sees it, with what it wrote."""
        return Snapshot(self.connection)

    def stored(self, addresses: Iterable[Address]) -> dict[Address, Stored]:
        """The newest version of each of the records that was ever recorded."""
        return stored(self.connection, addresses)

    def current(
        self, resource: Resource[Any], identifier: str, expected: Collection[int] | None = None
    ) -> Stored:
        """A record as it is now.

        ``expected`` are the versions that a change is meant for; None where it is for any. Raises
        RecordNotFound, Retracted, Merged and PreconditionFailed.
        """
        address = (resource.noun, identifier)
        found = self.stored([address]).get(address)
        if found is None or not found.live:
            self.look.refuse(resource, identifier, self.look.pin(None, None))
        if expected is not None and found.version not in expected:
            words = f"The {resource.noun} is in version {found.version}."
            raise PreconditionFailed(words, f"/{resource.plural}/{identifier}")
        return found

    def free(self, resource: Resource[Any], name: str) -> str:
        """An id that was never given out: the name, or the name with the next number behind it."""
        taken = select(IDENTITY.c.id).where(
            IDENTITY.c.noun == resource.noun,
            IDENTITY.c.id >= name,
            IDENTITY.c.id < name + "-\x7f",
        )
        ids = set(self.connection.execute(taken).scalars())
        found, number = name, 1
        while found in ids:
            number += 1
            found = f"{name}-{number}"
        return found

    def records_on(self, negotiation: str, issues: Collection[str]) -> int:
        """How many records of a negotiation name one of these issues."""
        contents = (one.content for one in owned_by(self.connection, negotiation).values())
        return sum(1 for content in contents if not set(issues).isdisjoint(_issues_in(content)))

    def linking_to(self, address: Address) -> dict[Address, Stored]:
        """The records that link to this one now, in any role."""
        return linked_from(self.connection, [address])

    def write(
        self,
        revised: Mapping[Address, RecordContent],
        retracted: Iterable[Address] = (),
        merged: Mapping[Address, str] | None = None,
    ) -> int:
        """Write a change under one new revision and give its number. ``merged`` says to which ids
        those of retracted records lead on. Raises Conflict.
        """
        writer = Writer(self.connection, self.author, merged=dict(merged or {}))
        for address, content in revised.items():
            writer.revise(BY_NOUN[address[0]], content)
        for noun, identifier in retracted:
            writer.retract(BY_NOUN[noun], identifier)
        return writer.commit()

    def live(self, addresses: Iterable[Address]) -> set[Address]:
        """Those of the addresses at which there is a record now."""
        return live(self.connection, addresses)


def _issues_in(content: Any) -> list[str]:
    one = getattr(content, "issue", None)
    named = getattr(content, "issues", [])
    many = [issue for issue in named if isinstance(issue, str)]
    return [*many, one] if one else many
