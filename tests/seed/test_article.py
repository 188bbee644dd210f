"""The seed holds what the article says: every quote in its place, every statement, and no more."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from app.resources.claims import ClaimContent
from app.resources.demands import DemandContent
from app.resources.evidence import RecordContent
from app.resources.meetings import MeetingContent
from app.resources.negotiations import NegotiationContent
from app.resources.participants import ParticipantContent
from app.resources.sources import SourceContent
from app.resources.texts import (
    NORMALIZATION,
    Verification,
    decode,
    fingerprint,
    normalize,
    verify,
)
from tests.needs import missing

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seed" / "us-russia-security-talks-2022.yaml"
ARTICLE = ROOT.parent / "shared" / "article" / "article.txt"
ARTICLE_SHA256 = "575959e6c685d94c477d79ccff4b962e4fd3735291c7153955b982b30ce2dea9"
NEGOTIATION = "us-russia-security-talks-2022"
SOURCE = "promote-ukraine-geneva-talks"

# The quotes of the seed together hold less than this share of the article ...
MOST_OF_THE_ARTICLE = 0.78
# ... and no file of the repository holds this many characters of it in a row.
LONGEST_RUN = 600

NOUNS: dict[str, type[RecordContent]] = {
    "negotiation": NegotiationContent,
    "participants": ParticipantContent,
    "sources": SourceContent,
    "meetings": MeetingContent,
    "claims": ClaimContent,
    "demands": DemandContent,
}
OWNED = ("meetings", "claims", "demands")
# The parts that state a fact, by the noun whose records they stand in.
FACTS = {"meetings": ("notices", "attendance"), "demands": ("responses",)}
# The fields that hold an id, or a list of ids, of another noun.
LINKS = {
    "participants": (
        *("participant", "organization", "forum", "claimant", "on_behalf_of", "by"),
        *("addressed_to", "about", "made_by", "reported_by"),
    ),
    "meetings": ("meeting", "about_meetings"),
    "claims": ("to",),
    "demands": ("replaces",),
    "sources": ("source", "origin"),
}

# Who says the words between quotation marks, by how these begin. The first "security guarantees"
# of the article is its own, in its first paragraph, and no speaker's.
SPEAKERS = {
    "They [Russians] can": "wendy-sherman",
    "firm in": "wendy-sherman",
    "I fully expect": "wendy-sherman",
    "has no intention": "sergey-ryabkov",
    "We explained": "sergey-ryabkov",
    "security guarantees": "sergey-ryabkov",
    "in a way": "sergey-ryabkov",
    "involve": "sergey-ryabkov",
}

Record = dict[str, Any]


@cache
def article_bytes() -> bytes:
    if not ARTICLE.exists():
        missing(f"{ARTICLE} is not here; the article stays with its publisher")
    return ARTICLE.read_bytes()


def article() -> str:
    return normalize(decode(article_bytes()))


@cache
def dossier() -> Record:
    loaded = YAML(typ="safe", pure=True).load(SEED.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def records() -> Iterator[tuple[str, Record]]:
    yield "negotiation", dossier()["negotiation"]
    for noun in list(NOUNS)[1:]:
        for record in dossier()[noun]:
            yield noun, record


def mappings(value: object) -> Iterator[Record]:
    """Every mapping in a value, itself included."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for child in value:
            yield from mappings(child)


def quotes_in(value: object) -> list[Record]:
    return [item for mapping in mappings(value) for item in mapping.get("evidence", [])]


def by_id(noun: str) -> dict[str, Record]:
    return {record["id"]: record for record in dossier()[noun]}


def as_json(noun: str, record: Record) -> str:
    owner = {"negotiation": NEGOTIATION} if noun in OWNED else {}
    return json.dumps(record | owner)


def test_the_dossier_has_its_parts_in_the_order_people_read_them() -> None:
    assert list(dossier()) == ["dossier", *NOUNS]
    assert dossier()["dossier"] == 1


def test_every_record_fits_its_model() -> None:
    for noun, record in records():
        try:
            NOUNS[noun].model_validate_json(as_json(noun, record))
        except ValidationError as error:
            pytest.fail(f"{noun} {record['id']}: {error}")


