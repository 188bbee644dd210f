"""What must hold between a record that is sent and the store: its links, issues and chains."""

from collections.abc import Iterator, Mapping

from app.dossiers.document import Steps
from app.dossiers.linking import off_issue, repeated
from app.dossiers.walking import links_in
from app.editing.bodies import BodyFaults
from app.resources import BY_NOUN
from app.resources.evidence import RecordContent
from app.resources.negotiations import NegotiationContent
from app.resources.resource import Address
from app.store.chains import circling
from app.store.contents import Stored
from app.store.workspace import Workspace

Found = Iterator[tuple[Steps, str]]


def check_facts(
    store: Workspace, address: Address, content: RecordContent, old: RecordContent | None
) -> None:
    """Check one record against the store. Raises InvalidBody with a pointer for each fault."""
    faults = BodyFaults()
    there = store.stored({target for _, target in links_in(content)})
    found = [
        *repeated(content),
        *_links(address, content, there),
        *_moved(content, old),
        *_issues(content, there),
        *_issues_left_out(store, content, old),
        *_circles(store, address, content),
    ]
    for steps, message in found:
        faults.add(message, steps)
    faults.check()


def _links(address: Address, content: RecordContent, there: Mapping[Address, Stored]) -> Found:
    for steps, target in links_in(content):
        noun = target[0]
        if target == address:
            yield steps, f"must not be the {noun} itself"
        elif target not in there or not there[target].live:
            yield steps, f"names no {noun} that is on record"
        elif _elsewhere(noun, content, there[target].content):
            yield steps, f"names a {noun} of another negotiation"


def _elsewhere(noun: str, content: RecordContent, target: RecordContent) -> bool:
    owned = BY_NOUN[noun].owned and noun != "negotiation"
    return owned and _owner(target) != _owner(content)


def _moved(content: RecordContent, old: RecordContent | None) -> Found:
    if old is not None and _owner(content) != _owner(old):
        yield ("negotiation",), "must stay as it is: a record belongs to one negotiation"


def _issues(content: RecordContent, there: Mapping[Address, Stored]) -> Found:
    negotiation = there.get(("negotiation", _owner(content) or ""))
    if negotiation is not None and isinstance(negotiation.content, NegotiationContent):
        yield from off_issue(content, {issue.id for issue in negotiation.content.issues})


def _issues_left_out(store: Workspace, content: RecordContent, old: RecordContent | None) -> Found:
    """Issues of a negotiation that its records name must stay."""
    if isinstance(content, NegotiationContent) and isinstance(old, NegotiationContent):
        gone = {issue.id for issue in old.issues} - {issue.id for issue in content.issues}
        named = store.records_on(content.id, gone) if gone else 0
        if named:
            yield ("issues",), f"leaves out what {named} records of the negotiation name"


def _circles(store: Workspace, address: Address, content: RecordContent) -> Found:
    for field in circling(store.connection, address, content):
        yield (field,), "leads back to the record itself"


def _owner(content: RecordContent) -> str | None:
    owner: str | None = getattr(content, "negotiation", None)
    return owner
