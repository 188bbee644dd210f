"""Writing: what is written reads back as it was, and is written the same again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from ruamel import yaml

from app.dossiers import read, write_json, write_ndjson, write_yaml
from app.dossiers.forms import BY_NAME
from app.dossiers.writing import Records
from app.resources.base import Line, Prose
from app.resources.claims import ClaimContent
from app.resources.edits import DossierFormName
from app.resources.evidence import Context, RecordContent
from app.resources.negotiations import NegotiationContent
from app.resources.participants import ParticipantContent
from app.resources.resource import Address
from tests.dossiers.examples import BASE, YAML

Write = Callable[[str | None, str | None, Records], bytes]

SEED = sorted((Path(__file__).resolve().parents[2] / "seed").glob("*.yaml"))


def ndjson(base: str | None, negotiation: str | None, records: Records) -> bytes:
    return b"".join(write_ndjson(base, negotiation, records))


FORMS: list[tuple[str, Write]] = [
    ("x.yaml", write_yaml),
    ("x.json", write_json),
    ("x.ndjson", ndjson),
]

HOSTILE = [
    *["yes", "No", "on", "y", "null", "~", "true", "12:30", "0x1F", "0o7", "1_000", "1e3", "2022"],
    *["2022-01-10", "2022-01-10T10:00:00Z", "- a", "? a", ": a", "a: b", "a #b", "#a", "a:", "!a"],
    *[
        "&a",
        "*a",
        "|",
        ">",
        ">-",
        "%a",
        "@a",
        "`a",
        "'a'",
        '"a"',
        "{a}",
        "[a]",
        "a,b",
        "---",
        "...",
    ],
    *["--- a", "<<", "=", ".inf", ".", "-", "-1", "+1", ".5", "1.", "a ", " a", "\\n", "\\", "'"],
    *["🕊️ 👩‍👩‍👧", "שלום: עולם", "\u202eabc", "\u200b", "\ufeffa", "\ufffe", "\uffff", "\U0010ffff"],
    *[
        "a\u2028b",
        "a\u2029b",
        "a\u00a0b",
        "\u00a0",
        "e\u0301",
        "a  b",
        "٣",
        "x" * 300,
        "a " * 149 + "a",
    ],
    *["a  b " * 60 + "c", "don't", "a?b: c", "key:value", "http://x.org/#y", "}", "a}", "a]", "- "],
]
MANY_LINES = ["a\nb", "a\n\nb", "\na", "a\n", "a\n b", " a\nb", "a \nb", "a\tb", "\ta\nb", "a\n\n"]

awkward = st.sampled_from(
    [*" \n\t:#-'\"\\,[]{}&*!|>%@`?01~aé🕊\u2028\u00a0", "  ", "b", "words and more"]
)


def _fits(kind: Any) -> Callable[[str], bool]:
    adapter: TypeAdapter[str] = TypeAdapter(kind)

    def fits(text: str) -> bool:
        try:
            adapter.validate_python(text)
        except ValidationError:
            return False
        return True

    return fits


texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(awkward, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
lines = texts.filter(_fits(Line))
prose = st.one_of(texts, st.sampled_from(MANY_LINES)).filter(_fits(Prose))
contexts = texts.filter(_fits(Context))


def records_with(line: str, text: str, quote: str, context: str) -> Records:
    """A negotiation, a participant and a claim with these texts in fields of every sort."""
    evidence = {"id": "e1", "source": "s", "exact": quote, "prefix": context, "suffix": context}
    inferred = {"field": line, "note": text}
    contents: list[tuple[str, type[RecordContent], dict[str, object]]] = [
        (
            "negotiation",
            NegotiationContent,
            {"title": line, "summary": text, "kind": "mediated", "state": "active"},
        ),
        (
            "participant",
            ParticipantContent,
            {"kind": "group", "name": line, "other_names": [line, "x", line]},
        ),
        (
            "claim",
            ClaimContent,
            {
                "negotiation": "r",
                "claimant": "r",
                "text": text,
                "kind": "fact",
                "attribution": "paraphrase",
                "evidence": [evidence],
                "inferred": [inferred],
            },
        ),
    ]
    return [
        ((noun, "r"), model.model_validate_json(json.dumps(fields | {"id": "r"})))
        for noun, model, fields in contents
    ]


def check(records: Records, negotiation: str | None, base: str | None) -> None:
    """Reading gives back what was written, and writing that gives the same bytes."""
    for name, write in FORMS:
        raw = write(base, negotiation, records)
        dossier = read(name, raw)
        assert list(dossier.records.items()) == list(records), raw.decode()
        assert (dossier.base, dossier.negotiation) == (base, negotiation)
        assert write(dossier.base, negotiation, list(dossier.records.items())) == raw
        assert b"\r" not in raw
        assert raw.endswith(b"\n")


@settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(line=lines, text=prose, quote=prose, context=contexts)
@example(line="a", text="a", quote="a", context="\\u0000")
def test_hostile_texts_survive_in_every_form(
    line: str, text: str, quote: str, context: str
) -> None:
    # The readers take white space off the ends of a quote, as block scalars leave some.
    if quote.strip():
        check(records_with(line, text, quote.strip(), context), "r", BASE)


@pytest.mark.parametrize("text", [text for text in [*HOSTILE, *MANY_LINES] if _fits(Prose)(text)])
def test_each_hostile_text_survives(text: str) -> None:
    line = text if _fits(Line)(text) else "a line"
    check(records_with(line, text, text.strip(), text[:500]), "r", None)


@pytest.mark.parametrize("text", [text for text in [*HOSTILE, *MANY_LINES] if _fits(Prose)(text)])
def test_another_parser_reads_the_same_text(text: str) -> None:
    raw = write_yaml(None, "r", records_with("a line", text, "a quote", "around"))
    found = yaml.YAML(typ="safe", pure=True).load(raw)["claims"][0]["text"]
    # Only dates are objects there, as in YAML 1.1.
    assert found == text or (str(found)[:10] == text[:10] == "2022-01-10")


def example_records() -> list[tuple[Address, RecordContent]]:
    return list(read("talks.yaml", YAML.encode()).records.items())


def test_the_whole_example_survives_in_every_form() -> None:
    check(example_records(), "talks", BASE)


@pytest.mark.parametrize("path", SEED, ids=lambda path: path.stem)
def test_each_seed_survives_in_every_form(path: Path) -> None:
    dossier = read(path.name, path.read_bytes())
    check(list(dossier.records.items()), dossier.negotiation, dossier.base)


def test_yaml_is_in_block_style_with_the_proof_last() -> None:
    records = [pair for pair in example_records() if pair[0][0] in ("negotiation", "demand")]
    assert (
        write_yaml(BASE, "talks", records)
        .decode()
        .startswith(
            """\
