"""The documents hold: every link leads somewhere, every declared name is in them, examples run.

What is in a fenced block is told by its first line:

- ``sh edit``, ``http``: an edit and its answer, see ``test_edits``.
- ``sh``: an example that runs. It is ``curl -s 'ADDRESS'``, alone or piped into ``python3 -c``. The
  block after it shows the answer: ``json`` may leave things out but adds nothing, and ``text`` is
  exactly what is printed.
- ``yaml complete``: a dossier that can be read.
- ``yaml add-to=KEY``: what the examples after it find in the store beside the seed.
- ``text``: everything else.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from os import environ
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel
from ruamel.yaml import YAML
from typer.main import get_command

from app.cli import cli
from app.dossiers.reading import read
from app.editing import Options, load_files, seed_files
from app.main import create_app
from app.resources import RESOURCES
from app.resources.evidence import Evidence, Inferred, RecordContent
from app.resources.resource import Resource
from app.routers import pages
from app.settings import Settings
from app.store.engine import Database
from app.web.problems import STATUS, name_of

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
LOADED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
# A row of a table of keys: the keys in code, in bold where they are required.
ROW = re.compile(r"^\| (?P<keys>[^|]*`[^|]*) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A command, and the block that shows its answer. ``added`` stands in the store as well."""

    place: str
    command: str
    form: str
    shown: str
    added: str


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[tuple[str, str, str]]:
    """Every fenced block of a document: its first line, its text, and where it stands."""
    text = text_of(path)
    return [
        (found["info"], found["text"], f"{path.name}:{text.count(chr(10), 0, found.start()) + 1}")
        for found in FENCE.finditer(text)
    ]


def prose(path: Path) -> str:
    return FENCE.sub("", text_of(path))


def sections(name: str) -> dict[str, str]:
    """The text under each heading of the second level in a document, by the heading's words."""
    parts = re.split(r"^## +(.+)$", prose(DOCS / name), flags=re.MULTILINE)
    return {
        heading.strip("` "): text for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def anchors(path: Path) -> set[str]:
    """The anchors of a document, as code hosts make them from its headings."""
    headings = (heading.lower() for heading in HEADING.findall(prose(path)))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in headings}


def examples() -> Iterator[Example]:
    for path in DOCUMENTS:
        added: list[str] = []
        found = blocks(path)
        for (info, text, place), following in pairwise([*found, ("", "", "")]):
            if info.startswith("yaml add-to="):
                added.append(f"{info.removeprefix('yaml add-to=')}\n{text}")
            elif info == "sh":
                form, shown, _ = following
                yield Example(place, text, form, shown, "\0".join(added))


EXAMPLES = list(examples())


@pytest.fixture(scope="module")
def stores(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of stores with the seed: one for each set of records that is added to it."""
    addresses: dict[str, str] = {}
    for added in {example.added for example in EXAMPLES}:
        folder = tmp_path_factory.mktemp("documents")
        shutil.copyfile(sqlite_template, folder / "parley.db")
        addresses[added] = f"sqlite:///{folder / 'parley.db'}"
        database = Database(addresses[added])
        seed = seed_files(ROOT / "seed")
        load_files(database, seed, Options("seed", "the first record"), LOADED)
        if added:
            path = folder / "more.json"
            path.write_text(json.dumps(extended(seed[0], added), default=str), encoding="utf-8")
            load_files(database, [path], Options("desk", "a second source"), LOADED)
        database.close()
    return addresses


def extended(seed: Path, added: str) -> Any:
    """The seed with a source, and with a notice of the Vienna meeting."""
    dossier = YAML(typ="safe", pure=True).load(text_of(seed))
    vienna = next(one for one in dossier["meetings"] if one["id"] == "vienna-2022-01-13")
    holders = {"sources": dossier, "notices": vienna}
    for part in added.split("\0"):
        key, _, text = part.partition("\n")
        holders[key][key] += YAML(typ="safe", pure=True).load(text)
    return dossier


@pytest.fixture
def app(sqlite_database: Database) -> FastAPI:
    return create_app(plain_settings(str(sqlite_database.url)))


def plain_settings(url: str) -> Settings:
    """The settings that the documents speak of, whatever the environment says."""
    return Settings(
        _env_file=None,
        host="127.0.0.1",
        port=8000,
        public_url=None,
        cursor_key=None,
        database_url=url,
    )


async def answered(url: str, address: str) -> bytes:
    """The answer of a service over the store to what a curl in a document asks."""
    app = create_app(plain_settings(url))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
        return (await client.get(address)).content


def contains(real: Any, shown: Any) -> bool:
    """Whether all that is shown is there: every key, and the entries of a list in their order."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(
            key in real and contains(real[key], value) for key, value in shown.items()
        )
    if isinstance(shown, list):
        if not isinstance(real, list) or (real and not shown):
            return False
        rest = iter(real)
        return all(any(contains(entry, value) for entry in rest) for value in shown)
    return bool(real == shown)


