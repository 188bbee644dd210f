"""Every noun and view in the formats of rows, as the parsers of others read it, on hostile text.

None of them may warn, since warnings are errors here, and each gives back what JSON says.
"""

import csv
import json
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any, NoReturn

import pandas
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel
from pyld import jsonld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.resources import BY_NOUN
from tests.formats.linked import OFFLINE
from tests.formats.parsers import Html
from tests.http import Json
from tests.made_up import address_of
from tests.web.answered import ADDRESSES, Answered, document, operations
from tests.web.hostile_talks import TEXTS, TURNS, final_records, on_one_line, records
from tests.web.test_linked_data import leaves

# Values that linked data has as addresses.
CODED = """
attribution bearing capacity change href id kind mode presence proximity role stance state status
type verification wikidata
"""
# What an address may not hold (RFC 3987, as N-Triples has it).
NOT_IN_ADDRESSES = re.compile('[\x00-\x20<>"{}|^`\\\\]')
# A cell that a spreadsheet runs, and one that an apostrophe keeps from that.
RUN, GUARDED = re.compile("[=+\\-@\t\r]"), re.compile("'+[=+\\-@\t\r]")


def test_every_address_is_asked_and_links_to_all_formats_it_has(answers: list[Answered]) -> None:
    assert {path for path, _ in operations()} == set(ADDRESSES)
    for one in answers:
        assert one.linked == {form.media_type for form in one.formats}, one
        assert one.items(), one


def test_both_databases_say_the_same(
    sqlite_answers: list[Answered], postgresql_answers: list[Answered]
) -> None:
    for one, other in zip(sqlite_answers, postgresql_answers, strict=True):
        for name, pages in one.pages.items():
            assert pages == other.pages[name], (one.address, name)


def test_every_text_field_of_every_noun_has_had_every_text() -> None:
    met: dict[tuple[str, str], set[str]] = {}
    for number in range(TURNS):
        for model in models_in(list(records(number, number))):
            for name, value in model:
                place = type(model).__name__, type(model).model_fields[name].alias or name
                texts = value if isinstance(value, list) else [value]
                met.setdefault(place, set()).update(one for one in texts if isinstance(one, str))
    fields = set().union(*(text_fields(resource.content) for resource in BY_NOUN.values()))
    assert len(fields) > 30
    assert {field for field in fields if len(met[field]) < TURNS} == set()


def models_in(value: object) -> Iterator[BaseModel]:
    """Records and their parts, however deep."""
    if isinstance(value, BaseModel):
        yield value
        value = [inner for _, inner in value]
    if isinstance(value, list):
        for inner in value:
            yield from models_in(inner)


def text_fields(content: type[BaseModel]) -> set[tuple[str, str]]:
    """The fields of a record and its parts that hold any text, after the names of their models."""
    schema = content.model_json_schema()
    found = set()
    for model in (schema, *schema["$defs"].values()):
        for name, declared in model.get("properties", {}).items():
            shapes = [declared, *declared.get("anyOf", ()), declared.get("items", {})]
            if any(one.get("type") == "string" and "pattern" not in one for one in shapes):
                found.add((model["title"], name))
    return found


def test_json_is_what_the_openapi_document_says(answers: list[Answered]) -> None:
    resource = DRAFT202012.create_resource(document())
    registry = Registry[Any]().with_resource("urn:openapi", resource)
    for one in answers:
        schema = json.loads(json.dumps(one.schema).replace('"#/', '"urn:openapi#/'))
        checker = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
        for page in one.pages["json"]:
            errors = checker.iter_errors(strictly(page))
            assert [error.message for error in errors] == [], one


def strictly(text: bytes) -> Any:
    """JSON without the liberties that Python's reader allows: no NaN, no name twice."""

    def once(pairs: list[tuple[str, Any]]) -> Json:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    return json.loads(text, object_pairs_hook=once, parse_constant=refuse)


def test_json_gives_back_every_text_that_was_written(answers: list[Answered]) -> None:
    said = {
        one.address: {item["id"]: item for item in one.items() if "id" in item} for one in answers
    }
    for content in final_records():
        noun, identifier = address_of(content)
        item = said[f"/{noun}s"][identifier]
        assert texts_in(content.model_dump(mode="json", by_alias=True)) <= texts_in(item), item[
            "id"
        ]
    for number, text in enumerate(TEXTS):
        change = said["/changes"][f"{number + 2}.claim.c{number}"]
        editor = on_one_line(TEXTS[(number + 1) % TURNS])
        assert (change["reason"], change["editor"]) == (text, editor)


