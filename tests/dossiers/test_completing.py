"""Completing: ids of parts, and quotes that are found where the text has them, or not at all."""

import json
from datetime import date
from typing import Any

import pytest

from app.dossiers import Dossier, complete, read
from app.errors import Fault, InvalidDossier
from app.resources.claims import ClaimContent
from app.resources.demands import DemandContent
from app.resources.evidence import Evidence
from app.resources.knowledge import evidence_of
from app.resources.sources import SourceContent
from app.resources.texts import Verification, fingerprint, normalize
from tests.dossiers.examples import YAML, demand, document

TODAY = date(2026, 5, 4)
TEXT = (
    "🕊️ 👩‍👩‍👧 They met in Midtown. The bridge: it stands, and it still stands. Please open the\n"
    "bridge, at least by day, said “North”. South said no."
)
TEXTS = {"gazette": TEXT.encode(), "unused": b"\xff"}


def with_quote(**quote: Any) -> Dossier:
    source = {"id": "gazette", "title": "A", "kind": "news", "proximity": "secondary"}
    filled = {"source": "gazette"} | quote
    value = document(sources=[source], demands=[demand(evidence=[filled])])
    return read("x.json", json.dumps(value, indent=1).encode())


def quote_of(dossier: Dossier) -> Evidence:
    return dossier.records["demand", "open-it"].evidence[0]


def faults_with(dossier: Dossier, texts: dict[str, bytes]) -> tuple[Fault, ...]:
    with pytest.raises(InvalidDossier) as raised:
        complete(dossier, texts, TODAY)
    return raised.value.faults


@pytest.fixture
def dossier() -> Dossier:
    raw = YAML.replace('exact: "it stands"', 'exact: "it stands", suffix: ", and"')
    return read("talks.yaml", raw.replace('"no"', '"said no"').encode())


def test_every_quote_gets_its_place_in_code_points(dossier: Dossier) -> None:
    text = normalize(TEXT)
    for content in complete(dossier, TEXTS, TODAY).records.values():
        for _, quote in evidence_of(content):
            assert quote.start is not None
            assert text[quote.start : quote.end] == normalize(quote.exact)
            assert quote.prefix is not None
            assert quote.suffix is not None
            assert quote.verified_on == "2026-05-04"


def test_emoji_before_a_quote_count_as_code_points() -> None:
    quote = quote_of(complete(with_quote(exact="They met"), TEXTS, TODAY))
    assert (quote.start, quote.end) == (9, 17)
    assert len(TEXT[:9].encode("utf-16-le")) // 2 == 13


def test_a_text_with_other_white_space_and_composition_is_the_same_text() -> None:
    texts = {"gazette": "Café\r\n\tau   lait".encode()}
    quote = quote_of(complete(with_quote(exact="Cafe\u0301 au lait"), texts, TODAY))
    assert (quote.start, quote.end) == (0, 12)
    assert quote.exact == "Cafe\u0301 au lait"


def test_words_that_stand_once_are_verified_and_others_verified_multiple() -> None:
    assert quote_of(complete(with_quote(exact="by day"), TEXTS, TODAY)).verification is (
        Verification.verified
    )
    chosen = with_quote(exact="stands", start=normalize(TEXT).index("stands, and"))
    assert quote_of(complete(chosen, TEXTS, TODAY)).verification is Verification.verified_multiple


def test_a_quote_that_was_verified_keeps_its_day() -> None:
    old = with_quote(exact="by day", verification="verified", verified_on="2022-02-02")
    assert quote_of(complete(old, TEXTS, TODAY)).verified_on == "2022-02-02"
    changed = with_quote(exact="by day", verification="missing", verified_on="2022-02-02")
    assert quote_of(complete(changed, TEXTS, TODAY)).verified_on == "2026-05-04"
    undated = with_quote(exact="by day", verification="verified")
    assert quote_of(complete(undated, TEXTS, TODAY)).verified_on == "2026-05-04"


def test_without_the_text_quotes_stay_as_they_are() -> None:
    before = with_quote(exact="anything at all")
    quote = quote_of(complete(before, {}, TODAY))
    assert quote == quote_of(before).model_copy(update={"id": "e1"})
    assert quote.verification is Verification.unchecked


def test_completing_twice_changes_nothing(dossier: Dossier) -> None:
    once = complete(dossier, TEXTS, TODAY)
    assert complete(once, TEXTS, date(2030, 1, 1)) == once
    assert dossier != once


