"""Bad dossiers: each fault is named with its line, its path and what to do about it."""

import json
from typing import Any

import pytest

from app.dossiers import read
from app.dossiers.explaining import _PATTERNS
from app.dossiers.reading import FORMS
from app.errors import Fault, InvalidDossier
from app.resources import RESOURCES
from tests.dossiers.examples import BASE, QUOTE, YAML, claim, demand, document


def faults_in(name: str, raw: bytes) -> tuple[Fault, ...]:
    with pytest.raises(InvalidDossier) as raised:
        read(name, raw)
    assert name in raised.value.detail
    return raised.value.faults


def faults_of(value: Any) -> tuple[Fault, ...]:
    return faults_in("x.json", json.dumps(value, indent=1).encode())


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, faults
    return faults[0]


# What to replace in the good dossier, by what, and the line, path and words of the one fault.
BAD_YAML = [
    ("dossier: 1", "dossier: 2", 1, "dossier", "must be 1, the version of the format"),
    ("dossier: 1", "dossier: true", 1, "dossier", "must be 1"),
    ("dossier: 1\n", "\n", 1, "dossier", "is missing: a dossier begins with dossier: 1"),
    (f"base: {BASE}", "base: seven", 2, "base", "must be as an export has it"),
    (f"base: {BASE}", f"base: {BASE}0", 2, "base", "must be as an export has it"),
    (f"base: {BASE}", "base: 7", 2, "base", "must be as an export has it"),
    (f"base: {BASE}", "revision: 7", 2, "revision", "is not a known key"),
    ("claims:", "claimz:", 40, "claimz", "did you mean claims?"),
    ("sources:", "meetings: []\nsources:", 28, "meetings", "stands here twice"),
    (f"base: {BASE}", "participants: here", 16, "participants", "stands here twice"),
    ("title: First", "titel: First", 29, "meetings[0].titel", "did you mean title?"),
    ("title: First", "zzz: First", 29, "meetings[0].zzz", "known here are id, "),
    ("on: 2022-01-10", "on: 2022-01-32", 43, "claims[0].on", "the calendar of the years"),
    ("on: 2022-01-10", "on: yesterday", 43, "claims[0].on", "must be an EDTF date"),
    ("on: 2022-01-10", "on: true", 43, "claims[0].on", "must be text; put it in quotes"),
    ("on: 2022-01-10", "on: [2022]", 43, "claims[0].on", "must be text"),
    ("on: 2022-01-10", "on: 22", 43, "claims[0].on", "must be an EDTF date"),
    ("kind: news", "kind: blog", 23, "sources[0].kind", "must be one of news, wire, transcript"),
    ("kind: news", "kind: 7", 23, "sources[0].kind", "must be one of news, wire, transcript"),
    ("id: first-round", "id: upcoming", 28, "meetings[0].id", "there is a list at this address"),
    ("id: gazette", "id: The Gazette", 21, "sources[0].id", "must be an id: small letters"),
    ("claimant: north", "claimant: Étoile", 42, "claims[0].claimant", "must be an id"),
    ("claimant: north", "claimant: ~", 42, "claims[0].claimant", "must be text"),
    ("    claimant: north\n", "", 41, "claims[0].claimant", "is missing"),
    ("id: it-stands\n", "ix: it-stands\n", 41, "claims[0].ix", "known here are id, "),
    ("issues: [bridge]", "issues: bridge", 30, "meetings[0].issues", "must be a list"),
    ("issues: [bridge]", "issues: [ferry]", 30, "meetings[0].issues[0]", "which are: bridge"),
    ("issue: bridge", "issue: ferry", 48, "claims[0].issue", "not among the negotiation's issues"),
    ("latitude: 50", "latitude: north", 34, "meetings[0].notices[0].place.latitude", "a number"),
    ("latitude: 50", "latitude: 91", 34, "meetings[0].notices[0].place.latitude", "90 or less"),
    ("latitude: 50", "latitude: .nan", 34, "meetings[0].notices[0].place.latitude", "a number"),
    ("latitude: 50, ", "", 34, "meetings[0].notices[0].place", "needs both latitude and longitude"),
    ("to: it-stands,", "to: it-fell,", 57, "claims[1].relations[0].to", "names it-fell, which is"),
    ("to: it-stands,", "to: it-stands-still,", 57, "claims[1].relations[0].to", "itself"),
    ("meeting: first", "meeting: last", 47, "claims[0].meeting", "is no meeting of this dossier"),
    ("part_of: open-it", "part_of: shut-it", 76, "demands[1].part_of", "no demand of this dossier"),
    (
        "id: it-stands-still",
        "id: it-stands",
        51,
        "claims[1].id",
        "another claim already, in line 41",
    ),
    ("claimant: north", "negotiation: other", 42, "claims[0].negotiation", "must be talks"),
    ("text: The bridge stands.", "text: '  '", 44, "claims[0].text", "only white space"),
    ("text: The bridge stands.", 'text: "\\x01"', 44, "claims[0].text", "control characters"),
    ("text: The bridge stands.", 'text: "\\0"', 44, "claims[0].text", "the character NUL"),
    ("text: The bridge stands.", 'text: "\\ud800"', 44, "claims[0].text", "lone surrogates"),
    ("text: The bridge stands.", 'text: "\\UFFFFFFFF"', 44, None, "names no character"),
    ("text: The bridge stands.", 'text: "\\q"', 44, None, "cannot be read as YAML here"),
    ("text: The bridge stands.", "text: \x01", 44, None, "has a control character"),
    ("text: The bridge stands.", "text: *x", 44, "claims[0].text", "is an alias (*)"),
    ("text: The bridge stands.", "text: &x It", 44, "claims[0].text", "has an anchor (&)"),
    ("text: The bridge stands.", "text: !!str It", 44, "claims[0].text", "has a tag (!)"),
    ("issues: [bridge]", "issues: !x [bridge]", 30, "meetings[0].issues", "has a tag (!)"),
    (
        "text: The bridge stands.",
        "? [a]\n    : It",
        44,
        "claims[0]",
        "a key that is not plain text",
    ),
    ("text: The bridge stands.", "text: 'It", 80, None, "in what begins in line 44"),
    ("text: The bridge stands.", "text: [It", 45, None, "cannot be read as YAML here"),
    ("text: The bridge stands.", "\ttext: It", 44, None, "cannot be read as YAML here"),
    ("text: The bridge stands.", f"text: {'[' * 99}", 44, "claims[0].text[0]", "levels deep"),
    ("claims:", "---\nclaims:", 40, None, "has a second YAML document"),
    ("dossier: 1", "%YAML 1.1\n---\ndossier: 1", 2, None, "must be YAML 1.2"),
]


