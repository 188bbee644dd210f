"""What several notices about one meeting come to, and which of them contradict each other.

Notices are in the order of the record; each was known on the day of January 2022 that is given.
"""

from datetime import date

import pytest
from pydantic import ValidationError

from app.resources.base import NEVER
from app.resources.notices import LengthContent, NoticeContent, Schedule, schedule
from tests.made_up import Fields, day, quotes


def said(
    status: str, on: int | None, sources: str | None = None, **fields: object
) -> NoticeContent:
    """A notice known on that day of January, or surely on none; its id is its status and day."""
    proof = quotes(sources or f"paper-{on}")
    told: Fields = {"id": f"{status}-{on}".lower().replace("_", "-"), "status": status, **proof}
    content = NoticeContent.model_validate(told | fields, strict=False)
    content._known_from = NEVER if on is None else day(on)
    return content


def come_to(*notices: NoticeContent) -> Schedule:
    found = schedule(notices)
    assert found is not None
    return found


def contradictions(*notices: NoticeContent) -> dict[str, list[str]]:
    return {one.field: one.notices for one in come_to(*notices).disagreement}


def test_no_notice_is_no_schedule() -> None:
    assert schedule([]) is None


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        ("proposed", "proposed"),
        ("proposed scheduled", "scheduled"),
        ("scheduled proposed", "proposed"),
        ("scheduled rescheduled postponed", "postponed"),
        ("scheduled cancelled", "cancelled"),
        ("cancelled scheduled", "scheduled"),
        ("held scheduled", "held"),
        ("held cancelled", "held"),
        ("not_held rescheduled", "not_held"),
        ("held not_held", "not_held"),
        ("not_held held", "held"),
        ("not_held held scheduled", "held"),
    ],
)
def test_an_outcome_outranks_every_plan_and_else_the_newest_wins(
    statuses: str, wanted: str
) -> None:
    notices = [said(status, number) for number, status in enumerate(statuses.split(), start=1)]
    assert come_to(*notices).status == wanted
    assert come_to(*reversed(notices)).status == wanted


def test_of_notices_of_one_day_the_last_in_position_wins() -> None:
    proposed, scheduled = said("proposed", 1), said("scheduled", 1)
    assert come_to(proposed, scheduled).status == "scheduled"
    assert come_to(scheduled, proposed).status == "proposed"


def test_the_day_on_which_it_was_reported_counts_before_the_day_it_was_known() -> None:
    old_news = said("scheduled", 9, reported_on="2022-01-01", starts="2022-01-04")
    moved = said("rescheduled", 3, starts="2022-01-05")
    assert come_to(moved, old_news).status == "rescheduled"
    assert come_to(moved, old_news).starts == "2022-01-05"


@pytest.mark.parametrize(
    ("reported_on", "winner"),
    [
        ("2022-01-02", "scheduled"),
        ("2022-01-04", "proposed"),
        ("2022-01", "scheduled"),
        ("2022-02", "proposed"),
        ("../2022-01-31", "scheduled"),
    ],
)
def test_an_uncertain_day_of_report_is_compared_by_its_first_day(
    reported_on: str, winner: str
) -> None:
    other = said("proposed", 9, reported_on=reported_on)
    assert come_to(other, said("scheduled", 3)).status == winner


def test_the_newest_word_on_each_of_date_place_and_length_holds() -> None:
    found = come_to(
        said("scheduled", 1, starts="2022-01-04", ends="2022-01-05", place={"city": "Arden"}),
        said("scheduled", 2, place={"city": "Brava"}),
        said("scheduled", 3, duration={"about": "PT2H"}),
    )
    assert (found.starts, found.ends) == ("2022-01-04", "2022-01-05")
    assert found.place is not None
    assert found.place.city == "Brava"
    assert found.duration is not None
    assert found.duration.about == "PT2H"


def test_a_newer_date_without_an_end_does_not_keep_the_old_end() -> None:
    found = come_to(
        said("scheduled", 1, starts="2022-01-04", ends="2022-01-05"),
        said("rescheduled", 2, starts="2022-01-08"),
    )
    assert (found.starts, found.ends) == ("2022-01-08", None)


