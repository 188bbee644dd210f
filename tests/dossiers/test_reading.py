"""Reading: three forms of one dossier, and what each field becomes."""

import json
from typing import Any

import pytest

from app.dossiers import Dossier, Place, read, write_json, write_ndjson
from app.resources.claims import ClaimContent
from app.resources.demands import DemandContent
from app.resources.meetings import MeetingContent
from app.resources.negotiations import NegotiationContent
from tests.dossiers.examples import BASE, YAML, claim, demand, document


def as_json(dossier: Dossier) -> bytes:
    return write_json(dossier.base, dossier.negotiation, list(dossier.records.items()))


def as_ndjson(dossier: Dossier) -> bytes:
    lines = write_ndjson(dossier.base, dossier.negotiation, list(dossier.records.items()))
    return b"".join(lines)


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return read("talks.yaml", YAML.encode())


def read_json(value: dict[str, Any]) -> Dossier:
    return read("talks.json", json.dumps(value).encode())


def test_a_dossier_has_its_records_in_the_order_of_the_nouns(dossier: Dossier) -> None:
    assert [noun for noun, _ in dossier.records] == [
        "negotiation",
        *["participant"] * 2,
        "source",
        "meeting",
        *["claim"] * 2,
        *["demand"] * 2,
    ]
    assert (dossier.name, dossier.base, dossier.negotiation) == ("talks.yaml", BASE, "talks")


def test_the_three_forms_hold_the_same_records(dossier: Dossier) -> None:
    for name, raw in [("t.json", as_json(dossier)), ("t.ndjson", as_ndjson(dossier))]:
        other = read(name, raw)
        assert other.records == dossier.records
        assert list(other.records) == list(dossier.records)
        assert (other.base, other.negotiation) == (BASE, "talks")


@pytest.mark.parametrize("suffix", [".yml", ".YAML", ".yaml"])
def test_yaml_may_be_named_either_way(suffix: str, dossier: Dossier) -> None:
    assert read(f"talks{suffix}", YAML.encode()).records == dossier.records


def test_a_byte_order_mark_and_crlf_are_accepted(dossier: Dossier) -> None:
    raw = b"\xef\xbb\xbf" + YAML.replace("\n", "\r\n").encode()
    assert read("talks.yaml", raw).records == dossier.records
    ndjson = b"\xef\xbb\xbf" + as_ndjson(dossier).replace(b"\n", b"\r\n") + b"\r\n"
    assert read("talks.ndjson", ndjson).records == dossier.records


def test_owned_records_get_the_negotiation_of_the_dossier(dossier: Dossier) -> None:
    found = dossier.records["claim", "it-stands"]
    assert isinstance(found, ClaimContent)
    assert found.negotiation == "talks"
    same = read_json(document(claims=[claim(negotiation="talks")])).records["claim", "it-stands"]
    assert isinstance(same, ClaimContent)
    assert same.negotiation == "talks"


def test_dates_are_text_and_a_bare_year_is_one(dossier: Dossier) -> None:
    found = dossier.records["negotiation", "talks"]
    assert isinstance(found, NegotiationContent)
    assert found.starts == "2022"
    said = dossier.records["claim", "it-stands"]
    assert isinstance(said, ClaimContent)
    assert said.on == "2022-01-10"


@pytest.mark.parametrize(
    "text", ["2022", "0x1F", "1_000", "12:30", "007", "1e3", ".inf", "-.5", "yes", "1" * 5000]
)
def test_text_that_looks_like_a_number_is_kept_as_it_was_written(text: str) -> None:
    raw = YAML.replace("text: The bridge stands.", f"text: {text}").encode()
    found = read("talks.yaml", raw).records["claim", "it-stands"]
    assert isinstance(found, ClaimContent)
    assert found.text == text


def test_an_id_may_look_like_a_number() -> None:
    raw = "dossier: 1\nparticipants:\n  - {id: 1984, kind: group, name: 1984}\n"
    assert list(read("x.yaml", raw.encode()).records) == [("participant", "1984")]


def test_whole_numbers_do_for_coordinates(dossier: Dossier) -> None:
    found = dossier.records["meeting", "first-round"]
    assert isinstance(found, MeetingContent)
    place = found.notices[0].place
    assert place is not None
    assert (place.latitude, place.longitude) == (50, 4.5)


