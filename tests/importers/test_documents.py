"""Documents one by one: turns, headings, ids, and what is too long or missing."""

from pathlib import Path

import pytest

from tests.importers.imported import exacts, imported, written

PERSONS = '<item><persName xml:id="p_A">Ash, Ann</persName>, clerk</item>'


def turn(words: str, name: str = '<persName corresp="#p_A">Ash</persName>') -> str:
    return f"<p>{name}: {words}</p>"


def test_a_speech_longer_than_a_quote_may_be_is_quoted_in_pieces(tmp_path: Path) -> None:
    path = written(tmp_path, turn("word " * 9_000 + "end"), persons=PERSONS)
    claim = imported(path, tmp_path / "texts").one("claim", "frus2032v02-d1-t1")
    pieces = exacts(claim)
    assert [len(piece) for piece in pieces] == [19_999, 19_999, 5_003]
    assert " ".join(pieces) == "word " * 9_000 + "end"
    assert claim["evidence"][0]["prefix"] == "Ash:"


@pytest.mark.parametrize(
    "paragraph",
    [
        "<p>I said to <persName corresp='#p_A'>Ash</persName>: no.</p>",
        "<p><persName corresp='#p_A'>Ash</persName> then said: no.</p>",
        "<p><persName corresp='#p_A'>Ash</persName>’s answer: no.</p>",
        "<p>Mr. Birch and <persName corresp='#p_A'>Ash</persName>, together: no.</p>",
        "<p><note><persName corresp='#p_A'>Ash</persName>: no.</note>No.</p>",
        "<p><persName corresp='#p_A #p_B'>Ash and Birch</persName>: no.</p>",
    ],
)
def test_a_name_that_does_not_begin_a_turn_makes_no_claim(tmp_path: Path, paragraph: str) -> None:
    path = written(tmp_path, paragraph, persons=PERSONS)
    assert imported(path, tmp_path / "texts").ids("claim") == []


@pytest.mark.parametrize(
    ("label", "prefix"),
    [
        ("<hi rend='italic'>Mr. <persName corresp='#p_A'>Ash</persName>:</hi> no", "Mr. Ash:"),
        ("<persName corresp='#p_A'>Ash:</persName> no", "Ash:"),
        ("Secretary of State <persName ref='#p_A'>Ash</persName> : no", "Secretary of State Ash :"),
        ("The President (<persName corresp='#p_A'>Ash</persName>): no", "The President (Ash):"),
        ("[President <persName corresp='#p_A'>Ash</persName>: no", "[President Ash:"),
        (
            "Mr. <persName corresp='#p_A'>Ash</persName><note>x</note> (to <hi>B</hi>): no",
            "Mr. Ash (to B):",
        ),
    ],
)
def test_labels_of_speakers_come_in_many_forms(tmp_path: Path, label: str, prefix: str) -> None:
    path = written(tmp_path, f"<p>{label}</p>", persons=PERSONS)
    (claim,) = imported(path, tmp_path / "texts").records["claim"].values()
    assert claim["evidence"][0]["prefix"] == prefix
    assert exacts(claim) == ["no"]


@pytest.mark.parametrize(
    ("prefix", "identifier"),
    [
        (None, "frus2032v02-ann-ash"),
        ("", "ann-ash"),
        ("salt", "salt-ann-ash"),
        ("My Café", "my-cafe-ann-ash"),
    ],
)
def test_ids_of_persons_begin_with_what_is_asked_for(
    tmp_path: Path, prefix: str | None, identifier: str
) -> None:
    path = written(tmp_path, turn("no"), persons=PERSONS)
    volume = imported(path, tmp_path / "texts", prefix=prefix)
    assert volume.ids("participant") == [identifier]
    assert volume.one("claim", "frus2032v02-d1-t1")["claimant"] == identifier


