"""Formats over HTTP: which one a client gets, and that each says the same."""

import csv
import json
from io import StringIO

import httpx
import pytest

from app.errors import NotAcceptable
from app.formats import FORMATS, serving
from app.resources.claims import CLAIMS
from app.web.accept import choose_coding, choose_format
from tests.http import ADDRESS, LISTS, PUBLIC_URL, RECORDS, Site
from tests.web.test_matrix import SUBJECTS

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
# What a client accepts, and what it gets; None for a refusal.
ACCEPTED: list[tuple[str, str | None]] = [
    ("", JSON),
    ("*/*", JSON),
    ("application/*", JSON),
    ("text/*", CSV),
    (CSV, CSV),
    ("TEXT/CSV", CSV),
    (NDJSON, NDJSON),
    (f"{CSV}, {JSON}", JSON),
    (f"{CSV}, {JSON};q=0.9", CSV),
    (f"{CSV};q=0.1, {NDJSON};q=0.2", NDJSON),
    (f"{CSV};Q=0.1 , {NDJSON} ; q=0.2", NDJSON),
    (f"{JSON};q=0, */*", NDJSON),
    (f"{JSON};q=0, {NDJSON};q=0, */*;q=0.1", CSV),
    (f"*/*;q=0.9, {CSV}", CSV),
    (f"*/*, {CSV};q=0.5", JSON),
    (f"application/*;q=0.2, {NDJSON};q=0.1, */*;q=0", JSON),
    ("application/*;q=0, */*", CSV),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
    ("application/json;version=1", JSON),
    ("application/json;version=1;q=0.5, text/csv;q=0.6", CSV),
    (f"{JSON};q=nonsense, {CSV}", CSV),
    (f"{JSON};q=2, {CSV};q=0.1", CSV),
    (f"{JSON};q=-1, {CSV};q=0.1", CSV),
    (f"{JSON};q=nan, {CSV};q=0.001", CSV),
    (f"{JSON};q=0.000, {CSV};q=0.001", CSV),
    (f";;;,,,{CSV}", CSV),
    (f"garbage, {CSV}", CSV),
    ("text/html", None),
    ("application/xml, image/*", None),
    ("*/*;q=0", None),
    (f"{JSON};q=0, {CSV};q=0, {NDJSON};q=0", None),
    ("garbage", None),
    ("json", None),
    ("*", None),
    ("/", None),
    (";q=1", None),
    (",", None),
    ("\xff", None),
]


