"""Reading the matrix of positions: its columns, and some of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.resources.demands import DEMANDS
from app.resources.participants import PARTICIPANTS
from app.store.pins import Pin, at_pin
from app.store.reader import Snapshot
from app.store.selection import Paged, Selection, conditions, paged, sort_columns, table_of
from app.store.tables import LINK

# The roles in which a participant has a part in a demand.
ROLES = ("made_by", "addressed_to", "responses.by")
# The columns that hold a row of the matrix.
STORED = ("position_head", "position_cells", "position_parties")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row of the matrix as it is stored: JSON texts and ids, with newlines between them."""

    head: bytes
    cells: bytes
    parties: bytes


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Some rows in order, and the sort values of the last where more follow."""

    items: tuple[StoredRow, ...]
    last: tuple[Any, ...] | None


def parties_of(look: Snapshot, negotiation: str, pin: Pin) -> list[dict[str, str]]:
    """Every party of the demands of a negotiation at the pin, as links, by name."""
    found = look.connection.execute(parties_statement(negotiation, pin))
    return [party_link(row.id, row.name) for row in found]


def party_link(identifier: str, name: str) -> dict[str, str]:
    """A party as columns of the matrix show it."""
    return {"id": identifier, "name": name, "href": f"/participants/{identifier}"}


def parties_statement(negotiation: str, pin: Pin) -> Select[Any]:
    """The ids and names of the parties, as columns of the matrix are ordered."""
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
    return (
        select(people.c.id, people.c.name)
        .where(people.c.id.in_(of_demands), at_pin(people, pin))
        .order_by(people.c.name, people.c.id)
    )


def rows_of(look: Snapshot, pin: Pin, selection: Selection) -> StoredRows:
    """Some rows of the matrix, in one statement."""
    rows = look.connection.execute(rows_statement(pin, selection)).all()
    shown: Sequence[Any] = rows[: selection.limit]
    more = len(rows) > selection.limit
    return StoredRows(
        tuple(StoredRow(*(text.encode() for text in row[: len(STORED)])) for row in shown),
        tuple(shown[-1][len(STORED) :]) if more else None,
    )


def rows_statement(pin: Pin, selection: Selection) -> Paged:
    """What is stored of some rows, and the values that sort them; one row more than the limit."""
    table = table_of(DEMANDS)
    order = sort_columns(DEMANDS, selection.order)
    names = [*STORED, *(name for name, _ in order)]
    found = select(*(table.c[name] for name in names))
    return paged(found.where(*conditions(DEMANDS, pin, selection)), table, order, selection)
