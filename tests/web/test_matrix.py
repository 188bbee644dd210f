"""Every parameter that there is, on every list that has it, in every format, on both databases.

The parameters are read from the queries that the routes declare: a new one is asked the day it is
declared, and this test fails until it knows a value for it.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from pydantic import BaseModel

from app.formats import FORMATS, serving
from app.resources import BY_PLURAL
from app.resources.changes import CHANGES, ChangeQuery
from app.resources.diff import DiffQuery
from app.resources.gaps import GapQuery
from app.resources.matrix import PositionQuery
from app.resources.meetings import MeetingRecordQuery, UpcomingQuery
from app.resources.queries import HistoryQuery, RecordQuery
from app.resources.quotes import QUOTES as QUOTES_LISTING
from app.resources.quotes import QuoteQuery, SourceQuoteQuery
from app.resources.resource import Subject
from app.resources.results import SearchQuery
from app.resources.timeline import TIMELINE, NegotiationTimelineQuery, TimelineQuery
from tests.http import HISTORIES, KNOWN, LISTS, QUOTES, RECORDS, TIMELINES, Site
from tests.web.queries import QUERIES, enumeration_of, name_of, sorts_of

TALKS = "/negotiations/us-russia-security-talks-2022"
# What is no list of rows; some need a parameter to be asked at all.
VIEWS: dict[str, type[BaseModel]] = {
    "/search?q=russia": SearchQuery,
    f"{TALKS}/positions": PositionQuery,
    f"{TALKS}/diff?since=2022-01-09": DiffQuery,
    f"{TALKS}/gaps": GapQuery,
    "/changes": ChangeQuery,
}
MODELS: dict[str, type[BaseModel]] = {
    **{f"/{noun}": model for noun, model in QUERIES.items()},
    "/meetings/upcoming": UpcomingQuery,
    "/quotes": QuoteQuery,
    QUOTES[1]: SourceQuoteQuery,
    **dict.fromkeys(RECORDS, RecordQuery),
    f"/meetings/{KNOWN['meetings']}": MeetingRecordQuery,
    **dict.fromkeys(HISTORIES, HistoryQuery),
    TIMELINES[0]: TimelineQuery,
    TIMELINES[1]: NegotiationTimelineQuery,
    **VIEWS,
}
SUBJECTS: dict[str, Subject] = {
    **{f"/{noun}": BY_PLURAL[noun] for noun in KNOWN},
    **{f"/{noun}/{identifier}": BY_PLURAL[noun] for noun, identifier in KNOWN.items()},
    "/meetings/upcoming": BY_PLURAL["meetings"],
    **dict.fromkeys(TIMELINES, TIMELINE),
    **dict.fromkeys(QUOTES, QUOTES_LISTING),
    "/changes": CHANGES,
}
# A filter of each list, to count by.
FACETS = {
    "/sources": "kind",
    "/participants": "country",
    "/negotiations": "state",
    "/search?q=russia": "noun",
    f"{TALKS}/gaps": "kind",
}
# Only formats of rows take it, or only JSON.
OF_ROWS = ("fields",)
OF_JSON = ("include", "facet")
ANYWHERE = {
    "known_at": ["2022-01-12", "today"],
    "as_of": ["1", "2026-11-23T09:30:00Z"],
    "at": ["2022-01-13", "today"],
    "from": ["2022-01-11"],
    "until": ["2022-01-12"],
    "since": ["0", "2026-11-23T09:30:00Z"],
    "changed_since": ["0", "2022-01-12T09:30:00Z"],
    "limit": ["1", "200"],
    "count": ["true", "false"],
    "include": ["source"],
    "q": ["russia", "no-such-word"],
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
    if name == "fields" and address in VIEWS:
        return ["id", "id,record"]
    if name == "facet":
        return [FACETS.get(address, "source")]
    enumeration = enumeration_of(model.model_fields[field].annotation)
    if enumeration:
        return [word.value for word in enumeration][:2]
    return ANYWHERE.get(name, ["no-such-thing" if name != "country" else "USA"])


def requests(address: str) -> Iterator[str]:
    model = MODELS[address]
    traits = SUBJECTS[address].traits if address in SUBJECTS else frozenset()
    rows = [form.name for form in FORMATS if not form.needs]
    every = [form.name for form in serving(traits)] if "format" in model.model_fields else [None]
    for field in model.model_fields:
        name = name_of(model, field)
        if (
            name in ("cursor", "format") or f"?{name}=" in address
        ):  # a cursor is taken from each page that has one
            continue
        for value in values(model, field, address):
            formats = rows if name in OF_ROWS else ["json"] if name in OF_JSON else every
            for form in formats:
                chosen = {name: value} | ({"format": form} if form else {})
                yield f"{address}{'&' if '?' in address else '?'}{urlencode(chosen)}"


def test_every_list_record_and_history_is_in_the_matrix() -> None:
    assert set(MODELS) == {*LISTS, *RECORDS, *HISTORIES, *VIEWS}
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
        if f"?{name}=" in address:
            continue
        value = values(model, field, address)[0]
        asked = urlencode([(name, value), (name, value)])
        problem = await site.problem(f"{address}{'&' if '?' in address else '?'}{asked}", 422)
        assert {fault["parameter"] for fault in problem["errors"]} == {name}