@pytest.mark.parametrize(("accept", "expected"), ACCEPTED)
def test_the_best_of_what_a_client_accepts_is_chosen(accept: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(NotAcceptable) as refused:
            choose_format(FORMATS, accept)
        for form in FORMATS:
            assert form.media_type in refused.value.detail
            assert f"format={form.name}" in refused.value.detail
    else:
        assert choose_format(FORMATS, accept).media_type == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("deflate, gzip, br, zstd", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.0, *", None),
        ("*;q=0", None),
        ("br", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=garbage", None),
        ("\xff,;,", None),
    ],
)
def test_gzip_is_chosen_only_where_the_client_takes_it(
    accept: str | None, expected: str | None
) -> None:
    assert choose_coding(accept) == expected


async def test_a_refusal_lists_what_there_is(site: Site) -> None:
    answer = await site.client.get("/claims", headers={"Accept": "text/html"})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("/problems/not-acceptable")
    for form in serving(CLAIMS.traits):
        assert form.media_type in problem["detail"]


async def test_several_lines_of_accept_are_one_list(site: Site) -> None:
    lines = [(b"accept", b"text/html"), (b"accept", b"text/csv")]
    assert (await site.send(b"/claims", headers=lines)).headers["content-type"].startswith(CSV)


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_a_named_format_beats_what_is_accepted(site: Site, address: str) -> None:
    for form in serving(SUBJECTS[address].traits):
        for accept in ("*/*", "text/html", "text/csv;q=0", JSON, "*/*;q=0"):
            answer = await site.client.get(
                address, params={"format": form.name}, headers={"Accept": accept}
            )
            assert answer.status_code == 200
            assert answer.headers["content-type"].partition(";")[0] == form.media_type
    problem = await site.problem(address, 422, format="xml")
    assert [fault["parameter"] for fault in problem["errors"]] == ["format"]
    assert "json, ndjson, csv, jsonld" in problem["errors"][0]["message"]


@pytest.mark.parametrize("address", LISTS)
async def test_every_format_of_a_list_has_the_same_records_in_the_same_order(
    site: Site, address: str
) -> None:
    for query in ("", "limit=2", "known_at=2022-01-11", "sort=-id"):
        if ("upcoming" in address and "sort" in query) or ("sources/" in address and "at" in query):
            continue
        most = "" if "limit" in query else "limit=200"  # the others come whole
        plain = await site.client.get(f"{address}?{query}&{most}&format=json")
        items = plain.json()["items"]
        lines = await site.client.get(f"{address}?{query}&format=ndjson")
        assert [json.loads(line) for line in lines.text.splitlines()] == items
        assert lines.content == b"".join(bytes_of(item) for item in items)
        table = await site.client.get(f"{address}?{query}&format=csv")
        rows = list(csv.DictReader(StringIO(table.text, newline=""), strict=True))
        assert [row["id"] for row in rows] == [item["id"] for item in items]
        assert {len(row) for row in rows} <= {len(rows[0])} if rows else not items
        for name in ("Parley-Revision", "Parley-Known-At", "Parley-At"):
            assert plain.headers.get(name) == lines.headers.get(name) == table.headers.get(name)


def bytes_of(item: object) -> bytes:
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


@pytest.mark.parametrize("address", RECORDS)
async def test_every_format_of_a_record_says_the_same(site: Site, address: str) -> None:
    record = await site.client.get(address)
    line = await site.client.get(address, params={"format": "ndjson"})
    assert line.content == record.content + b"\n"
    table = await site.client.get(address, params={"format": "csv"})
    (row,) = csv.DictReader(StringIO(table.text, newline=""), strict=True)
    assert row["id"] == record.json()["id"]
    assert row["version"] == "1"
    assert row["cite"].startswith(record.json()["cite"][:1]) or row["cite"].startswith("'")


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_every_alternate_link_leads_to_the_same_answer_in_that_format(
    site: Site, address: str
) -> None:
    formats = serving(SUBJECTS[address].traits)
    for form in formats:
        answer = await site.client.get(address, params={"format": form.name})
        links = alternates(answer)
        assert set(links) == {other.media_type for other in formats} - {form.media_type}
        for media_type, link in links.items():
            assert link.startswith(PUBLIC_URL)
            found = await site.client.get(link.replace(PUBLIC_URL, ADDRESS))
            assert found.status_code == 200
            assert found.headers["content-type"].partition(";")[0] == media_type


def alternates(answer: httpx.Response) -> dict[str, str]:
    found = {}
    for entry in answer.headers["link"].split(", <"):
        link, _, parameters = entry.removeprefix("<").partition(">; ")
        if 'rel="alternate"' in parameters:
            found[parameters.partition('type="')[2].rstrip('"')] = link
    return found


async def test_a_cursor_goes_on_in_another_format(site: Site) -> None:
    first = await site.client.get("/claims?limit=3")
    second = await site.client.get(first.links["next"]["url"].replace(PUBLIC_URL, ADDRESS))
    for media_type, link in alternates(second).items():
        answer = await site.client.get(link.replace(PUBLIC_URL, ADDRESS))
        assert answer.status_code == 200, media_type
        assert second.json()["items"][0]["id"] in answer.text


async def test_no_link_leads_to_a_format_that_has_no_place_for_what_was_asked(site: Site) -> None:
    expected = {
        "fields=id": {form.media_type for form in FORMATS if not form.needs},
        "include=source": {JSON, "application/ld+json"},
        "facet=kind": {JSON, "application/ld+json"},
    }
    for query, media_types in expected.items():
        answer = await site.client.get(f"/claims?{query}")
        assert set(alternates(answer)) == media_types - {JSON}
        for link in alternates(answer).values():
            assert (await site.client.get(link.replace(PUBLIC_URL, ADDRESS))).status_code == 200


async def test_a_page_in_a_format_without_envelope_links_to_the_next(site: Site) -> None:
    for form in ("ndjson", "csv"):
        link, seen = f"{ADDRESS}/claims?limit=4&format={form}", 0
        while link:
            answer = await site.client.get(link)
            seen += len(list(csv.reader(StringIO(answer.text, newline="")))) - (form == "csv")
            link = answer.links.get("next", {}).get("url", "").replace(PUBLIC_URL, ADDRESS)
        assert seen == 10


async def test_csv_is_saved_under_a_name(site: Site) -> None:
    for address, name in (("/claims", "claims"), (RECORDS[0], RECORDS[0][1:].replace("/", "-"))):
        answer = await site.client.get(address, params={"format": "csv"})
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
