"""``parley import frus``: the forms it writes, the texts, the report, and loading."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.dossiers.reading import read
from app.errors import Conflict, InvalidDossier, ParleyError, Unavailable
from app.resources.evidence import RecordContent
from app.resources.knowledge import evidence_of
from app.store.engine import Database
from tests.importers.imported import VOLUMES

VOLUME = str(VOLUMES / "frus2031v01.xml")
LETTERS = str(VOLUMES / "frus1961-63v99.xml")
SEED = Path(__file__).parents[2] / "seed" / "us-russia-security-talks-2022.yaml"

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the store of the test; a named failure comes as an exception."""
    return runner(sqlite_database, monkeypatch)


@pytest.fixture
def run_on_each(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    return runner(database, monkeypatch)


def runner(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PARLEY_DATABASE_URL", url)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(cli, words)
        if isinstance(result.exception, ParleyError):
            raise result.exception
        assert result.exception is None, result.output
        return result

    return invoke


def exacts_of(content: RecordContent) -> list[str]:
    return [quote.exact for _, quote in evidence_of(content)]


@pytest.mark.parametrize("suffix", ["ndjson", "json", "yaml", "yml"])
def test_the_name_of_the_output_tells_its_form_and_all_forms_say_the_same(
    run: Run, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"dossier.{suffix}"
    assert run("import", "frus", VOLUME, "-o", str(path)).stdout == ""
    found = read(path.name, path.read_bytes())
    printed = run("import", "frus", VOLUME).stdout_bytes
    assert found.records == read("printed.ndjson", printed).records


def test_an_output_of_no_known_form_is_refused_before_any_work(run: Run, tmp_path: Path) -> None:
    with pytest.raises(InvalidDossier) as refused:
        run("import", "frus", VOLUME, "-o", str(tmp_path / "dossier.xml"))
    assert refused.value.faults[0].message == (
        "must have a name that ends in .yaml, .yml, .json, .ndjson"
    )
    assert list(tmp_path.glob("dossier*")) == []


def test_a_volume_that_cannot_be_read_leaves_no_output(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(Path(VOLUME).read_text(encoding="utf-8")[:-3_000], encoding="utf-8")
    with pytest.raises(InvalidDossier):
        run("import", "frus", str(path), "-o", str(tmp_path / "dossier.ndjson"), "--load")
    assert not (tmp_path / "dossier.ndjson").exists()


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        run("import", "frus", VOLUME, "-o", str(tmp_path / "none" / "dossier.ndjson"))
    assert "none/dossier.ndjson: No such file or directory" in str(refused.value)


def test_the_report_is_on_standard_error_and_in_json_where_asked(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    result = run("import", "frus", VOLUME, "-o", str(tmp_path / "d.ndjson"), "--report", str(path))
    lines = result.stderr.splitlines()
    assert lines[0].startswith("frus2031v01: 7 documents, 4 persons")
    assert any(line.startswith("  ends_before_start (1): ") and "d3" in line for line in lines)
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["volume"] == "frus2031v01"
    assert report["counts"]["documents"] == 7
    assert report["totals"]["continued_turn"] == 2
    assert {
        "kind": "ends_before_start",
        "document": "d3",
        "words": "1973-04-12T11:05:00 to 1973-03-25T12:55:00",
        "count": 1,
    } in report["findings"]


@pytest.mark.parametrize(("asked", "lines"), [((), 0), (("--progress",), 1)])
def test_progress_is_told_where_it_is_asked_for(
    run: Run, tmp_path: Path, asked: tuple[str, ...], lines: int
) -> None:
    result = run("import", "frus", VOLUME, "-o", str(tmp_path / "d.ndjson"), *asked)
    size = Path(VOLUME).stat().st_size
    told = f"frus2031v01.xml, 7 documents, bytes: {size:,}"
    assert result.stderr.splitlines().count(told) == lines


def test_quotes_verify_against_the_texts_that_are_written(run: Run, tmp_path: Path) -> None:
    dossier, texts = tmp_path / "d.ndjson", tmp_path / "texts"
    run("import", "frus", VOLUME, "-o", str(dossier), "--texts", str(texts))
    assert "25 to add" in run("load", str(dossier), "--texts", str(texts)).output
    for path in sorted(texts.iterdir()):
        output = run("verify", path.stem, "--text", str(path)).output
        assert "The text is the one on record." in output
        assert "0 wrong." in output


def test_load_puts_all_of_it_into_one_revision_and_the_second_time_nothing(
    run_on_each: Run,
) -> None:
    first = run_on_each("import", "frus", VOLUME, "--load")
    second = run_on_each("import", "frus", VOLUME, "--load")
    assert first.stdout == (
        "frus2031v01: 25 to add, 0 to revise, 0 to retract, 0 unchanged; revision 1\n"
    )
    assert second.stdout == (
        "frus2031v01: 0 to add, 0 to revise, 0 to retract, 25 unchanged; nothing to write\n"
    )


def test_an_export_has_all_that_was_imported_but_documents_that_nothing_quotes(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "d.ndjson"
    run("import", "frus", VOLUME, "-o", str(path), "--load")
    exported = run("export", "frus2031v01", "--format", "ndjson").stdout_bytes
    before, after = read("d.ndjson", path.read_bytes()), read("e.ndjson", exported)
    assert set(before.records) - set(after.records) == {
        ("source", "frus2031v01-d1"),
        ("source", "frus2031v01-d6"),
    }
    for address, content in after.records.items():
        assert exacts_of(content) == exacts_of(before.records[address])


def test_a_volume_loads_beside_the_seed_and_beside_another_volume(run: Run) -> None:
    run("load", str(SEED))
    for volume in (VOLUME, LETTERS, str(VOLUMES / "frus1959Genevav01.xml")):
        assert "to add, 0 to revise" in run("import", "frus", volume, "--load").stdout


def test_what_the_store_has_otherwise_is_listed_and_replaced_only_where_asked(
    run: Run, tmp_path: Path
) -> None:
    run("import", "frus", VOLUME, "--load", "--prefix", "")
    other = tmp_path / "frus2031v01.xml"
    text = Path(VOLUME).read_text(encoding="utf-8")
    other.write_text(text.replace("Soviet Harbour Minister", "Minister of Piers"), "utf-8")
    with pytest.raises(Conflict) as refused:
        run("import", "frus", str(other), "--load", "--prefix", "")
    listed = "\n".join(fault.message for fault in refused.value.faults)
    assert "participant/konstantin-orlov is shared between negotiations" in listed
    assert (
        "3 to revise"
        in run("import", "frus", str(other), "--load", "--prefix", "", "--replace").stdout
    )


def test_what_is_loaded_answers_as_the_volume_was_published(run: Run) -> None:
    run("import", "frus", VOLUME, "--load")
    before = run("get", "/meetings?negotiation=frus2031v01&known_at=2013-12-30").stdout
    after = run("get", "/meetings?negotiation=frus2031v01&known_at=2013-12-31").stdout
    assert json.loads(before)["items"] == []
    assert len(json.loads(after)["items"]) == 3
    claim = json.loads(run("get", "/claims/frus2031v01-d2-t1").stdout)
    assert claim["claimant"]["name"] == "Anna B. Gale"
    assert claim["on_behalf_of"]["id"] == "united-states"
    assert claim["meeting"]["id"] == "frus2031v01-d2"