def test_records_leave_out_what_is_empty_or_implied() -> None:
    for noun, record in records():
        assert noun not in OWNED or "negotiation" not in record
        for mapping in mappings(record):
            empty = [name for name, value in mapping.items() if value in (None, [], {}, "")]
            assert not empty, f"{record['id']}: {empty}"


def test_the_ids_that_the_outside_relies_on_are_there() -> None:
    assert dossier()["negotiation"]["id"] == NEGOTIATION
    assert set(by_id("participants")) == {
        *("wendy-sherman", "sergey-ryabkov", "united-states", "russia", "ukraine"),
        *("nato", "osce", "nato-russia-council", "osce-permanent-council"),
        "us-allies-and-partners",
    }
    assert set(by_id("sources")) == {SOURCE}


def test_no_id_is_given_twice() -> None:
    for noun in list(NOUNS)[1:]:
        ids = [record["id"] for record in dossier()[noun]]
        assert len(ids) == len(set(ids)), noun
    for _, record in records():
        for name, value in record.items():
            parts = [part["id"] for part in mappings_directly_in(value) if "id" in part]
            assert len(parts) == len(set(parts)), f"{record['id']}: {name}"


def mappings_directly_in(value: object) -> list[Record]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def test_every_id_that_is_referred_to_exists() -> None:
    known = {noun: set(by_id(noun)) for noun in list(NOUNS)[1:]}
    issues = {issue["id"] for issue in dossier()["negotiation"]["issues"]}
    for noun, record in records():
        for mapping in mappings(record):
            for target, fields in LINKS.items():
                for field in fields:
                    assert set(listed(mapping.get(field))) <= known[target], (record["id"], field)
        if noun != "negotiation":
            assert set(listed(record.get("part_of"))) <= known[noun], record["id"]
            named = listed(record.get("issue")) + listed(record.get("issues"))
            assert set(named) <= issues, record["id"]


def listed(value: object) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def test_every_issue_is_one_that_something_is_about() -> None:
    named = {record["issue"] for noun in ("claims", "demands") for record in dossier()[noun]}
    assert named == {issue["id"] for issue in dossier()["negotiation"]["issues"]}


def test_every_fact_has_a_quote_or_says_that_it_is_inferred() -> None:
    for noun, record in records():
        facts = [part for name in FACTS.get(noun, ()) for part in record.get(name, [])]
        if noun in ("negotiation", *OWNED):
            facts.append(record)
        for fact in facts:
            assert fact.get("evidence") or fact.get("inferred"), (record["id"], fact["id"])


def test_every_meeting_claim_demand_and_answer_has_the_words_of_the_article() -> None:
    for noun in OWNED:
        for record in dossier()[noun]:
            parts = [part for name in FACTS.get(noun, ()) for part in record.get(name, [])]
            for fact in [record, *parts]:
                assert fact.get("evidence"), (record["id"], fact["id"])


def test_what_is_inferred_names_a_field_that_is_there_and_says_why() -> None:
    for _, record in records():
        for mapping in mappings(record):
            for inferred in mapping.get("inferred", []):
                assert inferred["field"] in mapping, (record["id"], inferred["field"])
                assert inferred["note"].endswith("."), (record["id"], inferred["field"])


def test_no_date_is_given_without_a_note_because_the_article_has_no_full_date() -> None:
    for _, record in records():
        for mapping in mappings(record):
            inferred = {item["field"] for item in mapping.get("inferred", [])}
            dated = {"on", "starts", "ends", "published", "from", "until"} & set(mapping)
            assert dated <= inferred, (record["id"], mapping.get("id"), dated - inferred)


def test_every_quote_stands_at_its_code_points_in_the_article() -> None:
    text = article()
    quotes = quotes_in(dossier())
    assert len(quotes) > 50
    for quote in quotes:
        exact, start, end = quote["exact"], quote["start"], quote["end"]
        assert quote["source"] == SOURCE
        assert normalize(exact) == exact
        assert text[start:end] == exact
        assert verify(text, exact, start) is Verification(quote["verification"]), exact
        assert quote["verification"] == "verified", exact


