"""Terms: what the shapes and fields of answers are called in linked data.

A term is written short: with the prefix of its vocabulary, or bare where it is one of our own.
Where no standard has a term that means the same, ours stays: none is bent to fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import BaseModel

from app.resources.answers import ResponseOut
from app.resources.base import NamedLink, TitledLink
from app.resources.claims import ClaimOut
from app.resources.dates import EdtfOut
from app.resources.demands import DemandOut
from app.resources.evidence import EvidenceOut, RecordOut, WordsOut
from app.resources.meetings import MeetingOut
from app.resources.negotiations import NegotiationOut
from app.resources.notices import LengthOut, PlaceOut
from app.resources.participants import ParticipantOut, PostOut
from app.resources.quotes import QuoteOut, RecordLink
from app.resources.sources import SourceOut, TextOut

Shape = type[BaseModel]


@dataclass(frozen=True, slots=True)
class Step:
    """A node that stands between a record and one of its values, and what it is."""

    term: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """What a field is called, and the nodes on the way to it."""

    name: str
    steps: tuple[Step, ...] = ()


# The prefix of our own vocabulary, for values that are terms of it.
OURS: Final = "parley"

PREFIXES: Final[Mapping[str, str]] = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "wikidata": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# What the values of a term are, where JSON does not tell. An address may hold signs that no IRI
# may, so it is a literal.
DATATYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("as:totalItems", "oa:start", "oa:end"), "xsd:nonNegativeInteger"),
    **dict.fromkeys(("schema:url", "schema:archivedAt"), "xsd:anyURI"),
    **dict.fromkeys(("earliest", "latest", "known_from", "known_at", "at"), "xsd:date"),
    **dict.fromkeys(("verified_on", "followed_until"), "xsd:date"),
    **dict.fromkeys(("more_than", "at_least", "approximately", "at_most"), "schema:Duration"),
    "schema:dateModified": "xsd:dateTime",
    "rdf:value": "edtf:EDTF",
    "facets": "@json",
}

# What a record is: our own class first. Other shapes are called by their own name alone.
TYPES: Final[Mapping[Shape, tuple[str, ...]]] = {
    NegotiationOut: ("Negotiation", "schema:Event"),
    ParticipantOut: ("Participant",),
    SourceOut: ("Source", "schema:CreativeWork"),
    MeetingOut: ("Meeting", "schema:Event"),
    ClaimOut: ("Claim", "schema:Claim"),
    DemandOut: ("Demand", "schema:AskAction"),
    ResponseOut: ("Response", "schema:ReplyAction"),
    PostOut: ("Post", "schema:Role"),
    PlaceOut: ("schema:Place",),
    EvidenceOut: ("Quote", "oa:Annotation"),
    QuoteOut: ("Quote", "oa:Annotation"),
    EdtfOut: ("Date",),
    TextOut: ("Text",),
    # Of a link, only the record itself says what it is.
    **dict.fromkeys((NamedLink, TitledLink, RecordLink), ()),
}

# The record itself, as opposed to what it is about: a person has no version.
_RECORD: Final = Step("schema:subjectOf", ("Record", "schema:CreativeWork", "prov:Entity"))
_CHANGE: Final = Step("prov:wasGeneratedBy", ("Change", "prov:Activity"))
_ADDRESS: Final = Step("schema:address", ("schema:PostalAddress",))
TARGET: Final = Step("oa:hasTarget", ("oa:SpecificResource",))
_WORDS: Final = Step("oa:hasSelector", ("oa:TextQuoteSelector",))
POSITION: Final = Step("oa:hasSelector", ("oa:TextPositionSelector",))

# Fields that have a term of a standard, whichever shape they are in.
STANDARD: Final[Mapping[str, str]] = {
    "id": "schema:identifier",
    "title": "schema:name",
    "name": "schema:name",
    "other_names": "schema:alternateName",
    "summary": "schema:description",
    "description": "schema:description",
    "text": "schema:text",
    "language": "schema:inLanguage",
    "translator": "schema:translator",
    "version": "schema:version",
    "publisher": "schema:publisher",
    "authors": "schema:author",
    "url": "schema:url",
    "archived_url": "schema:archivedAt",
    "origin": "prov:wasDerivedFrom",
    "place": "schema:location",
    "latitude": "schema:latitude",
    "longitude": "schema:longitude",
    "wikidata": "schema:sameAs",
    "claimant": "schema:author",
    "made_by": "schema:agent",
    "about": "schema:about",
    "part_of": "dcterms:isPartOf",
    "parts": "dcterms:hasPart",
    "replaces": "dcterms:replaces",
    "replaced_by": "dcterms:isReplacedBy",
    "edtf": "rdf:value",
}

# Fields that only we have: the vocabulary's own terms, called as they are.
_OWN: Final = """
about_meetings addressed_to at at_least at_most attendance attribution basis bearing by
capacity claim conditions counter_demand country created disagreement duration earliest ends
evidence field followed_until format forum from inferred issue issues kind known_from latest
length meeting mode more_than negotiation normalization normalized_sha256 note notices noun on
on_behalf_of organization original overdue participant participants parties path posts presence
proximity published record related_from relations reported_by reported_on responses revision
role round sha256 sides sources speakers stance stands starts state status timezone to type
until value verification verified_on voices withdrawn
"""
OWN: Final = frozenset(_OWN.split())

# Fields that mean something else, or stand elsewhere, in one shape and those made from it.
SPECIAL: Final[Mapping[tuple[Shape, str], Term]] = {
    (RecordOut, "version"): Term("schema:version", (_RECORD,)),
    (RecordOut, "revision"): Term("revision", (_RECORD, _CHANGE)),
    (RecordOut, "known_from"): Term("known_from", (_RECORD,)),
    (RecordOut, "cite"): Term("dcterms:bibliographicCitation", (_RECORD,)),
    (WordsOut, "source"): Term("oa:hasSource", (TARGET,)),
    (WordsOut, "exact"): Term("oa:exact", (TARGET, _WORDS)),
    (WordsOut, "prefix"): Term("oa:prefix", (TARGET, _WORDS)),
    (WordsOut, "suffix"): Term("oa:suffix", (TARGET, _WORDS)),
    (WordsOut, "start"): Term("oa:start", (TARGET, POSITION)),
    (WordsOut, "end"): Term("oa:end", (TARGET, POSITION)),
    (QuoteOut, "record"): Term("oa:hasBody"),
    (PlaceOut, "city"): Term("schema:addressLocality", (_ADDRESS,)),
    (PlaceOut, "country"): Term("schema:addressCountry", (_ADDRESS,)),
    (MeetingOut, "negotiation"): Term("schema:superEvent"),
    (DemandOut, "addressed_to"): Term("schema:recipient"),
    (ResponseOut, "by"): Term("schema:agent"),
    (PostOut, "title"): Term("schema:roleName"),
    (SourceOut, "text"): Term("held_text"),
    (LengthOut, "about"): Term("approximately"),
}

# Fields that linked data has in another form.
LEFT_OUT: Final[Mapping[tuple[Shape, str], str]] = {
    (NamedLink, "id"): "the address ends with it",
    (TitledLink, "id"): "the address ends with it",
    (RecordLink, "id"): "the address ends with it",
    (NamedLink, "href"): "it is the address",
    (TitledLink, "href"): "it is the address",
    (RecordLink, "href"): "it is the address",
}

# What a date is called for those who read no EDTF; said only where the date is certain.
CERTAIN: Final[Mapping[str, str]] = {
    "starts": "schema:startDate",
    "ends": "schema:endDate",
    "from": "schema:startDate",
    "until": "schema:endDate",
    "created": "schema:dateCreated",
    "published": "schema:datePublished",
}


@lru_cache(maxsize=1024)
def term_of(shape: Shape | None, field: str) -> Term | None:
    """What a field of a shape is called; None where it is left out. What no table has is ours."""
    for base in shape.__mro__ if shape else ():
        if (base, field) in LEFT_OUT:
            return None
        if (base, field) in SPECIAL:
            return SPECIAL[base, field]
    return Term(STANDARD.get(field, field))
