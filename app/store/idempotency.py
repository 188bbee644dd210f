"""Requests that are sent again: what was answered the first time, kept with what was changed.

The answer is stored in the transaction of the change. So there is either both or neither: where the
process dies before the commit, the request is new when it comes again; where it dies between
the commit and the answer, the same bytes are sent again. Writers take turns, so of equal
requests that come at once one makes the change, and the others wait for it and repeat its
answer: nobody ever finds a request that is still being answered. What fails is not kept, for it
changed nothing, and is judged anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, delete, insert, select

from app.errors import IdempotencyMismatch
from app.store.pins import instant
from app.store.tables import IDEMPOTENCY

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that its sender named, so that it can be sent again.

    ``key`` is the name, ``fingerprint`` stands for what was asked besides method and path. A name
    belongs to the token, the method and the path that it was used with.
    """

    key: str
    token_id: str
    method: str
    path: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, before any layer of the service adds to it.

    ``revision`` is the one that was written; None where nothing had to change.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    revision: int | None = None


def once(
    connection: Connection, attempt: Attempt | None, now: datetime, act: Callable[[], Outcome]
) -> Outcome:
    """What ``act`` answers, or what it answered before. Use it inside ``Database.write``.

    Without an attempt it just acts. What ``act`` raises goes through, and the transaction of the
    caller takes everything back. Raises IdempotencyMismatch where the name stands for something
    else.
    """
    if attempt is None:
        return act()
    before = _recorded(connection, attempt)
    if before is not None:
        return before
    outcome = act()
    _purge(connection, now)
    _record(connection, attempt, outcome, now)
    return outcome


def _recorded(connection: Connection, attempt: Attempt) -> Outcome | None:
    key = _key(attempt)
    own = [IDEMPOTENCY.c[name] == value for name, value in key.items()]
    row = connection.execute(select(IDEMPOTENCY).where(*own)).one_or_none()
    if row is None:
        return None
    if row.fingerprint != attempt.fingerprint:
        raise IdempotencyMismatch("The Idempotency-Key was used for another request.")
    headers = tuple((name, value) for name, value in from_json(row.headers))
    return Outcome(row.status, headers, bytes(row.body), row.revision)


def _record(connection: Connection, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    told = {
        "fingerprint": attempt.fingerprint,
        "status": outcome.status,
        "headers": to_json(outcome.headers).decode(),
        "body": outcome.body,
        "revision": outcome.revision,
        "created_at": instant(now),
    }
    connection.execute(insert(IDEMPOTENCY), _key(attempt) | told)


def _purge(connection: Connection, now: datetime) -> None:
    """Forget what is older than it is kept."""
    connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.created_at < instant(now - KEPT)))


def _key(attempt: Attempt) -> dict[str, str]:
    return {
        "key": sha256(attempt.key.encode()).hexdigest(),
        "token_id": attempt.token_id,
        "method": attempt.method,
        "path": attempt.path,
    }
