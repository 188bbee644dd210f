"""What volumes of several shapes become, and what holds for all of them."""

from pathlib import Path

import pytest

from app.dossiers.reading import read
from app.resources.knowledge import evidence_of
from app.resources.texts import fingerprint, normalize, verify
from tests.importers.imported import VOLUMES, Imported, exacts, imported, quotes_in

NAMES = sorted(path.stem for path in VOLUMES.glob("*.xml"))


@pytest.fixture(params=NAMES)
def each(request: pytest.FixtureRequest, tmp_path: Path) -> Imported:
    return imported(VOLUMES / f"{request.param}.xml", tmp_path / "texts")


@pytest.fixture
def letters(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus1961-63v99.xml", tmp_path / "texts")


@pytest.fixture
def powers(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus1959Genevav01.xml", tmp_path / "texts")


@pytest.fixture
def fifties(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus1952-54v99.xml", tmp_path / "texts")


class TestEachVolume:
    """What holds for every volume, whatever its shape."""

    def test_it_is_a_dossier_that_can_be_read(self, each: Imported) -> None:
        dossier = read("volume.ndjson", each.raw)
        assert dossier.negotiation == each.header["negotiation"]
        assert len(dossier.records) == sum(map(len, each.records.values()))

    def test_the_same_volume_gives_the_same_bytes(self, each: Imported, tmp_path: Path) -> None:
        path = VOLUMES / f"{each.report.volume}.xml"
        assert imported(path, tmp_path / "again").raw == each.raw

    def test_each_quote_stands_in_the_text_that_was_written_for_its_source(
        self, each: Imported
    ) -> None:
        dossier = read("volume.ndjson", each.raw)
        checked = 0
        for content in dossier.records.values():
            for _, quote in evidence_of(content):
                text = normalize(each.texts[quote.source])
                assert text[quote.start : quote.end] == quote.exact
                assert quote.verification == verify(
                    text, quote.exact, quote.start, quote.prefix, quote.suffix
                )
                checked += 1
        assert checked == len(quotes_in(each.records))
        assert checked > 0

    def test_each_source_records_the_fingerprint_of_its_text(self, each: Imported) -> None:
        for identifier, source in each.records["source"].items():
            found = fingerprint(each.texts[identifier].encode())
            assert source["text"] == {
                "sha256": found.sha256,
                "normalized_sha256": found.normalized_sha256,
                "length": found.length,
                "normalization": "NFC, white space folded",
            }

    def test_nothing_is_made_up(self, each: Imported) -> None:
        assert "demand" not in each.records
        for claim in each.records.get("claim", {}).values():
            assert claim["kind"] == "unclassified"
            assert not {"text", "addressed_to", "relations", "issue"} & set(claim)

    def test_no_source_names_a_publisher_for_all(self, each: Imported) -> None:
        assert not any("publisher" in source for source in each.records["source"].values())


class TestLetters:
    """A volume of letters, with its list of persons at the end."""

    def test_it_has_sources_and_neither_meetings_nor_claims(self, letters: Imported) -> None:
        assert sorted(letters.records) == ["negotiation", "participant", "source"]
        assert letters.ids("participant") == [
            "frus1961-63v99-arthur-hale",
            "frus1961-63v99-nikita-vik",
        ]

    def test_its_publication_is_told_from_what_it_covers(self, letters: Imported) -> None:
        assert {one["published"] for one in letters.records["source"].values()} == {"1996"}

    def test_the_date_is_that_of_the_letter_and_not_of_an_attachment(
        self, letters: Imported
    ) -> None:
        source = letters.one("source", "frus1961-63v99-d1")
        assert source["created"] == "1961-03-09"
        assert source["title"].startswith(
            "Letter From Chairman Vik to President Hale, Moscow, March 9, 1961 ("
        )
        assert letters.texts["frus1961-63v99-d1"].splitlines()[-4:] == [
            "[Attachment]",
            "Tallinn, January 1, 1960",
            "A Draft",
            "Light the lamps.",
        ]

    @pytest.mark.parametrize(
        ("document", "created"), [("d2", "1962-01-01/1962-02-28"), ("d3", "1963-05-01/1963-05-31")]
    )
    def test_a_date_that_the_editors_give_is_inferred(
        self, letters: Imported, document: str, created: str
    ) -> None:
        source = letters.one("source", f"frus1961-63v99-{document}")
        assert source["created"] == created
        assert [item["field"] for item in source["inferred"]] == [
            "published",
            "proximity",
            "created",
        ]

    def test_documents_that_only_the_editors_date_are_reported(self, letters: Imported) -> None:
        assert letters.found("undated") == [
            ("d2", "the editors give 1962-01-01/1962-02-28", 1),
            ("d3", "the editors give 1963-05-01/1963-05-31", 1),
        ]

    def test_the_negotiation_runs_between_documents_with_dates_of_their_own(
        self, letters: Imported
    ) -> None:
        negotiation = letters.one("negotiation", "frus1961-63v99")
        assert (negotiation["starts"], negotiation["ends"]) == ("1961-03-09", "1961-03-09")
        assert "parties" not in negotiation


class TestFourPowers:
    """A conference with several delegations, named in lists, headings and items."""

    def test_it_is_multilateral_and_each_delegation_is_a_party(self, powers: Imported) -> None:
        negotiation = powers.one("negotiation", "frus1959genevav01")
        assert negotiation["kind"] == "multilateral"
        assert [party["participant"] for party in negotiation["parties"]] == [
            "france",
            "soviet-union",
            "united-kingdom",
            "united-states",
        ]
        assert powers.one("participant", "soviet-union")["country"] == "SUN"

    @pytest.mark.parametrize(
        ("document", "delegations"),
        [
            (
                "d1",
                [
                    ("carl-hart", "united-states"),
                    ("sir-selwyn-lane", "united-kingdom"),
                    ("maurice-couronne", "france"),
                    ("andrei-gorin", "soviet-union"),
                ],
            ),
            ("d2", [("carl-hart", "united-states"), ("andrei-gorin", "soviet-union")]),
        ],
    )
    def test_each_form_of_a_heading_says_who_was_there_for_whom(
        self, powers: Imported, document: str, delegations: list[tuple[str, str]]
    ) -> None:
        attendance = powers.one("meeting", f"frus1959genevav01-{document}")["attendance"]
        assert [
            (one["participant"].removeprefix("frus1959genevav01-"), one["on_behalf_of"])
            for one in attendance
        ] == delegations

    def test_a_speaker_may_be_set_in_small_capitals_and_laugh(self, powers: Imported) -> None:
        assert [(one["evidence"][0]["prefix"], exacts(one)) for one in
                powers.records["claim"].values()] == [
            ("Mr. Gorin:", ["The canal is long."]),
            ("Lane [laughs]:", ["And deep."]),
            ("Secretary of State Hart:", ["I quote: a canal is a canal."]),
        ]  # fmt: skip

    def test_a_verbatim_record_is_a_transcript_and_minutes_are_not(self, powers: Imported) -> None:
        kinds = [powers.one("source", f"frus1959genevav01-d{n}")["kind"] for n in (1, 2)]
        assert kinds == ["document", "transcript"]
        assert powers.one("claim", "frus1959genevav01-d2-t1")["attribution"] == "direct_quote"

    def test_a_meeting_of_days_has_no_clock_and_its_claims_are_of_the_first(
        self, powers: Imported
    ) -> None:
        (notice,) = powers.one("meeting", "frus1959genevav01-d2")["notices"]
        assert (notice["starts"], notice["ends"]) == ("1959-05-27", "1959-05-28")
        assert powers.one("claim", "frus1959genevav01-d2-t1")["on"] == "1959-05-27"


class TestTheFifties:
    """Notes before headings, numbers in them, persons in paragraphs, no date of publication."""

    def test_the_number_is_no_part_of_the_title(self, fifties: Imported) -> None:
        assert fifties.one("source", "frus1952-54v99-d520")["title"] == (
            "Memorandum of Conversation, by the Counselor of the Mission in Japan (Bond), Tokyo, "
            "February 18, 1952 (frus1952-54v99, Document 520)"
        )

    def test_an_archive_may_be_named_before_the_heading(self, fifties: Imported) -> None:
        source = fifties.one("source", "frus1952-54v99-d520")
        assert source["inferred"][0]["basis"] == "611.94/2–2352"

    def test_who_is_marked_with_a_key_that_the_list_lacks_is_reported(
        self, fifties: Imported
    ) -> None:
        attendance = fifties.one("meeting", "frus1952-54v99-d520")["attendance"]
        assert [exacts(one) for one in attendance] == [["Ambassador Rusk"], ["NA—Minister Okada"]]
        assert fifties.found("unmarked_participant") == [("d520", "Mr. Bond", 1)]
        assert fifties.found("unlisted_person") == [("d520", "Bond", 2)]

    def test_a_date_in_the_heading_is_that_of_the_meeting(self, fifties: Imported) -> None:
        (notice,) = fifties.one("meeting", "frus1952-54v99-d522")["notices"]
        assert notice["starts"] == "1952-03-01T11:00:00-05:00"
        assert notice["place"] == {"city": "Washington", "country": "USA"}
        assert exacts(notice)[1:] == ["PRESENT Ambassador Rusk"]

    def test_a_telegram_without_a_list_is_no_meeting(self, fifties: Imported) -> None:
        assert fifties.ids("meeting") == ["frus1952-54v99-d520", "frus1952-54v99-d522"]

    def test_speech_that_is_told_and_not_quoted_is_counted(self, fifties: Imported) -> None:
        assert fifties.ids("claim") == []
        assert fifties.found("indirect_speech") == [
            ("d520", "Okada said the nets were too fine.", 1)
        ]

    def test_without_a_date_of_publication_there_is_none(self, fifties: Imported) -> None:
        assert not any("published" in one for one in fifties.records["source"].values())
        assert fifties.found("unpublished") == [("frus1952-54v99", None, 1)]
