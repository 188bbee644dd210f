"""Checks the tallies: each is what a count of the rows comes to, and none is missing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, except_, select, tuple_

from app.resources import BY_NOUN
from app.resources.resource import Listing
from app.resources.timeline import TIMELINE
from app.store.checks.finding import Finding
from app.store.tables import TALLY
from app.store.tallying import counted, facets_of
from app.store.telling import Tell


def check_tallies(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """The tallies that are kept, facet by facet, beside those that are counted from the rows."""
    listings: tuple[Listing, ...] = (*BY_NOUN.values(), TIMELINE)
    wanted = [(listing, facet) for listing in listings for facet in facets_of(listing)]
    for done, (listing, facet) in enumerate(wanted, start=1):
        yield from _differing(connection, listing, facet)
        tell("tallies", done, len(wanted))
    known = tuple_(TALLY.c.noun, TALLY.c.facet).in_(
        [(listing.noun, facet) for listing, facet in wanted]
    )
    for row in connection.execute(select(TALLY).where(~known)):
        yield _finding(row, "counts what is no facet")


def _differing(connection: Connection, listing: Listing, facet: str) -> Iterator[Finding]:
    kept: Select[Any] = select(TALLY).where(TALLY.c.noun == listing.noun, TALLY.c.facet == facet)
    fresh = select(counted(listing, facet).subquery())
    places = set()
    for row in connection.execute(except_(fresh, kept)):
        places.add(tuple(row)[:-1])
        yield _finding(row, f"is not {row.number}, which the rows come to")
    for row in connection.execute(except_(kept, fresh)):
        if tuple(row)[:-1] not in places:
            yield _finding(row, f"is {row.number}, and there is no such row")


def _finding(row: Any, what: str) -> Finding:
    place = " ".join(filter(None, (row.noun, row.negotiation, row.facet, row.value)))
    return Finding(f"tally {place}", what)
