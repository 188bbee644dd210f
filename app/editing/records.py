"""Changes of one record: add it, revise it, take it back, add a part to it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from app.editing.bodies import WRONG, Fields, merged, pointer_to, shaped
from app.editing.facts import check_facts
from app.editing.naming import named_after
from app.editing.quoting import Quoting
from app.errors import Conflict, Fault, InvalidBody
from app.resources.evidence import RecordContent
from app.resources.knowledge import evidence_of
from app.resources.resource import Address, Resource
from app.resources.sources import SourceContent
from app.store.contents import Stored, canonical
from app.store.held_texts import held
from app.store.loading import inherit
from app.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of a record. ``revision`` is None where nothing had to change."""

    address: Address
    revision: int | None


def add(store: Workspace, resource: Resource[Any], fields: Fields) -> Edited:
    """Add a record. Raises InvalidBody, and Conflict where its id was given out before."""
    if "id" not in fields:
        fields = {"id": store.free(resource, named_after(resource.noun, fields)), **fields}
    content = shaped(resource.content, fields)
    address = (resource.noun, content.id)
    old = store.stored([address]).get(address)
    if old is not None:
        state = "is there already" if old.live else "was there and is gone; its id is not reused"
        fault = Fault(state, pointer="/id")
        raise Conflict(f"The id belongs to another {resource.noun}.", (fault,))
    return _put(store, address, content, None)


def revise(
    store: Workspace,
    resource: Resource[Any],
    identifier: str,
    patch: Fields,
    expected: Collection[int] | None,
) -> Edited:
    """Apply a merge patch (RFC 7396) to the facts of a record.

    Raises RecordNotFound, Retracted, Merged, PreconditionFailed and InvalidBody.
    """
    old = store.current(resource, identifier, expected)
    if patch.get("id", identifier) != identifier:
        fault = Fault("must stay as it is, or be left out", pointer="/id")
        raise InvalidBody(WRONG, (fault,))
    fields = merged(from_json(old.text), patch)
    content = shaped(resource.content, fields)
    return _put(store, (resource.noun, identifier), content, old)


def retract(
    store: Workspace, resource: Resource[Any], identifier: str, expected: Collection[int] | None
) -> Edited:
    """Take a record back. Raises Conflict where records that stay link to it."""
    store.current(resource, identifier, expected)
    address = (resource.noun, identifier)
    return Edited(address, store.write({}, [address]))


def add_part(
    store: Workspace,
    resource: Resource[Any],
    identifier: str,
    field: str,
    fields: Fields,
    expected: Collection[int] | None,
) -> Edited:
    """Add a part to one of the lists of a record, as its next version.

    What is wrong with the part is told by pointers into the part.
    """
    old = store.current(resource, identifier, expected)
    parts: list[Any] = from_json(old.text).get(field, [])
    base = (field, len(parts))
    try:
        content = shaped(resource.content, {**from_json(old.text), field: [*parts, fields]})
        return _put(store, (resource.noun, identifier), content, old)
    except InvalidBody as invalid:
        raise InvalidBody(invalid.detail, _inside(invalid.faults, pointer_to(base))) from None


def _inside(faults: tuple[Fault, ...], base: str) -> tuple[Fault, ...]:
    """The faults by pointers into the part at ``base``."""
    found = []
    for fault in faults:
        pointer = fault.pointer or ""
        found.append(Fault(fault.message, pointer=pointer.removeprefix(base)))
    return tuple(found)


def _put(store: Workspace, address: Address, content: RecordContent, old: Stored | None) -> Edited:
    """Write a record, where it differs from what is there."""
    if old is not None:
        content = _with_places(content, old.content)
    content = _located(store, address, content, old.content if old else None)
    if old is not None and canonical(content) == old.text:
        return Edited(address, None)
    check_facts(store, address, content, old.content if old else None)
    return Edited(address, store.write({address: content}))


def _with_places(content: RecordContent, old: RecordContent) -> RecordContent:
    """The facts, with what is known of quotes that are sent as they were, and nothing else."""
    told = content.model_copy()
    inherit(told, old)
    kept = {"text": content.text} if isinstance(content, SourceContent) else {}
    return told.model_copy(update=kept)


def _located(
    store: Workspace, address: Address, content: RecordContent, old: RecordContent | None
) -> RecordContent:
    texts = held(store.connection, {quote.source for _, quote in evidence_of(content)})
    quoting = Quoting(texts, store.author.now.date())
    found = quoting.complete(
        address, content, old, lambda pointer, message: Fault(message, pointer=pointer)
    )
    if quoting.faults:
        raise InvalidBody(WRONG, tuple(quoting.faults))
    return found
