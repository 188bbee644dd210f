"""The architecture as docs/architecture.md draws it, and the house style, held by measuring."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, get_args

import pytest

from app.resources import BY_NOUN, RESOURCES
from app.resources.queries import Linked, ListQuery, OneOf, PartHas
from app.resources.resource import Resource
from app.settings import ROOT
from tests.web.queries import QUERIES, filters_of

MODULES = sorted((ROOT / "app").rglob("*.py"))
LONGEST_FUNCTION = 50
LONGEST_MEDIAN = 10
LONGEST_FILE = 300
# One step of a migration writes out the whole schema.
GENERATED = "migrations/versions"
VAGUE = {"utils", "helpers", "common", "core", "crud", "services", "manager"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def written(*, migrations: bool = False) -> list[Path]:
    return [path for path in MODULES if migrations or GENERATED not in path.as_posix()]


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_imports_point_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_function_is_long_and_most_are_short() -> None:
    lengths = {
        f"{names(path)}:{function.lineno} {function.name}": length(function)
        for path in written()
        for function in functions(path)
    }
    assert {where: lines for where, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert median(lengths.values()) <= LONGEST_MEDIAN


def test_no_file_is_long() -> None:
    lengths = {
        names(path): len(path.read_text(encoding="utf-8").splitlines()) for path in written()
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_each_module_opens_with_one_sentence_that_states_its_job(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    sentence = " ".join(docstring.partition("\n\n")[0].split())
    assert sentence
    assert sentence.endswith((".", "?", "!"))
    assert sentence[0].isupper()


@pytest.mark.parametrize("path", MODULES, ids=names)
def test_no_module_is_named_for_nothing(path: Path) -> None:
    assert path.stem not in VAGUE


def test_every_noun_has_a_file_in_resources_and_one_in_routers() -> None:
    for resource in RESOURCES:
        for folder in ("resources", "routers"):
            assert (ROOT / "app" / folder / f"{resource.plural}.py").is_file()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
class TestEachNoun:
    """What one noun declares in several places is one thing."""

    def test_its_filters_are_the_parameters_of_its_query(self, resource: Resource[Any]) -> None:
        assert set(filters_of(QUERIES[resource.plural])) == set(resource.filters)

    def test_its_orders_are_those_of_its_query(self, resource: Resource[Any]) -> None:
        field = QUERIES[resource.plural].model_fields["sort"]
        orders = [sign + name for name in resource.sorts for sign in ("", "-")]
        assert list(get_args(field.annotation)) == orders
        assert field.default == orders[0]

    def test_its_orders_end_with_the_id_so_that_no_two_records_are_alike(
        self, resource: Resource[Any]
    ) -> None:
        columns = set(resource.row.model_fields)
        for order in resource.sorts.values():
            assert order[-1] == "id"
            assert set(order) <= columns

    def test_its_filters_lead_to_columns_parts_and_nouns_that_exist(
        self, resource: Resource[Any]
    ) -> None:
        for wanted in resource.filters.values():
            if isinstance(wanted, OneOf):
                assert wanted.column in resource.row.model_fields
            if isinstance(wanted, PartHas):
                assert wanted.column in resource.parts[wanted.part].model_fields
            if isinstance(wanted, Linked):
                assert wanted.noun in BY_NOUN

    def test_what_is_written_is_answered(self, resource: Resource[Any]) -> None:
        content, out = (
            {field.alias or name for name, field in model.model_fields.items()}
            for model in (resource.content, resource.out)
        )
        assert content <= out

    def test_its_columns_and_parts_are_fields_of_its_answer(self, resource: Resource[Any]) -> None:
        assert set(resource.parts) <= set(resource.out.model_fields)

    def test_its_query_has_what_every_list_has(self, resource: Resource[Any]) -> None:
        assert issubclass(QUERIES[resource.plural], ListQuery)
        assert QUERIES[resource.plural].model_config.get("extra") == "forbid"
