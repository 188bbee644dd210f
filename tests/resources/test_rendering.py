"""How a record reads in each stretch of knowledge days, without a store."""

import json
from collections.abc import Mapping
from datetime import date

from app.resources import BY_NOUN
from app.resources.base import ALWAYS, NEVER
from app.resources.evidence import RecordContent
from app.resources.rendering import Rendition, Stamp, addresses_of, pointers_from, render
from app.resources.resource import Address, Face, Pointer
from tests.made_up import (
    Fields,
    claim,
    day,
    demand,
    meeting,
    negotiation,
    notice,
    noun_of,
    participant,
    quote,
    quotes,
    source,
)

FACES: Mapping[Address, Face] = {
    ("source", "a"): Face("Paper a", day(1)),
    ("source", "b"): Face("Paper b", day(3)),
    ("source", "c"): Face("Paper c", day(6)),
    ("source", "undated"): Face("Undated", NEVER),
    ("negotiation", "harbour-talks"): Face("Harbour talks", ALWAYS),
    **{
        ("participant", one): Face(one.title(), ALWAYS)
        for one in ("anna", "boris", "northland", "southland", "council")
    },
    ("meeting", "summit"): Face("Summit", day(6)),
    ("claim", "other"): Face("Other", day(6)),
    ("claim", "never"): Face("Never", NEVER),
    ("demand", "new"): Face("New", day(3)),
}


def rendered(content: RecordContent, *pointers: Pointer) -> list[Rendition]:
    return render(BY_NOUN[noun_of(content)], content, Stamp(2, 5), FACES, pointers)


def stretches(content: RecordContent, *pointers: Pointer) -> list[tuple[date | None, date | None]]:
    return [(one.known_from, one.known_until) for one in rendered(content, *pointers)]


def document(made: Rendition) -> Fields:
    fields: Fields = json.loads(made.document)
    return fields


def test_a_record_of_one_paper_reads_the_same_from_its_day_on() -> None:
    assert stretches(claim("said", "b")) == [(day(3), None)]


def test_a_record_has_one_stretch_for_each_day_on_which_it_reads_differently() -> None:
    assert stretches(claim("said", "b a c")) == [
        (day(1), day(3)),
        (day(3), day(6)),
        (day(6), None),
    ]


def test_what_an_undated_source_adds_stands_outside_the_calendar() -> None:
    assert stretches(claim("said", "b undated")) == [(day(3), NEVER), (None, None)]
    assert stretches(claim("said", "undated")) == [(None, None)]
    assert stretches(source("undated")) == [(None, None)]


def test_a_day_on_which_nothing_changes_makes_no_stretch() -> None:
    # The negotiation's own day is that of its quotes, but it is always listed.
    told = negotiation(**quotes("b"))
    assert stretches(told) == [(ALWAYS, day(3)), (day(3), None)]
    assert stretches(negotiation()) == [(ALWAYS, None)]
    assert stretches(claim("said", "c", meeting="summit")) == [(day(6), None)]


def test_a_link_appears_with_the_day_on_which_its_target_was_known() -> None:
    early, late = rendered(claim("said", "a", meeting="summit", about_meetings=["summit"]))
    assert (early.known_until, late.known_from) == (day(6), day(6))
    assert (document(early)["meeting"], document(early)["about_meetings"]) == (None, [])
    assert document(late)["meeting"] == {
        "id": "summit",
        "title": "Summit",
        "href": "/meetings/summit",
    }
    assert ("meeting", "meeting", "summit") not in early.links
    assert ("meeting", "meeting", "summit") in late.links
    assert (early.columns["meeting"], late.columns["meeting"]) == (None, "summit")


def test_a_pointer_appears_on_the_day_from_which_it_was_known() -> None:
    pointers = (
        Pointer("contradicts", ("claim", "other"), day(6)),
        Pointer("confirms", ("claim", "never"), NEVER),
    )
    shown = {
        made.known_from: [one["claim"]["id"] for one in document(made)["related_from"]]
        for made in rendered(claim("said", "a"), *pointers)
    }
    assert shown == {day(1): [], day(6): ["other"], None: ["other", "never"]}


def test_every_document_names_its_version_its_revision_and_the_day_of_the_record() -> None:
    for made in rendered(claim("said", "c a")):
        shown = document(made)
        assert list(shown)[:4] == ["id", "version", "revision", "known_from"]
        assert list(shown)[4] != "evidence"
        assert (shown["version"], shown["revision"]) == (2, 5)
        assert shown["known_from"] == "2022-01-01"


