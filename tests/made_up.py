"""A made-up negotiation: Northland and Southland talk about a harbour, and six papers report it.

Records are written as JSON-like fields and checked like those of a dossier. All days lie in
January 2022 and are named by their number: ``day(3)`` is 3 January. Paper ``a`` came out on day 1,
``b`` on day 3, ``c`` on day 6, ``d`` on day 9, ``e`` between day 10 and day 12; nobody knows when
``undated`` did.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.resources import BY_NOUN
from app.resources.base import Part
from app.resources.evidence import RecordContent
from app.resources.knowledge import parts_of
from app.resources.resource import Address
from app.store.engine import Database
from app.store.loading import Bundle, Plan, load
from app.store.pins import Pin
from app.store.reader import Found, Page, snapshot
from app.store.selection import Selection
from app.store.writer import Author, Writer

Fields = dict[str, Any]

TALKS = "harbour-talks"
PUBLISHED = {
    "a": "2022-01-01",
    "b": "2022-01-03",
    "c": "2022-01-06",
    "d": "2022-01-09",
    "e": "2022-01-10/2022-01-12",
    "undated": None,
}
NAMES = {
    "northland": ("state", "Northland"),
    "southland": ("state", "Southland"),
    "anna": ("person", "Anna Ek"),
    "boris": ("person", "Boris Lund"),
    "council": ("body", "Harbour Council"),
}


def day(number: int) -> date:
    """That day of January 2022; 0 is the last day of 2021."""
    return date.fromordinal(date(2022, 1, 1).toordinal() + number - 1)


def author(reason: str = "made up", now: datetime | None = None) -> Author:
    return Author("tester", reason, now or datetime(2026, 11, 23, 9, tzinfo=UTC))


def record(noun: str, **fields: Any) -> RecordContent:
    """A record of that noun; parts without an id are numbered, as a dossier numbers them."""
    content = BY_NOUN[noun].content.model_validate_json(json.dumps(fields))
    _number(content)
    return content  # type: ignore[no-any-return]


def _number(model: RecordContent | Part) -> None:
    for place, (_, part) in enumerate(parts_of(model), start=1):
        part.id = part.id or f"{part.id_prefix}{place}"
        _number(part)


def quote(source: str, exact: str | None = None, **fields: Any) -> Fields:
    return {"source": source, "exact": exact or f"words of {source}", **fields}


def quotes(sources: str) -> Fields:
    """Evidence from each of the sources, named by words: ``"a b"``."""
    return {"evidence": [quote(source) for source in sources.split()]}


def participant(identifier: str, name: str | None = None, **fields: Any) -> RecordContent:
    kind, usual = NAMES.get(identifier, ("group", identifier))
    return record("participant", id=identifier, kind=kind, name=name or usual, **fields)


def source(identifier: str, published: str | None = None, **fields: Any) -> RecordContent:
    """A paper, by default with the day of publication that this module's docstring names."""
    told = {
        "title": f"Paper {identifier}",
        "kind": "news",
        "proximity": "secondary",
        "published": published or PUBLISHED.get(identifier),
    }
    return record("source", id=identifier, **(told | fields))


def negotiation(identifier: str = TALKS, **fields: Any) -> RecordContent:
    told = {"title": "Harbour talks", "kind": "bilateral", "state": "active"}
    parties = [{"participant": one, "role": "principal"} for one in ("northland", "southland")]
    return record("negotiation", id=identifier, **(told | {"parties": parties} | fields))


def notice(status: str, sources: str, **fields: Any) -> Fields:
    return {"status": status, **quotes(sources), **fields}


def meeting(identifier: str, *notices: Fields, **fields: Any) -> RecordContent:
    told = {"negotiation": TALKS, "title": f"Meeting {identifier}", "notices": list(notices)}
    return record("meeting", id=identifier, **(told | fields))


def claim(identifier: str, sources: str = "a", **fields: Any) -> RecordContent:
    told = {
        "negotiation": TALKS,
        "claimant": "anna",
        "text": f"Claim {identifier}",
        "kind": "fact",
        "attribution": "paraphrase",
        **quotes(sources),
    }
    return record("claim", id=identifier, **(told | fields))


