"""What an editor changed and what readers learned, told apart in contents written by hand."""

from typing import Any

import pytest

from app.resources.claims import ClaimContent
from app.resources.meetings import MeetingContent
from app.views.contents import Changes, changes, contents_of

Content = dict[str, Any]

ONE = {"id": "e1", "source": "a", "exact": "one"}
TWO = {"id": "e2", "source": "b", "exact": "two"}
PLANNED: Content = {"id": "n1", "status": "scheduled", "evidence": [ONE]}
HELD: Content = {"id": "n2", "status": "held", "evidence": [TWO]}
GONE: Content = {"id": "w1", "on": "2022-01-06"}


def told(found: Changes) -> tuple[list[str], list[str]]:
    return [one.path for one in found.changed], [one.path for one in found.added]


@pytest.mark.parametrize(
    ("before", "after", "changed", "added"),
    [
        ({"text": "x"}, {"text": "x"}, [], []),
        ({"text": "x"}, {"text": "y"}, ["/text"], []),
        ({"text": "x"}, {}, ["/text"], []),
        ({}, {"issue": "fees"}, ["/issue"], []),
        # A part that is new, wherever it stands among the others.
        ({"evidence": [TWO]}, {"evidence": [ONE, TWO]}, [], ["/evidence/e1"]),
        ({}, {"evidence": [ONE]}, [], ["/evidence/e1"]),
        ({"evidence": [ONE, TWO]}, {"evidence": [TWO]}, ["/evidence/e1"], []),
        ({"evidence": [ONE]}, {}, ["/evidence/e1"], []),
        (
            {"evidence": [ONE]},
            {"evidence": [ONE | {"exact": "won"}, TWO]},
            ["/evidence/e1/exact"],
            ["/evidence/e2"],
        ),
        ({"evidence": [ONE, TWO]}, {"evidence": [TWO, ONE]}, ["/evidence"], []),
        # Entries that come or go are told elsewhere; what is new in one that stays is not.
        ({"notices": [PLANNED]}, {"notices": [PLANNED, HELD]}, [], []),
        ({"notices": [PLANNED, HELD]}, {"notices": [HELD]}, [], []),
        (
            {"notices": [PLANNED]},
            {"notices": [PLANNED | {"status": "proposed", "evidence": [ONE, TWO]}, HELD]},
            ["/notices/n1/status"],
            ["/notices/n1/evidence/e2"],
        ),
        ({}, {"withdrawn": GONE}, [], []),
        ({"withdrawn": GONE}, {}, [], []),
        (
            {"withdrawn": GONE},
            {"withdrawn": GONE | {"on": "2022-01-07", "evidence": [ONE]}},
            ["/withdrawn/on"],
            ["/withdrawn/evidence/e1"],
        ),
        # Lists of ids have no parts.
        ({"about": ["anna"]}, {"about": ["anna", "boris"]}, ["/about"], []),
        ({"place": {"city": "Arden"}}, {"place": {"city": "Brava"}}, ["/place/city"], []),
    ],
)
def test_a_change_is_of_what_was_there_or_a_part_that_is_new(
    before: Content, after: Content, changed: list[str], added: list[str]
) -> None:
    assert told(changes(before, after)) == (changed, added)


def test_in_the_same_version_what_only_gains_was_learned_and_the_rest_was_not() -> None:
    before = {"about": ["anna"], "about_meetings": ["summit"], "text": "x"}
    after = {"about": ["anna", "boris"], "meeting": "summit", "text": "x", "evidence": [ONE]}
    found = changes(before, after)
    paths = [[one.path for one in some] for some in found.told(same_version=True)]
    assert paths == [["/about_meetings"], ["/about", "/meeting", "/evidence/e1"]]
    paths = [[one.path for one in some] for some in found.told(same_version=False)]
    assert paths == [["/about", "/meeting", "/about_meetings"], ["/evidence/e1"]]


def test_a_rendered_record_reads_as_it_was_written_whatever_its_links_are_called() -> None:
    link = {"id": "anna", "name": "Anna Ek", "href": "/participants/anna"}
    quoted = {"source": {"id": "a", "title": "Paper a", "href": "/sources/a"}, "exact": "one"}
    day = {"edtf": "2022-01~", "earliest": "2022-01-01", "latest": "2022-01-31"}
    record = dict.fromkeys(ClaimContent.model_fields) | {
        "id": "first",
        "version": 3,
        "known_from": "2022-01-01",
        "claimant": link,
        "addressed_to": [link],
        "about": [],
        "on": day,
        "evidence": [{"id": "e1", "known_from": "2022-01-01", **quoted, "prefix": None}],
        "related_from": [],
        "cite": "Claim",
    }
    assert contents_of(record, ClaimContent) == {
        "id": "first",
        "evidence": [ONE],
        "claimant": "anna",
        "addressed_to": ["anna"],
        "on": "2022-01~",
    }
    held = dict.fromkeys(MeetingContent.model_fields) | {"status": "held", "place": None}
    assert contents_of(held, MeetingContent) == {}
