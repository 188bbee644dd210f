"""What a volume in recent markup becomes, record by record, with a defect of every kind."""

from pathlib import Path

import pytest

from tests.importers.imported import VOLUMES, Imported, exacts, imported


@pytest.fixture
def recent(tmp_path: Path) -> Imported:
    return imported(VOLUMES / "frus2031v01.xml", tmp_path / "texts")


class TestARecentVolume:
    """Recent markup, with a defect of every kind."""

    def test_it_is_one_negotiation_between_the_states_with_delegations(
        self, recent: Imported
    ) -> None:
        (negotiation,) = recent.records["negotiation"].values()
        assert negotiation["id"] == "frus2031v01"
        assert negotiation["title"] == "Harbour Talks, 1972–1974"
        assert (negotiation["kind"], negotiation["state"]) == ("bilateral", "concluded")
        assert (negotiation["starts"], negotiation["ends"]) == ("1972-11-21", "1974-01-02")
        assert exacts(negotiation) == [
            "Geneva, November 21, 1972, 10:05–11:30 a.m.",
            "January 2, 1974.",
        ]
        assert [(party["participant"], exacts(party)) for party in negotiation["parties"]] == [
            ("soviet-union", ["USSR"]),
            ("united-states", ["U.S."]),
        ]
        assert [item["field"] for item in negotiation["inferred"]] == [
            "kind",
            "state",
            "starts",
            "ends",
        ]

    def test_each_document_is_a_source_and_so_is_the_list_of_persons(
        self, recent: Imported
    ) -> None:
        assert recent.ids("source") == [
            *(f"frus2031v01-d{number}" for number in (1, 2, 3, 4, 5, 6)),
            "frus2031v01-d6-2",
            "frus2031v01-persons",
        ]
        source = recent.one("source", "frus2031v01-d4")
        del source["text"]
        assert source == {
            "noun": "source",
            "id": "frus2031v01-d4",
            "title": "Telegram From the Delegation to the Department of State, Geneva, June 1, "
            "1973, 1503Z (frus2031v01, Document 4)",
            "url": "https://history.state.gov/historicaldocuments/frus2031v01/d4",
            "language": "en",
            "created": "1973-06-01T15:03:00",
            "published": "2013",
            "kind": "document",
            "proximity": "primary",
            "inferred": [
                {
                    "field": "published",
                    "note": "The document was published with the volume, whose date this is.",
                    "basis": "Foreign Relations of the United States, 2031, Volume I, Harbour "
                    "Talks, 1972–1974",
                },
                {
                    "field": "proximity",
                    "note": "Printed by the editors of the volume from a document that they found.",
                },
            ],
        }

    def test_the_archive_is_kept_with_the_source(self, recent: Imported) -> None:
        inferred = recent.one("source", "frus2031v01-d1")["inferred"]
        assert inferred[1]["basis"] == "Source: National Archives, Harbour Files, Box 1. Secret."

    def test_an_editorial_note_is_secondary_and_has_no_date(self, recent: Imported) -> None:
        source = recent.one("source", "frus2031v01-d5")
        assert source["proximity"] == "secondary"
        assert "created" not in source

    def test_the_text_has_no_notes_and_joins_what_a_page_break_cut(self, recent: Imported) -> None:
        assert recent.texts["frus2031v01-d1"] == (
            "1. Note From the Soviet Union to the United States\n"
            "Moscow, undated.\n"
            "The Soviet side confirms its consent to talks on harbours."
        )

    def test_persons_have_posts_as_far_as_their_dates_are_marked(self, recent: Imported) -> None:
        gale = recent.one("participant", "frus2031v01-anna-b-gale")
        assert (gale["kind"], gale["name"]) == ("person", "Anna B. Gale")
        assert gale["other_names"] == ["Gale, Anna B."]
        first, second = gale["posts"]
        assert (first["title"], first["from"], first["until"]) == (
            "Secretary of Harbours",
            "1970-01",
            "1972-05-04",
        )
        assert exacts(first) == ["Secretary of Harbours from January 1970 until May 4, 1972"]
        assert first["evidence"][0]["source"] == "frus2031v01-persons"
        assert (second["from"], second["until"]) == ("1972-05-04", "1974")
        assert second["inferred"][0]["field"] == "from"
        unclear = recent.one("participant", "frus2031v01-dan-reed-jr")
        assert unclear["description"] == "member, Harbour Panel, 1971 and again in 1973"
        assert "posts" not in unclear

    def test_two_people_of_one_name_are_two_and_one_key_is_one(self, recent: Imported) -> None:
        people = [one for one in recent.ids("participant") if one.startswith("frus2031v01")]
        assert people == [
            "frus2031v01-anna-b-gale",
            "frus2031v01-dan-reed-jr",
            "frus2031v01-dan-reed-jr-2",
            "frus2031v01-konstantin-orlov",
        ]
        assert recent.found("duplicate")[:2] == [
            ("persons", "Dan Reed, Jr.", 1),
            ("persons", "p_GA_1: Gale, Anna B.", 1),
        ]

    def test_a_meeting_has_who_was_there_for_whom_and_when_by_the_clock(
        self, recent: Imported
    ) -> None:
        meeting = recent.one("meeting", "frus2031v01-d2")
        assert [
            (one["participant"], one.get("on_behalf_of"), one.get("capacity"), exacts(one))
            for one in meeting["attendance"]
        ] == [
            ("frus2031v01-anna-b-gale", "united-states", "chair", ["Chairman—Anna Gale", "U.S."]),
            (
                "frus2031v01-konstantin-orlov",
                "soviet-union",
                None,
                ["Minister K. Orlov and Mr. Reed", "USSR"],
            ),
            (
                "frus2031v01-dan-reed-jr-2",
                "soviet-union",
                None,
                ["Minister K. Orlov and Mr. Reed", "USSR"],
            ),
            ("frus2031v01-dan-reed-jr", None, None, ["Dan Reed"]),
        ]
        (notice,) = meeting["notices"]
        assert notice["status"] == "held"
        assert (notice["starts"], notice["ends"]) == ("1972-11-21T10:05:00", "1972-11-21T11:30:00")
        assert notice["place"] == {"city": "Geneva", "country": "CHE"}
        assert exacts(notice)[:2] == [
            "2. Memorandum of Conversation",
            "Geneva, November 21, 1972, 10:05–11:30 a.m.",
        ]
        assert exacts(notice)[2].startswith("PARTICIPANTS U.S. The President Chairman—")

    def test_who_is_not_marked_is_reported_and_an_aide_does_not_bring_the_principal(
        self, recent: Imported
    ) -> None:
        assert recent.found("unmarked_participant") == [
            ("d2", "The President", 1),
            ("d2", "Max Miller, Aide to Gale", 1),
        ]
        assert recent.found("heading_without_state") == [("d2", "Secretariat", 1)]

    def test_a_meeting_that_ends_before_it_starts_is_kept_without_its_end(
        self, recent: Imported
    ) -> None:
        (notice,) = recent.one("meeting", "frus2031v01-d3")["notices"]
        assert notice["starts"] == "1973-04-12T11:05:00"
        assert "ends" not in notice
        assert notice["note"].startswith(
            "The markup of the volume ends it on 1973-03-25T12:55:00, before it starts"
        )
        assert recent.found("ends_before_start") == [
            ("d3", "1973-04-12T11:05:00 to 1973-03-25T12:55:00", 1)
        ]
        assert recent.found("clock_differs")[0][0] == "d3"

    def test_a_list_that_only_its_heading_marks_counts_in_minutes(self, recent: Imported) -> None:
        attendance = recent.one("meeting", "frus2031v01-d3")["attendance"]
        assert [one["participant"] for one in attendance] == ["frus2031v01-anna-b-gale"]
        assert ("d3", "Director of the Harbour Agency Gale", 1) in recent.found("duplicate")

    def test_the_date_of_a_telegram_is_not_that_of_the_meeting_it_tells_of(
        self, recent: Imported
    ) -> None:
        meeting = recent.one("meeting", "frus2031v01-d4")
        assert meeting["title"].startswith("Meeting recorded in: Telegram From the Delegation")
        (notice,) = meeting["notices"]
        assert not {"starts", "ends", "place"} & set(notice)
        assert exacts(notice) == ["PARTICIPANTS Ambassador Gale"]
        assert recent.found("undated_meeting") == [("d4", "Geneva, June 1, 1973, 1503Z.", 1)]

    def test_each_marked_turn_is_a_claim_in_its_words(self, recent: Imported) -> None:
        assert [
            (
                claim["id"].removeprefix("frus2031v01-"),
                claim["claimant"].removeprefix("frus2031v01-"),
                claim.get("on_behalf_of"),
                claim.get("on"),
                claim["evidence"][0]["prefix"],
                exacts(claim),
                claim["attribution"],
            )
            for claim in recent.records["claim"].values()
        ] == [
            (
                *("d2-t1", "anna-b-gale", "united-states", "1972-11-21"),
                *("Secretary Gale:", ["Shall we begin?"], "paraphrase"),
            ),
            (
                *("d2-t2", "konstantin-orlov", "soviet-union", "1972-11-21"),
                "Minister Orlov (through the interpreter):",
                *(["We have [2 lines not declassified] harbours."], "paraphrase"),
            ),
            (
                *("d2-t3", "anna-b-gale", "united-states", "1972-11-21"),
                *("“Gale:", ["I have said all.”"], "paraphrase"),
            ),
            (
                *("d3-t1", "dan-reed-jr", None, "1973-04-12"),
                *("Mr. Reed:", ["No tide waits."], "paraphrase"),
            ),
            (
                *("d3-t2", "anna-b-gale", None, "1973-04-12"),
                *("Secretary Gale:", ["No tide waits."], "paraphrase"),
            ),
            (
                *("d5-t1", "anna-b-gale", None, None),
                *("“Gale:", ["It was a short one.”"], "paraphrase"),
            ),
            (
                *("d6-2-t1", "dan-reed-jr", None, "1974-01-02"),
                *("Reed:", ["Um-hmm."], "direct_quote"),
            ),
        ]

    def test_a_turn_links_to_its_meeting_and_outside_of_one_to_none(self, recent: Imported) -> None:
        assert recent.one("claim", "frus2031v01-d2-t1")["meeting"] == "frus2031v01-d2"
        assert "meeting" not in recent.one("claim", "frus2031v01-d5-t1")
        assert recent.found("turn_outside_meeting") == [("d5", None, 1), ("d6-2", None, 1)]
        assert recent.found("record_without_list") == [
            ("d6-2", "Conversation Between President Gale and Reed", 1)
        ]

    def test_what_is_no_claim_is_in_the_report(self, recent: Imported) -> None:
        assert recent.found("unmarked_speaker") == [("d2", "The President: Very good.", 1)]
        assert recent.found("unlisted_speaker") == [("d2", "Mr. Unlisted:", 1)]
        assert recent.found("unlisted_person") == [("d2", "Unlisted", 1)]
        assert recent.found("empty_turn") == [("d2", "Mr. Reed:", 1)]
        assert recent.found("continued_turn") == [("d2", "They are old, and so are we.", 2)]

    def test_redactions_omissions_and_gaps_are_counted_where_they_stand(
        self, recent: Imported
    ) -> None:
        assert recent.found("redaction") == [("d2", "[2 lines not declassified]", 1)]
        assert [one[0] for one in recent.found("redacted_turn")] == ["d2"]
        assert [one[0] for one in recent.found("omission")] == ["d2"]
        assert recent.found("gap") == [("d2", "quantity=3 reason=faded unit=words", 1)]

    def test_undated_documents_and_impossible_dates_are_reported(self, recent: Imported) -> None:
        assert recent.found("undated") == [
            ("d1", "Moscow, undated.", 1),
            ("d5", "Editorial note", 1),
            ("d6", "Camp David, February 30, 1973.", 1),
        ]
        assert recent.found("unclear_date") == [("d6", "1973-02-30", 1)]

    def test_elements_without_a_rule_and_ids_that_stand_twice_are_reported(
        self, recent: Imported
    ) -> None:
        assert recent.found("unknown_element") == [("d6", "riddle", 1)]
        assert recent.texts["frus2031v01-d6"].endswith("has. What is it?")
        assert ("d6", "its records are d6-2", 1) in recent.found("duplicate")
        assert recent.one("source", "frus2031v01-d6-2")["url"].endswith("/frus2031v01/d6")
