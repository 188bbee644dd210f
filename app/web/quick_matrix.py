"""Quick pages of the matrix of positions: its columns, and some of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.resources.matrix import blank_cell, joined_row
from app.store.looking import Look
from app.store.matrix import party_link
from app.store.prepared import Shape
from app.store.prepared_matrix import prepare_matrix


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Rows as JSON, the parties that are their columns, and the columns of the last row where more
    follow.
    """

    items: list[bytes]
    parties: list[dict[str, str]]
    last: Mapping[str, Any] | None


async def matrix_page(
    look: Look, shape: Shape, values: Mapping[str, Any], limit: int
) -> MatrixPage | None:
    """A page of the matrix; None where it takes too long. Raises Moved, and Unavailable."""
    columns, rows = prepare_matrix(shape, look.dialect)
    of_columns, of_rows = await look.rows(columns, values), await look.rows(rows, values)
    if of_columns is None or of_rows is None:
        return None
    parties = [_party(*of_columns[number]) for number in range(len(of_columns))]
    blank = {party["id"].encode(): _blank(party["id"], party["name"]) for party in parties}
    shown = [of_rows[number] for number in range(min(limit, len(of_rows)))]
    items = [joined_row(head, cells, own, blank) for head, cells, own, *_ in shown]
    more = len(of_rows) > limit
    last = dict(zip(rows.columns, shown[-1], strict=True)) if more else None
    return MatrixPage(items, parties, last)


def _party(identifier: bytes, name: bytes) -> dict[str, str]:
    return party_link(identifier.decode(), name.decode())


@lru_cache(maxsize=1_000)
def _blank(identifier: str, name: str) -> bytes:
    return blank_cell(party_link(identifier, name))
