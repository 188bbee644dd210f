"""Writing: a set of changes under one revision, stored in one transaction, or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.errors import Conflict, Fault
from app.resources import BY_NOUN
from app.resources.changes import ChangeKind
from app.resources.evidence import RecordContent
from app.resources.rendering import addresses_of, render
from app.resources.resource import Address, Resource
from app.store import audit
from app.store.audit import COMMAND_LINE, Origin
from app.store.contents import Stored, linked_from, live, stored
from app.store.drafts import Drafts
from app.store.pins import instant, newest_revision
from app.store.rows import Rows
from app.store.tables import CHANGE, IDENTITY, REVISION

# Records that stand against a change; the rest are counted.
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a change, why, when, and by which way. ``editor`` is a label, not a person's
    address.
    """

    editor: str
    reason: str
    now: datetime
    origin: Origin = COMMAND_LINE


@dataclass(slots=True)
class Writer:
    """Collects changes and writes them at once. Use it inside ``Database.write``."""

    connection: Connection
    author: Author
    revised: dict[Address, RecordContent] = field(default_factory=dict)
    retracted: set[Address] = field(default_factory=set)
    # Of those that are revised, the records that lose words for good.
    redacted: set[Address] = field(default_factory=set)
    # Of those that are retracted, the records whose ids lead on to others.
    merged: dict[Address, str] = field(default_factory=dict)

    def revise(self, resource: Resource[Any], content: RecordContent) -> None:
        """Add a record, or give it a new version."""
        self.revised[resource.noun, content.id] = content

    def retract(self, resource: Resource[Any], identifier: str) -> None:
        """Take a record back. Its id answers 410 from now on."""
        self.retracted.add((resource.noun, identifier))

    def commit(self) -> int:
        """Write everything under one new revision and give its number.

        Raises Conflict where a link would lead nowhere; nothing is written then.
        """
        self._check_links()
        self._check_retractions()
        before = stored(self.connection, [*self.revised, *self.retracted, *self.redacted])
        self._check_there(before)
        revision = self._open_revision()
        drafts = Drafts(self.connection, revision, before, self.retracted)
        drafts.begin(self.revised)
        drafts.spread()
        self._store(drafts, revision)
        return revision

    def _store(self, drafts: Drafts, revision: int) -> None:
        pointers = drafts.pointers()
        rows = Rows(self.connection, revision)
        for address, draft in drafts.drafted.items():
            resource = BY_NOUN[address[0]]
            pointing = pointers.get(address, ())
            made = render(resource, draft.content, draft.stamp, drafts.faces, pointing)
            rows.add(resource, draft, made)
        rows.write(drafts.faces, self.retracted)
        self._lead_on()
        changes = list(self._changes(drafts))
        self.connection.execute(insert(CHANGE), changes)
        kinds = [change["kind"] for change in changes]
        audit.record(self.connection, revision, self.author.editor, self.author.origin, kinds)

    def _lead_on(self) -> None:
        for (noun, identifier), successor in self.merged.items():
            same = (IDENTITY.c.noun == noun, IDENTITY.c.id == identifier)
            leading = update(IDENTITY).where(*same).values(merged_into=successor)
            self.connection.execute(leading)

    def _changes(self, drafts: Drafts) -> Iterator[dict[str, Any]]:
        """What this revision does to each record."""
        for noun, identifier in self.revised:
            old = drafts.before.get((noun, identifier))
            kind = ChangeKind.revised if old and old.live else ChangeKind.added
            if (noun, identifier) in self.redacted:
                kind = ChangeKind.redacted
            version = drafts.drafted[noun, identifier].stamp.version
            yield self._change(drafts, noun, identifier, kind, version)
        gone = {ChangeKind.retracted: self.retracted}
        gone[ChangeKind.redacted] = self.redacted - set(self.revised)
        for kind, addresses in gone.items():
            for noun, identifier in addresses:
                version = drafts.before[noun, identifier].version
                yield self._change(drafts, noun, identifier, kind, version)

    def _change(
        self, drafts: Drafts, noun: str, identifier: str, kind: ChangeKind, version: int
    ) -> dict[str, Any]:
        place = {"revision": drafts.revision, "noun": noun, "id": identifier}
        return place | {"kind": kind.value, "version": version}

    def _check_there(self, before: Mapping[Address, Stored]) -> None:
        """What is retracted must be on record."""
        faults = [
            Fault("is not on record", path="/".join(address))
            for address in sorted(self.retracted)
            if address not in before or not before[address].live
        ]
        if faults:
            raise Conflict("There is nothing to retract.", tuple(faults))

    def _open_revision(self) -> int:
        number = newest_revision(self.connection) + 1
        last = self.connection.execute(select(func.max(REVISION.c.recorded_at))).scalar()
        # A clock that was set back must not put a revision before the one it follows.
        recorded_at = max(instant(self.author.now), last or "")
        row = {"number": number, "recorded_at": recorded_at}
        words = {"editor": self.author.editor, "reason": self.author.reason}
        self.connection.execute(insert(REVISION), row | words)
        return number

    def _check_links(self) -> None:
        """Every link must lead to a record that is there once this is written."""
        wanted = {
            (source, address)
            for source, content in self.revised.items()
            for _, address in addresses_of(content)
            if address not in self.revised
        }
        there = live(self.connection, {address for _, address in wanted}) - self.retracted
        faults = [
            Fault(
                f"links to {target[0]} '{target[1]}', which is not on record", path="/".join(source)
            )
            for source, target in sorted(wanted)
            if target not in there
        ]
        if faults:
            raise Conflict("A link leads to a record that is not there.", tuple(faults))

    def _check_retractions(self) -> None:
        """What is retracted must not be needed by what stays."""
        staying = set(linked_from(self.connection, self.retracted)) - self.retracted
        linking = sorted(staying - set(self.revised))
        faults = [
            Fault("still links to a record that is to be retracted", path="/".join(source))
            for source in linking[:MOST_FAULTS]
        ]
        if len(linking) > MOST_FAULTS:
            faults.append(Fault(f"and {len(linking) - MOST_FAULTS} more"))
        if faults:
            raise Conflict("A record that stays links to one that goes.", tuple(faults))
