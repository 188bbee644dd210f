"""Reports that contradict each other, side by side, and those that only seem to.

Paper ``w`` is a wire story; ``w1``, ``w2`` and ``w3`` reprint it, ``w3`` by way of ``w2``. The
Gazette published ``g1`` and, later, ``g2``. The other papers stand for themselves.
"""

import json

import pytest

from app.resources import BY_NOUN
from app.resources.base import ALWAYS
from app.resources.disagreements import Disagreement
from app.resources.evidence import RecordContent
from app.resources.rendering import Stamp, render
from app.resources.resource import Address, Face
from tests.made_up import (
    NAMES,
    Fields,
    claim,
    day,
    demand,
    meeting,
    notice,
    noun_of,
    quote,
    quotes,
)

PAPERS: dict[str, Face] = {
    "w": Face("Wire", day(1), publisher="Agency"),
    "w1": Face("Reprint 1", day(2), "w", "Post"),
    "w2": Face("Reprint 2", day(3), "w", "Herald"),
    "w3": Face("Reprint 3", day(4), "w2", "Courier"),
    "g1": Face("Gazette of the 3rd", day(3), publisher="Gazette"),
    "g1b": Face("Gazette of the 3rd, late", day(3), publisher="Gazette"),
    "g2": Face("Gazette of the 6th", day(6), publisher="Gazette"),
    "post": Face("Post", day(6), publisher="Post"),
    "agency": Face("Wire, corrected", day(6), publisher="Agency"),
    "a": Face("Paper a", day(1)),
    "b": Face("Paper b", day(3)),
    "c": Face("Paper c", day(6)),
    "d": Face("Paper d", day(9)),
}
FACES: dict[Address, Face] = {
    **{("source", paper): face for paper, face in PAPERS.items()},
    ("negotiation", "harbour-talks"): Face("Harbour talks", ALWAYS),
    **{("participant", one): Face(name, ALWAYS) for one, (_, name) in NAMES.items()},
}


def disagreement(content: RecordContent) -> list[Fields]:
    (*_, made) = render(BY_NOUN[noun_of(content)], content, Stamp(1, 1), FACES)
    found: list[Fields] = json.loads(made.document)["disagreement"]
    for one in found:
        assert Disagreement.model_validate(one).model_dump(mode="json") == one
    return found


def among(*notices: Fields) -> list[Fields]:
    return disagreement(meeting("summit", *notices))


def held(sources: str, identifier: str = "", **fields: object) -> Fields:
    return notice("held", sources, id=identifier or sources.replace(" ", "-"), **fields)


def sides(found: list[Fields]) -> dict[str, list[tuple[object, str, int]]]:
    """The sides of each field: the value, the parts that give it, how many voices."""
    return {
        one["field"]: [
            (
                side["value"],
                " ".join(side["notices"] + side["responses"] + side["attendance"]),
                side["voices"],
            )
            for side in one["sides"]
        ]
        for one in found
    }


def sources(side: Fields) -> list[str]:
    return [link["id"] for link in side["sources"]]


# Meetings.


def test_a_contradiction_shows_each_value_with_who_says_so_and_in_which_words() -> None:
    (found,) = among(held("a", starts="2022-01-04"), held("b", starts="2022-01-05"))
    assert (found["field"], found["by"]) == ("starts", None)
    assert (found["notices"], found["responses"]) == (["a", "b"], [])
    one, other = found["sides"]
    names = ["value", "starts", "place", "duration", "notices", "responses", "attendance"]
    assert list(one) == [*names, "voices", "sources", "evidence"]
    assert (one["value"], one["place"], one["duration"]) == ("2022-01-04", None, None)
    assert one["starts"] == {
        "edtf": "2022-01-04",
        "earliest": "2022-01-04",
        "latest": "2022-01-04",
    }
    assert (one["notices"], one["voices"]) == (["a"], 1)
    assert one["sources"] == [{"id": "a", "title": "Paper a", "href": "/sources/a"}]
    assert [quoted["exact"] for quoted in one["evidence"]] == ["words of a"]
    assert (other["value"], other["notices"]) == ("2022-01-05", ["b"])


def test_every_field_shows_its_values_as_they_are_rendered() -> None:
    found = among(
        held("a", place={"city": "Arden"}, duration={"about": "PT2H"}),
        notice("not_held", "b", id="b", place={"city": "Brava"}, duration={"at_least": "PT3H"}),
    )
    told = {one["field"]: [side["value"] for side in one["sides"]] for one in found}
    assert told == {
        "status": ["held", "not_held"],
        "place": ["Arden", "Brava"],
        "duration": ["about PT2H", "at least PT3H"],
    }
    shown = {one["field"]: [side.get(one["field"]) for side in one["sides"]] for one in found}
    nowhere = dict.fromkeys(("name", "country", "latitude", "longitude", "timezone"))
    unsaid = dict.fromkeys(("more_than", "at_least", "about", "at_most"))
    assert shown["place"] == [nowhere | {"city": "Arden"}, nowhere | {"city": "Brava"}]
    assert shown["duration"] == [unsaid | {"about": "PT2H"}, unsaid | {"at_least": "PT3H"}]


