"""The report: what people read of it, and that the document on it names every kind."""

from pathlib import Path

from app.importers.frus.report import SENTENCES, Kind, Report

DOCUMENT = Path(__file__).parents[2] / "docs" / "frus.md"


def test_each_kind_is_told_once_with_its_documents_and_how_many_times_it_occurs() -> None:
    report = Report("frus2031v01", {"documents": 3, "claims": 2})
    report.note(Kind.redaction, "d1", "[1 line not declassified]", 4)
    report.note(Kind.undated, "d3")
    report.note(Kind.redaction, "d2", count=2)
    report.note(Kind.redaction, "d1")
    assert list(report.lines()) == [
        "frus2031v01: 3 documents, 2 claims",
        "  undated (1): the document has no date of its own: d3",
        "  redaction (7): words that were not declassified: d1, d2",
    ]
    assert report.as_json()["totals"] == {"redaction": 7, "undated": 1}


def test_people_are_shown_ten_documents_and_programs_all_of_them() -> None:
    report = Report("frus2031v01")
    for number in range(1, 14):
        report.note(Kind.gap, f"d{number}")
    assert list(report.lines())[1].endswith("d9, d10 and 3 more")
    assert len(report.as_json()["findings"]) == 13


def test_words_are_cut_short() -> None:
    report = Report()
    report.note(Kind.gap, "d1", "x" * 500)
    assert report.findings[0].words == "x" * 159 + "…"


def test_every_kind_has_a_sentence_and_is_documented() -> None:
    assert set(SENTENCES) == set(Kind)
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [kind.value for kind in Kind if f"`{kind.value}`" not in text] == []
