"""GeoJSON: valid by RFC 7946, and readable to the last sign."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.formats.geojson import GeoJSON
from app.resources.entries import Entry, Inference, Place, Quoted, Reference
from tests.formats.documents import document
from tests.formats.entries import Thing, document_of, entry, items_of
from tests.formats.hostile import HOSTILE

# RFC 7946 for collections of points: section 3.1.1 (longitude before latitude), 3.1.2, 3.2 and 3.3;
# section 4 rules out "crs". Members of no standard are left to "properties".
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": {"$ref": "#/$defs/feature"}},
    },
    "$defs": {
        "feature": {
            "type": "object",
            "additionalProperties": False,
            "required": ["type", "geometry", "properties"],
            "properties": {
                "type": {"const": "Feature"},
                "id": {"type": ["string", "number"]},
                "geometry": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/point"}]},
                "properties": {"type": ["object", "null"]},
            },
        },
        "point": {
            "type": "object",
            "additionalProperties": False,
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"const": "Point"},
                "coordinates": {
                    "type": "array",
                    "prefixItems": [
                        {"type": "number", "minimum": -180, "maximum": 180},
                        {"type": "number", "minimum": -90, "maximum": 90},
                    ],
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
        },
    },
}
GENEVA = Place("US Mission", "Geneva", "CHE", 46.2276481, 6.137201, "Europe/Zurich")
SOURCE = Reference("An article", "/sources/article")
MEETING = entry(
    "meeting.geneva",
    kind="meeting",
    title="First round",
    path="/meetings/geneva",
    text="They met.",
    starts="2022-01-10",
    ends="2022-01-11~",
    earliest="2022-01-10",
    latest="2022-01-11",
    status="held",
    place=GENEVA,
    who=(Reference("Wendy Sherman", "/participants/wendy-sherman"),),
    reported_by=(Reference("An aide", "/participants/aide"),),
    inferred=(Inference("starts", "Public record."),),
    quotes=(Quoted("first round", SOURCE, "en"),),
    known_from="2022-01-12",
)


def printed(*entries: Entry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(GeoJSON().render(document_of(entries)))
    assert list(Draft202012Validator(SCHEMA).iter_errors(found)) == []
    return found


def test_a_meeting_is_a_point_with_what_the_record_says_of_it() -> None:
    assert printed(MEETING)["features"] == [
        {
            "type": "Feature",
            "id": "meeting.geneva",
            "geometry": {"type": "Point", "coordinates": [6.137201, 46.2276481]},
            "properties": {
                "title": "First round",
                "text": "They met.",
                "kind": "meeting",
                "starts": "2022-01-10",
                "ends": "2022-01-11~",
                "earliest": "2022-01-10",
                "latest": "2022-01-11",
                "status": "held",
                "stands": True,
                "place": "US Mission, Geneva, CHE",
                "city": "Geneva",
                "country": "CHE",
                "url": "https://parley.example/meetings/geneva",
                "who": ["Wendy Sherman"],
                "reported_by": ["An aide"],
                "quotes": [
                    {
                        "exact": "first round",
                        "language": "en",
                        "source": "An article",
                        "url": "https://parley.example/sources/article",
                        "bearing": "supports",
                    }
                ],
                "inferred": [{"field": "starts", "why": "Public record."}],
                "known_from": "2022-01-12",
                "updated": "2026-11-20T08:00:00.000000Z",
            },
        }
    ]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (None, None),
        (replace(GENEVA, latitude=None, longitude=None), "US Mission, Geneva, CHE"),
        (Place(None, None, None, None, None, "Europe/Zurich"), None),
    ],
)
def test_what_has_no_coordinates_stays_in_the_list(place: Place | None, words: str | None) -> None:
    (feature,) = printed(replace(MEETING, place=place))["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["place"] == words


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(0.0, 0.0), (-90.0, 180.0), (90.0, -180.0), (-33.9, -18.4)]
)
def test_longitude_comes_first_everywhere(latitude: float, longitude: float) -> None:
    place = replace(GENEVA, latitude=latitude, longitude=longitude)
    (feature,) = printed(replace(MEETING, place=place))["features"]
    assert feature["geometry"]["coordinates"] == [longitude, latitude]


def test_a_single_record_is_a_collection_of_one() -> None:
    alone = replace(document_of([MEETING]), envelope=None)
    assert GeoJSON().render(alone) == GeoJSON().render(document_of([MEETING]))
    assert printed()["features"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_lost(text: str) -> None:
    place = replace(GENEVA, name=text, city=None, country=None)
    quote = Quoted(text, Reference(text, "/sources/s"), None)
    who = (Reference(text, "/participants/p"),)
    made = entry(title=text, text=text, place=place, who=who, quotes=(quote,))
    told = printed(made)["features"][0]["properties"]
    assert told["title"] == told["text"] == told["place"] == text
    assert told["who"] == [text]
    assert told["quotes"][0]["exact"] == told["quotes"][0]["source"] == text


@pytest.mark.parametrize("size", [1, 2, 5])
def test_pieces_joined_are_the_whole(size: int) -> None:
    entries = [entry(f"claim.c{number}", place=GENEVA) for number in range(5)]
    items = items_of(entries)
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    pieces = list(GeoJSON().stream(document_of(entries, ()), [[], *chunks, []]))
    assert len(pieces) == len(chunks) + 2
    assert b"".join(pieces) == GeoJSON().render(document_of(entries))
    ids = [feature["id"] for feature in json.loads(b"".join(pieces))["features"]]
    assert ids == [one.id for one in entries]


def test_a_broken_transfer_is_no_json() -> None:
    *pieces, _ = GeoJSON().stream(document_of([MEETING], ()), [items_of([MEETING])])
    with pytest.raises(json.JSONDecodeError):
        json.loads(b"".join(pieces))


def test_a_noun_without_entries_is_an_empty_collection() -> None:
    body = GeoJSON().render(document(Thing, [b"{}"], {}))
    assert json.loads(body) == {"type": "FeatureCollection", "features": []}
