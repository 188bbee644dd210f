"""JSON-LD: what an independent processor reads is what the record says, all of it, offline."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import to_json

from app.formats.jsonld import JsonLd
from app.resources import BY_NOUN
from app.resources.base import Answer
from tests.formats.documents import ABOUT, document
from tests.formats.hostile import HOSTILE
from tests.formats.linked import count_of, expanded, flattened, statements, texts_in_rdf

OURS = "https://parley.example/vocabulary#"
SCHEMA = "https://schema.org/"
OA = "http://www.w3.org/ns/oa#"
CLAIM = {
    "id": "c",
    "version": 2,
    "revision": 7,
    "known_from": "2022-01-12",
    "negotiation": {"id": "n", "title": "Talks", "href": "/negotiations/n"},
    "claimant": {"id": "ann", "name": "Ann", "href": "/participants/ann"},
    "on": {"edtf": "2022-01-10~", "earliest": "2022-01-10", "latest": "2022-01-10"},
    "text": "We mean it.",
    "kind": "intention",
    "issue": "trust",
    "about": [],
    "meeting": None,
    "evidence": [
        {
            "id": "e1",
            "known_from": "2022-01-12",
            "source": {"id": "s", "title": "An article", "href": "/sources/s"},
            "exact": "mean it",
            "prefix": "we",
            "suffix": None,
            "start": 10,
            "end": 17,
            "bearing": "supports",
        }
    ],
    "cite": "We mean it. (claim, version 2). https://parley.example/claims/c?as_of=7",
}


class Thing(Answer):
    """A shape that no table knows."""

    id: str
    stance: str


def printed(
    item: Any, noun: str = "thing", shape: type[BaseModel] | None = None, **more: Any
) -> dict[str, Any]:
    """One record as it is answered."""
    known = BY_NOUN[noun].out if noun in BY_NOUN else Thing
    made = document(shape or known, [to_json(item)], noun=noun, **more)
    found: dict[str, Any] = json.loads(JsonLd().render(made))
    return found


def test_a_claim_reads_as_it_was_made() -> None:
    node = printed(CLAIM, "claim")
    assert node.pop("@context")["@vocab"] == OURS
    source = "https://parley.example/sources/s"
    assert node == {
        "@id": "https://parley.example/claims/c",
        "@type": ["Claim", "schema:Claim"],
        "schema:identifier": "c",
        "schema:subjectOf": {
            "@id": "https://parley.example/claims/c?as_of=7",
            "@type": ["Record", "schema:CreativeWork", "prov:Entity"],
            "schema:version": 2,
            "prov:wasGeneratedBy": {
                "@id": "https://parley.example/#revision-7",
                "@type": ["Change", "prov:Activity"],
                "revision": 7,
            },
            "known_from": "2022-01-12",
            "dcterms:bibliographicCitation": CLAIM["cite"],
        },
        "negotiation": {
            "@id": "https://parley.example/negotiations/n",
            "schema:name": "Talks",
        },
        "schema:author": {"@id": "https://parley.example/participants/ann", "schema:name": "Ann"},
        "on": {
            "@type": ["Date"],
            "rdf:value": "2022-01-10~",
            "earliest": "2022-01-10",
            "latest": "2022-01-10",
        },
        "schema:text": "We mean it.",
        "kind": {"@id": "parley:ClaimKind.intention"},
        "issue": {
            "@id": "https://parley.example/negotiations/n#issues.trust",
            "schema:identifier": "trust",
        },
        "evidence": [
            {
                "@id": "https://parley.example/claims/c#evidence.e1",
                "@type": ["Quote", "oa:Annotation"],
                "schema:identifier": "e1",
                "known_from": "2022-01-12",
                "bearing": {"@id": "parley:Bearing.supports"},
                "oa:motivatedBy": {"@id": "oa:linking"},
                "oa:hasBody": {"@id": "https://parley.example/claims/c"},
                "oa:hasTarget": {
                    "@type": ["oa:SpecificResource"],
                    "oa:hasSource": {"@id": source, "schema:name": "An article"},
                    "oa:hasSelector": [
                        {
                            "@type": ["oa:TextQuoteSelector"],
                            "oa:exact": "mean it",
                            "oa:prefix": "we",
                        },
                        {"@type": ["oa:TextPositionSelector"], "oa:start": 10, "oa:end": 17},
                    ],
                },
                "prov:wasQuotedFrom": {"@id": source},
            }
        ],
    }


def test_a_claim_makes_these_statements() -> None:
    made = statements(printed(CLAIM, "claim"))
    claim, record = "<https://parley.example/claims/c>", "<https://parley.example/claims/c?as_of=7>"
    quote = "<https://parley.example/claims/c#evidence.e1>"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for statement in (
        f"{claim} <{SCHEMA}author> <https://parley.example/participants/ann> .",
        f'<https://parley.example/participants/ann> <{SCHEMA}name> "Ann" .',
        f"{claim} <{OURS}kind> <{OURS}ClaimKind.intention> .",
        f"{claim} <{SCHEMA}subjectOf> {record} .",
        f'{record} <{OURS}known_from> "2022-01-12"^^<{xsd}date> .',
        f"{claim} <{OURS}evidence> {quote} .",
        f"{quote} <{OA}hasBody> {claim} .",
        f"{quote} <http://www.w3.org/ns/prov#wasQuotedFrom> <https://parley.example/sources/s> .",
    ):
        assert statement in made
    ends = [line.split(" ", 1)[1] for line in made]
    assert f'<{OA}end> "17"^^<{xsd}nonNegativeInteger> .' in ends
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    edtf = "http://id.loc.gov/datatypes/edtf/EDTF"
    assert f'<{rdf}value> "2022-01-10~"^^<{edtf}> .' in ends


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_lost(text: str) -> None:
    link = {"id": "x", "name": text, "href": "/participants/x"}
    made = printed(CLAIM | {"text": text, "claimant": link, "cite": text}, "claim")
    node = expanded(made)[0]
    assert node[f"{SCHEMA}text"] == [{"@value": text}]
    assert node[f"{SCHEMA}author"][0][f"{SCHEMA}name"] == [{"@value": text}]
    assert text in texts_in_rdf(made)


@pytest.mark.parametrize(
    ("edtf", "said"),
    [
        ("2022", ("2022", "gYear")),
        ("2022-01", ("2022-01", "gYearMonth")),
        ("2022-01-10", ("2022-01-10", "date")),
        ("2022-01-10T15:05:00+01:00", ("2022-01-10T15:05:00+01:00", "dateTime")),
        ("2022-01-10T15:05:00Z", ("2022-01-10T15:05:00Z", "dateTime")),
        # XML Schema has no offset without minutes.
        ("2022-01-10T15:05:00+01", None),
        ("2022-01-10~", None),
        ("2022-21", None),
        ("202X", None),
        ("2022-01-XX", None),
        ("2022-01-10/2022-01-12", None),
    ],
)
def test_only_a_certain_date_is_one_for_those_who_read_no_edtf(
    edtf: str, said: tuple[str, str] | None
) -> None:
    when = {"edtf": edtf, "earliest": None, "latest": None}
    meeting = printed({"id": "m", "title": "M", "starts": when, "status": "rescheduled"}, "meeting")
    assert meeting["starts"]["rdf:value"] == edtf
    found = meeting.get("schema:startDate")
    assert found == (said and {"@type": f"xsd:{said[1]}", "@value": said[0]})
    assert meeting["schema:eventStatus"] == {"@id": "schema:EventRescheduled"}


@pytest.mark.parametrize(
    ("noun", "kind", "types"),
    [
        ("participant", "person", ["Participant", "schema:Person"]),
        ("participant", "state", ["Participant", "schema:Country"]),
        ("participant", "body", ["Participant", "schema:Organization"]),
        ("participant", "group", ["Participant"]),
        ("source", "news", ["Source", "schema:CreativeWork", "schema:NewsArticle"]),
        ("source", "treaty_draft", ["Source", "schema:CreativeWork"]),
        ("negotiation", "mediated", ["Negotiation", "schema:Event"]),
    ],
)
def test_a_kind_says_what_a_record_is(noun: str, kind: str, types: list[str]) -> None:
    assert printed({"id": "x", "kind": kind}, noun)["@type"] == types


def test_a_place_and_what_identifies_a_person_have_their_own_forms() -> None:
    place = {"name": "Palace", "city": "Geneva", "country": "CHE", "latitude": 46.2, "longitude": 6}
    assert printed({"id": "m", "place": place}, "meeting")["schema:location"] == {
        "@type": ["schema:Place"],
        "schema:name": "Palace",
        "schema:address": {
            "@type": ["schema:PostalAddress"],
            "schema:addressLocality": "Geneva",
            "schema:addressCountry": "CHE",
        },
        "schema:latitude": 46.2,
        "schema:longitude": 6,
    }
    person = expanded(printed({"id": "p", "wikidata": "Q42"}, "participant"))[0]
    assert person[f"{SCHEMA}sameAs"] == [{"@id": "http://www.wikidata.org/entity/Q42"}]


def test_an_address_that_is_no_iri_is_kept_as_it_is() -> None:
    url = "https://news.example/<a>?q={b}|`c`"
    made = printed({"id": "s", "url": url, "archived_url": url}, "source")
    kept = [line for line in statements(made) if url in line]
    assert len(kept) == 2


def test_both_ends_of_a_place_are_told_where_one_follows_from_the_words() -> None:
    evidence = {"id": "e1", "exact": "two  words", "start": 5, "end": None}
    (quote,) = printed({"id": "c", "evidence": [evidence]}, "claim")["evidence"]
    assert quote["oa:hasTarget"]["oa:hasSelector"][1]["oa:end"] == 14


def test_a_noun_that_nobody_knows_is_told_in_our_own_words() -> None:
    item = {
        "id": "t",
        "stance": "firm",
        "record": {"id": "c", "title": "C", "href": "/claims/c"},
        "cells": {"ann": [1, 2], "2022-01-10": True, "@type": "x", "a b": 0.5, "schema": "s"},
        "rows": [[1, 2], [3]],
        "negotiation": "talks",
        "none": None,
    }
    made = printed(item)
    node = expanded(made)[0]
    assert node["@id"] == "https://parley.example/claims/c#t"
    assert node["@type"] == [f"{OURS}Thing"]
    assert node[f"{OURS}stance"] == [{"@value": "firm"}]
    (cells,) = node[f"{OURS}cells"]
    told = {
        name.removeprefix(OURS): [one["@value"] for one in said] for name, said in cells.items()
    }
    assert told == {
        "ann": [1, 2],
        "2022-01-10": [True],
        "%40type": ["x"],
        "a%20b": [0.5],
        "schema": ["s"],
    }
    assert node[f"{OURS}rows"] == [{"@type": "@json", "@value": [[1, 2], [3]]}]
    assert len(statements(made)) == count_of(flattened(made))


def test_some_fields_only_leave_no_address_where_nothing_is_stable() -> None:
    made = printed({"text": "t", "version": 3, "evidence": CLAIM["evidence"]}, "claim")
    assert "@id" not in made
    assert made["schema:subjectOf"]["schema:version"] == 3
    assert "@id" not in made["schema:subjectOf"]
    assert "@id" not in made["evidence"][0]
    assert len(statements(made)) == count_of(flattened(made))


def test_the_terms_of_use_are_those_of_the_record_not_of_the_person() -> None:
    about = replace(ABOUT, license="https://terms.example/by")
    made = printed({"id": "ann", "revision": 1}, "participant", about=about)
    assert made["schema:subjectOf"]["schema:license"] == "https://terms.example/by"
    assert "schema:license" not in made
