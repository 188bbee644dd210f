"""A conference of the 1940s: delegations in single items, tables, speech told and not quoted."""

from pathlib import Path

import pytest

from tests.importers.imported import VOLUMES, Imported, exacts, imported


@pytest.fixture
def council(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus1947Londonv09.xml", tmp_path / "texts")


def test_an_item_may_name_the_state_and_who_was_there_for_it(council: Imported) -> None:
    attendance = council.one("meeting", "frus1947londonv09-d2")["attendance"]
    assert [
        (one["participant"].removeprefix("frus1947londonv09-"), one["on_behalf_of"], exacts(one))
        for one in attendance
    ] == [
        (
            "james-brand",
            "united-states",
            ["Mr. Brand (Chairman) and Ambassador Cole", "U. S. A."],
        ),
        (
            "benjamin-cole",
            "united-states",
            ["Mr. Brand (Chairman) and Ambassador Cole", "U. S. A."],
        ),
        ("ernest-bevan", "united-kingdom", ["U. K.: Mr. Bevan, adviser to Mr. Brand"]),
        ("viktor-malov", "soviet-union", ["U. S. S. R.—M. Malov"]),
    ]


def test_a_state_whose_delegate_is_not_marked_is_still_a_party(council: Imported) -> None:
    negotiation = council.one("negotiation", "frus1947londonv09")
    assert {party["participant"]: exacts(party) for party in negotiation["parties"]} == {
        "france": ["France"],
        "soviet-union": ["U. S. S. R."],
        "united-kingdom": ["U. K."],
        "united-states": ["U. S. A."],
    }


def test_who_is_named_in_italics_or_capitals_is_nobody_s_heading(council: Imported) -> None:
    assert council.found("unmarked_participant") == [
        ("d2", "Mr. Dunn", 1),
        ("d2", "France: M. Bidot", 1),
    ]
    assert council.found("heading_without_state") == []


def test_who_is_named_beside_a_participant_is_reported(council: Imported) -> None:
    assert council.found("beside_participant") == [
        ("d2", "U. K.: Mr. Bevan, adviser to Mr. Brand", 1)
    ]


def test_a_date_that_the_editors_took_from_the_heading_is_inferred(council: Imported) -> None:
    (notice,) = council.one("meeting", "frus1947londonv09-d2")["notices"]
    assert notice["starts"] == "1947-11-25T16:00:00+00:00"
    assert [one["field"] for one in notice["inferred"]] == ["starts"]


def test_only_words_behind_a_marked_name_and_a_colon_are_claims(council: Imported) -> None:
    assert [
        (claim["id"], claim["evidence"][0]["prefix"], exacts(claim))
        for claim in council.records["claim"].values()
    ] == [
        ("frus1947londonv09-d1-t1", "Mr. Brand:", ["Less than walls."]),
        ("frus1947londonv09-d2-t1", "Mr. Bevan:", ["I should like to ask two questions:"]),
    ]


def test_what_is_told_or_goes_on_or_is_said_by_nobody_marked_is_counted(
    council: Imported,
) -> None:
    assert [(one[0], one[2]) for one in council.found("indirect_speech")] == [("d1", 1), ("d2", 1)]
    assert council.found("continued_turn") == [("d2", "1. Whose quay? 2. Which?", 1)]
    assert council.found("unmarked_speaker") == [("d2", "The Council of Harbour Ministers:—", 1)]
    assert council.found("redaction") == [("d1", "[one paragraph (6 lines) deleted]", 1)]


def test_a_table_above_a_document_makes_no_meeting_and_is_reported(council: Imported) -> None:
    assert council.ids("meeting") == ["frus1947londonv09-d2"]
    assert council.found("record_without_list") == [("d1", "Brand Minutes", 1)]
    assert council.found("outside_document") == [
        ("names", "Bidot, Georges French Minister", 1),
        ("ch1subch1", "Present", 3),
        ("ch2", "The papers were lost.", 1),
    ]


def test_persons_may_stand_in_a_table_with_years_of_their_posts(council: Imported) -> None:
    (post,) = council.one("participant", "frus1947londonv09-james-brand")["posts"]
    assert (post["title"], post["from"], post["until"]) == (
        "American Secretary of Harbours",
        "1945",
        "1946",
    )


def test_a_document_is_known_by_its_subtype_where_it_has_no_type(council: Imported) -> None:
    assert council.ids("source") == [
        *(f"frus1947londonv09-d{number}" for number in (1, 2, 3)),
        "frus1947londonv09-persons",
    ]