def printed(code: str, answer: bytes) -> str:
    """What a Python one-liner prints of an answer."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=answer,
        stdout=subprocess.PIPE,
        env={**environ, "PYTHONUTF8": "1"},
        check=True,
    )
    return done.stdout.decode()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_to_a_heading_in_it(path: Path) -> None:
    for target in LINK.findall(prose(path)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.is_file(), f"{target} leads nowhere"
        assert file.is_relative_to(ROOT), f"{target} leads out of the project"
        assert not anchor or anchor in anchors(file), f"{target} leads to no heading"


def test_every_document_can_be_reached_from_the_index() -> None:
    index = DOCS / "index.md"
    reached = {(DOCS / target).resolve() for target in LINK.findall(prose(index))}
    assert set(DOCUMENTS[1:]) - reached == {index}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.place)
async def test_every_example_gives_the_answer_that_is_shown(
    example: Example, stores: dict[str, str]
) -> None:
    curl, silent, address, *rest = shlex.split(example.command)
    assert (curl, silent) == ("curl", "-s")
    answer = await answered(stores[example.added], address)
    if not rest:
        assert example.form == "json"
        assert contains(json.loads(answer), json.loads(example.shown))
        return
    pipe, python, command, code = rest
    assert (pipe, python, command, example.form) == ("|", "python3", "-c", "text")
    assert printed(code, answer) == example.shown


def test_the_documents_have_examples_that_run() -> None:
    documents = {example.place.partition(":")[0] for example in EXAMPLES}
    assert documents >= {"README.md", "quickstart.md", "time.md"}


def test_no_block_is_of_a_kind_that_no_test_knows() -> None:
    known = re.compile(r"sh( edit)?|http|json|text|yaml complete|yaml add-to=(sources|notices)")
    strange = [
        place for path in DOCUMENTS for info, _, place in blocks(path) if not known.fullmatch(info)
    ]
    assert strange == []


def test_every_complete_dossier_can_be_read() -> None:
    complete = [
        (text, place) for info, text, place in blocks(DOCS / "dossier.md") if "complete" in info
    ]
    assert complete
    for text, place in complete:
        dossier = read(f"{place}.yaml", text.encode())
        assert {noun for noun, _ in dossier.records} == {resource.noun for resource in RESOURCES}


def test_every_route_is_in_the_api_document(app: FastAPI) -> None:
    hidden = {route.path for route in pages.router.routes if hasattr(route, "path")}
    hidden = {path for path in hidden if not path.startswith("/docs/")}  # what the pages load
    routes = {*app.openapi()["paths"], *hidden, app.openapi_url}
    named = set(re.findall(r"`(/[^`]*)`", sections("api.md")["Endpoints"]))
    assert named == routes


def test_every_query_parameter_is_in_the_api_document_with_its_values(app: FastAPI) -> None:
    schema, text = app.openapi(), sections("api.md")
    common = text["Parameters of every record"] + text["Parameters of every list"]
    for path, operations in schema["paths"].items():
        section = section_of(path, text)
        for method, operation in operations.items():
            shared = common if method == "get" else text["Parameters of every change"]
            for parameter in operation.get("parameters", []):
                if parameter["in"] != "query":
                    continue
                for word in [parameter["name"], *values_of(parameter["schema"], schema)]:
                    assert f"`{word}`" in shared + section, f"{method} {path}: {word}"


def test_every_change_is_in_the_api_document_with_its_method(app: FastAPI) -> None:
    rows = re.findall(r"^\| `([A-Z]+)` \| ([^|]+) \|", text_of(DOCS / "api.md"), re.MULTILINE)
    named = [(method, path) for method, paths in rows for path in re.findall(r"`([^`]+)`", paths)]
    assert sorted(named) == sorted(
        (method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if method != "get"
    )


def section_of(path: str, text: dict[str, str]) -> str:
    """The section of the API document on a path."""
    if path.endswith("/history"):
        return text["/{noun}/{id}/history"]
    return text.get(path.removesuffix("/{id}"), "")


def values_of(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """The enumerated values of a parameter."""
    schema = schema.get("items", schema)
    name = schema.get("$ref", "").rpartition("/")[2]
    found: list[str] = document["components"]["schemas"].get(name, schema).get("enum", [])
    return found


def test_every_filter_in_the_api_document_is_a_parameter(app: FastAPI) -> None:
    for path, text in sections("api.md").items():
        if not path.startswith("/"):
            continue
        path = path.replace("{noun}", "claims")  # all nouns have the same
        operations = app.openapi()["paths"][path].values()
        parameters = [one for operation in operations for one in operation.get("parameters", [])]
        rows = {key for keys in ROW.findall(text) for key in re.findall(r"`([^`]+)`", keys)}
        assert rows <= {parameter["name"] for parameter in parameters}, path


def test_every_setting_is_in_the_table_of_settings_as_it_describes_itself() -> None:
    row = r"^\| `(PARLEY_\w+)` \| [^|]+ \| ([^|]+) \|$"
    named = re.findall(row, text_of(DOCS / "settings.md"), re.MULTILINE)
    assert named == [
        (f"PARLEY_{name.upper()}", field.description)
        for name, field in Settings.model_fields.items()
    ]


def commands_in(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command, with all the words that call it; those of a group stand in it."""
    for word, command in group.commands.items():
        yield f"{name} {word}", command
        if hasattr(command, "commands"):
            yield from commands_in(command, f"{name} {word}")


