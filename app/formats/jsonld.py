"""JSON-LD 1.1: records as linked data, with everything that a reader needs in the answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic_core import from_json, to_json

from app.formats.base import About, Document, Rows
from app.formats.nodes import Node, node_of
from app.resources import BY_PLURAL
from app.resources.terms import DATATYPES, OURS, PREFIXES


class JsonLd(Rows):
    """Schema.org, PROV and Web Annotation where they have a term, our own vocabulary elsewhere.

    A page is an ``OrderedCollectionPage`` of Activity Streams, as Web Annotation's own pages are: a
    W3C Recommendation with an order, a total and a next page. Hydra is a draft, and an ``ItemList``
    has no next page. The context is written out, so nobody has to fetch one.
    """

    name = "jsonld"
    media_type = "application/ld+json"
    streams = False

    def render(self, document: Document) -> bytes:
        """One node, or a page of them."""
        about, shape = document.about, document.shape
        nodes = [
            node_of(from_json(item), document.noun, shape, about.public_url)
            for item in document.items
        ]
        if document.envelope is None:
            body = _licensed(nodes[0], about)
        else:
            body = _page(nodes, document.envelope, about)
        return to_json({"@context": context(about.public_url), **body})

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The same in one piece: a document of linked data cannot be read before its end."""
        items = [item for chunk in chunks for item in chunk]
        yield self.render(replace(document, items=items))


def context(site: str) -> dict[str, Any]:
    """The context of every answer: our vocabulary, those of others, and types of literals."""
    own = f"{site}/vocabulary#"
    typed = {
        term: {"@id": term if ":" in term else f"{OURS}:{term}", "@type": datatype}
        for term, datatype in DATATYPES.items()
    }
    return {"@version": 1.1, "@vocab": own, OURS: own, **PREFIXES, **typed}


def _page(nodes: list[Node], envelope: Mapping[str, Any], about: About) -> Node:
    told = from_json(to_json(envelope))
    facts = {
        "schema:name": about.title,
        "schema:dateModified": about.updated,
        "schema:license": about.license,
        "as:totalItems": told.pop("total", None),
        "as:next": _reference(told.pop("next", None)),
        "facets": told.pop("facets", None),
        "@included": _included(told.pop("included", None) or {}, about.public_url),
        "as:items": {"@list": nodes},
    }
    page = {"@id": about.address, "@type": "as:OrderedCollectionPage"}
    rest = node_of(told, "", None, about.public_url)
    return page | rest | {name: fact for name, fact in facts.items() if fact is not None}


def _licensed(node: Node, about: About) -> Node:
    """The terms are those of the record, not those of the person or the meeting it is about."""
    record = node.get("schema:subjectOf")
    if record and about.license:
        record["schema:license"] = about.license
    return node


def _reference(address: str | None) -> Node | None:
    return {"@id": address} if address else None


def _included(records: Mapping[str, Sequence[Node]], site: str) -> list[Node] | None:
    """The records that were asked for along with the items, beside them."""
    return [
        node_of(record, BY_PLURAL[plural].noun, BY_PLURAL[plural].out, site)
        for plural, some in records.items()
        for record in some
    ] or None
