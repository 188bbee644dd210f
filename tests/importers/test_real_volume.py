"""The real volume on SALT II, which lies beside the repository: what is known to be in it, and its
defects. Where it is not there, these tests are skipped.
"""

from collections import Counter
from pathlib import Path

import pytest

from app.dossiers.reading import read
from app.resources.texts import normalize
from tests.importers.imported import Imported, exacts, imported, quotes_in
from tests.needs import missing

NAME = "frus1969-76v33"
VOLUME = Path(__file__).resolve().parents[3] / "shared" / "data" / "frus" / f"{NAME}.xml"


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    if not VOLUME.exists():
        missing(f"the volume is not there: {VOLUME}")
    return imported(VOLUME, tmp_path_factory.mktemp("texts"))


def documents(volume: Imported, kind: str) -> list[str]:
    return [document for document, _, _ in volume.found(kind)]


def test_its_documents_persons_and_turns_are_all_there(volume: Imported) -> None:
    assert volume.report.counts == {
        "documents": 252,
        "persons": 140,
        "delegations": 2,
        "sources": 253,
        "meetings": 67,
        "claims": 4_456,
    }
    assert volume.report.parts == {
        "sources": {"documents": 252, "list of persons": 1},
        "meetings": {
            "with a list marked as one of participants": 51,
            "with a list headed as such": 16,
        },
        "claims": {"at meetings": 4_237, "in other documents": 219},
    }


def test_each_document_is_a_source_that_was_published_with_the_volume(volume: Imported) -> None:
    sources = volume.records["source"]
    assert list(sources)[:252] == [f"{NAME}-d{number}" for number in range(1, 253)]
    assert {one["published"] for one in sources.values()} == {"2013"}
    assert sources[f"{NAME}-d63"]["url"] == (
        "https://history.state.gov/historicaldocuments/frus1969-76v33/d63"
    )


def test_each_document_with_a_list_of_participants_is_a_meeting(volume: Imported) -> None:
    listed = VOLUME.read_text(encoding="utf-8").count('<list type="participants">')
    headed = documents(volume, "headed_list")
    assert (listed, len(volume.ids("meeting")), len(headed)) == (51, 67, 16)
    # Of the four meetings that end before they start, two are known by the heading of their list.
    assert {"d74", "d103"} <= set(headed)


def test_minutes_without_a_list_of_participants_are_no_meetings(volume: Imported) -> None:
    without = documents(volume, "record_without_list")
    assert without == ["d26", "d69", "d105", "d163"]
    assert not {f"{NAME}-{document}" for document in without} & set(volume.ids("meeting"))
    assert volume.one("claim", f"{NAME}-d105-t1")["on"] == "1975-09-17"


def test_the_label_of_a_turn_ends_with_the_name_or_with_a_remark_behind_it(
    volume: Imported,
) -> None:
    labels = [one["evidence"][0]["prefix"] for one in volume.records["claim"].values()]
    remarks = [label for label in labels if label.endswith(("):", "]:"))]
    assert (len(labels) - len(remarks), len(remarks)) == (4_443, 13)


def test_four_meetings_end_before_they_start_and_are_kept(volume: Imported) -> None:
    backwards = ["d63", "d74", "d103", "d239"]
    assert documents(volume, "ends_before_start") == backwards
    for document in backwards:
        (notice,) = volume.one("meeting", f"{NAME}-{document}")["notices"]
        assert notice["status"] == "held"
        assert "T" in notice["starts"]
        assert "ends" not in notice
        assert "before it starts" in notice["note"]


def test_turns_with_redactions_are_kept_as_they_stand(volume: Imported) -> None:
    assert sum(count for _, _, count in volume.found("redacted_turn")) == 285
    redacted = [
        claim for claim in volume.records["claim"].values() if "declassified]" in exacts(claim)[0]
    ]
    assert len(redacted) == 285


def test_delegations_are_states_and_not_persons(volume: Imported) -> None:
    parties = volume.one("negotiation", NAME)["parties"]
    assert [party["participant"] for party in parties] == ["soviet-union", "united-states"]
    kinds = Counter(one["kind"] for one in volume.records["participant"].values())
    assert kinds == {"person": 140, "state": 2}
    vienna = volume.one("meeting", f"{NAME}-d239")
    behalf = {one["participant"]: one["on_behalf_of"] for one in vienna["attendance"]}
    assert behalf[f"{NAME}-leonid-i-brezhnev"] == "soviet-union"
    assert behalf[f"{NAME}-cyrus-r-vance"] == "united-states"


def test_telegrams_are_no_meetings(volume: Imported) -> None:
    telegrams = [
        identifier
        for identifier, one in volume.records["source"].items()
        if one["title"].startswith(("Telegram", "Backchannel Message", "Message"))
    ]
    assert len(telegrams) > 10
    assert not set(telegrams) & set(volume.ids("meeting"))


def test_every_quote_stands_in_the_text_of_its_source(volume: Imported) -> None:
    normal = {source: normalize(text) for source, text in volume.texts.items()}
    quotes = quotes_in(volume.records)
    assert len(quotes) > 5_000
    for quote in quotes:
        assert normal[quote["source"]][quote["start"] : quote["end"]] == quote["exact"]


def test_it_can_be_read_as_a_dossier(volume: Imported) -> None:
    assert len(read(f"{NAME}.ndjson", volume.raw).records) == sum(map(len, volume.records.values()))
