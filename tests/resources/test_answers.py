"""What several answers to a demand come to: who counts, what is newest, who disagrees."""

from datetime import date

import pytest

from app.resources.answers import ResponseContent, status_of
from app.resources.base import NEVER
from tests.made_up import Fields, day, quotes

ASKED = ("northland", "southland")


def gave(by: str, stance: str, known: int, reporter: str = "", **fields: object) -> ResponseContent:
    """An answer known on that day of January, from a paper of that day unless told otherwise."""
    told: Fields = {"by": by, "stance": stance, **quotes(f"paper-{known}"), **fields}
    told["reported_by"] = reporter or None
    content = ResponseContent.model_validate(told, strict=False)
    content._known_from = day(known)
    return content


def status(*answers: ResponseContent, asked: tuple[str, ...] = ASKED) -> str:
    return status_of(answers, asked, withdrawn=False, superseded=False).value


def test_a_demand_without_an_answer_is_unanswered() -> None:
    assert status() == "unanswered"
    assert status(asked=()) == "unanswered"


@pytest.mark.parametrize(
    ("stance", "wanted"),
    [
        ("accepts", "accepted"),
        ("accepts_in_part", "partly_accepted"),
        ("conditional", "under_discussion"),
        ("counter_proposes", "under_discussion"),
        ("open_to_discuss", "under_discussion"),
        ("defers", "under_discussion"),
        ("no_answer", "unanswered"),
        ("rejects", "rejected"),
    ],
)
def test_one_answer_decides_by_its_stance(stance: str, wanted: str) -> None:
    assert status(gave("northland", stance, 1)) == wanted


def test_its_own_end_comes_before_every_answer() -> None:
    answers = [gave("northland", "accepts", 1)]
    assert status_of(answers, ASKED, withdrawn=True, superseded=False) == "withdrawn"
    assert status_of(answers, ASKED, withdrawn=False, superseded=True) == "superseded"
    assert status_of(answers, ASKED, withdrawn=True, superseded=True) == "withdrawn"


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("accepts", "accepts", "accepted"),
        ("accepts", "rejects", "contested"),
        ("accepts", "conditional", "partly_accepted"),
        ("accepts_in_part", "rejects", "partly_accepted"),
        ("conditional", "defers", "under_discussion"),
        ("conditional", "rejects", "under_discussion"),
        ("rejects", "rejects", "rejected"),
        ("rejects", "no_answer", "rejected"),
        ("no_answer", "no_answer", "unanswered"),
    ],
)
def test_the_answers_of_several_parties_are_summed_up(one: str, other: str, wanted: str) -> None:
    first, second = gave("northland", one, 1), gave("southland", other, 2)
    assert status(first, second) == wanted
    assert status(second, first) == wanted


def test_the_newest_answer_of_a_party_replaces_its_earlier_ones() -> None:
    answers = [
        gave("northland", "no_answer", 1, "anna"),
        gave("northland", "conditional", 3, "anna"),
        gave("northland", "rejects", 6, "boris"),
    ]
    told = [status(*answers[:count]) for count in range(4)]
    assert told == ["unanswered", "unanswered", "under_discussion", "rejected"]
    assert status(*reversed(answers)) == "rejected"


def test_of_answers_of_one_day_by_one_report_the_last_in_position_counts() -> None:
    pair = [gave("northland", stance, 3, "anna") for stance in ("accepts", "rejects")]
    assert status(*pair) == "rejected"
    assert status(*reversed(pair)) == "accepted"


def test_reporters_who_disagree_about_one_day_make_it_contested() -> None:
    first = gave("northland", "accepts", 3, "anna", on="2022-01-02")
    second = gave("northland", "rejects", 6, "boris", on="2022-01-02")
    assert status(first) == "accepted"
    assert status(first, second) == "contested"
    assert status(second, first) == "contested"


def test_papers_that_disagree_about_one_day_make_it_contested_without_reporters() -> None:
    on = "2022-01-02"
    pair = [gave("northland", "accepts", 3, on=on), gave("northland", "rejects", 6, on=on)]
    assert status(*pair) == "contested"


def test_a_reporters_later_word_from_the_same_paper_replaces_the_earlier_one() -> None:
    fields = {"reporter": "anna", "on": "2022-01-02", **quotes("a")}
    pair = [gave("northland", stance, 3, **fields) for stance in ("accepts", "rejects")]
    assert status(*pair) == "rejected"


def test_answers_of_which_one_may_be_later_contradict_each_other_only_where_days_overlap() -> None:
    month = gave("northland", "accepts", 3, "anna", on="2022-01")
    inside = gave("northland", "rejects", 6, "boris", on="2022-01-20")
    after = gave("northland", "rejects", 6, "boris", on="2022-02-01")
    assert status(month, inside) == "contested"
    assert status(month, after) == "rejected"


def test_reports_that_come_to_the_same_are_no_contradiction() -> None:
    on = "2022-01-02"
    pair = [
        gave("northland", "conditional", 3, "anna", on=on),
        gave("northland", "defers", 6, "boris", on=on),
    ]
    assert status(*pair) == "under_discussion"


def test_a_report_of_silence_does_not_contradict_a_report_of_an_answer() -> None:
    on = "2022-01-02"
    pair = [
        gave("northland", "no_answer", 3, "anna", on=on),
        gave("northland", "rejects", 6, "boris", on=on),
    ]
    assert status(*pair) == "rejected"
    assert status(*reversed(pair)) == "rejected"


def test_who_was_not_asked_counts_only_where_nobody_who_was_answers() -> None:
    outsider = gave("eastland", "accepts", 1)
    assert status(outsider) == "accepted"
    assert status(outsider, gave("northland", "rejects", 2)) == "rejected"
    assert status(outsider, asked=()) == "accepted"


def test_an_answer_without_a_day_was_given_when_it_was_known() -> None:
    assert gave("northland", "rejects", 3).given_on() == (day(3), day(3))
    dated = gave("northland", "rejects", 3, on="2022-01")
    assert dated.given_on() == (date(2022, 1, 1), date(2022, 1, 31))


def test_silence_takes_nothing_back() -> None:
    answers = [gave("northland", "rejects", 1), gave("northland", "no_answer", 3)]
    assert status(*answers) == "rejected"
    assert status(*reversed(answers)) == "rejected"


def test_an_answer_known_on_no_day_counts_as_older_than_all_that_have_a_day() -> None:
    undated = gave("northland", "accepts", 1)
    undated._known_from = NEVER
    assert status(undated) == "accepted"
    assert status(gave("northland", "rejects", 1), undated) == "rejected"
    assert undated.given_on() == (date.min, date.min)
