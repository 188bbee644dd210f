"""Linked data as pyld, an independent implementation, reads it: without ever asking the network."""

from collections.abc import Iterator
from typing import Any, NoReturn

from pyld import jsonld


def _refuse(address: str, _options: Any) -> NoReturn:
    raise AssertionError(f"a reader had to fetch {address}")


OFFLINE = {"documentLoader": _refuse}


def expanded(document: Any) -> list[dict[str, Any]]:
    """The document without its context: every key and every type is an IRI."""
    found: list[dict[str, Any]] = jsonld.expand(document, OFFLINE)
    return found


def flattened(document: Any) -> list[dict[str, Any]]:
    """Every node once, with all that is said of it."""
    found: list[dict[str, Any]] = jsonld.flatten(document, options=OFFLINE)
    return found


def statements(document: Any) -> set[str]:
    """The document as RDF, in N-Quads."""
    text: str = jsonld.to_rdf(document, {**OFFLINE, "format": "application/n-quads"})
    return set(text.strip("\n").split("\n"))


def texts_in_rdf(document: Any) -> set[str]:
    """Every literal of the document as RDF."""
    quads = jsonld.to_rdf(document, OFFLINE)["@default"]
    return {quad["object"]["value"] for quad in quads if quad["object"]["type"] == "literal"}


def pairs(found: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every property of expanded linked data with each of its values, literals and addresses."""
    if isinstance(found, list):
        for one in found:
            yield from pairs(one, name)
    elif not isinstance(found, dict):
        return
    elif "@value" in found:
        yield name, found["@value"]
    elif "@list" in found:
        yield from pairs(found["@list"], name)
    else:
        if "@id" in found:
            yield name, found["@id"]
        for inner, values in found.items():
            if not inner.startswith("@"):
                yield from pairs(values, inner)


def count_of(nodes: list[dict[str, Any]]) -> int:
    """How many statements flattened linked data makes; a list makes two for each member."""
    return sum(
        _count(value)
        for node in nodes
        for name, values in node.items()
        if name != "@id"
        for value in values
    )


def _count(value: Any) -> int:
    return 1 + (2 * len(value["@list"]) if isinstance(value, dict) and "@list" in value else 0)