def test_a_document_inside_another_is_one_of_its_own(tmp_path: Path) -> None:
    inner = '<div type="document" xml:id="d9"><head>Inner</head></div>'
    volume = imported(written(tmp_path, f"<head>Outer</head>{inner}"), tmp_path / "texts")
    assert volume.texts == {"frus2032v02-d1": "Outer", "frus2032v02-d9": "Inner"}


def test_a_document_without_anything_is_still_a_source(tmp_path: Path) -> None:
    volume = imported(written(tmp_path, "", "<p>Words</p>"), tmp_path / "texts")
    assert volume.one("source", "frus2032v02-d1")["title"] == (
        "Document without a heading (frus2032v02, Document 1)"
    )
    assert [one[0] for one in volume.found("untitled")] == ["d1", "d2"]


def test_a_heading_that_is_too_long_is_cut_and_reported(tmp_path: Path) -> None:
    volume = imported(written(tmp_path, f"<head>{'long ' * 150}</head>"), tmp_path / "texts")
    title = volume.one("source", "frus2032v02-d1")["title"]
    assert len(title) <= 500
    assert title.endswith("long…")
    assert [one[0] for one in volume.found("shortened")] == ["d1"]


@pytest.mark.parametrize(
    "heading",
    [
        "Memorandum of Conversation",
        "Memorandum of a Conversation, Department of State",
        "Memorandum of a Private Telephone Conversation",
        "Memorandum of Discussion at the 240th Meeting of the Council",
        "Minutes of the Third Meeting",
        "Summary of Conclusions of a Meeting",
        "United States Delegation Record of Meeting",
        "Notes on a Meeting",
        "Conversation Between President Ash and Mr. Birch",
        "Transcript of a Telephone Conversation",
    ],
)
def test_headings_that_name_a_record_of_a_meeting(tmp_path: Path, heading: str) -> None:
    dateline = '<dateline><date when="1960-01-01">January 1, 1960</date></dateline>'
    path = written(tmp_path, f"<head>{heading}</head>{dateline}")
    (meeting,) = imported(path, tmp_path / "texts").records["meeting"].values()
    assert meeting["notices"][0]["starts"] == "1960-01-01"


@pytest.mark.parametrize(
    "heading",
    [
        "Telegram From the Embassy in France",
        "Circular Telegram on the Minutes of a Meeting",
        "Memorandum From Mr. Ash Transmitting Minutes of a Meeting",
        "Letter From Mr. Ash on a Conversation",
        "National Security Decision Memorandum 12",
        "Memorandum for the Record",
        "Editorial Note",
        "Note From the United States",
    ],
)
def test_headings_that_do_not(tmp_path: Path, heading: str) -> None:
    dateline = '<dateline><date when="1960-01-01">January 1, 1960</date></dateline>'
    path = written(tmp_path, f"<head>{heading}</head>{dateline}")
    assert imported(path, tmp_path / "texts").ids("meeting") == []


def test_a_letter_with_participants_and_clock_times_records_a_dated_meeting(
    tmp_path: Path,
) -> None:
    inside = (
        "<head>Memorandum From Mr. Ash</head><dateline><date from='1977-02-03T09:06:00' "
        "to='1977-02-03T10:48:00'>February 3, 1977, 9:06–10:48 a.m.</date></dateline>"
        "<list type='participants'><head>PRESENT</head><item>Nobody</item></list>"
    )
    volume = imported(written(tmp_path, inside), tmp_path / "texts")
    (notice,) = volume.one("meeting", "frus2032v02-d1")["notices"]
    assert notice["starts"] == "1977-02-03T09:06:00"
    assert volume.found("unmarked_participant") == [("d1", "Nobody", 1)]


def test_a_conversation_by_telephone_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "<head>Memorandum of a Telephone Conversation</head>")
    volume = imported(path, tmp_path / "texts")
    assert volume.one("meeting", "frus2032v02-d1")["format"] == "Telephone conversation"
    assert volume.found("undated_meeting") == [("d1", None, 1)]