def test_no_quote_runs_over_the_end_of_a_line() -> None:
    lines = decode(article_bytes()).splitlines()
    for quote in quotes_in(dossier()):
        assert any(quote["exact"] in line for line in lines), quote["exact"]


def test_the_source_has_the_fingerprint_of_the_article() -> None:
    found = fingerprint(article_bytes())
    assert found.sha256 == ARTICLE_SHA256
    assert by_id("sources")[SOURCE]["text"] == {
        "sha256": found.sha256,
        "normalized_sha256": found.normalized_sha256,
        "length": found.length,
        "normalization": NORMALIZATION,
    }


def test_all_that_the_article_quotes_a_speaker_with_is_in_a_record_of_that_speaker() -> None:
    first_paragraph = len(normalize(decode(article_bytes()).splitlines()[0]))
    passages = [
        passage
        for passage in re.finditer("“([^”]*)”", article())
        if passage.start() > first_paragraph
    ]
    assert len(passages) == len(SPEAKERS)
    for passage in passages:
        (speaker,) = (who for words, who in SPEAKERS.items() if passage[1].startswith(words))
        assert any(
            quote["start"] <= passage.start(1) and passage.end(1) <= quote["end"]
            for quote in quotes_of(speaker)
        ), passage[1][:20]


def quotes_of(speaker: str) -> list[Record]:
    """The quotes of what somebody said: own claims, and demands known through them."""
    said = [claim for claim in dossier()["claims"] if claim["claimant"] == speaker]
    told = [demand for demand in dossier()["demands"] if speaker in demand.get("reported_by", [])]
    return [quote for record in said + told for quote in record["evidence"]]


def test_the_meetings_are_geneva_held_and_brussels_and_vienna_scheduled() -> None:
    found = [
        (
            meeting["id"],
            meeting["round"],
            meeting.get("forum"),
            *[(n["status"], n["starts"], n["place"]["country"]) for n in meeting["notices"]],
        )
        for meeting in dossier()["meetings"]
    ]
    council, permanent_council = "nato-russia-council", "osce-permanent-council"
    assert found == [
        ("geneva-2022-01-10", 1, None, ("held", "2022-01-10", "CHE")),
        ("brussels-2022-01-12", 2, council, ("scheduled", "2022-01-12", "BEL")),
        ("vienna-2022-01-13", 3, permanent_council, ("scheduled", "2022-01-13", "AUT")),
    ]
    geneva = by_id("meetings")["geneva-2022-01-10"]
    assert geneva["notices"][0]["duration"] == {"more_than": "PT7H"}


def test_every_statement_of_the_article_is_a_claim_of_its_speaker() -> None:
    found = [
        (claim["claimant"], claim["on_behalf_of"], claim["kind"], claim["attribution"], claim["id"])
        for claim in dossier()["claims"]
    ]
    sherman, ryabkov = ("wendy-sherman", "united-states"), ("sergey-ryabkov", "russia")
    quoted, partly, told = "direct_quote", "partial_quote", "paraphrase"
    assert found == [
        (*sherman, "fact", told, "sherman-no-direct-response"),
        (*sherman, "assessment", quoted, "sherman-de-escalation-would-prove-intent"),
        (*sherman, "fact", partly, "sherman-firm-in-pushing-back"),
        (*sherman, "expectation", quoted, "sherman-expects-consistent-message"),
        (*ryabkov, "intention", partly, "ryabkov-no-intention-to-attack"),
        (*ryabkov, "warning", told, "ryabkov-high-risk-of-confrontation"),
        (*ryabkov, "assessment", told, "ryabkov-us-underestimates-situation"),
        (*ryabkov, "intention", quoted, "ryabkov-told-us-no-plans-to-attack"),
        (*ryabkov, "fact", quoted, "ryabkov-training-on-own-territory"),
        (*ryabkov, "assessment", partly, "ryabkov-us-not-ready-on-guarantees"),
    ]


def test_the_consistent_message_is_one_claim_about_two_meetings() -> None:
    claim = by_id("claims")["sherman-expects-consistent-message"]
    assert claim["meeting"] == "geneva-2022-01-10"
    assert claim["about_meetings"] == ["brussels-2022-01-12", "vienna-2022-01-13"]