@pytest.mark.parametrize("status", ["postponed", "rescheduled"])
def test_a_meeting_that_was_put_off_has_no_date_until_a_newer_notice_gives_one(status: str) -> None:
    planned, put_off = said("scheduled", 1, starts="2022-01-04"), said(status, 2)
    again = said("scheduled", 3)
    dated = said("scheduled", 4, starts="2022-01-20")
    assert come_to(planned, put_off).starts is None
    assert come_to(planned, put_off, again).starts is None
    assert come_to(planned, put_off, again, dated).starts == "2022-01-20"


def test_a_cancelled_meeting_keeps_the_date_it_was_to_have() -> None:
    assert come_to(said("scheduled", 1, starts="2022-01-04"), said("cancelled", 2)).starts


HELD = said("held", 6)
PLANS = (
    said("scheduled", 1, starts="2022-01-04", place={"city": "Arden"}),
    said("rescheduled", 3, starts="2022-01-05", place={"city": "Brava"}),
)


@pytest.mark.parametrize(
    "later",
    [
        said("scheduled", 9, starts="2022-01-04", place={"city": "Arden"}),
        # Told in the very report that it was held.
        said("scheduled", 6, starts="2022-01-04", place={"city": "Arden"}),
        said("postponed", 9),
        said("cancelled", 9, place={"city": "Corvo"}),
    ],
)
def test_a_later_look_back_at_the_plan_changes_nothing(later: NoticeContent) -> None:
    found = come_to(*PLANS, HELD, later)
    assert (found.status, found.starts) == ("held", "2022-01-05")
    assert found.place is not None
    assert found.place.city == "Brava"
    assert found.disagreement == ()


def test_a_second_report_of_the_outcome_makes_no_plan_of_a_look_back() -> None:
    back = said("scheduled", 9, starts="2022-01-04")
    assert come_to(*PLANS, HELD, back, said("held", 12)).starts == "2022-01-05"


def test_a_plan_made_after_a_failed_attempt_dates_the_meeting_that_was_held_then() -> None:
    anew = said("scheduled", 9, starts="2022-01-20")
    found = come_to(*PLANS, said("not_held", 6), anew, said("held", 21))
    assert (found.status, found.starts) == ("held", "2022-01-20")


def test_a_look_back_fills_in_what_nothing_else_says() -> None:
    back = said("scheduled", 9, starts="2022-01-04", place={"city": "Arden"})
    found = come_to(said("held", 6, starts="2022-01-05"), back)
    assert found.starts == "2022-01-05"
    assert found.place is not None
    assert found.place.city == "Arden"


# Contradictions.


def test_a_plan_that_a_newer_one_replaces_is_no_contradiction() -> None:
    assert contradictions(*PLANS) == {}


def test_two_sources_of_one_day_that_cannot_both_be_true_contradict_each_other() -> None:
    found = contradictions(
        said("scheduled", 3, "a", starts="2022-01-04", place={"city": "Arden"}),
        said("cancelled", 3, "b", starts="2022-01-05", place={"city": "Brava"}),
    )
    both = ["scheduled-3", "cancelled-3"]
    assert found == {"status": both, "starts": both, "place": both}


def test_a_source_that_corrects_itself_contradicts_nobody() -> None:
    first = said("held", 3, "a", starts="2022-01-04")
    assert contradictions(first, said("held", 5, "a", starts="2022-01-05")) == {}
    assert contradictions(first, said("held", 5, "a b", starts="2022-01-05")) == {}


def test_outcomes_contradict_each_other_however_long_after_each_other_they_were_told() -> None:
    found = contradictions(said("held", 6, "a"), said("not_held", 30, "b"))
    assert found == {"status": ["held-6", "not-held-30"]}


