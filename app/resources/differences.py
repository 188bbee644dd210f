"""What differs between two versions of a record's content, field by field and part by part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.resources.base import Answer


class DifferenceOut(Answer):
    """One place at which two versions of a record differ."""

    path: str = Field(
        description="Where in the record, like a JSON Pointer (RFC 6901), but with parts in lists "
        "named by their ids.",
        examples=["/notices/n2/starts"],
    )
    before: Any = Field(description="What stood there, in JSON; null where nothing did.")
    after: Any = Field(description="What stands there now, in JSON; null where nothing does.")


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which two versions of a record differ; None stands for nothing there."""

    path: str
    before: Any
    after: Any


Content = Mapping[str, Any]
"""The facts of a record or of a part, as editors write them: JSON without what is empty."""


def differences(before: Content, after: Content) -> list[Difference]:
    """The places at which two versions differ, in the order of the newer one, what is gone last.

    A list of parts is compared part by part, by their ids: what is new is added at its end. Where
    the order is another one in the end, the list's own path has the ids in both orders, after its
    parts. A list of anything else is compared whole.
    """
    return list(_fields("", before, after))


def _fields(path: str, before: Content, after: Content) -> Iterator[Difference]:
    gone = [name for name in before if name not in after]
    for name in [*after, *gone]:
        here = f"{path}/{_escaped(name)}"
        yield from _values(here, before.get(name), after.get(name))


def _values(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _fields(path, before, after)
    elif _has_parts(before) and _has_parts(after):
        yield from _parts(path, before or (), after or ())
    else:
        yield Difference(path, before, after)


def _has_parts(value: Any) -> bool:
    """Whether a value can be compared part by part: each has an id of its own, or there is none."""
    if value is None:
        return True
    if not isinstance(value, list):
        return False
    ids = [one.get("id") if isinstance(one, Mapping) else None for one in value]
    return all(isinstance(one, str) for one in ids) and len(ids) == len(set(ids))


def _parts(path: str, before: Sequence[Content], after: Sequence[Content]) -> Iterator[Difference]:
    old, new = ({part["id"]: part for part in parts} for parts in (before, after))
    for one in [*new, *(one for one in old if one not in new)]:
        yield from _values(f"{path}/{_escaped(one)}", old.get(one), new.get(one))
    kept = [one for one in old if one in new]
    if [*kept, *(one for one in new if one not in old)] != list(new):
        yield Difference(path, list(old), list(new))


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