def test_reports_that_agree_are_one_side() -> None:
    found = among(
        held("a", starts="2022-01-04"),
        held("b", starts="2022-01-05"),
        held("c", starts="2022-01-04"),
        held("d", starts="2022-01"),
    )
    # The month holds both days, so it is on neither side.
    assert sides(found) == {"starts": [("2022-01-04", "a c", 2), ("2022-01-05", "b", 1)]}


def test_reprints_of_one_story_are_one_voice_with_all_their_sources() -> None:
    (found,) = among(
        held("w1", starts="2022-01-04"),
        held("a", starts="2022-01-05"),
        held("w3 w2", starts="2022-01-04"),
    )
    assert sides([found]) == {"starts": [("2022-01-04", "w1 w3-w2", 1), ("2022-01-05", "a", 1)]}
    assert sources(found["sides"][0]) == ["w1", "w3", "w2"]


def test_a_source_quoted_twice_is_named_once() -> None:
    twice = held("a", starts="2022-01-04") | {"evidence": [quote("a", "one"), quote("a", "two")]}
    (found,) = among(twice, held("b", starts="2022-01-05"))
    assert sources(found["sides"][0]) == ["a"]
    assert [one["exact"] for one in found["sides"][0]["evidence"]] == ["one", "two"]


def test_what_disputes_a_notice_is_not_on_its_side() -> None:
    disputed = held("a", starts="2022-01-04")
    disputed["evidence"].append(quote("b", bearing="disputes"))
    (found,) = among(disputed, held("b", starts="2022-01-05"))
    assert [sources(side) for side in found["sides"]] == [["a"], ["b"]]
    assert [side["voices"] for side in found["sides"]] == [1, 1]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Reprints of one story, however far.
        ("w1", "w2"),
        ("w1", "w3"),
        ("w", "w3"),
        # A later word of the same publisher, also of the one whose story is reprinted.
        ("g1", "g2"),
        ("w3", "agency"),
        # Each of two voices takes its own word back.
        ("w1 g1", "g2 agency"),
    ],
)
def test_a_correction_is_no_contradiction(first: str, second: str) -> None:
    told = [held(first, starts="2022-01-04"), held(second, starts="2022-01-05")]
    assert among(*told) == []
    assert among(*reversed(told)) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "b"),
        # Of two words of one day nobody can tell which corrects the other.
        ("g1", "g1b"),
        # The paper that reprinted a story says something else in its own name.
        ("w1", "post"),
        # One of two voices stays with what it said.
        ("w1 a", "w2"),
        ("g1 a", "g2"),
    ],
)
def test_independent_reports_contradict_each_other(first: str, second: str) -> None:
    found = among(held(first, starts="2022-01-04"), held(second, starts="2022-01-05"))
    assert list(sides(found)) == ["starts"]


def test_what_was_taken_back_contradicts_nobody_else() -> None:
    early, late = held("g1", starts="2022-01-04"), held("g2", starts="2022-01-05")
    third = held("c", starts="2022-01-05")
    assert among(early, third) != []
    assert among(early, late, third) == []
    # A later word on something else takes nothing back.
    elsewhere = held("g2", place={"city": "Arden"})
    assert sides(among(early, elsewhere, third)) == {
        "starts": [("2022-01-04", "g1", 1), ("2022-01-05", "c", 1)]
    }


def test_a_publisher_that_speaks_again_of_a_later_day_corrects_itself_in_one_issue() -> None:
    early = held("g1", reported_on="2022-01-01", starts="2022-01-04")
    late = held("g1b", reported_on="2022-01-02", starts="2022-01-05")
    assert among(early, late) == []
    unsure = held("g1b", reported_on="2022-01", starts="2022-01-05")
    assert list(sides(among(early, unsure))) == ["starts"]


def test_of_two_words_about_one_day_the_one_that_was_known_later_counts() -> None:
    early = held("g1", reported_on="2022-01-02", starts="2022-01-04")
    late = held("g2", reported_on="2022-01-02", starts="2022-01-05")
    for told in ((early, late), (late, early)):
        (*_, made) = render(BY_NOUN["meeting"], meeting("summit", *told), Stamp(1, 1), FACES)
        shown = json.loads(made.document)
        assert (shown["starts"]["edtf"], shown["disagreement"]) == ("2022-01-05", [])


