"""What the report on a volume in recent markup says of its parts."""

from pathlib import Path

import pytest

from tests.importers.imported import VOLUMES, Imported, imported


@pytest.fixture
def recent(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus2031v01.xml", tmp_path / "texts")


def test_the_report_counts_what_became_of_the_volume(recent: Imported) -> None:
    assert recent.report.counts == {
        "documents": 7,
        "persons": 4,
        "delegations": 2,
        "sources": 8,
        "meetings": 3,
        "claims": 7,
    }
    assert list(recent.report.lines())[:4] == [
        "frus2031v01: 7 documents, 4 persons, 2 delegations, 8 sources, 3 meetings, 7 claims",
        "  8 sources: 7 documents, 1 list of persons",
        "  3 meetings: 2 with a list marked as one of participants, 1 with a list headed as such",
        "  7 claims: 5 at meetings, 2 in other documents",
    ]


def test_what_stands_outside_of_documents_is_counted_by_its_section(recent: Imported) -> None:
    assert recent.found("outside_document") == [
        ("preface", "About Gale.", 1),
        ("persons", "Gale, A., see Gale, Anna B.", 1),
    ]


def test_a_post_whose_dates_are_not_read_is_reported(recent: Imported) -> None:
    assert recent.found("unread_post") == [
        ("persons", "Dan Reed, Jr.: member, Harbour Panel, 1971 and again in 1973", 1)
    ]