dossier: 1
base: sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

negotiation:
  id: talks
  title: Talks on a bridge
  kind: bilateral
  state: active
  starts: "2022"
  parties:
    - participant: north
      role: principal
  issues:
    - id: bridge
      title: The bridge

demands:
  - id: open-it
    made_by: [north]
    addressed_to: [south]
    text: Open the bridge.
    mode: yield
    responses:
      - by: south
        stance: rejects
        evidence:
          - source: gazette
            exact: "no"
    evidence:
      - source: gazette
        exact: open the bridge
  - id: open-it-by-day
"""
        )
    )


def test_long_prose_is_folded_and_prose_of_several_lines_kept_in_lines() -> None:
    long, rows = "So they said: " + "word " * 40 + "end.", "first: line\n\n  second # line"
    raw = write_yaml(None, "r", records_with("a", long, "a", "a")).decode()
    assert "    text: >-\n      So they said: word word" in raw
    assert max(map(len, raw.split("\n"))) <= 100
    raw = write_yaml(None, "r", records_with("a", rows, "a", "a")).decode()
    assert "    text: |-\n      first: line\n\n        second # line\n" in raw


def test_records_are_grouped_by_noun_in_the_order_of_a_dossier() -> None:
    records = example_records()
    for _, write in FORMS:
        backwards = [*records[:1], *records[3:], *records[1:3]]
        assert write(BASE, "talks", backwards) == write(BASE, "talks", records)


def test_ndjson_has_a_header_and_one_record_a_line() -> None:
    header, first, *_ = list(write_ndjson(BASE, "talks", example_records()))
    assert header == f'{{"dossier":1,"base":"{BASE}","negotiation":"talks"}}\n'.encode()
    assert first.startswith(b'{"noun":"negotiation","id":"talks","title":"Talks on a bridge"')


@pytest.mark.parametrize("write", [write_yaml, write_json])
def test_a_dossier_holds_no_other_negotiation(write: Write) -> None:
    with pytest.raises(ValueError, match="holds its own negotiation"):
        write(BASE, "other", example_records())


def test_each_form_has_a_name_that_can_be_asked_for() -> None:
    assert set(BY_NAME) == set(DossierFormName)