def demand(identifier: str, sources: str = "a", **fields: Any) -> RecordContent:
    told = {
        "negotiation": TALKS,
        "made_by": ["southland"],
        "addressed_to": ["northland"],
        "text": f"Demand {identifier}",
        **quotes(sources),
    }
    return record("demand", id=identifier, **(told | fields))


def setting(*, papers: str = "a b c d e undated") -> list[RecordContent]:
    """The negotiation, all participants, and those papers."""
    people = [participant(identifier) for identifier in NAMES]
    return [*people, *(source(paper) for paper in papers.split()), negotiation()]


def noun_of(content: RecordContent) -> str:
    return next(noun for noun, one in BY_NOUN.items() if type(content) is one.content)


def address_of(content: RecordContent) -> Address:
    return noun_of(content), content.id


def bundle(
    contents: Iterable[RecordContent], negotiation: str | None = None, base: str | None = None
) -> Bundle:
    copies = [content.model_copy(deep=True) for content in contents]
    return Bundle(negotiation, base, {address_of(content): content for content in copies})


def write(
    database: Database,
    *contents: RecordContent,
    retract: Sequence[Address] = (),
    reason: str = "made up",
    now: datetime | None = None,
) -> int:
    """Write and retract records under one new revision, and give its number."""
    with database.write() as connection:
        writer = Writer(connection, author(reason, now))
        for content in contents:
            writer.revise(BY_NOUN[noun_of(content)], content.model_copy(deep=True))
        for noun, identifier in retract:
            writer.retract(BY_NOUN[noun], identifier)
        return writer.commit()


def load_one(
    database: Database,
    contents: Iterable[RecordContent],
    *,
    negotiation: str | None = None,
    base: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
) -> Plan:
    bundles = [bundle(contents, negotiation, base)]
    (plan,) = load(database, bundles, author(), replace=replace, dry_run=dry_run)
    return plan


def found(
    database: Database,
    noun: str,
    identifier: str,
    *,
    as_of: int | datetime | None = None,
    known_at: date | None = None,
    at: date | None = None,
) -> Found:
    """One record as it was at a pin."""
    with snapshot(database) as look:
        return look.get(BY_NOUN[noun], identifier, look.pin(as_of, known_at), at)


def get(
    database: Database,
    noun: str,
    identifier: str,
    *,
    as_of: int | datetime | None = None,
    known_at: date | None = None,
    at: date | None = None,
) -> Fields:
    """One record as it was at a pin, as a client reads it."""
    return answer(found(database, noun, identifier, as_of=as_of, known_at=known_at, at=at))


def answer(one: Found) -> Fields:
    document: Fields = json.loads(one.document)
    return document | (one.judged or {})


def page(database: Database, noun: str, pin: Pin, selection: Selection) -> Page:
    with snapshot(database) as look:
        return look.page(BY_NOUN[noun], pin, selection)


def listed(
    database: Database,
    noun: str,
    *,
    as_of: int | None = None,
    known_at: date | None = None,
    order: str = "id",
    first: date | None = None,
    last: date | None = None,
    at: date | None = None,
    upcoming: bool = False,
    only: Sequence[str] = (),
    **filters: str,
) -> list[str]:
    """The ids of a list at a pin, in its order."""
    selection = Selection(
        order=order,
        limit=200,
        ids=tuple(only),
        filters={name: tuple(values.split()) for name, values in filters.items()},
        first=first,
        last=last,
        at=at,
        upcoming=upcoming,
    )
    with snapshot(database) as look:
        shown = look.page(BY_NOUN[noun], look.pin(as_of, known_at), selection)
    return [answer(one)["id"] for one in shown.items]


def ids_of(parts: Sequence[Fields]) -> list[str]:
    return [part["id"] for part in parts]


def day_of(when: Fields | None) -> str | None:
    """The EDTF text of a date in an answer."""
    return when["edtf"] if when else None


def sources_in(part: Any) -> set[str]:
    """The sources of every quote in an answer, however deep."""
    if isinstance(part, list):
        return set().union(*(sources_in(one) for one in part))
    if not isinstance(part, dict):
        return set()
    own = {one["source"]["id"] for one in part.get("evidence", [])}
    return own.union(*(sources_in(value) for value in part.values()))
