"""Reading the matrix of positions: its columns, and some of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.resources.demands import DEMANDS
from app.resources.participants import PARTICIPANTS
from app.store.pins import Pin, at_pin
from app.store.reader import Snapshot
from app.store.selection import Selection, conditions, paged, sort_columns, table_of
from app.store.tables import LINK

# The roles in which a participant has a part in a demand.
ROLES = ("made_by", "addressed_to", "responses.by")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row of the matrix as it is stored: JSON texts and ids, with newlines between them."""

    head: str
    cells: str
    parties: str


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Some rows in order, and the sort values of the last where more follow."""

    items: tuple[StoredRow, ...]
    last: tuple[Any, ...] | None


def parties_of(look: Snapshot, negotiation: str, pin: Pin) -> list[dict[str, str]]:
    """Every party of the demands of a negotiation at the pin, as links, by name."""
    demands, people = table_of(DEMANDS), table_of(PARTICIPANTS)
    of_demands = (
        select(LINK.c.id)
        .join(demands, demands.c.key == LINK.c.key)
        .where(
            demands.c.negotiation == negotiation,
            at_pin(demands, pin),
            # All of these are roles of participants; by noun, all links would be read.
            LINK.c.role.in_(ROLES),
        )
    )
    found = (
        select(people.c.id, people.c.name)
        .where(people.c.id.in_(of_demands), at_pin(people, pin))
        .order_by(people.c.name, people.c.id)
    )
    return [
        {"id": row.id, "name": row.name, "href": f"/participants/{row.id}"}
        for row in look.connection.execute(found)
    ]


def rows_of(look: Snapshot, pin: Pin, selection: Selection) -> StoredRows:
    """Some rows of the matrix, in one statement."""
    table = table_of(DEMANDS)
    order = sort_columns(DEMANDS, selection.order)
    stored = (table.c.position_head, table.c.position_cells, table.c.position_parties)
    sorting = [table.c[name] for name, _ in order]
    found = select(*stored, *sorting).where(*conditions(DEMANDS, pin, selection))
    rows = look.connection.execute(paged(found, table, order, selection)).all()
    shown: Sequence[Any] = rows[: selection.limit]
    more = len(rows) > selection.limit
    return StoredRows(
        tuple(StoredRow(row[0], row[1], row[2]) for row in shown),
        tuple(shown[-1][len(stored) :]) if more else None,
    )
