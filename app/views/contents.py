"""What an editor changed in a record, or readers learned of it: told apart by comparing contents.

Entries of the timeline that came or went are told as such elsewhere, so they are left out here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from app.resources.differences import Difference, differences
from app.resources.entries import Rendered

Content = dict[str, Any]

# The fields whose parts are entries of the timeline.
ENTRIES = ("notices", "responses", "withdrawn")
EMPTY: tuple[Any, ...] = (None, [])


@dataclass(frozen=True, slots=True)
class Changes:
    """The places at which a record differs: in what was there before, and by parts that are new."""

    changed: list[Difference]
    added: list[Difference]

    def told(self, *, same_version: bool) -> tuple[list[Difference], list[Difference]]:
        """What was corrected, and what was added or became known.

        In one and the same version nothing was written: a value that only gained is one that
        became known, like the link to a meeting that readers had not heard of.
        """
        if not same_version:
            return self.changed, self.added
        learned = [place for place in self.changed if _only_gained(place)]
        return [place for place in self.changed if place not in learned], [*learned, *self.added]


def contents_of(document: Rendered, shape: type[BaseModel]) -> Content:
    """A rendered record as an editor writes it, as far as it is shown: links as ids, dates as
    text, without what is empty. Labels of what it links to are no part of it.
    """
    names = [declared.alias or name for name, declared in shape.model_fields.items()]
    return _filled({name: document[name] for name in names})


def changes(before: Content, after: Content) -> Changes:
    """What differs between two contents of a record, entries that came or went aside."""
    old, new = _without_own_entries(before, after), _without_own_entries(after, before)
    stayed = _shared(new, old)
    added = [place for place in differences(stayed, new) if place.before is None]
    return Changes(differences(old, stayed), added)


def _filled(fields: Mapping[str, Any]) -> Content:
    plain = {name: _plain(value) for name, value in fields.items() if name != "known_from"}
    return {name: value for name, value in plain.items() if value not in EMPTY}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "edtf" in value:
        return value["edtf"]
    return value["id"] if "href" in value else _filled(value)


def _without_own_entries(content: Content, other: Content) -> Content:
    """A content less the entries that the other one has not."""
    found = dict(content)
    for name in ENTRIES:
        parts = content.get(name)
        if isinstance(parts, list):
            there = _by_id(other.get(name))
            found[name] = [part for part in parts if part["id"] in there]
        elif parts is not None and name not in other:
            del found[name]
    return found


def _shared(content: Content, other: Content) -> Content:
    """A content less the parts that the other one has not, however deep."""
    return {name: _shared_value(value, other.get(name)) for name, value in content.items()}


def _shared_value(value: Any, other: Any) -> Any:
    if _has_parts(value):
        there = _by_id(other)
        return [_shared(part, there[part["id"]]) for part in value if part["id"] in there]
    if isinstance(value, dict) and isinstance(other, dict):
        return _shared(value, other)
    return value


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and "id" in one for one in value)


def _by_id(parts: Any) -> dict[str, Content]:
    return {part["id"]: part for part in parts or []}


def _only_gained(place: Difference) -> bool:
    if isinstance(place.before, list) and isinstance(place.after, list):
        return all(one in place.after for one in place.before)
    return place.before is None
