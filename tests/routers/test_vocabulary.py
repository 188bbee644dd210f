"""The vocabulary: complete, defined, and with counterparts that are named as they are spelled."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from app.resources.meanings import MEANINGS, SCHEMES
from app.resources.view_meanings import VIEW_MEANINGS
from app.web.subjects import SUBJECTS
from tests.http import Json, Site


def enumerations_of(shape: Any) -> Iterator[type[StrEnum]]:
    """Every enumeration that an answer of this shape can have, however deep."""
    for inner in (shape, *get_args(shape)):
        if isinstance(inner, type) and issubclass(inner, StrEnum):
            yield inner
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for declared in inner.model_fields.values():
                yield from enumerations_of(declared.annotation)
        elif inner is not shape:
            yield from enumerations_of(inner)


ANSWERED = {kind for subject in SUBJECTS for kind in enumerations_of(subject.out)}
EVERY_MEANING = {**MEANINGS, **VIEW_MEANINGS}


async def by_name(site: Site) -> dict[str, Json]:
    return {one["name"]: one for one in (await site.get("/vocabulary"))["enumerations"]}


def test_every_enumeration_of_an_answer_has_a_meaning_for_every_value() -> None:
    assert set(EVERY_MEANING) == ANSWERED
    for kind, meanings in EVERY_MEANING.items():
        assert list(meanings) == [value.value for value in kind], kind


async def test_every_enumeration_of_an_answer_is_there_with_all_its_values(site: Site) -> None:
    found = await by_name(site)
    assert set(found) == {kind.__name__ for kind in ANSWERED}
    for kind in ANSWERED:
        assert [one["value"] for one in found[kind.__name__]["values"]] == list(kind)


async def test_enumerations_are_called_as_the_openapi_document_calls_them(site: Site) -> None:
    schemas = site.app.openapi()["components"]["schemas"]
    for name, found in (await by_name(site)).items():
        assert schemas[name]["enum"] == [one["value"] for one in found["values"]]


async def test_every_definition_is_one_plain_sentence(site: Site) -> None:
    for name, found in (await by_name(site)).items():
        assert found["definition"].endswith("."), name
        for one in found["values"]:
            assert re.fullmatch(r"[A-Z][^.]+\.", one["definition"]), (name, one["value"])


async def test_every_counterpart_is_of_a_scheme_that_is_listed_and_each_is_used(
    site: Site,
) -> None:
    answer = await site.get("/vocabulary")
    used = {
        counterpart["scheme"]
        for found in answer["enumerations"]
        for one in found["values"]
        for counterpart in one["counterparts"]
    }
    assert used == {scheme["name"] for scheme in answer["schemes"]}
    assert used == {name for name, _, _ in SCHEMES}
    assert all(scheme["url"].startswith("http") for scheme in answer["schemes"])


@pytest.mark.parametrize(
    ("name", "value", "scheme", "term"),
    [
        ("MeetingStatus", "scheduled", "schema.org", "EventScheduled"),
        ("MeetingStatus", "scheduled", "iCalendar", "STATUS:CONFIRMED"),
        ("MeetingStatus", "rescheduled", "schema.org", "EventRescheduled"),
        ("MeetingStatus", "postponed", "schema.org", "EventPostponed"),
        ("MeetingStatus", "cancelled", "schema.org", "EventCancelled"),
        ("MeetingStatus", "cancelled", "iCalendar", "STATUS:CANCELLED"),
        ("Mode", "yield", "PLOVER", "REQUEST, mode yield"),
        ("Stance", "accepts", "PLOVER", "AGREE"),
        ("Stance", "rejects", "CAMEO", "12 REJECT"),
        ("Capacity", "chair", "iCalendar", "ROLE=CHAIR"),
        ("ParticipantKind", "person", "Popolo", "Person"),
        ("RelationType", "responds_to", "Web Annotation", "replying"),
        ("RelationType", "supersedes", "PROV", "wasRevisionOf"),
    ],
)
async def test_a_value_names_its_counterpart(
    site: Site, name: str, value: str, scheme: str, term: str
) -> None:
    found = (await by_name(site))[name]
    (meaning,) = (one for one in found["values"] if one["value"] == value)
    named = [(one["scheme"], one["term"]) for one in meaning["counterparts"]]
    assert (scheme, term) in named


async def test_an_enumeration_names_the_fields_that_hold_it(site: Site) -> None:
    found = await by_name(site)
    fields = ["meetings.notices.status", "meetings.status", "timeline.status"]
    assert found["MeetingStatus"]["fields"] == fields
    assert found["Mode"]["fields"] == ["demands.mode"]
    assert "quotes.bearing" in found["Bearing"]["fields"]


async def test_the_vocabulary_may_be_kept_for_a_day(site: Site) -> None:
    answer = await site.client.get("/vocabulary")
    assert answer.headers["cache-control"] == "max-age=86400"
