"""Finding gaps: the rows of a negotiation that leave something open, one statement for each kind.

Each kind is read in the order of the records of the negotiation, whatever the pin: the index of
the spine leads to them, so nothing that belongs to other negotiations is looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic_core import from_json
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    RowMapping,
    Select,
    and_,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from app.resources import BY_NOUN
from app.resources.answers import DemandStatus
from app.resources.gaps import UNVERIFIED, GapKind, Lead
from app.resources.meetings import AHEAD
from app.store.pins import Pin, at_pin
from app.store.selection import table_of
from app.store.tables import MOMENT, QUOTE, VERSION

CLAIM, DEMAND, MEETING = (table_of(BY_NOUN[noun]) for noun in ("claim", "demand", "meeting"))
# Of a demand that was taken back or replaced, nobody waits for an answer.
ENDED = (DemandStatus.withdrawn.value, DemandStatus.superseded.value)
RECORD = (VERSION.c.noun, VERSION.c.id)


@dataclass(frozen=True, slots=True)
class Asked:
    """Where gaps are looked for: in which negotiation, at which pin, judged by which day."""

    negotiation: str
    pin: Pin
    at: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended within a kind: the record, and the party or the quote in it, if any."""

    noun: str
    id: str
    inner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where the gaps of a kind are: rows joined to the spine, of a noun or of all of them.

    ``several`` are the columns that tell apart what is open in one and the same record, in order;
    ``parties`` says that a row stands for several gaps itself. ``number`` counts the gaps.
    """

    joined: FromClause
    document: ColumnElement[str]
    open: Sequence[ColumnElement[bool]]
    noun: str | None
    columns: Sequence[ColumnElement[Any]] = ()
    several: Sequence[ColumnElement[str]] = ()
    parties: bool = False
    number: ColumnElement[int] = field(default_factory=func.count)


def leads(
    connection: Connection, kind: GapKind, asked: Asked, after: Place | None, limit: int
) -> list[Lead]:
    """The rows that leave something of a kind open, in order: at most so many, in one statement.

    Where a row stands for several gaps, the first one is that of the place itself.
    """
    rows = connection.execute(statement(kind, asked, after, limit)).mappings()
    return [_lead(row) for row in rows]


def _lead(row: RowMapping) -> Lead:
    cells = [from_json(line) for line in row.get("position_cells", "").split("\n") if line]
    document = from_json(row["document"])
    return Lead(row["noun"], row["id"], document, cells, row.get("latest"), row.get("at"))


def statement(kind: GapKind, asked: Asked, after: Place | None, limit: int) -> Select[Any]:
    """The rows of a kind: the record, the document, and what else tells of the gap."""
    search = search_of(kind, asked)
    order = [*RECORD, *search.several]
    found = select(*RECORD, search.document.label("document"), *search.columns)
    found = found.select_from(search.joined).where(*_conditions(search, asked))
    if after is not None:
        found = found.where(_beyond(search, after))
    return found.order_by(*order).limit(limit)


def counts(connection: Connection, kinds: Sequence[GapKind], asked: Asked) -> dict[GapKind, int]:
    """How many gaps there are of each of some kinds, in one statement."""
    rows = connection.execute(counting(kinds, asked))
    return {GapKind(row.kind): row.number for row in rows}


def counting(kinds: Sequence[GapKind], asked: Asked) -> Any:
    """A row for each kind, with the number of its gaps."""
    found = []
    for kind in kinds:
        search = search_of(kind, asked)
        columns = (literal(kind.value).label("kind"), search.number.label("number"))
        found.append(select(*columns).select_from(search.joined).where(*_conditions(search, asked)))
    return union_all(*found)


def search_of(kind: GapKind, asked: Asked) -> Search:
    """Where the gaps of a kind are."""
    if kind is GapKind.overdue:
        return _overdue(asked)
    return SEARCHES[kind]


def _conditions(search: Search, asked: Asked) -> list[ColumnElement[bool]]:
    mine = [VERSION.c.negotiation == asked.negotiation, at_pin(VERSION, asked.pin)]
    if search.noun is not None:
        mine.append(VERSION.c.noun == search.noun)
    return [*mine, *search.open]


def _beyond(search: Search, after: Place) -> ColumnElement[bool]:
    if search.parties:
        return VERSION.c.id >= after.id
    if search.several:
        here = (after.noun, after.id, after.inner)
        return tuple_(*RECORD, *search.several) > tuple_(*(literal(value) for value in here))
    return VERSION.c.id > after.id


def _overdue(asked: Asked) -> Search:
    at = literal(asked.at, Date()) if asked.at else _horizon(asked)
    return Search(
        joined=VERSION.join(MEETING, MEETING.c.key == VERSION.c.key),
        document=MEETING.c.document,
        columns=(MEETING.c.latest, at.label("at")),
        open=(
            MEETING.c.status.in_([status.value for status in AHEAD]),
            MEETING.c.undated.is_(False),
            MEETING.c.latest < at,
        ),
        noun="meeting",
    )


def _horizon(asked: Asked) -> ColumnElement[date | None]:
    """The newest day on which a notice of the negotiation became known, at the pin."""
    spine, followed = VERSION.alias("followed"), MEETING.alias("following")
    newest = (
        select(func.max(followed.c.followed_until))
        .select_from(spine.join(followed, followed.c.key == spine.c.key))
        .where(
            spine.c.negotiation == asked.negotiation,
            spine.c.noun == "meeting",
            at_pin(spine, asked.pin),
        )
    )
    return newest.scalar_subquery()


def _of_claims(voices: int) -> Search:
    """Claims that so many independent sources support, with the entry that knows their title."""
    same = and_(MOMENT.c.key == VERSION.c.key, MOMENT.c.position == 0)
    return Search(
        joined=VERSION.join(CLAIM, CLAIM.c.key == VERSION.c.key).join(MOMENT, same),
        document=MOMENT.c.document,
        open=(CLAIM.c.origins == voices,),
        noun="claim",
    )


SEARCHES: Mapping[GapKind, Search] = {
    GapKind.unanswered: Search(
        joined=VERSION.join(DEMAND, DEMAND.c.key == VERSION.c.key),
        document=DEMAND.c.position_head,
        columns=(DEMAND.c.position_cells,),
        open=(DEMAND.c.unanswered > 0, DEMAND.c.status.not_in(ENDED)),
        noun="demand",
        parties=True,
        number=func.coalesce(func.sum(DEMAND.c.unanswered), 0),
    ),
    GapKind.single_source: _of_claims(1),
    GapKind.unsupported: _of_claims(0),
    GapKind.unverified: Search(
        joined=VERSION.join(QUOTE, QUOTE.c.key == VERSION.c.key),
        document=QUOTE.c.document,
        open=(QUOTE.c.verification.in_(list(UNVERIFIED)),),
        noun=None,
        several=(QUOTE.c.id,),
    ),
}