def test_every_command_and_every_option_is_documented() -> None:
    words = "\n".join(text_of(path) for path in DOCUMENTS)
    for name, command in commands_in(get_command(cli), "parley"):
        assert name in words
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert any(option in words for option in parameter.opts), (name, parameter.name)


def test_every_type_of_problem_has_a_heading_and_its_status() -> None:
    text = sections("problems.md")
    assert set(text) == {name_of(error) for error in STATUS}
    for error, status in STATUS.items():
        assert text[name_of(error)].strip().startswith(f"Status {status}.")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.noun)
def test_every_key_of_a_dossier_is_documented_and_says_whether_it_is_required(
    resource: Resource[Any],
) -> None:
    text = sections("dossier.md")
    section = text["Negotiation" if resource.noun == "negotiation" else resource.plural.title()]
    shared = text["What every record has"]
    for model in models_in(resource.content):
        own = shared if model in (Evidence, Inferred) else section
        assert_documented(model, own, own + shared)
    for word in enumerated(resource.content):
        assert f"`{word}`" in section + shared, word


def assert_documented(model: type[BaseModel], own: str, anywhere: str) -> None:
    for name, field in model.model_fields.items():
        key = field.alias or name
        assert f"`{key}`" in anywhere, f"{model.__name__}.{key}"
        if field.is_required() and key != "negotiation" and f"| **`{key}`**" not in anywhere:
            pytest.fail(f"{model.__name__}.{key} is required, and no table says so")
        if key not in ("id", "evidence", "inferred"):
            assert f"`{key}`" in own, f"{model.__name__}.{key}"


def models_in(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The model and all that stand in its fields."""
    yield model
    for field in model.model_fields.values():
        for inner in types_in(field.annotation):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from models_in(inner)


def enumerated(model: type[RecordContent]) -> Iterator[str]:
    for inner in models_in(model):
        for schema in inner.model_json_schema().get("$defs", {}).values():
            yield from schema.get("enum", [])


def types_in(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is None and not isinstance(annotation, UnionType):
        yield annotation
    for inner in get_args(annotation):
        yield from types_in(inner)


def test_the_documents_name_no_path_of_a_machine_and_no_article() -> None:
    for path in DOCUMENTS:
        words = text_of(path)
        assert not re.search(r"(?<![\w.])/(home|root|work|Users|tmp)/", words), path.name
        quoted = re.findall(r"“[^”]{120,}”", words)
        assert quoted == [], path.name
