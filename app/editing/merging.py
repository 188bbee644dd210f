"""Merging: one participant turns out to be another one, which takes its place everywhere."""

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from app.dossiers.document import Steps
from app.dossiers.walking import links_in
from app.editing.bodies import WRONG
from app.errors import Conflict, Fault, InvalidBody
from app.resources.evidence import RecordContent
from app.resources.resource import Address, Resource
from app.store.chains import circling
from app.store.contents import canonical
from app.store.workspace import Workspace

REFUSED = "The records cannot be merged."


def merge(
    store: Workspace,
    resource: Resource[Any],
    identifier: str,
    into: str,
    expected: Collection[int] | None,
) -> tuple[int, list[Address]]:
    """Let a record's id lead to another one, and move what links to it.

    Gives the revision and the records that link elsewhere now. Raises RecordNotFound, Retracted,
    Merged, PreconditionFailed, InvalidBody, and Conflict for a record that would link to itself.
    """
    store.current(resource, identifier, expected)
    old, new = (resource.noun, identifier), (resource.noun, into)
    if new not in store.live([new]) or new == old:
        what = "must be another one" if new == old else f"names no {resource.noun} on record"
        raise InvalidBody(WRONG, (Fault(what, pointer="/into"),))
    users = store.linking_to(old)
    moved = {address: _moved(address, one.content, old, new) for address, one in users.items()}
    _check_circles(store, moved)
    return store.write(moved, [old], merged={old: into}), sorted(moved)


def _check_circles(store: Workspace, moved: Mapping[Address, RecordContent]) -> None:
    """What is part of the one that goes must not have the one that stays as a part."""
    faults = [
        Fault("would lead back to itself", path="/".join(address))
        for address, content in moved.items()
        if any(circling(store.connection, address, content))
    ]
    if faults:
        raise Conflict(REFUSED, tuple(faults))


def _moved(address: Address, content: RecordContent, old: Address, new: Address) -> RecordContent:
    if address == new:
        fault = Fault("links to the one that goes, and would link to itself", path="/".join(new))
        raise Conflict(REFUSED, (fault,))
    fields = from_json(canonical(content))
    for steps, target in links_in(content):
        if target == old:
            _set(fields, steps, new[1])
    try:
        return type(content).model_validate_json(to_json(_each_once(fields)))
    except ValidationError:
        fault = Fault("names both, where each may stand once", path="/".join(address))
        raise Conflict(REFUSED, (fault,)) from None


def _set(fields: Any, steps: Steps, value: str) -> None:
    holder = fields
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = value


def _each_once(value: Any) -> Any:
    """Lists of ids name each of them once."""
    if isinstance(value, dict):
        return {name: _each_once(inner) for name, inner in value.items()}
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return list(dict.fromkeys(value))
        return [_each_once(item) for item in value]
    return value