@pytest.mark.parametrize(("good", "bad", "line", "path", "words"), BAD_YAML)
def test_a_fault_in_yaml_is_named_with_its_place(
    good: str, bad: str, line: int | None, path: str | None, words: str
) -> None:
    assert good in YAML
    faults = faults_in("x.yaml", YAML.replace(good, bad, 1).encode())
    fault = next((f for f in faults if f.path == path and words in f.message), faults[0])
    assert (fault.file, fault.line, fault.path) == ("x.yaml", line, path), faults
    assert words in fault.message


# Records that are wrong, the path of the one fault, and its words.
BAD_RECORDS: list[tuple[dict[str, Any], str, str]] = [
    ({"claims": 3}, "claims", "must be a list of claims"),
    ({"claims": [3]}, "claims[0]", "must be a mapping"),
    ({"claims": [claim(), claim()]}, "claims[1].id", "is the id of another claim already"),
    ({"claims": [claim(evidence=None)]}, "claims[0]", "needs evidence (the exact words)"),
    ({"claims": [claim(evidence=None, id=None)]}, "claims[0].id", "is missing"),
    ({"claims": [claim(text=None)]}, "claims[0]", "text may be left out only where"),
    (
        {"claims": [claim(evidence=[QUOTE | {"start": 1.5}])]},
        "claims[0].evidence[0].start",
        "whole",
    ),
    (
        {"claims": [claim(evidence=[QUOTE | {"start": "1"}])]},
        "claims[0].evidence[0].start",
        "whole",
    ),
    ({"claims": [claim(evidence=[QUOTE | {"start": 2**70}])]}, "claims[0].evidence[0].start", ""),
    ({"claims": [claim(evidence=[QUOTE | {"start": -1}])]}, "claims[0].evidence[0].start", "0 or"),
    ({"claims": [claim(evidence=[QUOTE | {"end": 9}])]}, "claims[0].evidence[0]", "but no start"),
    (
        {"claims": [claim(evidence=[QUOTE | {"id": "e1"}, QUOTE | {"id": "e1"}])]},
        "claims[0].evidence[1].id",
        "stands earlier in this list already",
    ),
    (
        {"claims": [claim(evidence=[QUOTE | {"verified_on": "today"}])]},
        "claims[0].evidence[0].verified_on",
        "must be a day",
    ),
    (
        {"claims": [claim(evidence=[QUOTE | {"prefix": "\0"}])]},
        "claims[0].evidence[0].prefix",
        "NUL",
    ),
    ({"claims": [claim() | {"\ud800": 1}]}, 'claims[0]["\\ud800"]', "is not a known key"),
    ({"claims": [claim() | {"x" * 99: 1}]}, f'claims[0]["{"x" * 40}\\u2026"]', "not a known key"),
    ({"demands": [demand(made_by=[])]}, "demands[0].made_by", "must have at least 1"),
    ({"demands": [demand(text="x" * 20_001)]}, "demands[0].text", "more than 20000 characters"),
    ({"demands": [demand(replaces="open-it")]}, "demands[0].replaces", "must not be the demand"),
    (
        {"demands": [demand(id="a", part_of="b"), demand(id="b", part_of="a")]},
        "demands[0].part_of",
        "goes round in a circle: a, b, a",
    ),
    (
        {
            "demands": [
                demand(id="c", replaces="a"),
                demand(id="a", replaces="b"),
                demand(id="b", replaces="a"),
            ]
        },
        "demands[1].replaces",
        "goes round in a circle: a, b, a",
    ),
    (
        {
            "sources": [
                {"id": a, "title": a, "kind": "wire", "proximity": "primary", "origin": b}
                for a, b in [("a", "b"), ("b", "c"), ("c", "a")]
            ]
        },
        "sources[0].origin",
        "goes round in a circle: a, b, c, a",
    ),
    (
        {"participants": [{"id": "a", "kind": "body", "name": "A", "part_of": "a"}]},
        "participants[0].part_of",
        "must not be the participant itself",
    ),
    (
        {"participants": [{"id": "a", "kind": "state", "name": "A", "country": "us"}]},
        "participants[0].country",
        "must be a country code of three capital letters",
    ),
    (
        {"participants": [{"id": "a", "kind": "person", "name": "A", "posts": [{"titel": "x"}]}]},
        "participants[0].posts[0].title",
        "is missing",
    ),
]