# What differs in scope alone.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"starts": "2022-01"}, {"starts": "2022-01-10"}),
        ({"starts": "2022"}, {"starts": "2022-01"}),
        ({"starts": "2022-01-10/2022-01-12"}, {"starts": "2022-01-12/2022-01-14"}),
        ({"starts": "2022-01-10/2022-01-12"}, {"starts": "2022-01-11"}),
        ({"starts": "2022-01-10", "ends": "2022-01-12"}, {"starts": "2022-01-11"}),
        ({"starts": "2022-01-10T09:00:00+01:00"}, {"starts": "2022-01-10"}),
        ({"starts": "2022-01-10"}, {"ends": "2022-01-12"}),
        ({"duration": {"more_than": "PT7H"}}, {"duration": {"about": "PT8H"}}),
        ({"duration": {"at_most": "PT8H"}}, {"duration": {"about": "PT8H"}}),
        ({"place": {"city": "Geneva"}}, {"place": {"name": "Mission of Northland"}}),
        (
            {"place": {"city": "Geneva"}},
            {"place": {"name": "Mission of Northland", "city": "Geneva"}},
        ),
        ({"place": {"country": "CHE"}}, {"place": {"city": "Geneva"}}),
        (
            {"place": {"name": "Palace of Nations", "country": "CHE"}},
            {"place": {"city": "Geneva", "country": "CHE"}},
        ),
        ({"starts": "2022-01-10"}, {}),
    ],
)
def test_a_different_scope_is_no_contradiction(one: Fields, other: Fields) -> None:
    assert among(held("a", **one), held("b", **other)) == []
    assert among(held("a", **other), held("b", **one)) == []


@pytest.mark.parametrize(
    ("one", "other", "field"),
    [
        (
            {"starts": "2022-01-10", "ends": "2022-01-12"},
            {"starts": "2022-01-11", "ends": "2022-01-12"},
            "starts",
        ),
        ({"starts": "2022-01-10", "ends": "2022-01-12"}, {"starts": "2022-01-13"}, "starts"),
        ({"duration": {"more_than": "PT7H"}}, {"duration": {"about": "PT5H"}}, "duration"),
        ({"place": {"city": "Geneva"}}, {"place": {"name": "Hall", "city": "Vienna"}}, "place"),
    ],
)
def test_what_cannot_both_be_true_in_any_scope_is_a_contradiction(
    one: Fields, other: Fields, field: str
) -> None:
    assert list(sides(among(held("a", **one), held("b", **other)))) == [field]


# Demands.


def answer(sources: str, stance: str, identifier: str = "", **fields: object) -> Fields:
    told = {"id": identifier or sources, "by": "northland", "on": "2022-01-02", "stance": stance}
    return told | quotes(sources) | fields


def answered(*responses: Fields) -> list[Fields]:
    return disagreement(demand("harbour", responses=list(responses)))


def test_answers_of_one_party_that_differ_in_outcome_are_shown_by_stance() -> None:
    (found,) = answered(
        answer("a", "rejects", reported_by="anna"),
        answer("b", "conditional", reported_by="boris"),
        answer("c", "rejects", reported_by="boris"),
    )
    assert (found["field"], found["notices"]) == ("stance", [])
    assert found["by"] == {
        "id": "northland",
        "name": "Northland",
        "href": "/participants/northland",
    }
    assert found["responses"] == ["a", "b", "c"]
    told = {"stance": [("rejects", "a c", 2), ("conditional", "b", 1)]}
    assert sides([found]) == told


def test_answers_with_one_outcome_are_no_disagreement() -> None:
    told = [answer("a", "conditional", reported_by="anna"), answer("b", "defers")]
    assert answered(*told) == []
    assert answered(answer("a", "no_answer"), answer("b", "rejects")) == []
    assert answered() == []


def test_two_parties_that_answer_differently_do_not_disagree_about_a_fact() -> None:
    assert answered(answer("a", "rejects"), answer("b", "accepts", by="council")) == []


def test_each_party_whose_answer_is_told_differently_has_an_entry_of_its_own() -> None:
    found = answered(
        *(answer(paper, stance) for paper, stance in (("a", "rejects"), ("b", "accepts"))),
        answer("c", "rejects", by="council"),
        answer("d", "accepts", by="council"),
    )
    assert [one["by"]["id"] for one in found] == ["northland", "council"]


@pytest.mark.parametrize(
    ("first", "second"), [("w1", "w3"), ("w3", "agency"), ("g1", "g2"), ("w1 g1", "g2 agency")]
)
def test_an_answer_that_is_corrected_is_no_disagreement(first: str, second: str) -> None:
    told = [answer(first, "accepts", "first"), answer(second, "rejects", "second")]
    for responses in (told, told[::-1]):
        content = demand("harbour", responses=responses)
        (*_, made) = render(BY_NOUN["demand"], content, Stamp(1, 1), FACES)
        shown = json.loads(made.document)
        # The word that was known later counts, wherever it stands in the record.
        assert (shown["status"], shown["disagreement"]) == ("rejected", [])


