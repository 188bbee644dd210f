"""Checks identities: each was recorded, what was merged leads on, and no record is above itself."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, exists, select

from app.resources.chains import CHAINS, rounds
from app.resources.resource import Address
from app.store.checks.finding import Finding, of_record
from app.store.contents import LIVE
from app.store.tables import IDENTITY, LINK, VERSION
from app.store.telling import Tell


def check_identities(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """No id was given out for nothing, and each merged one leads to a record that is there."""
    recorded = exists().where(VERSION.c.noun == IDENTITY.c.noun, VERSION.c.id == IDENTITY.c.id)
    place = (IDENTITY.c.noun, IDENTITY.c.id)
    for row in connection.execute(select(*place).where(~recorded).order_by(*place)):
        yield of_record((row.noun, row.id), "its id was given out, and it was never recorded")
    yield from _check_merged(connection)
    tell("identities", 1, 1)


def _check_merged(connection: Connection) -> Iterator[Finding]:
    rows = select(IDENTITY.c.noun, IDENTITY.c.id, IDENTITY.c.merged_into)
    merged = rows.where(IDENTITY.c.merged_into.is_not(None)).order_by(*rows.selected_columns)
    into = {(row.noun, row.id): (row.noun, row.merged_into) for row in connection.execute(merged)}
    for address, successor in into.items():
        if _is_live(connection, address):
            yield of_record(address, "was merged, and is there all the same")
        if successor not in into and not _is_live(connection, successor):
            yield of_record(address, f"was merged into {'/'.join(successor)}, which is not there")
    yield from _circles(into, "merged_into")


def _is_live(connection: Connection, address: Address) -> bool:
    found = select(VERSION.c.key).where(
        VERSION.c.noun == address[0], VERSION.c.id == address[1], *LIVE
    )
    return connection.execute(found.limit(1)).first() is not None


def check_chains(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Nothing is a part of itself, replaces itself or reprints itself, however far round."""
    for number, role in enumerate(CHAINS, start=1):
        rows = (
            select(VERSION.c.noun, VERSION.c.id, LINK.c.id.label("above"))
            .join(LINK, LINK.c.key == VERSION.c.key)
            .where(LINK.c.role == role, LINK.c.noun == VERSION.c.noun, *LIVE)
            .order_by(VERSION.c.noun, VERSION.c.id)
        )
        above = {(row.noun, row.id): (row.noun, row.above) for row in connection.execute(rows)}
        yield from _circles(above, role)
        tell("chains", number, len(CHAINS))


def _circles(above: Mapping[Address, Address], role: str) -> Iterator[Finding]:
    for circle in rounds(above):
        names = " → ".join(identifier for _, identifier in [*circle, circle[0]])
        yield of_record(circle[0], f"goes round in a circle by {role}: {names}")