def test_no_sentinel_leaves_the_service() -> None:
    contents = [
        claim("said", "undated", on="../2022-01"),
        meeting("summit", notice("scheduled", "undated", starts="2022-01-10/..")),
        demand("asked", "undated a", on="2022"),
        participant("anna", posts=[{"title": "Envoy", "inferred": [{"field": "t", "note": "-"}]}]),
        negotiation(starts="../2022"),
        source("undated"),
    ]
    for content in contents:
        for made in rendered(content):
            assert "9999" not in made.document
            assert "0001-01-01" not in made.document


def test_columns_hold_what_lists_filter_and_sort_by() -> None:
    (made,) = rendered(
        meeting("summit", notice("held", "a", starts="2022-01-04/2022-01-06"), forum="council")
    )
    assert made.columns == {
        "negotiation": "harbour-talks",
        "forum": "council",
        "status": "held",
        "starts": "2022-01-04/2022-01-06",
        "followed_until": day(1),
        "undated": False,
        "earliest": day(4),
        "latest": day(6),
    }


def test_a_meeting_lasts_from_its_first_to_its_last_day() -> None:
    told = notice("scheduled", "a", starts="2022-01-04", ends="2022-01-09T18:00:00Z")
    (made,) = rendered(meeting("summit", told))
    assert (made.columns["earliest"], made.columns["latest"]) == (day(4), day(9))
    (open_end,) = rendered(
        meeting("summit", notice("scheduled", "a", starts="2022-01-04", ends="2022-01-05/.."))
    )
    assert (open_end.columns["earliest"], open_end.columns["latest"]) == (day(4), date.max)


def test_rows_of_parts_hold_only_the_parts_of_the_stretch() -> None:
    early, late = rendered(
        meeting(
            "summit",
            notice("scheduled", "a", id="plan", starts="2022-01"),
            notice("held", "c", id="held"),
            attendance=[{"participant": "anna", "presence": "attended", **quotes("c")}],
        )
    )
    assert [fields["id"] for _, fields in early.parts] == ["plan"]
    assert [fields["id"] for _, fields in late.parts] == ["plan", "held", "a1"]
    table, fields = early.parts[0]
    assert table.__tablename__ == "notice"
    assert fields["starts_earliest"] == day(1)
    assert fields["starts_latest"] == day(31)
    assert fields["known_from"] == day(1)


def test_only_the_quotes_of_the_stretch_are_stored_and_shown_with_their_place() -> None:
    placed = quote("b", "some words", start=10, end=20, prefix="before ")
    early, late = rendered(claim("said", evidence=[quote("a"), placed]))
    assert (len(early.quotes), len(late.quotes)) == (1, 2)
    assert [one["source"]["id"] for one in document(early)["evidence"]] == ["a"]
    shown = document(late)["evidence"][1]
    assert shown["source"] == {"id": "b", "title": "Paper b", "href": "/sources/b"}
    assert (shown["exact"], shown["start"], shown["end"]) == ("some words", 10, 20)
    assert (shown["prefix"], shown["suffix"]) == ("before ", None)
    assert (shown["bearing"], shown["verification"]) == ("supports", "unchecked")
    assert shown["known_from"] == "2022-01-03"


def test_links_are_found_in_their_roles_however_deep_they_stand() -> None:
    told = demand(
        "asked",
        "a",
        replaces="new",
        responses=[{"by": "northland", "stance": "rejects", "meeting": "summit", **quotes("b")}],
    )
    assert set(addresses_of(told)) == {
        ("negotiation", ("negotiation", "harbour-talks")),
        ("made_by", ("participant", "southland")),
        ("addressed_to", ("participant", "northland")),
        ("replaces", ("demand", "new")),
        ("responses.by", ("participant", "northland")),
        ("responses.meeting", ("meeting", "summit")),
        ("source", ("source", "a")),
        ("source", ("source", "b")),
    }


def test_what_a_record_points_at_is_dated_by_the_record_or_by_the_part_that_points() -> None:
    told = claim("said", "a", relations=[{"to": "other", "type": "contradicts", **quotes("b")}])
    pointers = pointers_from("claim", told, Face("Said", day(1)), FACES)
    found = {pointer.role: (target, pointer.known_from) for target, pointer in pointers}
    assert found["contradicts"] == (("claim", "other"), day(6))
    assert found["claimant"] == (("participant", "anna"), day(1))


def test_a_label_is_one_line_of_bounded_length() -> None:
    long = claim("said", text="word " * 100)
    label = BY_NOUN["claim"].label(long)
    assert len(label) <= 120
    assert label.endswith("word…")
    assert BY_NOUN["claim"].label(claim("said", text="two\n lines")) == "two lines"
    nameless = claim(
        "said",
        "",
        text=None,
        kind="unclassified",
        inferred=[{"field": "text", "note": "Nobody wrote it down."}],
    )
    assert BY_NOUN["claim"].label(nameless) == "said"