def test_only_the_notices_that_contradict_another_one_are_listed() -> None:
    found = contradictions(
        said("held", 6, "a", starts="2022-01-04"),
        said("held", 7, "b"),
        said("held", 8, "c", starts="2022-01-05"),
    )
    assert found == {"starts": ["held-6", "held-8"]}


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("2022-01-04", "2022-01-05", True),
        ("2022-01-04", "2022-01", False),
        ("2022-01", "2022-02", True),
        ("2022-01-04/2022-01-06", "2022-01-06", False),
        ("2022-01-04/..", "2022-01-03", True),
        ("2022-01-04/..", "2023", False),
    ],
)
def test_dates_contradict_each_other_when_no_day_can_be_both(
    one: str, other: str, contradict: bool
) -> None:
    found = contradictions(said("held", 6, "a", starts=one), said("held", 6, "b", starts=other))
    assert ("starts" in found) is contradict


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ({"more_than": "PT7H"}, {"about": "PT7H"}, False),
        ({"more_than": "PT7H"}, {"at_least": "PT8H"}, False),
        ({"more_than": "PT7H"}, {"at_most": "PT7H"}, True),
        ({"at_least": "PT7H"}, {"at_most": "PT7H"}, False),
        ({"about": "PT2H"}, {"about": "PT3H"}, True),
        ({"about": "PT2H"}, {"at_most": "PT1H"}, True),
        ({"about": "P1M"}, {"about": "PT1H"}, False),
    ],
)
def test_lengths_contradict_each_other_when_no_length_is_both(
    one: Fields, other: Fields, contradict: bool
) -> None:
    found = contradictions(said("held", 6, "a", duration=one), said("held", 6, "b", duration=other))
    assert ("duration" in found) is contradict


def test_places_contradict_each_other_by_city_and_else_by_name() -> None:
    arden, harbour = {"city": "Arden"}, {"name": "Town hall", "city": "Arden"}
    assert (
        contradictions(said("held", 6, "a", place=arden), said("held", 6, "b", place=harbour)) == {}
    )
    brava = {"city": "Brava"}
    assert contradictions(said("held", 6, "a", place=arden), said("held", 6, "b", place=brava))
    country = {"country": "NOR"}
    assert (
        contradictions(said("held", 6, "a", place=arden), said("held", 6, "b", place=country)) == {}
    )


def test_a_length_is_exactly_one_of_four() -> None:
    for wrong in ({}, {"about": "PT1H", "at_most": "PT2H"}):
        with pytest.raises(ValidationError, match="exactly one of"):
            LengthContent.model_validate(wrong)


def test_a_notice_cannot_end_before_it_starts_nor_go_without_proof() -> None:
    with pytest.raises(ValidationError, match="ends before it starts"):
        said("scheduled", 1, starts="2022-01-05", ends="2022-01-04")
    with pytest.raises(ValidationError, match="needs evidence"):
        NoticeContent.model_validate({"status": "held"}, strict=False)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({}, "needs a name, a city, a country or coordinates"),
        ({"timezone": "Europe/Oslo"}, "needs a name, a city, a country or coordinates"),
        ({"latitude": 59.9}, "needs both latitude and longitude"),
        ({"city": "Oslo", "longitude": 10.7}, "needs both latitude and longitude"),
        ({"latitude": 91.0, "longitude": 0.0}, "less than or equal to 90"),
    ],
)
def test_a_place_is_somewhere(place: Fields, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        said("scheduled", 1, place=place)


def test_a_notice_without_a_day_of_its_own_was_said_when_it_was_known() -> None:
    assert said("held", 6).said_on() == (day(6), day(6))
    told = said("held", 6, reported_on="2022-01")
    assert told.said_on() == (date(2022, 1, 1), date(2022, 1, 31))


def test_what_was_known_on_no_day_counts_as_older_than_all_that_has_a_day() -> None:
    undated = said("cancelled", None, "undated", starts="2022-01-09")
    for notices in ([undated, *PLANS], [*PLANS, undated]):
        found = come_to(*notices)
        assert (found.status, found.starts) == ("rescheduled", "2022-01-05")


def test_an_outcome_without_a_day_does_not_make_look_backs_of_the_plans() -> None:
    undated = said("held", None, "undated")
    assert come_to(*PLANS, undated).starts == "2022-01-05"
    back = said("scheduled", 9, starts="2022-01-04")
    assert come_to(*PLANS, undated, HELD, back).starts == "2022-01-05"
