"""The laws that every format keeps, whatever it prints."""

import json

import pytest

from app.formats import BY_NAME, FORMATS
from app.formats.base import Format
from app.resources import RESOURCES
from app.resources.base import Answer
from app.resources.queries import FormatName
from tests.formats.documents import document


class Thing(Answer):
    id: str
    size: int | None


ITEMS = [json.dumps({"id": f"t{number}", "size": number}).encode() for number in range(7)]
ENVELOPE = {"next": None, "next_cursor": None, "pin": {"revision": 1}}
STREAMING = [form for form in FORMATS if form.streams]


def named(form: Format) -> str:
    return form.name


@pytest.mark.parametrize("form", FORMATS, ids=named)
@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_whole_answer_equals_its_pieces_joined(form: Format, size: int) -> None:
    chunks = [ITEMS[start : start + size] for start in range(0, len(ITEMS), size)]
    whole = form.render(document(Thing, ITEMS, ENVELOPE))
    assert b"".join(form.stream(document(Thing, (), ENVELOPE), chunks)) == whole


@pytest.mark.parametrize("form", STREAMING, ids=named)
def test_a_stream_begins_before_it_has_read_everything(form: Format) -> None:
    read = []

    def chunks() -> object:
        for item in ITEMS:
            read.append(item)
            yield [item]

    pieces = form.stream(document(Thing, ()), chunks())  # type: ignore[arg-type]
    next(pieces)
    assert len(read) <= 1


@pytest.mark.parametrize("form", STREAMING, ids=named)
def test_an_empty_stream_is_the_start_of_every_other(form: Format) -> None:
    empty = form.render(document(Thing, []))
    assert b"".join(form.stream(document(Thing, ()), [[]])) == empty
    assert form.render(document(Thing, ITEMS)).startswith(empty)


def test_formats_are_told_apart_by_name_and_by_media_type() -> None:
    assert len(BY_NAME) == len(FORMATS) == len({form.media_type for form in FORMATS})
    assert FORMATS[0].name == "json"
    assert FormatName is not None
    assert all(form.name.isalpha() and form.name.islower() for form in FORMATS)


@pytest.mark.parametrize("form", FORMATS, ids=named)
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
def test_every_format_prints_an_empty_list_of_every_noun(form: Format, resource: object) -> None:
    shape = resource.out  # type: ignore[attr-defined]
    assert isinstance(form.render(document(shape, [], ENVELOPE)), bytes)


def test_ndjson_ends_every_line_and_json_keeps_every_byte() -> None:
    assert BY_NAME["ndjson"].render(document(Thing, ITEMS)) == b"".join(
        item + b"\n" for item in ITEMS
    )
    whole = BY_NAME["json"].render(document(Thing, ITEMS, ENVELOPE))
    assert json.loads(whole)["items"] == [json.loads(item) for item in ITEMS]
    assert b",".join(ITEMS) in whole
    assert BY_NAME["json"].render(document(Thing, ITEMS[:1])) == ITEMS[0]
