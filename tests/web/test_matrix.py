"""Every parameter that there is, on every list that has it, in every format, on both databases.

The parameters are read from the queries that the routes declare: a new one is asked the day it is
declared, and this test fails until it knows a value for it.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pydantic import BaseModel

from app.formats import FORMATS
from app.resources.meetings import MeetingRecordQuery, UpcomingQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.resources.quotes import QuoteQuery, SourceQuoteQuery
from tests.http import HISTORIES, KNOWN, LISTS, QUOTES, RECORDS, Site
from tests.web.queries import QUERIES, enumeration_of, name_of, sorts_of

MODELS: dict[str, type[BaseModel]] = {
    **{f"/{noun}": model for noun, model in QUERIES.items()},
    "/meetings/upcoming": UpcomingQuery,
    "/quotes": QuoteQuery,
    QUOTES[1]: SourceQuoteQuery,
    **dict.fromkeys(RECORDS, RecordQuery),
    f"/meetings/{KNOWN['meetings']}": MeetingRecordQuery,
    **dict.fromkeys(HISTORIES, HistoryQuery),
}
ANYWHERE = {
    "known_at": ["2022-01-12", "today"],
    "as_of": ["1", "2026-11-23T09:30:00Z"],
    "at": ["2022-01-13", "today"],
    "from": ["2022-01-11"],
    "until": ["2022-01-12"],
    "changed_since": ["0", "2022-01-12T09:30:00Z"],
    "limit": ["1", "200"],
    "count": ["true", "false"],
    "include": ["source"],
    "fields": ["id", "id,evidence"],
    "noun": ["claim"],
    "record": ["security-guarantees"],
    "speaker": ["russia"],
    "source": ["promote-ukraine-geneva-talks"],
}


def values(model: type[BaseModel], field: str, address: str) -> list[str]:
    """Good values for a parameter."""
    name = name_of(model, field)
    if name == "id":
        return [KNOWN.get(address.strip("/"), "no-such-record"), "no-such-record"]
    if name == "sort":
        return sorts_of(model)  # type: ignore[arg-type]
    if name == "fields" and address in QUOTES:
        return ["id", "exact,record"]
    enumeration = enumeration_of(model.model_fields[field].annotation)
    if enumeration:
        return [word.value for word in enumeration][:2]
    return ANYWHERE.get(name, ["no-such-thing" if name != "country" else "USA"])


def requests(address: str) -> Iterator[str]:
    model = MODELS[address]
    formats = [form.name for form in FORMATS] if "format" in model.model_fields else [None]
    for field in model.model_fields:
        name = name_of(model, field)
        if name in ("cursor", "format"):  # a cursor is taken from each page that has one
            continue
        for value in values(model, field, address):
            for form in formats if name != "include" else ["json"]:  # the others have only rows
                chosen = {name: value} | ({"format": form} if form else {})
                yield f"{address}?{urlencode(chosen)}"


def test_every_list_record_and_history_is_in_the_matrix() -> None:
    assert set(MODELS) == {*LISTS, *RECORDS, *HISTORIES}
    assert sum(len(list(requests(address))) for address in MODELS) > 300


@pytest.mark.parametrize("address", MODELS)
async def test_every_parameter_is_answered_alike_by_both_databases_in_every_format(
    both_sites: tuple[Site, Site], address: str
) -> None:
    for target in requests(address):
        one, other = [await site.send(target.encode()) for site in both_sites]
        assert one == other, target
        assert one.status == 200, target
        cursor = one.json().get("next_cursor") if "format=json" in target else None
        if cursor:
            again = f"{target}&cursor={cursor}".encode()
            one, other = [await site.send(again) for site in both_sites]
            assert one == other, target
            assert one.status == 200, target


@pytest.mark.parametrize("address", MODELS)
async def test_every_parameter_that_takes_one_value_refuses_two(
    both_sites: tuple[Site, Site], address: str
) -> None:
    site, _ = both_sites
    model = MODELS[address]
    for field, declared in model.model_fields.items():
        name = name_of(model, field)
        if "list" in str(declared.annotation) or name in ("cursor", "format"):
            continue
        value = values(model, field, address)[0]
        problem = await site.problem(address, 422, **{name: [value, value]})
        assert {fault["parameter"] for fault in problem["errors"]} == {name}
