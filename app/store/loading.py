"""Loading a set of records: what it would add, revise and retract, what stands against it, and
then all of it in one revision or nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.errors import Conflict, Fault
from app.resources import BY_NOUN
from app.resources.evidence import Evidence, RecordContent
from app.resources.knowledge import evidence_of
from app.resources.resource import Address
from app.resources.sources import SourceContent
from app.store.bases import revision_of
from app.store.chains import circling
from app.store.contents import Stored, canonical, owned_by, stored
from app.store.engine import Database, roll_back
from app.store.writer import Author, Writer

# Before every revision: what an export was made of was never here.
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Bundle:
    """The records of one negotiation as somebody wrote them, with those that it shares.

    ``base`` names the facts that an export was made of; records changed since the negotiation had
    them are not overwritten. A bundle without a negotiation only adds or revises what is shared.
    """

    negotiation: str | None
    base: str | None
    records: Mapping[Address, RecordContent]


@dataclass(slots=True)
class Plan:
    """What loading does to each record. ``revision`` is set once it is done."""

    added: list[Address] = field(default_factory=list)
    revised: list[Address] = field(default_factory=list)
    retracted: list[Address] = field(default_factory=list)
    unchanged: list[Address] = field(default_factory=list)
    conflicts: dict[Address, str] = field(default_factory=dict)
    revision: int | None = None

    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.added or self.revised or self.retracted)

    def report(self, *, dry_run: bool = False) -> list[str]:
        """What was done, or would be: one line of counts, then one for each record."""
        groups = {"add": self.added, "revise": self.revised, "retract": self.retracted}
        counts = ", ".join(f"{len(some)} to {verb}" for verb, some in groups.items())
        end = "nothing was written" if dry_run else f"revision {self.revision}"
        if not self.changes():
            end = "nothing to write"
        head = f"{counts}, {len(self.unchanged)} unchanged; {end}"
        return [
            head,
            *(f"  {verb} {'/'.join(one)}" for verb, some in groups.items() for one in some),
        ]


def load(
    database: Database,
    bundles: Iterable[Bundle],
    author: Author,
    *,
    replace: bool = False,
    dry_run: bool = False,
) -> list[Plan]:
    """Load bundles in the order given, each in a revision of its own, all of them or none.

    Each is asked for once the one before it is laid down. Loading equal content makes no revision.
    Raises Conflict, with one fault for each record that
    stands against it; nothing is written then. ``replace`` overrules what is stored. ``dry_run``
    does the same work and then takes it back.
    """
    with database.write() as connection:
        plans = load_into(connection, bundles, author, replace=replace)
        if dry_run:
            roll_back(connection)
    return plans


def load_into(
    connection: Connection, bundles: Iterable[Bundle], author: Author, *, replace: bool = False
) -> list[Plan]:
    """The same inside ``Database.write``."""
    plans: list[Plan] = []
    conflicts: list[Fault] = []
    for bundle in bundles:
        plans.append(_plan(connection, bundle, replace))
        conflicts += _faults(plans[-1])
        # Once something stands against the load, the rest of it is only looked at.
        if plans[-1].changes() and not conflicts:
            plans[-1].revision = _write(connection, bundle, plans[-1], author)
            _check_circles(connection, bundle, plans[-1])
    if conflicts:
        raise Conflict("The store holds something else; 'replace' overrules it.", tuple(conflicts))
    return plans


def _plan(connection: Connection, bundle: Bundle, replace: bool) -> Plan:
    plan = Plan()
    since = _exported_at(connection, bundle)
    there = stored(connection, bundle.records)
    for address, content in bundle.records.items():
        old = there.get(address)
        if old is not None:
            inherit(content, old.content)
        _place(plan, since, address, content, old)
    if bundle.negotiation is not None:
        _plan_retractions(connection, bundle, since, plan)
    if replace:
        plan.revised += [address for address in plan.conflicts if address in bundle.records]
        plan.retracted += [address for address in plan.conflicts if address not in bundle.records]
        plan.conflicts.clear()
    return plan


def _exported_at(connection: Connection, bundle: Bundle) -> int | None:
    """The newest revision with the facts that an export was made of, UNKNOWN where there is none,
    or None where the bundle is no export.
    """
    if bundle.base is None or bundle.negotiation is None:
        return None
    found = revision_of(connection, bundle.negotiation, bundle.base)
    return UNKNOWN if found is None else found


def _place(
    plan: Plan,
    since: int | None,
    address: Address,
    content: RecordContent,
    old: Stored | None,
) -> None:
    """Say what becomes of one record of the bundle."""
    if old is None:
        plan.added.append(address)
    elif not old.live:
        plan.conflicts[address] = "was retracted; an id is not given out again"
    elif old.text == canonical(content):
        plan.unchanged.append(address)
    elif not BY_NOUN[address[0]].owned:
        plan.conflicts[address] = "is shared between negotiations, and the store has it otherwise"
    elif since is not None and old.revision > since:
        plan.conflicts[address] = _changed_since(old, since)
    elif _owner(old.content) != _owner(content):
        plan.conflicts[address] = "belongs to another negotiation"
    else:
        plan.revised.append(address)


def _plan_retractions(
    connection: Connection, bundle: Bundle, since: int | None, plan: Plan
) -> None:
    """What the negotiation has in the store and not in the bundle is to go."""
    for address, old in owned_by(connection, bundle.negotiation or "").items():
        if address in bundle.records:
            continue
        if since is not None and old.revision > since:
            plan.conflicts[address] = _changed_since(old, since)
        else:
            plan.retracted.append(address)


def _changed_since(old: Stored, since: int) -> str:
    if since == UNKNOWN:
        return "is on record otherwise, and what this export was made of never was on record here"
    return f"was changed in revision {old.revision}, after this export of revision {since}"


def _owner(content: Any) -> str | None:
    return getattr(content, "negotiation", None)


def inherit(content: RecordContent, old: RecordContent) -> None:
    """Keep what a text at hand once told, when the same is loaded without that text."""
    if isinstance(content, SourceContent) and isinstance(old, SourceContent):
        content.text = content.text or old.text
    known: dict[tuple[str, str], list[Evidence]] = {}
    for _, evidence in evidence_of(old):
        known.setdefault((evidence.source, evidence.exact), []).append(evidence)
    for _, evidence in evidence_of(content):
        same = known.get((evidence.source, evidence.exact), [])
        if evidence.model_dump() in (one.model_dump() for one in same):
            continue  # it was written like that, though the same words stand there placed as well
        before = next((one for one in same if evidence.start in (None, one.start)), None)
        if before is not None:
            _take_over(evidence, before)


def _take_over(evidence: Evidence, before: Evidence) -> None:
    for name in ("start", "end", "prefix", "suffix"):
        if getattr(evidence, name) is None:
            setattr(evidence, name, getattr(before, name))
    if "verification" not in evidence.model_fields_set:
        evidence.verification, evidence.verified_on = before.verification, before.verified_on


def _write(connection: Connection, bundle: Bundle, plan: Plan, author: Author) -> int:
    writer = Writer(connection, author)
    for address in [*plan.added, *plan.revised]:
        writer.revise(BY_NOUN[address[0]], bundle.records[address])
    for noun, identifier in plan.retracted:
        writer.retract(BY_NOUN[noun], identifier)
    return writer.commit()


def _check_circles(connection: Connection, bundle: Bundle, plan: Plan) -> None:
    """Records that replace others must make no circle with what the bundle does not have."""
    faults = [
        Fault(f"comes back to itself by '{field}'", path="/".join(address))
        for address in plan.revised
        for field in circling(connection, address, bundle.records[address])
    ]
    if faults:
        raise Conflict("A record would lead back to itself.", tuple(faults))


def _faults(plan: Plan) -> list[Fault]:
    return [Fault(message, path="/".join(address)) for address, message in plan.conflicts.items()]