@pytest.mark.parametrize(("lists", "path", "words"), BAD_RECORDS)
@pytest.mark.parametrize("form", ["json", "ndjson", "yaml"])
def test_a_fault_in_a_record_has_the_same_path_in_every_form(
    form: str, lists: dict[str, Any], path: str, words: str
) -> None:
    value = document(**lists)
    if form == "ndjson":
        if not all(isinstance(rows, list) and isinstance(rows[0], dict) for rows in lists.values()):
            return
        raw = lines_of(value)
    else:  # what json.dumps writes is YAML too
        raw = json.dumps(value).encode()
    fault = faults_in(f"x.{form}", raw)[0]
    assert fault.path == path
    assert words in fault.message
    assert fault.line == (1 if form != "ndjson" else 3 + int(path.split("[")[1].split("]")[0]))


def lines_of(value: dict[str, Any]) -> bytes:
    records = [{"noun": "negotiation"} | value["negotiation"]]
    for plural, rows in value.items():
        if isinstance(rows, list):
            records += [{"noun": plural[:-1]} | row for row in rows]
    header = {"dossier": 1, "negotiation": value["negotiation"]["id"]}
    return b"\n".join(json.dumps(line).encode() for line in [header, *records])


@pytest.mark.parametrize(
    ("raw", "line", "path", "words"),
    [
        (b"{", 1, None, "cannot be read as JSON here"),
        (b'{"dossier": 1,\n}', 2, None, "cannot be read as JSON here"),
        (b"[1]", 1, None, "must be a mapping that begins with dossier: 1"),
        (b"null", 1, None, "must be a mapping"),
        (b'"text"', 1, None, "must be a mapping"),
        (b'{"dossier": 1,\n"dossier": 1}', 2, "dossier", "stands here twice"),
        (b'{"dossier": 1, "sources": [{"a": {"x": 1,\n"x": 2}}]}', 2, "sources[0].a.x", "twice"),
        (b'{"dossier": 1,\n"base": NaN}', 2, None, "NaN and Infinity are no numbers"),
        (b'{"dossier": 1, "x": "NaN",\n"base":\n-Infinity}', 3, None, "no numbers"),
        (b'{"dossier": 1,\n"base": 1e400}', 2, "base", "must be as an export has it"),
        (b'{"dossier": 1,\n"base": ' + b"9" * 5000 + b"}", 2, "base", "must be as an export"),
        (b'{"dossier": 1,\n"x": ' + b"[" * 100_000, 2, None, "levels deep"),
        (b'{"dossier": 1,\n"x":' + b"[" * 30 + b"\n" + b"]" * 30 + b"}", 2, None, "levels deep"),
        (b'{"dossier": 1, "x": "\n"}', 1, None, "cannot be read as JSON here"),
    ],
)
def test_json_that_is_no_dossier_is_refused(
    raw: bytes, line: int, path: str | None, words: str
) -> None:
    fault = faults_in("x.json", raw)[-1]
    assert (fault.line, fault.path) == (line, path), fault
    assert words in fault.message


