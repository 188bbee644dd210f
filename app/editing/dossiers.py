"""Puts a whole dossier in the place of what is on record of a negotiation, in one revision."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from app.dossiers.document import Dossier, steps_of
from app.dossiers.reading import read
from app.editing.bodies import pointer_to
from app.editing.quoting import Quoting
from app.errors import Conflict, Fault, InvalidBody, InvalidDossier, PreconditionFailed
from app.resources.evidence import RecordContent
from app.resources.knowledge import evidence_of
from app.resources.negotiations import NEGOTIATIONS
from app.resources.resource import Address
from app.store.exporting import base_now
from app.store.held_texts import held
from app.store.loading import Bundle, Plan, inherit, load_into
from app.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be on record for a dossier to be put: nothing at all, or one of these bases.

    ``bases`` holds their short names; it is None where any will do.
    """

    absent: bool
    bases: Collection[str] | None = None


def short(base: str) -> str:
    """The name of some facts in 32 hexadecimal digits, for entity tags."""
    return base.removeprefix("sha256-")[:32]


def read_sent(raw: bytes, form: str, identifier: str) -> Dossier:
    """The dossier in a body. Raises InvalidBody, which says line and pointer of each fault."""
    try:
        sent = read(f"dossier.{form}", raw)
    except InvalidDossier as invalid:
        raise _invalid(invalid.faults) from None
    if sent.negotiation != identifier:
        fault = Fault("must be the one that the path names", pointer="/negotiation/id")
        raise InvalidBody("The dossier is of another negotiation.", (fault,))
    return sent


def put(store: Workspace, sent: Dossier, wanted: Wanted, *, replace: bool) -> Plan:
    """Put a dossier in place.

    Raises PreconditionFailed, Conflict with one fault for each record that stands against it, and
    InvalidBody where a quote is not in the text of its source that the service holds.
    """
    _check(store, sent.negotiation or "", wanted)
    bundle = Bundle(sent.negotiation, sent.base, _located(store, sent))
    try:
        return load_into(store.connection, [bundle], store.author, replace=replace)[0]
    except Conflict as conflict:
        raise Conflict(conflict.detail, tuple(_at(sent, one) for one in conflict.faults)) from None


def _located(store: Workspace, sent: Dossier) -> dict[Address, RecordContent]:
    """The records with an id for each part, and the new quotes of texts at hand located."""
    sources = {quote.source for one in sent.records.values() for _, quote in evidence_of(one)}
    quoting = Quoting(held(store.connection, sources), store.author.now.date())
    there = store.stored(sent.records)
    found: dict[Address, RecordContent] = {}
    for address, content in sent.records.items():
        old = there[address].content if address in there else None
        if old is not None:
            inherit(content, old)
        found[address] = quoting.complete(address, content, old, partial(sent.fault, address))
    if quoting.faults:
        raise _invalid(quoting.faults)
    return found


def _check(store: Workspace, identifier: str, wanted: Wanted) -> None:
    base = base_now(store.connection, identifier)
    there = f"/negotiations/{identifier}/dossier"
    if wanted.absent and base is not None:
        raise PreconditionFailed("There is a negotiation with this id.", there)
    if wanted.absent:
        return
    if base is None:
        store.current(NEGOTIATIONS, identifier)
    elif wanted.bases is not None and short(base) not in wanted.bases:
        raise PreconditionFailed("The negotiation was changed since.", there)


def _at(sent: Dossier, fault: Fault) -> Fault:
    """The fault of a record, with the pointer to it where the dossier holds it."""
    noun, _, identifier = (fault.path or "").partition("/")
    place = sent.places.get((noun, identifier))
    if place is None:
        return fault
    return Fault(f"{fault.path} {fault.message}", pointer=pointer_to(steps_of(place.path)))


def _invalid(faults: Collection[Fault]) -> InvalidBody:
    return InvalidBody("The dossier is wrong. Nothing was changed.", tuple(map(_pointed, faults)))


def _pointed(fault: Fault) -> Fault:
    """The fault of a file as that of a body: by pointer, with the line in words."""
    place = f"line {fault.line}: " if fault.line else ""
    pointer = pointer_to(steps_of(fault.path)) if fault.path else None
    return Fault(place + fault.message, pointer=pointer)
