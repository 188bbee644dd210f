"""The connections to a PostgreSQL server: what each process does with its own, and whether all of
them fit.
"""

import logging
from dataclasses import dataclass

from sqlalchemy import text

from app.errors import Unavailable
from app.store.engine import Database

# For quick answers; and the one that learns of changes for the response cache.
HELD = 2
WATCHING = 1
LEAST = 4
# What a server gives to this role in this database, and how many connections it has now.
# PostgreSQL before 16 has no `reserved_connections`; a limit of -1 is none.
ROOM = text(
    """
SELECT least(
    current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(nullif(current_setting('reserved_connections', true), '')::integer, 0),
    (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user),
    (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
) AS room,
(SELECT sum(numbackends) FROM pg_stat_database) AS used
"""
)

log = logging.getLogger("parley.store")


@dataclass(frozen=True, slots=True)
class Shares:
    """How many connections a process may open for what: ``pool`` is for all that the app does,
    streams and exports included; ``held`` for quick answers.
    """

    pool: int
    held: int


def shares_of(most: int) -> Shares:
    """The shares of a process that may open at most so many connections, LEAST or more."""
    held = min(HELD, most // LEAST)
    return Shares(most - held - WATCHING, held)


def check_room(database: Database, most: int) -> None:
    """See that the server can give so many connections, and log where others hold too many of them
    now. Nothing of it holds for a file, or for a pooler, which has limits of its own.

    Raises Unavailable where the server never gives so many.
    """
    if database.is_sqlite or database.pooler:
        return
    with database.read() as connection:
        room, used = connection.execute(ROOM).one()
    if most > room:
        raise Unavailable(
            f"Up to {most} connections may be opened (PARLEY_WORKERS times PARLEY_CONNECTIONS), "
            f"but the server has room for {room}: lower one of the two, or raise the server's "
            "max_connections."
        )
    others = used - 1
    if most > room - others:
        fields = {"budget": most, "room": room, "others": others}
        log.warning("the server may run out of connections", extra={"fields": fields})
