"""Documents as they are answered: whole, cut to some fields, with the records they link to."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from app.errors import Fault, InvalidParameter
from app.formats.base import Format
from app.resources import BY_NOUN
from app.resources.base import HERE, NamedLink, TitledLink
from app.resources.resource import Listing
from app.store.pins import Pin
from app.store.reader import Found, Snapshot

SOURCE = "source"
# With the space that stands before it: a text that spells the escape out has a backslash there.
HERE_IN_JSON = b" " + to_json(HERE)[1:-1]


def document_of(found: Found, public_url: str) -> bytes:
    """A stored document with the public URL where it belongs, and the fields that depend on the
    day spliced in at its end.
    """
    document = addressed(found.document.encode(), public_url)
    if found.judged is None:
        return document
    return document[:-1] + b"," + to_json(found.judged)[1:]


def addressed(document: bytes, public_url: str) -> bytes:
    """A stored document with the public URL where it belongs: once, in its citation at the end."""
    before, here, behind = document.rpartition(HERE_IN_JSON)
    return b"".join((before, _in_json(public_url), behind)) if here else document


@lru_cache(maxsize=8)
def _in_json(public_url: str) -> bytes:
    return to_json(f" {public_url}")[1:-1]


def fields_of_shape(shape: type[BaseModel]) -> list[str]:
    """The names of a shape's fields as answers spell them."""
    return [declared.alias or name for name, declared in shape.model_fields.items()]


def check_fields(shape: type[BaseModel], text: str | None) -> tuple[str, ...]:
    """The fields that were asked for. Raises InvalidParameter for one that there is not."""
    return checked("fields", text, fields_of_shape(shape))


def check_include(listing: Listing, text: str | None) -> tuple[str, ...]:
    """The links that were asked to be followed. Raises InvalidParameter."""
    linking = [
        declared.alias or name
        for name, declared in listing.out.model_fields.items()
        if _links(declared.annotation)
    ]
    return checked("include", text, [*linking, SOURCE])


def has_place(form: Format, asked: Collection[str]) -> bool:
    """Whether a format has a place for what these parameters add or leave out."""
    if {"include", "facet"} & set(asked) and (form.streams or form.needs):
        return False
    return not (form.needs and "fields" in asked)


def check_form(form: Format, **asked: tuple[str, ...]) -> None:
    """Refuse what only an envelope has a place for, where the format has none.

    Raises InvalidParameter.
    """
    for parameter, names in asked.items():
        if names and (form.streams or form.needs):
            fault = Fault("is for format=json: this format has no place for it", parameter)
            raise InvalidParameter("A query parameter is wrong.", (fault,))


def check_whole(form: Format, fields: tuple[str, ...]) -> None:
    """Refuse some fields only, where the format prints entries. Raises InvalidParameter."""
    if form.needs and fields:
        fault = Fault("is for formats of rows: this one prints whole entries", "fields")
        raise InvalidParameter("A query parameter is wrong.", (fault,))


def checked(parameter: str, text: str | None, known: Iterable[str]) -> tuple[str, ...]:
    """The names in a list with commas. Raises InvalidParameter for one that there is not."""
    names = tuple(dict.fromkeys(text.split(","))) if text else ()
    if not set(names) <= set(known):
        fault = Fault(f"must name some of: {', '.join(sorted(set(known)))}", parameter)
        raise InvalidParameter("A query parameter is wrong.", (fault,))
    return names


def _links(annotation: Any) -> bool:
    if annotation in (NamedLink, TitledLink):
        return True
    return any(_links(inner) for inner in get_args(annotation))


def included(
    look: Snapshot, documents: Iterable[bytes], names: tuple[str, ...], pin: Pin, public_url: str
) -> dict[str, list[Any]]:
    """The records that the named fields link to, once each, by noun in the plural.

    One statement for each noun, however many records there are.
    """
    wanted: dict[str, set[str]] = {}
    for document in documents:
        record = from_json(document)
        for name in names:
            found = _sources(record) if name == SOURCE else record.get(name)
            for link in found if isinstance(found, list) else [found]:
                _note(link, wanted)
    answer: dict[str, list[Any]] = {}
    for plural, ids in sorted(wanted.items()):
        resource = BY_NOUN[plural.removesuffix("s")]
        records = look.linked(resource, sorted(ids), pin)
        answer[plural] = [from_json(document_of(one, public_url)) for one in records]
    return answer


def _note(link: Mapping[str, str] | None, wanted: dict[str, set[str]]) -> None:
    if link:
        _, plural, identifier = link["href"].split("/")
        wanted.setdefault(plural, set()).add(identifier)


def _sources(value: Any) -> list[Any]:
    """Every link to a source, however deep in a record it stands."""
    if isinstance(value, list):
        return [link for item in value for link in _sources(item)]
    if not isinstance(value, dict):
        return []
    own = [value[SOURCE]] if isinstance(value.get(SOURCE), dict) else []
    return own + [link for inner in value.values() for link in _sources(inner)]