def texts_in(value: Any) -> set[str]:
    return {text for _, text in leaves(value) if isinstance(text, str)}


def test_what_is_shown_of_a_search_is_text_with_marks(answers: list[Answered]) -> None:
    snippets = [item["snippet"] for one in answers if one.noun == "result" for item in one.items()]
    for snippet in snippets:
        shown = Html(snippet["html"])
        assert shown.text == snippet["text"]
        assert shown.tags
        assert {tag for tag, _ in shown.tags} == {"mark"}
    assert any("<img" in snippet["text"] for snippet in snippets)


def test_ndjson_has_the_items_of_json_line_by_line(answers: list[Answered]) -> None:
    for one in answers:
        (body,) = one.pages["ndjson"]
        *lines, rest = body.split(b"\n")
        assert rest == b""
        assert [strictly(line) for line in lines] == one.items(), one
        assert len(pandas.read_json(BytesIO(body), lines=True)) == len(lines), one
        frame = pandas.read_json(BytesIO(body), lines=True, dtype=False)
        for name in frame.columns:
            texts = [item[name] for item in one.items()]
            if all(isinstance(text, str) for text in texts):
                assert list(frame[name]) == texts, (one, name)


def test_csv_has_a_row_for_each_item_and_gives_every_text_back(answers: list[Answered]) -> None:
    for one in answers:
        (body,) = one.pages["csv"]
        rows = list(csv.DictReader(StringIO(body.decode(), newline=""), strict=True))
        assert not any(None in row or None in row.values() for row in rows), one
        frame = pandas.read_csv(BytesIO(body), dtype=str, keep_default_na=False)
        assert frame.to_dict("records") == rows, one
        assert len(pandas.read_csv(BytesIO(body))) == len(rows), one
        items = list(flat(one))
        assert len(rows) == len(items), one
        for row, item in zip(rows, items, strict=True):
            assert not any(map(RUN.match, row.values())), one
            told = {name: unguarded(cell) for name, cell in row.items()}
            for column, text in texts_of(item):
                assert told[column] == text, (one, column)
            for column, value in nested_of(item):
                assert json.loads(told[column]) == value, (one, column)


def flat(one: Answered) -> Iterator[Json]:
    """The items as tables have them: of a matrix every cell by itself, without its history."""
    for item in one.items():
        cells = item.pop("cells", [{"history": None}])
        yield from (
            item | {name: cell[name] for name in cell if name != "history"} for cell in cells
        )


def texts_of(item: Json) -> Iterator[tuple[str, str]]:
    """The texts of an item, each with the column that it stands in."""
    for name, value in item.items():
        many = value if isinstance(value, list) else [value]
        if isinstance(value, str):
            yield name, value
        elif many and all(isinstance(one, str) for one in many):
            yield name, "; ".join(many)
        for label in ("name", "title"):
            if many and all(isinstance(one, dict) and {"href", label} <= set(one) for one in many):
                plural = "s" if isinstance(value, list) else ""
                yield f"{name}_{label}{plural}", "; ".join(one[label] for one in many)
    if item.get("evidence"):
        yield "quote", item["evidence"][0]["exact"]


def nested_of(item: Json) -> Iterator[tuple[str, Any]]:
    """What stands in one cell as JSON: neither texts, nor links, nor dates."""
    for name, value in item.items():
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict) and not {"href", "edtf"} & set(first):
            yield name, value


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps it from being run."""
    return cell[1:] if GUARDED.match(cell) else cell


def test_linked_data_is_read_offline_and_gives_every_text_back(answers: list[Answered]) -> None:
    for one in answers:
        literals: set[str] = set()
        for page in one.pages["jsonld"]:
            # Whoever wants RDF expands the document first.
            for quad in jsonld.to_rdf(strictly(page), OFFLINE)["@default"]:
                for term in quad.values():
                    if term["type"] == "IRI":
                        assert not NOT_IN_ADDRESSES.search(term["value"]), (one, term)
                if quad["object"]["type"] == "literal":
                    literals.add(quad["object"]["value"])
        texts = {text for name, text in leaves(one.items()) if name not in CODED.split()}
        assert {text for text in texts if isinstance(text, str)} <= literals, one
