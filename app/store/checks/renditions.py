"""Checks what the service says now: every live record reads as its facts, rendered afresh, do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.resources import RESOURCES
from app.resources.knowledge import annotate
from app.resources.rendering import Rendition, render
from app.resources.resource import Address, Resource
from app.store.checks.documents import DAMAGE, Fields, same_facts
from app.store.checks.finding import Finding, of_record
from app.store.contents import LIVE, Stored, stored
from app.store.drafts import Drafts
from app.store.selection import table_of
from app.store.tables import LINK, VERSION
from app.store.telling import Tell

CHUNK = 200


def check_renditions(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """The rows of now are those of a fresh rendering, and faces are what others may show."""
    for resource in RESOURCES:
        live = (VERSION.c.noun == resource.noun, *LIVE)
        many = connection.execute(select(func.count()).where(*live)).scalar_one()
        done = 0
        for ids in _chunks(connection, live):
            yield from _check(connection, resource, ids)
            done += len(ids)
            tell(f"readings of {resource.plural}", done, many)


def _chunks(connection: Connection, live: Sequence[Any]) -> Iterator[list[str]]:
    """The ids of live records, some at a time."""
    after = ""
    while True:
        ids = select(VERSION.c.id).where(*live, VERSION.c.id > after).order_by(VERSION.c.id)
        found = list(connection.execute(ids.limit(CHUNK)).scalars())
        if not found:
            return
        yield found
        after = found[-1]


def _check(
    connection: Connection, resource: Resource[Any], ids: Sequence[str]
) -> Iterator[Finding]:
    try:
        yield from list(_compare(connection, resource, ids))
    except DAMAGE:
        if len(ids) == 1:
            yield of_record((resource.noun, ids[0]), "cannot be rendered afresh")
            return
        # One of them spoils the rest: each by itself.
        for one in ids:
            yield from _check(connection, resource, [one])


def _compare(
    connection: Connection, resource: Resource[Any], ids: Sequence[str]
) -> Iterator[Finding]:
    found = stored(connection, [(resource.noun, one) for one in ids])
    drafts = Drafts(connection, 0, {}, set())
    drafts.draft_stored(found)
    pointers = drafts.pointers()
    there = _rows(connection, resource, ids)
    for address, old in found.items():
        draft = drafts.drafted[address]
        pointing = pointers.get(address, ())
        made = render(resource, draft.content, draft.stamp, drafts.faces, pointing)
        for what in _wrong(made, there.get(address[1], [])):
            yield of_record(address, what, old.version)
        yield from _faces(resource, address, old, drafts)


def _rows(
    connection: Connection, resource: Resource[Any], ids: Sequence[str]
) -> Mapping[str, list[Fields]]:
    """The rows of now of some records, by id, each with its links under ``links``."""
    table = table_of(resource)
    now = (table.c.id.in_(ids), table.c.recorded_until.is_(None))
    rows = connection.execute(select(table).where(*now).order_by(table.c.key)).mappings().all()
    links: dict[int, list[tuple[str, str, str]]] = {}
    beside = select(LINK).where(LINK.c.key.in_([row["key"] for row in rows]))
    for link in connection.execute(beside):
        links.setdefault(link.key, []).append((link.role, link.noun, link.id))
    found: dict[str, list[Fields]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(
            {**row, "links": tuple(sorted(links.get(row["key"], [])))}
        )
    return found


def _wrong(made: Sequence[Rendition], there: Sequence[Fields]) -> Iterator[str]:
    stretches = [(one.known_from, one.known_until) for one in made]
    if stretches != [(row["known_from"], row["known_until"]) for row in there]:
        yield "its rows are of other days than its facts give"
        return
    for one, row in zip(made, there, strict=True):
        since = f"known from {row['known_from']} on" if row["known_from"] else "known on no day"
        if not same_facts(row["document"], one.document):
            yield f"does not read as its facts say ({since}, key {row['key']})"
        wanted = {**one.columns, "links": one.links}
        wrong = sorted(name for name, value in wanted.items() if row[name] != value)
        if wrong:
            yield f"{', '.join(wrong)} are not what its facts say ({since}, key {row['key']})"


def _faces(
    resource: Resource[Any], address: Address, old: Stored, drafts: Drafts
) -> Iterator[Finding]:
    """What other records show of it: its label and its day, and of a source whose words it has."""
    own = resource.dated_by(old.content) if resource.dated_by else None
    face = resource.face(old.content, annotate(old.content, drafts.faces, own))
    if drafts.faces[address] != face:
        yield of_record(address, "its identity shows another label, day or origin than its facts")