def test_every_demand_of_the_article_has_its_makers_its_umbrella_and_its_reporters() -> None:
    found = [
        (d["id"], d["made_by"], d["addressed_to"], d.get("part_of"), d.get("reported_by", []))
        for d in dossier()["demands"]
    ]
    russia, states, umbrella = ["russia"], ["united-states"], "security-guarantees"
    border = "de-escalation-on-the-border"
    sherman, ryabkov = "wendy-sherman", "sergey-ryabkov"
    both = ["united-states", "us-allies-and-partners"]
    assert found == [
        (umbrella, russia, states, None, []),
        ("no-nato-admission-of-ukraine", russia, states, umbrella, [sherman, ryabkov]),
        ("suspend-nato-ukraine-cooperation", russia, states, umbrella, [sherman]),
        ("nato-non-expansion", russia, states, umbrella, [ryabkov]),
        ("no-missiles-near-russias-borders", russia, states, umbrella, [ryabkov]),
        (border, states, russia, None, [sherman]),
        ("return-troops-to-barracks", states, russia, border, []),
        ("russia-to-de-escalate-tensions", both, russia, None, [sherman]),
    ]


def test_every_answer_of_the_article_is_there_and_none_is_assumed() -> None:
    found = [
        (demand["id"], answer["by"], answer["stance"], answer.get("reported_by"))
        for demand in dossier()["demands"]
        for answer in demand.get("responses", [])
    ]
    assert found == [
        ("security-guarantees", "united-states", "rejects", None),
        ("security-guarantees", "united-states", "rejects", "sergey-ryabkov"),
        ("no-nato-admission-of-ukraine", "united-states", "rejects", None),
        ("suspend-nato-ukraine-cooperation", "united-states", "rejects", None),
        ("de-escalation-on-the-border", "russia", "no_answer", "wendy-sherman"),
    ]


def test_the_two_wordings_on_ukraine_and_nato_are_two_quotes_of_one_demand() -> None:
    exact = [
        quote["exact"] for quote in by_id("demands")["no-nato-admission-of-ukraine"]["evidence"]
    ]
    assert any("not to admit Ukraine to NATO" in words for words in exact)
    assert any("“involve” Kyiv in NATO" in words for words in exact)


def test_the_quotes_together_are_not_the_article() -> None:
    covered = {
        place for quote in quotes_in(dossier()) for place in range(quote["start"], quote["end"])
    }
    assert len(covered) / len(article()) < MOST_OF_THE_ARTICLE


def test_no_file_of_the_repository_holds_the_article() -> None:
    text = article()
    files = repository_files()
    assert SEED in files
    for path in files:
        held = normalize(path.read_bytes().decode(errors="ignore"))
        assert not has_long_run(held, text), f"{path} holds a long stretch of the article"
        assert not any(two in held for two in sentence_pairs(text)), (
            f"{path} holds two sentences of the article in a row"
        )


def test_a_long_stretch_of_the_article_would_be_noticed_wherever_it_begins() -> None:
    text = article()
    for start in (0, 1, 299, 300, 700, len(text) - LONGEST_RUN):
        stretch = text[start : start + LONGEST_RUN]
        assert has_long_run(f"#{stretch}#", text)
        assert not has_long_run(f"#{stretch[:-1]}#", text)
    assert len(sentence_pairs(text)) == 10


def has_long_run(held: str, text: str) -> bool:
    # Every run holds one of these blocks whole, and there are few of them.
    half = LONGEST_RUN // 2
    if not any(text[at : at + half] in held for at in range(0, len(text) - half + 1, half)):
        return False
    return any(text[at : at + LONGEST_RUN] in held for at in range(len(text) - LONGEST_RUN + 1))


def sentence_pairs(text: str) -> list[str]:
    # A full stop after a capital, as in "U.S.", ends no sentence.
    sentences = re.split(r"(?:(?<=[a-z]\.)|(?<=\.”)) (?=[A-Z“])", text)
    return [f"{one} {other}" for one, other in pairwise(sentences)]


def repository_files() -> list[Path]:
    """What is tracked, and what would be with the next commit."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        if os.environ.get("CI"):
            pytest.fail("git cannot list the files, and CI needs it")
        pytest.skip("this is not a git checkout")
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]