NEGOTIATION = b'{"noun":"negotiation","id":"t","title":"T","kind":"mediated","state":"active"}\n'


@pytest.mark.parametrize(
    ("raw", "line", "path", "words"),
    [
        (NEGOTIATION, 1, None, "must begin with a header line"),
        (b'{"dossier":2}\n', 1, "dossier", "must be 1"),
        (b'{"dossier":1,"noun":"claim"}\n', 1, None, "must begin with a header line"),
        (b'{"dossier":1,"claims":[]}\n', 1, "claims", "is not a key of the header"),
        (b'{"dossier":1}\n[]\n', 2, None, "must be an object, one record a line"),
        (b'{"dossier":1}\n\n{"noun":"treaty"}\n', 3, "noun", "must be one of negotiation, "),
        (b'{"dossier":1}\n{"noun":["claim"]}\n', 2, "noun", "must be one of negotiation, "),
        (b'{"dossier":1}\n{"id":"x"}\n', 2, "noun", "must be one of negotiation, "),
        (b'{"dossier":1}\n{"noun":\n', 2, None, "cannot be read as JSON here"),
        (b'{"dossier":1}\n{"noun":"claim","noun":"claim"}\n', 2, "noun", "stands here twice"),
        (b'{"dossier":1}\n' + NEGOTIATION, 2, "negotiation", "named in the header too"),
        (b'{"dossier":1,"negotiation":"x"}\n' + NEGOTIATION, 1, "negotiation", "a line of its own"),
        (b'{"dossier":1,"negotiation":"x"}\n', 1, "negotiation", "a line of its own"),
        (b'{"dossier":1,"negotiation":"t"}\n' + NEGOTIATION * 2, 3, "negotiation", "a second"),
    ],
)
def test_ndjson_that_is_no_dossier_is_refused(
    raw: bytes, line: int, path: str | None, words: str
) -> None:
    fault = faults_in("x.ndjson", raw)[0]
    assert (fault.line, fault.path) == (line, path), fault
    assert words in fault.message


