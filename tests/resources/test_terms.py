"""Terms: every field that is answered has one, and the tables name nothing that there is not."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from app.resources import RESOURCES, terms
from app.resources.quotes import QUOTES
from app.resources.terms import CERTAIN, DATATYPES, LEFT_OUT, OWN, PREFIXES, SPECIAL, STANDARD, Term
from app.resources.timeline import TIMELINE

SHAPES = [*(resource.out for resource in RESOURCES), QUOTES.out, TIMELINE.out]
# The terms of each vocabulary that we use, as its specification spells them.
KNOWN = {
    "as": {"totalItems"},
    "dcterms": {"bibliographicCitation", "hasPart", "isPartOf", "isReplacedBy", "replaces"},
    "oa": {"end", "exact", "hasBody", "hasSelector", "hasSource", "hasTarget", "prefix", "start"}
    | {"Annotation", "SpecificResource", "TextPositionSelector", "TextQuoteSelector", "suffix"},
    "prov": {"Activity", "Entity", "wasDerivedFrom", "wasGeneratedBy"},
    "rdf": {"value"},
    "schema": {"AskAction", "Claim", "CreativeWork", "Event", "Place", "PostalAddress"}
    | {"ReplyAction", "Role", "about", "address", "addressCountry", "addressLocality", "agent"}
    | {"alternateName", "archivedAt", "author", "dateCreated", "dateModified", "datePublished"}
    | {"description", "endDate", "identifier", "inLanguage", "latitude", "location", "longitude"}
    | {"name", "publisher", "recipient", "roleName", "sameAs", "startDate", "subjectOf"}
    | {"superEvent", "text", "translator", "url", "version"},
}


def shapes_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every shape in a type, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for declared in annotation.model_fields.values():
            yield from shapes_in(declared.annotation)
    for inner in get_args(annotation):
        yield from shapes_in(inner)


FIELDS = {
    (shape, declared.alias or name)
    for answered in SHAPES
    for shape in shapes_in(answered)
    for name, declared in shape.model_fields.items()
}
NAMES = {name for _, name in FIELDS}


def iris_of(name: str, ours: str) -> set[str]:
    """What a field of this name can be called, in full; ``@id`` where it is in the address."""
    found = {terms.term_of(shape, name) for shape, field in FIELDS if field == name}
    return {_iri(term.name, ours) if term else "@id" for term in found}


def _iri(name: str, ours: str) -> str:
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon else ours + name


def test_every_field_of_every_shape_has_a_term_or_a_reason_to_have_none() -> None:
    without = [
        f"{shape.__name__}.{name}"
        for shape, name in FIELDS
        if name not in STANDARD
        and name not in OWN
        and not any((base, name) in {**SPECIAL, **LEFT_OUT} for base in shape.__mro__)
    ]
    assert sorted(without) == []


@pytest.mark.parametrize("table", [STANDARD, OWN, CERTAIN])
def test_the_tables_name_no_field_that_there_is_not(table: Any) -> None:
    assert set(table) <= NAMES


@pytest.mark.parametrize("table", [SPECIAL, LEFT_OUT])
def test_the_exceptions_are_of_shapes_that_there_are(table: Any) -> None:
    for shape, name in table:
        assert any(issubclass(found, shape) and name == field for found, field in FIELDS)


def test_a_field_is_in_one_table() -> None:
    assert not set(STANDARD) & OWN


def named() -> Iterator[str]:
    """Every term of a standard that the tables use."""
    special = SPECIAL.values()
    steps = [step for term in special for step in term.steps]
    yield from STANDARD.values()
    yield from CERTAIN.values()
    yield from DATATYPES
    yield from (term.name for term in special)
    yield from (step.term for step in steps)
    yield from (name for step in steps for name in step.types)
    yield from (name for types in terms.TYPES.values() for name in types)


def test_a_term_of_a_standard_is_one_of_its_terms() -> None:
    used: dict[str, set[str]] = {}
    for name in named():
        prefix, colon, local = name.partition(":")
        if colon:
            used.setdefault(prefix, set()).add(local)
    assert used == KNOWN
    assert set(used) <= set(PREFIXES)


def test_our_own_terms_are_called_as_the_fields_are() -> None:
    assert terms.term_of(None, "stance") == Term("stance")
    assert terms.term_of(None, "never heard of") == Term("never heard of")
