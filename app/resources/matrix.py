"""The matrix of positions: every demand of a negotiation, with a cell for every party in it."""

from collections.abc import Mapping

from pydantic import Field
from pydantic_core import to_json

from app.resources.answers import DemandStatus
from app.resources.positions import (
    PositionOut,
    PositionRole,
    PositionRowOut,
    PositionStance,
    flat_cells,
)
from app.resources.queries import MOST_WORDS, Many, PageQuery
from app.resources.resource import Flat, Subject

POSITIONS = Subject(
    noun="position",
    title="Positions",
    out=PositionRowOut,
    flat=Flat(PositionOut, flat_cells),
)


class PositionQuery(PageQuery):
    """What a client may ask of the positions in a negotiation."""

    demand: Many = Field(default=[], description="Only these demands.")
    party: Many = Field(default=[], description="Only the cells of these parties.")
    issue: Many = Field(default=[], description="Only demands on this issue.")
    status: list[DemandStatus] = Field(
        default=[], max_length=MOST_WORDS, description="Only demands in this state."
    )


def blank_cell(party: Mapping[str, str]) -> bytes:
    """The cell of a party that has no part in a demand."""
    names = ("since", "known_from", "response", "text", "reported_by", "meeting")
    cell: dict[str, object] = {
        "party": party,
        "role": PositionRole.uninvolved.value,
        "stance": PositionStance.no_record.value,
        **dict.fromkeys(names),
        "conflict": False,
        "history": [],
        "evidence": [],
    }
    return to_json(cell)


def joined_row(head: bytes, cells: bytes, parties: bytes, columns: Mapping[bytes, bytes]) -> bytes:
    """A row as it is stored, with a cell for each column: its own, or else a blank one.

    ``columns`` has the blank cell of each party, in the order of the matrix.
    """
    own = dict(zip(parties.split(b"\n"), cells.split(b"\n"), strict=True))
    cells_by_party = {**columns, **own}
    if len(cells_by_party) == len(columns):  # nearly always; the order is that of the columns
        shown = b",".join(cells_by_party.values())
    else:
        shown = b",".join([own.get(party, blank) for party, blank in columns.items()])
    return b"".join((head[:-1], b',"cells":[', shown, b"]}"))
