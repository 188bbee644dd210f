"""Checks versions: numbered from 1 on, rows that share out both axes of time, changes told."""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, func, literal, select

from app.resources.base import NEVER
from app.resources.changes import ChangeKind
from app.resources.resource import Address
from app.store.checks.finding import Finding, of_record
from app.store.tables import CHANGE, VERSION
from app.store.telling import Tell

CHUNK = 1000
# What all rows that a revision wrote of a record share.
SHARED = ("number", "revision", "recorded_until", "content", "negotiation")

Told = tuple[int, str, int]


def check_versions(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """All versions of all records, and that each change is told as one."""
    place = (VERSION.c.noun, VERSION.c.id)
    versions = select(VERSION, literal(None).label("kind")).order_by(*place, VERSION.c.key)
    changes = select(CHANGE).order_by(CHANGE.c.noun, CHANGE.c.id, CHANGE.c.revision)
    many = connection.execute(select(func.count()).select_from(VERSION)).scalar_one()
    streams = [
        connection.execute(rows.execution_options(yield_per=CHUNK)) for rows in (versions, changes)
    ]
    done = 0
    for address, rows in groupby(merge(*streams, key=_address), key=_address):
        found = list(rows)
        written = [row for row in found if row.kind is None]
        yield from _check(address, written, {_told(row) for row in found if row.kind is not None})
        if done // CHUNK != (done + len(written)) // CHUNK:
            tell("versions", done, many)
        done += len(written)
    tell("versions", done, many)


def _address(row: Any) -> Address:
    return row.noun, row.id


def _told(row: Any) -> Told:
    return row.revision, str(row.kind), row.version


def _check(address: Address, rows: Sequence[Any], told: set[Told]) -> Iterator[Finding]:
    if not rows:
        yield of_record(address, "has changes, and no version")
        return
    ordered = sorted(rows, key=attrgetter("recorded_from"))
    groups = [list(some) for _, some in groupby(ordered, key=attrgetter("recorded_from"))]
    for group in groups:
        yield from (of_record(address, what, group[0].number) for what in _within(group))
    firsts = [group[0] for group in groups]
    yield from (of_record(address, what, row.number) for row, what in _numbered(firsts))
    yield from (of_record(address, what, row.number) for row, what in _in_turn(firsts))
    expected = set(_expected(firsts))
    told = {one for each in told for one in _as_revised(each, expected)}
    yield from (of_record(address, what) for what in _changes(expected, told))


def _as_revised(told: Told, expected: set[Told]) -> Iterator[Told]:
    """A redaction makes the next version of a record that is there, and none of one that is not."""
    revision, kind, version = told
    revised = (revision, ChangeKind.revised.value, version)
    if kind != ChangeKind.redacted:
        yield told
    elif revised in expected:
        yield revised


def _within(group: Sequence[Any]) -> Iterator[str]:
    """What is wrong among the rows that one revision wrote of a record."""
    first = group[0]
    for name in SHARED:
        if any(getattr(row, name) != getattr(first, name) for row in group):
            yield f"its rows from revision {first.recorded_from} on differ in {name}"
    if first.recorded_until is not None and first.recorded_until <= first.recorded_from:
        yield f"ends in revision {first.recorded_until}, and began in {first.recorded_from}"
    # What no reader surely had on any day comes last, outside the calendar.
    days = sorted(group, key=lambda row: row.known_from or NEVER)
    for before, after in pairwise(days):
        if before.known_until != (after.known_from or NEVER):
            yield f"its rows leave days out, or have them twice, before {after.known_from}"
    if days[-1].known_until is not None:
        yield "no row of it holds all that is known"


def _numbered(firsts: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """What is wrong with the numbers of versions, and of the revisions that wrote them."""
    number = 0
    for row in firsts:
        if row.number not in (number, number + 1):
            yield row, f"follows version {number}"
        if row.number != number and row.revision != row.recorded_from:
            yield row, f"begins in revision {row.recorded_from}, and was written in {row.revision}"
        number = row.number


def _in_turn(firsts: Sequence[Any]) -> Iterator[tuple[Any, str]]:
    """What is wrong with where rows of a record end and the next ones begin."""
    for before, after in pairwise(firsts):
        if before.recorded_until is None or before.recorded_until > after.recorded_from:
            yield before, f"does not end where its rows of revision {after.recorded_from} begin"
        if before.number == after.number:
            if before.recorded_until != after.recorded_from:
                yield after, f"is not there in revision {before.recorded_until}"
            if (before.content, before.revision) != (after.content, after.revision):
                yield after, f"has other facts from revision {after.recorded_from} on"


def _expected(firsts: Sequence[Any]) -> Iterator[Told]:
    """The changes that the versions of a record tell of."""
    ended: int | None = None
    number = 0
    for row in firsts:
        if number and ended is not None and ended != row.recorded_from:
            yield ended, ChangeKind.retracted, number
        if row.number != number:
            again = number and ended == row.recorded_from
            yield row.revision, ChangeKind.revised if again else ChangeKind.added, row.number
        ended, number = row.recorded_until, row.number
    if ended is not None:
        yield ended, ChangeKind.retracted, number


def _changes(expected: set[Told], told: set[Told]) -> Iterator[str]:
    for revision, kind, version in sorted(expected - told):
        yield f"revision {revision} has {kind} version {version}, and no change tells of it"
    for revision, kind, version in sorted(told - expected):
        yield f"a change tells that revision {revision} has {kind} version {version}"