@pytest.mark.parametrize("suffix", list(FORMS))
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"dossier: 1\nx: \xff", "must be UTF-8, which it is not from byte 14 on"),
        ("dossier: 1".encode("utf-16"), "must be UTF-8"),
    ],
)
def test_a_file_without_text_is_refused(suffix: str, raw: bytes, words: str) -> None:
    fault = only(faults_in(f"x{suffix}", raw))
    assert words in fault.message
    assert fault.line == (2 if b"\xff" in raw[3:] else 1)


@pytest.mark.parametrize("name", ["x", "x.txt", "yaml", "x.yaml.bak", ""])
def test_a_file_of_no_known_form_is_refused(name: str) -> None:
    assert "must have a name that ends in .yaml, .yml, .json, .ndjson" in (
        only(faults_in(name, b"dossier: 1")).message
    )


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert "must not be larger than 64 MiB" in only(faults_in("x.json", bytes(2**26 + 1))).message
    assert "must not be larger than 16 MiB" in only(faults_in("x.yaml", bytes(2**24 + 1))).message


def test_deep_yaml_is_refused_at_once() -> None:
    raw = b"dossier: 1\nx: " + b"[" * 1_000_000
    assert "levels deep" in only(faults_in("x.yaml", raw)).message


def test_all_faults_are_named_in_the_order_of_the_file() -> None:
    raw = YAML.replace("kind: fact", "kind: guess").replace("state: active", "state: over")
    raw = raw.replace("dossier: 1", "dossier: 1\ndossier: 1").replace("to: it-stands", "to: gone")
    faults = faults_in("x.yaml", raw.encode())
    assert [fault.path for fault in faults] == [
        "dossier",
        "negotiation.state",
        "claims[0].kind",
        "claims[1].kind",
    ]


def test_beyond_fifty_faults_the_rest_are_counted() -> None:
    claims = [claim(id=f"c{n}", kind="guess") for n in range(60)]
    faults = faults_of(document(claims=claims))
    assert len(faults) == 51
    assert str(faults[-1]) == "x.json: and 10 more"


def test_a_record_that_is_wrong_is_no_dangling_link() -> None:
    bad = claim(id="other", kind="guess")
    relation = {"to": "other", "type": "confirms", "basis": "So it is."}
    fault = only(faults_of(document(claims=[claim(relations=[relation]), bad])))
    assert fault.path == "claims[1].kind"


def test_owned_records_need_a_negotiation() -> None:
    fault = only(faults_of({"dossier": 1, "claims": [claim()]}))
    assert (fault.path, fault.message[:20]) == ("claims[0]", "needs a negotiation,")


def test_a_bad_negotiation_is_one_fault_and_not_one_for_each_record() -> None:
    value = document(claims=[claim(), claim(id="two", issue="bridge")])
    value["negotiation"]["id"] = "No Id"
    assert only(faults_of(value)).path == "negotiation.id"
    assert only(faults_of(value | {"negotiation": 3, "claims": []})).path == "negotiation"


def test_no_message_repeats_a_value() -> None:
    secret = "S3cr3t"
    for field in claim():
        faults = faults_of(document(claims=[claim(**{field: [{"x": secret}]})]))
        assert not [fault for fault in faults if secret in str(fault)]


def test_every_pattern_of_a_record_is_explained() -> None:
    schema = json.dumps([resource.content.model_json_schema() for resource in RESOURCES])
    found: set[str] = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("pattern"), str) and "maxLength" not in value:
                found.add(value["pattern"])
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(json.loads(schema))
    assert found <= _PATTERNS.keys()
