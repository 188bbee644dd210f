"""The audit: by which way each revision came in, written with it and never changed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert

from app.resources.changes import ChangeKind
from app.store.tables import AUDIT, Via


@dataclass(frozen=True, slots=True)
class Origin:
    """The way by which a change comes in, with the token and the request that bring it.

    ``path`` is without the query, and ``request_id`` is the ``X-Request-Id`` of the answer.
    """

    via: Via
    token_id: str | None = None
    method: str | None = None
    path: str | None = None
    request_id: str | None = None


COMMAND_LINE = Origin(Via.command_line)


def record(
    connection: Connection, revision: int, label: str, origin: Origin, kinds: Iterable[str]
) -> None:
    """Write the row of a revision. ``kinds`` says of each record what was done to it."""
    counts = Counter(kinds)
    row = {"revision": revision, "label": label, **asdict(origin)}
    connection.execute(insert(AUDIT), row | {kind.value: counts[kind] for kind in ChangeKind})
