"""Documents cut to some of their fields: where that is safe, without parsing them.

A stored document has all fields of its shape, in the same order as any other of that shape. So a
field ends where the next one begins, and what begins it can be looked for: within a text there is
no quotation mark without a backslash before it. That does not hold where a field has another inside
that is named like the one behind it; there documents are parsed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import from_json, to_json

# The order of the fields of each shape, as its first document showed it.
_orders: dict[type[BaseModel], tuple[str, ...]] = {}
# What begins a field, and whether the one before it is wanted.
Step = tuple[bytes, bool]


@dataclass(frozen=True, slots=True)
class Plan:
    """How documents that begin like that are cut. ``to_end`` says whether the last field is
    wanted.
    """

    begin: bytes
    steps: tuple[Step, ...]
    to_end: bool


def cut(document: bytes, fields: tuple[str, ...], shape: type[BaseModel]) -> bytes:
    """A record with only these fields, in the order of the record."""
    order = _orders.get(shape) or _learnt(document, shape)
    plan = _plan(shape, order, fields)
    found = _by_plan(document, plan) if plan is not None else None
    return _by_parsing(document, fields) if found is None else found


def _by_parsing(document: bytes, fields: tuple[str, ...]) -> bytes:
    record = from_json(document)
    return to_json({name: value for name, value in record.items() if name in fields})


def _by_plan(document: bytes, plan: Plan) -> bytes | None:
    """The document cut; None where a field is not where it should be."""
    if not document.startswith(plan.begin):
        return None
    pieces: list[bytes] = []
    start = at = 1
    for mark, wanted in plan.steps:
        end = document.find(mark, at)
        if end < 0:
            return None
        if wanted:
            pieces.append(document[start:end])
        start, at = end + 1, end + len(mark)
    if plan.to_end:
        pieces.append(document[start:-1])
    return b"{%b}" % b",".join(pieces)


def _learnt(document: bytes, shape: type[BaseModel]) -> tuple[str, ...]:
    order: tuple[str, ...] = tuple(from_json(document))
    # A field that is left out says nothing of where it would stand.
    if set(order) == set(_fields(shape)):
        _orders[shape] = order
    return order


@lru_cache(maxsize=1_000)
def _plan(shape: type[BaseModel], order: tuple[str, ...], fields: tuple[str, ...]) -> Plan | None:
    """How to cut documents with this order of fields; None where they have to be parsed."""
    kinds = _fields(shape)
    if set(order) != set(kinds):
        return None
    last = max(order.index(name) for name in fields)
    pairs = list(pairwise(order))[: last + 1]
    if any(after in _within(kinds[name]) for name, after in pairs):
        return None
    # All that begin are looked for, one behind the other: so another order is noticed.
    steps = tuple((b',"%b":' % after.encode(), name in fields) for name, after in pairs)
    return Plan(b'{"%b":' % order[0].encode(), steps, to_end=last == len(order) - 1)


def _fields(shape: type[BaseModel]) -> dict[str, Any]:
    """The types of the fields of a shape, by their names in answers."""
    found = shape.model_fields.items()
    return {declared.alias or name: declared.annotation for name, declared in found}


def _within(kind: Any, seen: frozenset[Any] = frozenset()) -> set[str]:
    """The names of all fields that values of a type can have inside."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        own = {} if kind in seen else _fields(kind)
        return set(own) | _gathered(own.values(), seen | {kind})
    return _gathered(get_args(kind), seen)


def _gathered(kinds: Iterable[Any], seen: frozenset[Any]) -> set[str]:
    return {name for kind in kinds for name in _within(kind, seen)}
