"""Documents one by one: turns, headings, ids, and what is too long or missing."""

from pathlib import Path

import pytest

from tests.importers.imported import exacts, imported, written

PERSONS = '<item><persName xml:id="p_A">Ash, Ann</persName>, clerk</item>'

DATELINE = '<dateline><date when="1960-01-01">January 1, 1960</date></dateline>'
PRESENT = '<list type="participants"><item>Mr. Birch</item></list>'


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


def test_a_list_whose_items_read_like_turns_is_reported_and_makes_no_claim(tmp_path: Path) -> None:
    said = "<list><item><persName corresp='#p_A'>Ash</persName>: no</item></list>"
    path = written(tmp_path, f"<head>Minutes</head>{PRESENT}{said}", persons=PERSONS)
    volume = imported(path, tmp_path / "texts")
    assert volume.ids("claim") == []
    assert volume.found("unmarked_speaker") == [("d1", "Ash: no", 1)]


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
        "United States Delegation Record, Council of Ministers, First Session",
        "Notes on a Meeting",
        "Conversation Between President Ash and Mr. Birch",
        "Transcript of a Telephone Conversation",
    ],
)
def test_the_date_of_a_record_is_that_of_the_meeting(tmp_path: Path, heading: str) -> None:
    path = written(tmp_path, f"<head>{heading}</head>{DATELINE}{PRESENT}")
    (meeting,) = imported(path, tmp_path / "texts").records["meeting"].values()
    assert meeting["notices"][0]["starts"] == "1960-01-01"


def test_a_record_without_a_list_is_no_meeting_and_its_claims_keep_their_day(
    tmp_path: Path,
) -> None:
    heading = "Minutes of a Meeting of the Council"
    path = written(tmp_path, f"<head>{heading}</head>{DATELINE}{turn('no')}", persons=PERSONS)
    volume = imported(path, tmp_path / "texts")
    assert volume.ids("meeting") == []
    assert volume.found("record_without_list") == [("d1", heading, 1)]
    claim = volume.one("claim", "frus2032v02-d1-t1")
    assert claim["on"] == "1960-01-01"
    assert "meeting" not in claim


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
def test_the_date_of_any_other_document_is_its_own(tmp_path: Path, heading: str) -> None:
    path = written(tmp_path, f"<head>{heading}</head>{DATELINE}{PRESENT}")
    volume = imported(path, tmp_path / "texts")
    (meeting,) = volume.records["meeting"].values()
    assert "starts" not in meeting["notices"][0]
    assert [one[0] for one in volume.found("undated_meeting")] == ["d1"]


@pytest.mark.parametrize("heading", ["Telegram From the Embassy in France", "Editorial Note"])
def test_a_dateline_alone_is_no_meeting(tmp_path: Path, heading: str) -> None:
    volume = imported(
        written(tmp_path, f"<head>{heading}</head>{DATELINE}<p>We met.</p>"), tmp_path / "texts"
    )
    assert volume.ids("meeting") == []
    assert volume.found("record_without_list") == []


@pytest.mark.parametrize(
    ("title", "words", "meetings"),
    [
        ("Memorandum for the Record", "Participants:", 1),
        ("Memorandum for the Record", "PRESENT", 1),
        ("Memorandum for the Record", "Principals", 0),
        ("Minutes of a Meeting", "Principals", 1),
        ("Minutes of a Meeting", "Agenda", 0),
    ],
)
def test_which_headings_of_lists_count_depends_on_the_document(
    tmp_path: Path, title: str, words: str, meetings: int
) -> None:
    listed = f"<list><head>{words}</head><item>Mr. Birch</item></list>"
    volume = imported(written(tmp_path, f"<head>{title}</head>{listed}"), tmp_path / "texts")
    assert len(volume.ids("meeting")) == meetings
    assert len(volume.found("headed_list")) == meetings


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
    path = written(tmp_path, f"<head>Memorandum of a Telephone Conversation</head>{PRESENT}")
    volume = imported(path, tmp_path / "texts")
    assert volume.one("meeting", "frus2032v02-d1")["format"] == "Telephone conversation"
    assert volume.found("undated_meeting") == [("d1", None, 1)]