def test_parts_without_an_id_get_the_next_free_one() -> None:
    quotes = [{"source": "gazette", "exact": word} for word in ["a", "b", "c"]]
    quotes[1]["id"] = "e1"
    response = {"by": "south", "stance": "rejects", "evidence": quotes[:1]}
    value = document(
        demands=[
            demand(
                evidence=quotes,
                responses=[response, response | {"id": "r9"}, response],
                withdrawn={"evidence": quotes[:1]},
            )
        ]
    )
    dossier = complete(read("x.json", json.dumps(value).encode()), {}, TODAY)
    found = dossier.records["demand", "open-it"]
    assert isinstance(found, DemandContent)
    assert [quote.id for quote in found.evidence] == ["e2", "e1", "e3"]
    assert [answer.id for answer in found.responses] == ["r1", "r9", "r2"]
    assert [answer.evidence[0].id for answer in found.responses] == ["e1", "e1", "e1"]
    assert found.withdrawn is not None
    assert (found.withdrawn.id, found.withdrawn.evidence[0].id) == ("w1", "e1")


def test_a_source_gets_the_fingerprint_of_its_text(dossier: Dossier) -> None:
    source = complete(dossier, TEXTS, TODAY).records["source", "gazette"]
    assert isinstance(source, SourceContent)
    assert source.text is not None
    assert source.text.sha256 == fingerprint(TEXTS["gazette"]).sha256
    assert source.text.length == len(normalize(TEXT))


def test_another_text_than_was_recorded_is_refused(dossier: Dossier) -> None:
    known = complete(dossier, TEXTS, TODAY)
    fault = faults_with(known, {"gazette": TEXTS["gazette"] + b" "})[0]
    assert (fault.line, fault.path) == (21, "sources[0].text")
    assert "is not the fingerprint of the text at hand" in fault.message


def test_a_text_that_is_no_text_is_refused(dossier: Dossier) -> None:
    fault = faults_with(dossier, {"gazette": b"caf\xe9"})[0]
    assert (fault.line, fault.path) == (21, "sources[0]")
    assert "has a text at hand that must be UTF-8" in fault.message


def test_quotes_of_a_source_that_the_store_holds_are_located_too() -> None:
    dossier = with_quote(exact="by day")
    records = {address: c for address, c in dossier.records.items() if address[0] != "source"}
    shared = Dossier("x.json", None, "talks", records, dossier.places, dossier.line_of)
    assert quote_of(complete(shared, TEXTS, TODAY)).start is not None
    fault = faults_with(shared, {"gazette": b"\xff"})[0]
    assert str(fault).startswith("x.json: the text of gazette must be UTF-8")


@pytest.mark.parametrize(
    ("quote", "field", "words"),
    [
        ({"exact": "stands"}, "exact", "occurs more than once; give a prefix, or one of these"),
        ({"exact": "stands"}, "exact", "starts: 45, 66"),
        ({"exact": "by day", "start": 5}, "start", "is not at the stated start, but at 107: cor"),
        ({"exact": "by night"}, "exact", "is not in the text of gazette; copy the words from it"),
        ({"exact": 'said "North"'}, "exact", "other quotation marks or dashes stand there, at 115"),
        ({"exact": "By day"}, "exact", "its capital letters differ"),
        ({"exact": "by day", "prefix": "only "}, "prefix", "does not stand next to the words"),
        ({"exact": "by day", "suffix": " only"}, "suffix", "does not stand next to the words"),
    ],
)
def test_a_quote_that_is_not_there_is_named_with_its_place(
    quote: dict[str, Any], field: str, words: str
) -> None:
    dossier = with_quote(**quote)
    (fault,) = faults_with(dossier, TEXTS)
    assert fault.path == f"demands[0].evidence[0].{field}"
    assert fault.line == 32 + list({"source": "", **quote}).index(field)
    assert words in fault.message
    assert quote["exact"] not in fault.message


def test_all_quotes_that_are_not_there_are_named_at_once() -> None:
    dossier = read("talks.yaml", YAML.encode())
    faults = faults_with(dossier, {"gazette": b"Nothing of it."})
    assert [fault.line for fault in faults] == [37, 50, 59, 68, 73, 79]
    assert faults[0].path == "meetings[0].notices[0].evidence[0].exact"


def test_the_record_before_is_left_as_it_was(dossier: Dossier) -> None:
    complete(dossier, TEXTS, TODAY)
    found = dossier.records["claim", "it-stands"]
    assert isinstance(found, ClaimContent)
    assert (found.evidence[0].id, found.evidence[0].start) == (None, None)