@pytest.mark.parametrize(
    ("first", "second"), [("a", "b"), ("g1", "g1b"), ("w1", "post"), ("w1 a", "w2")]
)
def test_independent_reports_of_one_answer_disagree(first: str, second: str) -> None:
    told = [answer(first, "accepts", "first"), answer(second, "rejects", "second")]
    assert sides(answered(*told)).keys() == {"stance"}


def test_an_answer_that_its_paper_took_back_disagrees_with_no_other_report() -> None:
    early, late = answer("g1", "accepts"), answer("g2", "rejects")
    other = answer("d", "rejects", reported_by="boris")
    assert answered(early, other) != []
    assert answered(early, late, other) == []


def test_two_speakers_in_one_paper_speak_each_for_themselves() -> None:
    (found,) = answered(
        answer("g1", "accepts", reported_by="anna"), answer("g2", "rejects", reported_by="boris")
    )
    assert sides([found]) == {"stance": [("accepts", "g1", 1), ("rejects", "g2", 1)]}


# Attendance.


def present(presence: str, papers: str, who: str = "anna") -> Fields:
    identifier = f"{presence}-{papers.replace(' ', '-')}"
    return {"id": identifier, "participant": who, "presence": presence, **quotes(papers)}


def among_those(*attendance: Fields) -> list[Fields]:
    return disagreement(meeting("summit", held("a"), attendance=list(attendance)))


def test_reports_of_who_was_there_are_shown_by_what_they_say_of_whom() -> None:
    (found,) = among_those(
        present("attended", "w1"),
        present("absent", "b"),
        present("attended", "w2"),
        present("attended", "a", "boris"),
    )
    assert (found["field"], found["by"]["id"]) == ("presence", "anna")
    assert (found["notices"], found["responses"]) == ([], [])
    assert found["attendance"] == ["attended-w1", "absent-b", "attended-w2"]
    assert sides([found]) == {
        "presence": [("attended", "attended-w1 attended-w2", 1), ("absent", "absent-b", 1)]
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Who was expected and did not come, or of whom nothing is said.
        (present("expected", "a"), present("absent", "b")),
        (present("unknown", "a"), present("attended", "b")),
        (present("attended", "a"), present("attended", "b")),
        # A paper, its reprint or its publisher takes the word back.
        (present("attended", "w1"), present("absent", "w2")),
        (present("attended", "g1"), present("absent", "g2")),
        # Two who are not the same.
        (present("attended", "a"), present("absent", "b", "boris")),
    ],
)
def test_what_can_both_be_true_or_was_taken_back_is_no_disagreement_about_who_was_there(
    first: Fields, second: Fields
) -> None:
    assert among_those(first, second) == among_those(second, first) == []


# Claims and demands.


def test_a_demand_whose_maker_disputes_it_shows_both_sides() -> None:
    evidence = [quote("a"), quote("b", bearing="disputes")]
    told = [{"id": "r", "by": "northland", "stance": "rejects", **quotes("a")}]
    (found,) = disagreement(demand("pier", evidence=evidence, responses=told))
    assert sides([found]) == {"bearing": [("supports", "", 1), ("disputes", "", 1)]}
    assert [sources(side) for side in found["sides"]] == [["a"], ["b"]]


def test_a_claim_that_a_quote_disputes_shows_both_sides() -> None:
    evidence = [quote("w1"), quote("a", bearing="disputes"), quote("w2"), quote("b")]
    (found,) = disagreement(claim("harbour", evidence=evidence))
    assert (found["field"], found["by"]) == ("bearing", None)
    assert sides([found]) == {"bearing": [("supports", "", 2), ("disputes", "", 1)]}
    assert [sources(side) for side in found["sides"]] == [["w1", "w2", "b"], ["a"]]


def test_a_claim_that_nothing_disputes_has_no_sides() -> None:
    assert disagreement(claim("harbour", "a b")) == []


def test_a_claim_that_is_only_disputed_has_an_empty_side() -> None:
    (found,) = disagreement(claim("harbour", evidence=[quote("a", bearing="disputes")]))
    assert sides([found]) == {"bearing": [("supports", "", 0), ("disputes", "", 1)]}


def test_what_disputes_a_claim_shows_from_the_day_it_was_known() -> None:
    content = claim("harbour", evidence=[quote("a"), quote("c", bearing="disputes")])
    made = render(BY_NOUN["claim"], content, Stamp(1, 1), FACES)
    shown = {one.known_from: len(json.loads(one.document)["disagreement"]) for one in made}
    assert shown == {day(1): 0, day(6): 1}
