"""Redaction: words taken out of facts and documents, with a marked gap in their place.

It works on plain JSON values, so the facts as they were written and the documents made of them
lose the same words, past versions included.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, StringConstraints

from app.resources import RESOURCES
from app.resources.base import is_prose
from app.resources.texts import Verification

GAP = "[redacted]"
ADDRESSES = frozenset({"url", "archived_url"})
# Prose that says nothing of the matter: the name of a field, of a method, of a house. It loses only
# words that were named.
KEPT = frozenset({"field", "normalization", "publisher"})
# What says where words stand goes with them.
_PLACES = ("prefix", "suffix", "start", "end", "verified_on")
_CONTEXT = ("prefix", "suffix")


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is to go from a record: some words, or all prose where there are none.

    ``href`` is the record's own, and ``label`` what links to it show from now on.
    """

    words: tuple[str, ...]
    href: str
    label: str

    def cut(self, text: str, longest: int | None = None) -> str:
        """The text without the words; none of it where the gaps would make it longer than that."""
        if not self.words:
            return GAP
        left = _any_of(self.words).sub(GAP, text)
        return GAP if longest is not None and len(left) > longest else left

    def of(self, value: Any, key: str = "") -> Any:
        """The value without the words, and with links to the record as they read from now on."""
        if isinstance(value, list):
            return _each_once([self.of(item, key) for item in value])
        if isinstance(value, dict):
            return self._of_fields(value)
        if not isinstance(value, str) or key not in prose() or (key in KEPT and not self.words):
            return value
        if key in ADDRESSES:
            return value if self.cut(value) == value else None
        return self.cut(value, prose()[key])

    def elsewhere(self, value: Any) -> Any:
        """A value of another record, with links to this one as they read from now on."""
        if isinstance(value, list):
            return [self.elsewhere(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("href") == self.href:
            return self._relabelled(value)
        return {name: self.elsewhere(item) for name, item in value.items()}

    def _of_fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        if "href" in fields:
            return self._relabelled(fields) if fields["href"] == self.href else fields
        found = {name: self.of(item, name) for name, item in fields.items()}
        # A side of a disagreement spells its value out.
        if "value" in fields and (self.words or fields.get("place")):
            found["value"] = self.cut(fields["value"])
        if "exact" in fields and found["exact"] != fields["exact"]:
            told = {name: None for name in _PLACES if name in fields}
            found |= told | {"verification": Verification.unchecked.value}
        if "exact" in fields:
            # A context with a gap in it is that of no text.
            found |= {name: None for name in _CONTEXT if found.get(name) != fields.get(name)}
        return found

    def _relabelled(self, link: dict[str, Any]) -> dict[str, Any]:
        return link | {name: self.label for name in ("title", "name") if name in link}


def _each_once(items: list[Any]) -> list[Any]:
    """Texts that are the same now stand there once."""
    return list(dict.fromkeys(items)) if all(isinstance(one, str) for one in items) else items


def words_in(value: Any, key: str = "") -> Iterator[str]:
    """The texts of some facts that words can be removed from."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from words_in(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from words_in(item, key)
    elif isinstance(value, str) and key in prose():
        yield value


@lru_cache(maxsize=16)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, the longest first: what begins like another one goes whole."""
    return re.compile("|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=1)
def prose() -> Mapping[str, int]:
    """The fields of all nouns that hold words rather than names of things, and how many characters
    each may have; the fewest where nouns differ.
    """
    found: dict[str, int] = {}
    for resource in RESOURCES:
        for name, longest in _prose_in(resource.content):
            found[name] = min(longest, found.get(name, longest))
    return found


def _prose_in(model: type[BaseModel]) -> Iterator[tuple[str, int]]:
    for name, hint in get_type_hints(model, include_extras=True).items():
        if name not in model.model_fields:
            continue
        extras = list(_extras(hint))
        if any(isinstance(one, AfterValidator) and is_prose(one.func) for one in extras):
            limits = (one.max_length for one in extras if isinstance(one, StringConstraints))
            yield name, min(limit for limit in limits if limit is not None)
        for inner in _models(hint):
            yield from _prose_in(inner)


def _extras(hint: Any) -> Iterator[Any]:
    """All that a type says of a value, beside its class."""
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    for inner in get_args(hint):
        yield from _extras(inner)


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for inner in get_args(hint):
        yield from _models(inner)
