"""Changes: what each revision did to which records, read forward or back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    Select,
    exists,
    select,
    tuple_,
)

from app.resources.changes import ChangeKind, RecordedChange
from app.store.tables import CHANGE, LINK, REVISION, VERSION

# Where a page of changes ended: revision, noun and id.
Place = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are wanted: those of the revisions after ``since``, in one order."""

    since: int = 0
    nouns: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    negotiations: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """Some changes in order, and the place of the last where more follow."""

    items: tuple[RecordedChange, ...]
    last: Place | None


def changes(
    connection: Connection, wanted: Wanted, until: int, after: Place | None, limit: int
) -> Changes:
    """Changes up to a revision: one statement for what changed, one for the contents."""
    rows = connection.execute(_page(wanted, until, after, limit)).mappings().all()
    shown = rows[:limit]
    contents = _contents(connection, shown)
    last = shown[-1] if len(rows) > limit else None
    return Changes(
        tuple(_recorded(row, contents) for row in shown),
        (last["revision"], last["noun"], last["id"]) if last else None,
    )


def _page(wanted: Wanted, until: int, after: Place | None, limit: int) -> Select[Any]:
    place = (CHANGE.c.revision, CHANGE.c.noun, CHANGE.c.id)
    ordered = [column.desc() for column in place] if wanted.newest_first else list(place)
    # Cut to the page before anything is joined to it, so that only its rows are looked up.
    found = (
        select(CHANGE)
        .where(*_span(wanted, until, after), *_filters(wanted))
        .order_by(*ordered)
        .limit(limit + 1)
        .subquery()
    )
    same = [found.c.revision, found.c.noun, found.c.id]
    return (
        select(
            *found.c,
            *(REVISION.c.recorded_at, REVISION.c.editor, REVISION.c.reason),
            _written(found.c).label("after"),
            _replaced(found.c).label("before"),
        )
        .join(REVISION, REVISION.c.number == found.c.revision)
        .order_by(*(column.desc() if wanted.newest_first else column for column in same))
    )


def _span(wanted: Wanted, until: int, after: Place | None) -> list[ColumnElement[bool]]:
    """From where to where: one bound for each end, so that an index leads to both."""
    bounds = [CHANGE.c.revision > wanted.since, CHANGE.c.revision <= until]
    if after is None:
        return bounds
    place = tuple_(CHANGE.c.revision, CHANGE.c.noun, CHANGE.c.id)
    if wanted.newest_first:
        return [bounds[0], place < after]
    return [place > after, bounds[1]]


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.nouns:
        found.append(CHANGE.c.noun.in_(wanted.nouns))
    if wanted.kinds:
        found.append(CHANGE.c.kind.in_(wanted.kinds))
    if wanted.negotiations:
        found.append(_in_version(VERSION.c.negotiation.in_(wanted.negotiations)))
    if wanted.participants:
        found.append(_in_version(_names(wanted.participants)))
    return found


def _names(participants: Sequence[str]) -> ColumnElement[bool]:
    """Whether a version names one of the participants."""
    # Not one link by one: SQLite would go through all that names a participant for each change.
    named = select(LINK.c.key).where(LINK.c.noun == "participant", LINK.c.id.in_(participants))
    return VERSION.c.key.in_(named)


def _in_version(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """What holds of the version that a change wrote or took back."""
    return exists().where(
        VERSION.c.noun == CHANGE.c.noun,
        VERSION.c.id == CHANGE.c.id,
        VERSION.c.number == CHANGE.c.version,
        condition,
    )


def _written(change: Any) -> ScalarSelect[int]:
    """The key of the row that a revision wrote of a record, with all that is known."""
    return _row(change).where(VERSION.c.recorded_from == change.revision).scalar_subquery()


def _replaced(change: Any) -> ScalarSelect[int]:
    """The key of the row that stood there before a revision."""
    earlier = _row(change).where(VERSION.c.recorded_from < change.revision)
    return earlier.order_by(VERSION.c.recorded_from.desc()).limit(1).scalar_subquery()


def _row(change: Any) -> Select[int]:
    return select(VERSION.c.key).where(
        VERSION.c.noun == change.noun,
        VERSION.c.id == change.id,
        VERSION.c.known_until.is_(None),
    )


def _contents(connection: Connection, rows: Sequence[RowMapping]) -> Mapping[int, str]:
    keys = {row[name] for row in rows for name in _sides(row)}
    if not keys:
        return {}
    found = select(VERSION.c.key, VERSION.c.content).where(VERSION.c.key.in_(keys))
    return {row.key: row.content for row in connection.execute(found)}


def _sides(row: RowMapping) -> Iterable[str]:
    """The sides of a change at which there is a record. Of one that was retracted already a
    redaction shows neither.
    """
    if row["kind"] == ChangeKind.redacted and row["after"] is None:
        return
    if row["kind"] != ChangeKind.added:
        yield "before"
    if row["kind"] != ChangeKind.retracted:
        yield "after"


def _recorded(row: RowMapping, contents: Mapping[int, str]) -> RecordedChange:
    sides = {name: contents[row[name]] for name in _sides(row)}
    facts = {name: value for name, value in row.items() if name not in ("before", "after")}
    return RecordedChange(**facts, before=sides.get("before"), after=sides.get("after"))
