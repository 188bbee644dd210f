"""From which day on readers surely had a record and each of its parts."""

from collections.abc import Mapping
from datetime import date

from app.resources.base import ALWAYS, NEVER
from app.resources.evidence import RecordContent
from app.resources.knowledge import annotate, days_of, evidence_of, parts_of, visible
from app.resources.meetings import MeetingContent
from app.resources.resource import Address, Face
from tests.made_up import claim, day, meeting, notice, participant, quotes

FACES: Mapping[Address, Face] = {
    ("source", "a"): Face("A", day(1)),
    ("source", "b"): Face("B", day(3)),
    ("source", "c"): Face("C", day(6)),
    ("source", "undated"): Face("Undated", NEVER),
    ("claim", "late"): Face("Late", day(9)),
    ("claim", "unsure"): Face("Unsure", NEVER),
}


def known(content: RecordContent, own: date | None = None) -> tuple[date, list[date]]:
    """The day of the record, and those of the parts that stand directly in it."""
    own_day = annotate(content, FACES, own)
    return own_day, [part.known_from for _, part in parts_of(content)]


def test_a_record_is_known_from_the_earliest_of_its_quotes_wherever_they_stand() -> None:
    told = meeting("summit", notice("scheduled", "c"), notice("held", "b a"), **quotes("b"))
    assert known(told) == (day(1), [day(3), day(6), day(1)])


def test_a_part_is_known_from_the_earliest_of_its_own_quotes() -> None:
    told = meeting("summit", notice("held", "c b undated"))
    known(told)
    (part,) = (part for name, part in parts_of(told) if name == "notices")
    assert part.known_from == day(3)
    assert [one.known_from for _, one in evidence_of(told)] == [day(6), day(3), NEVER]


def test_what_only_undated_sources_show_is_known_on_no_day() -> None:
    assert known(meeting("summit", notice("held", "undated"))) == (NEVER, [NEVER])
    assert known(meeting("summit", notice("held", "undated"), notice("held", "b")))[0] == day(3)


def test_an_inferred_part_is_known_with_its_record() -> None:
    guess = {"status": "held", "inferred": [{"field": "status", "note": "They met again."}]}
    assert known(meeting("summit", notice("scheduled", "b"), guess)) == (day(3), [day(3), day(3)])


def test_a_record_without_any_quote_is_known_on_no_day() -> None:
    guess = {"status": "held", "inferred": [{"field": "status", "note": "They met again."}]}
    assert known(meeting("summit", guess)) == (NEVER, [NEVER])


def test_identity_data_is_always_there_and_names_the_day_of_its_quotes() -> None:
    post = {"title": "Envoy", "inferred": [{"field": "title", "note": "Signed as such."}]}
    assert known(participant("anna", posts=[post]), ALWAYS) == (NEVER, [ALWAYS])
    sourced = {"title": "Envoy", **quotes("c")}
    assert known(participant("anna", posts=[post, sourced]), ALWAYS) == (
        day(6),
        [ALWAYS, day(6)],
    )


def test_a_relation_is_known_no_earlier_than_what_it_relates_to() -> None:
    basis = {"to": "late", "type": "confirms", "basis": "same words"}
    shown = {"to": "late", "type": "confirms", **quotes("b")}
    unsure = {"to": "unsure", "type": "confirms", **quotes("b")}
    told = claim("said", "c", relations=[basis, shown, unsure])
    annotate(told, FACES, None)
    days = [part.known_from for name, part in parts_of(told) if name == "relations"]
    assert days == [day(9), day(9), NEVER]


def test_the_days_of_a_record_are_those_of_its_parts_and_their_quotes() -> None:
    told = meeting("summit", notice("scheduled", "b c"), **quotes("a undated"))
    annotate(told, FACES, None)
    assert days_of(told) == {day(1), day(3), day(6), NEVER}
    someone = participant(
        "anna", posts=[{"title": "Envoy", "inferred": [{"field": "title", "note": "-"}]}]
    )
    annotate(someone, FACES, ALWAYS)
    assert days_of(someone) == set()


def test_quotes_are_named_by_their_path() -> None:
    told = meeting("summit", notice("scheduled", "a b"), notice("held", "c"), **quotes("a"))
    assert [(path, one.source) for path, one in evidence_of(told)] == [
        ("/evidence/0", "a"),
        ("/notices/0/evidence/0", "a"),
        ("/notices/0/evidence/1", "b"),
        ("/notices/1/evidence/0", "c"),
    ]


def test_what_is_visible_on_a_day_leaves_the_facts_themselves_untouched() -> None:
    told = meeting("summit", notice("scheduled", "a c"), notice("held", "c"))
    annotate(told, FACES, None)
    assert isinstance(told, MeetingContent)
    early = visible(told, day(5))
    assert [one.status.value for one in early.notices] == ["scheduled"]
    assert [one.source for one in early.notices[0].evidence] == ["a"]
    assert visible(told, None) is told
    assert visible(told, day(6)) == told
    assert len(told.notices) == 2
    assert len(told.notices[0].evidence) == 2