def test_white_space_around_a_quote_is_not_part_of_it(dossier: Dossier) -> None:
    found = dossier.records["meeting", "first-round"]
    assert isinstance(found, MeetingContent)
    assert found.notices[0].evidence[0].exact == "They met in Midtown"


def test_white_space_that_the_offsets_count_is_part_of_the_quote() -> None:
    quote = {"source": "gazette", "exact": "it stands ", "start": 4, "end": 14}
    kept = read_json(document(claims=[claim(evidence=[quote])])).records["claim", "it-stands"]
    assert kept.evidence[0].exact == "it stands "
    cut = read_json(document(claims=[claim(evidence=[quote | {"end": 13}])]))
    assert cut.records["claim", "it-stands"].evidence[0].exact == "it stands"


def test_a_dossier_without_a_negotiation_holds_participants_and_sources() -> None:
    source = {"id": "gazette", "title": "A", "kind": "news", "proximity": "secondary"}
    dossier = read_json({"dossier": 1, "sources": [source]})
    assert dossier.negotiation is None
    assert list(dossier.records) == [("source", "gazette")]
    assert read("x.ndjson", as_ndjson(dossier)).records == dossier.records


def test_a_dossier_may_be_nothing_but_its_version() -> None:
    assert read("x.yaml", b"dossier: 1\nclaims:\n").records == {}


def test_participants_and_sources_may_be_held_elsewhere() -> None:
    dossier = read_json(document(claims=[claim(claimant="somebody-else")]))
    assert len(dossier.records) == 2


def test_every_record_has_its_place(dossier: Dossier) -> None:
    lines = YAML.split("\n")
    for (noun, identifier), place in dossier.places.items():
        assert place.line is not None
        start = "\n".join(lines[place.line - 1 : place.line + 1])
        assert f"id: {identifier}" in start, (noun, identifier)
    assert dossier.places["claim", "it-stands-still"] == Place("talks.yaml", 51, "claims[1]")
    assert dossier.places["negotiation", "talks"].path == "negotiation"


@pytest.mark.parametrize(
    "path", ["responses[0].evidence[0].exact", "/responses/0/evidence/0/exact"]
)
def test_a_later_check_can_name_the_line_inside_a_record(dossier: Dossier, path: str) -> None:
    fault = dossier.fault(("demand", "open-it"), path, "is wrong")
    assert (fault.file, fault.line) == ("talks.yaml", 73)
    assert fault.path == "demands[0].responses[0].evidence[0].exact"
    assert str(fault) == f"talks.yaml:73: {fault.path}: is wrong"


def test_json_and_ndjson_name_lines_too(dossier: Dossier) -> None:
    raw = as_json(dossier)
    address = ("demand", "open-it")
    fault = read("t.json", raw).fault(address, "responses[0].stance", "is wrong")
    assert fault.line is not None
    assert b'"stance": "rejects"' in raw.split(b"\n")[fault.line - 1]
    assert read("t.ndjson", as_ndjson(dossier)).fault(address, "text", "is wrong").line == 9


def test_a_path_that_is_not_there_leads_to_the_record(dossier: Dossier) -> None:
    again = read("t.json", as_json(dossier))
    address = ("claim", "it-stands-still")
    assert dossier.fault(address, "on", "is missing").line == 51
    assert again.fault(address, "on", "is missing").line == again.places[address].line
    assert again.fault(address, "", "is wrong").path == "claims[1]"


def test_a_dossier_that_was_never_a_file_can_name_its_records() -> None:
    fault = Dossier("made", None, None, {}).fault(("claim", "x"), "text", "is wrong")
    assert str(fault) == "made: claim.x.text: is wrong"


def test_many_records_are_read_in_every_form() -> None:
    claims = [claim(id=f"claim-{n}") for n in range(2_000)]
    demands = [demand(id=f"d-{n}", part_of=f"d-{n + 1}") for n in range(1_999)]
    dossier = read_json(document(claims=claims, demands=[*demands, demand(id="d-1999")]))
    assert len(dossier.records) == 4_001
    assert isinstance(dossier.records["demand", "d-7"], DemandContent)
    assert read("many.ndjson", as_ndjson(dossier)).records == dossier.records
    indented = read("many.json", as_json(dossier))
    assert indented.places["claim", "claim-0"].line == 16
