"""Checks revisions: numbered without a gap, never back in time, each with its row in the audit."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from app.resources.changes import ChangeKind
from app.store.checks.finding import Finding
from app.store.tables import AUDIT, CHANGE, REVISION
from app.store.telling import Tell

KINDS = [kind.value for kind in ChangeKind]


def check_revisions(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Numbers from 1 on, and instants in their order."""
    number, instant = 0, ""
    rows = select(REVISION.c.number, REVISION.c.recorded_at).order_by(REVISION.c.number)
    for row in connection.execute(rows.execution_options(yield_per=1000)):
        if row.number != number + 1:
            missing = f"{number + 1}" + (f" to {row.number - 1}" if row.number > number + 2 else "")
            yield Finding(f"revision {missing}", "is missing")
        if row.recorded_at < instant:
            yield Finding(f"revision {row.number}", f"was recorded before revision {number}")
        number, instant = row.number, row.recorded_at
    tell("revisions", number, number)


def check_audit(connection: Connection, tell: Tell) -> Iterator[Finding]:
    """Each revision has one row in the audit, which counts what it changed."""
    kinds = [func.count().filter(CHANGE.c.kind == kind).label(kind) for kind in KINDS]
    counted = select(CHANGE.c.revision, *kinds).group_by(CHANGE.c.revision).subquery()
    told = [AUDIT.c[kind].label(f"audit_{kind}") for kind in KINDS]
    rows = (
        select(REVISION.c.number, AUDIT.c.revision, *told, *(counted.c[kind] for kind in KINDS))
        .outerjoin(AUDIT, AUDIT.c.revision == REVISION.c.number)
        .outerjoin(counted, counted.c.revision == REVISION.c.number)
        .order_by(REVISION.c.number)
    )
    for row in connection.execute(rows).mappings():
        where = f"revision {row['number']}"
        if row["revision"] is None:
            yield Finding(where, "has no row in the audit")
        elif any(row[f"audit_{kind}"] != (row[kind] or 0) for kind in KINDS):
            yield Finding(where, "its row in the audit counts other changes than it made")
