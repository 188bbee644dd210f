"""Which records a change makes read differently, and what they see of each other.

A new title stands in the links to its record, a new publication day moves what is known when,
what a source turns out to reprint is no second voice, and a demand that replaces another one ends
it. Records touched like that get new rows under their old version number, so that an answer
pinned to an earlier revision never changes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from app.resources import BY_NOUN
from app.resources.base import NEVER
from app.resources.evidence import RecordContent
from app.resources.knowledge import annotate
from app.resources.rendering import Stamp, addresses_of, pointers_from
from app.resources.resource import Address, Face, Pointer
from app.store.contents import Stored, faces_with_origins, linked_from, stored


@dataclass(frozen=True, slots=True)
class Draft:
    """A record to be rendered. ``changed`` says that its own facts are new."""

    content: RecordContent
    stamp: Stamp
    changed: bool


class Drafting(ABC):
    """The records to render for one revision, and the faces of all that they link to, whatever
    it is that knows the other records.
    """

    def __init__(
        self, revision: int, before: Mapping[Address, Stored], retracted: set[Address]
    ) -> None:
        self.revision = revision
        self.before = before
        self.retracted = retracted
        self.drafted: dict[Address, Draft] = {}
        self.faces: dict[Address, Face] = {}

    def begin(self, revised: Mapping[Address, RecordContent]) -> None:
        """Draft the changed records."""
        for address, content in revised.items():
            old = self.before.get(address)
            stamp = Stamp(old.version + 1 if old else 1, self.revision)
            self.drafted[address] = Draft(content, stamp, changed=True)
        self._meet(revised.values(), set(revised))

    def spread(self) -> None:
        """Draft every other record that reads differently now.

        Two rounds are enough: the day of a record depends on its sources alone, and the day of a
        source on nothing else.
        """
        sources = [address for address in self.drafted if address[0] == "source"]
        before = {address: self.faces[address] for address in sources}
        moved = self._settle(sources)
        traced = {one for one in moved if _traced(before[one]) != _traced(self.faces[one])}
        self._draft_linked_to(moved | self._reprints_of(traced))
        others = [address for address in self.drafted if address[0] != "source"]
        moved = self._settle(others)
        self._draft_linked_to(moved)
        self._draft_pointed_at(others)

    def pointers(self) -> dict[Address, tuple[Pointer, ...]]:
        """What points at each drafted record, ordered, from drafts and from stored records."""
        targets = {address for address in self.drafted if BY_NOUN[address[0]].pointers}
        roles = sorted({role for noun, _ in targets for role in BY_NOUN[noun].pointers})
        pointing = {
            address: found.content
            for address, found in self._linked_from(targets, roles).items()
            if address not in self.drafted and address not in self.retracted
        }
        self._meet(pointing.values(), set(pointing))
        pointing |= {address: draft.content for address, draft in self.drafted.items()}
        found: dict[Address, list[Pointer]] = {}
        for address, content in pointing.items():
            # Most records point at nothing; it costs much to find out what they are known from.
            if not any(points(role, target) for role, target in addresses_of(content)):
                continue
            own = self.faces[address]
            for target, pointer in pointers_from(address[0], content, own, self.faces):
                if target in targets and points(pointer.role, target):
                    found.setdefault(target, []).append(pointer)
        return {target: _each_once(some) for target, some in found.items()}

    def _meet(self, contents: Iterable[RecordContent], others: set[Address]) -> None:
        """Load the faces of all that these records link to, and of what that reprints. What is
        new has no day yet.
        """
        linked = {address for content in contents for _, address in addresses_of(content)}
        unmet = (linked | others) - set(self.faces)
        new = dict.fromkeys(unmet, Face("", NEVER))
        # Faces that were settled already are newer than those that are stored.
        self.faces = new | self._faces_of(unmet) | self.faces

    @abstractmethod
    def _faces_of(self, addresses: set[Address]) -> dict[Address, Face]:
        """The faces of records that are there, and of all that they reprint."""

    @abstractmethod
    def _linked_from(
        self, targets: set[Address], roles: Sequence[str] = ()
    ) -> Mapping[Address, Stored]:
        """The records that are there and link to one of these, in one of the roles if any."""

    @abstractmethod
    def _stored(self, addresses: set[Address]) -> Mapping[Address, Stored]:
        """The records that are or were there."""

    def _settle(self, addresses: list[Address]) -> set[Address]:
        """Work out the faces of drafted records; give those that are new or have changed."""
        changed: set[Address] = set()
        for address in addresses:
            resource, content = BY_NOUN[address[0]], self.drafted[address].content
            face = resource.face(content, self._known_from(address, content))
            if face != self.faces[address]:
                self.faces[address] = face
                changed.add(address)
        return changed

    def _known_from(self, address: Address, content: RecordContent) -> date:
        dated_by = BY_NOUN[address[0]].dated_by
        return annotate(content, self.faces, dated_by(content) if dated_by else None)

    def _reprints_of(self, sources: set[Address]) -> set[Address]:
        """The stored sources that reprint one of these, or one of their reprints, and so on."""
        found: set[Address] = set()
        fresh = sources
        while fresh:
            fresh = set(self._linked_from(fresh, ["origin"])) - found - sources
            found |= fresh
        return found

    def _draft_linked_to(self, changed: set[Address]) -> None:
        self.draft_stored(self._linked_from(changed))

    def _draft_pointed_at(self, touched: Iterable[Address]) -> None:
        """Draft what changed records point at now, or did before; it may show them, and since
        when. A changed source can move a relation and leave the record that it stands in.
        """
        contents = [self.drafted[address].content for address in touched]
        contents += [old.content for old in self.before.values()]
        targets = {
            address
            for content in contents
            for role, address in addresses_of(content)
            if points(role, address)
        }
        found = self._stored(targets - set(self.drafted) - self.retracted)
        self.draft_stored({address: old for address, old in found.items() if old.live})

    def draft_stored(self, found: Mapping[Address, Stored]) -> None:
        """Draft records that are to be rendered anew, and do not change themselves."""
        for address, old in found.items():
            if address not in self.drafted and address not in self.retracted:
                stamp = Stamp(old.version, old.revision)
                self.drafted[address] = Draft(old.content, stamp, changed=False)
        self._meet([old.content for old in found.values()], set(found))


class Drafts(Drafting):
    """The same, where the other records are in the store."""

    def __init__(
        self,
        connection: Connection,
        revision: int,
        before: Mapping[Address, Stored],
        retracted: set[Address],
    ) -> None:
        super().__init__(revision, before, retracted)
        self.connection = connection

    def _faces_of(self, addresses: set[Address]) -> dict[Address, Face]:
        return faces_with_origins(self.connection, addresses)

    def _linked_from(
        self, targets: set[Address], roles: Sequence[str] = ()
    ) -> Mapping[Address, Stored]:
        return linked_from(self.connection, targets, roles)

    def _stored(self, addresses: set[Address]) -> Mapping[Address, Stored]:
        return stored(self.connection, addresses)


def _traced(face: Face) -> tuple[str | None, str | None]:
    """What a face says of where words come from."""
    return face.origin, face.publisher


def points(role: str, target: Address) -> bool:
    """Whether a link in that role changes how its target reads."""
    return role in BY_NOUN[target[0]].pointers


def _each_once(pointers: list[Pointer]) -> tuple[Pointer, ...]:
    """The pointers in order; one that several parts make counts from when it was first known."""
    latest_first = sorted(pointers, key=lambda pointer: pointer.known_from, reverse=True)
    found = {(pointer.role, pointer.address): pointer for pointer in latest_first}
    return tuple(found[key] for key in sorted(found))
