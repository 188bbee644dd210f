"""Walks through a record: every part of it, every list of parts and every link, with its path."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from app.dossiers.document import Steps
from app.resources.base import LinkTo, fields_holding
from app.resources.resource import Address


def inside(model: BaseModel, steps: Steps = ()) -> Iterator[tuple[Steps, BaseModel]]:
    """The record and everything in it that has fields of its own."""
    yield steps, model
    fields = type(model).model_fields
    for name in fields_holding(type(model), BaseModel):
        value = getattr(model, name)
        here = (*steps, fields[name].alias or name)
        if isinstance(value, BaseModel):
            yield from inside(value, here)
        elif isinstance(value, list):
            for position, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from inside(item, (*here, position))


def links_in(model: BaseModel) -> Iterator[tuple[Steps, Address]]:
    """Every link of a record, with its path."""
    for steps, part in inside(model):
        for name, noun in _link_fields(type(part)).items():
            value = getattr(part, name)
            if isinstance(value, list):
                for position, identifier in enumerate(value):
                    yield (*steps, name, position), (noun, identifier)
            elif value is not None:
                yield (*steps, name), (noun, value)


def repeated_ids_in(model: BaseModel) -> Iterator[Steps]:
    """The path of every id that stands earlier in the same list already."""
    seen: set[tuple[Steps, str]] = set()
    for steps, part in inside(model):
        identifier = getattr(part, "id", None)
        if identifier is None or not steps:
            continue
        within = (steps[:-1], identifier)
        if within in seen:
            yield (*steps, "id")
        seen.add(within)


@lru_cache(maxsize=256)
def _link_fields(model: type[BaseModel]) -> dict[str, str]:
    hints = get_type_hints(model, include_extras=True)
    found = {name: _linked_noun(hints[name]) for name in model.model_fields}
    return {name: noun for name, noun in found.items() if noun is not None}


def _linked_noun(hint: Any) -> str | None:
    if get_origin(hint) is Annotated:
        for extra in hint.__metadata__:
            if isinstance(extra, LinkTo):
                return extra.noun
    return next((noun for inner in get_args(hint) if (noun := _linked_noun(inner))), None)
