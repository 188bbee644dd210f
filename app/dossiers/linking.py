"""Checks what the records of a dossier say of each other: links, issues, circles."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from app.dossiers.document import Place, Steps, steps_of
from app.dossiers.faults import Faults
from app.dossiers.walking import links_in, repeated_ids_in
from app.resources import BY_NOUN
from app.resources.chains import CHAINS, rounds
from app.resources.evidence import RecordContent
from app.resources.negotiations import NegotiationContent
from app.resources.resource import Address

_SHOWN = 5


def check_links(
    records: Mapping[Address, RecordContent],
    places: Mapping[Address, Place],
    declared: Set[Address],
    faults: Faults,
) -> None:
    """Note every fault between records. ``declared`` holds also those that could not be read."""
    issues = _issues(records)
    for address, content in records.items():
        found = [*repeated(content), *_outward(address, content, declared)]
        if issues is not None:
            found += off_issue(content, issues)
        base = steps_of(places[address].path)
        for steps, message in found:
            faults.add(message, base + steps)
    for address, field, message in _circles(records):
        faults.add(message, (*steps_of(places[address].path), field))


def repeated(content: RecordContent) -> Iterator[tuple[Steps, str]]:
    """Ids of parts that stand twice, by path."""
    for steps in repeated_ids_in(content):
        yield steps, "stands earlier in this list already; each id must be its own"


def _outward(
    address: Address, content: RecordContent, declared: Set[Address]
) -> Iterator[tuple[Steps, str]]:
    for steps, target in links_in(content):
        noun, identifier = target
        if target == address:
            yield steps, f"must not be the {noun} itself"
        elif noun != "negotiation" and BY_NOUN[noun].owned and target not in declared:
            yield steps, f"names {identifier}, which is no {noun} of this dossier"


def _issues(records: Mapping[Address, RecordContent]) -> set[str] | None:
    for content in records.values():
        if isinstance(content, NegotiationContent):
            return {issue.id for issue in content.issues}
    return None


def off_issue(content: Any, issues: set[str]) -> Iterator[tuple[Steps, str]]:
    """Issues that a record names and its negotiation does not have, by path."""
    if isinstance(content, NegotiationContent):
        return
    named = [(("issue",), getattr(content, "issue", None))]
    listed = enumerate(getattr(content, "issues", []))
    for steps, issue in [*named, *((("issues", position), issue) for position, issue in listed)]:
        if issue is not None and issue not in issues:
            known = ", ".join(sorted(issues)[:20]) or "none yet"
            yield steps, f"is not among the negotiation's issues, which are: {known}"


def _circles(
    records: Mapping[Address, RecordContent],
) -> Iterator[tuple[Address, str, str]]:
    for field in CHAINS:
        after: dict[Address, Address] = {}
        for (noun, identifier), content in records.items():
            target = getattr(content, field, None)
            if target is not None and target != identifier:
                after[noun, identifier] = (noun, target)
        for circle in rounds(after):
            ids = [identifier for _, identifier in [*circle[:_SHOWN], circle[0]]]
            yield circle[0], field, f"goes round in a circle: {', '.join(ids)}"
