"""Tokens in the store: given out, looked up by those who bear them, listed and taken back."""

from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest

from sqlalchemy import Connection, Row, insert, or_, select, update

from app.errors import RecordNotFound
from app.resources.tokens import Grant, Scope, hashed, id_of, make
from app.store.engine import Database
from app.store.pins import instant
from app.store.tables import TOKEN


def create(
    database: Database,
    label: str,
    scopes: Iterable[Scope],
    now: datetime,
    expires_at: datetime | None,
) -> str:
    """Give out a token. It is returned this once; the store keeps its hash."""
    token = make()
    row = {
        "id": id_of(token),
        "label": label,
        "hash": hashed(token),
        "scopes": ",".join(sorted(set(scopes))),
        "created_at": instant(now),
        "expires_at": instant(expires_at) if expires_at else None,
    }
    with database.write() as connection:
        connection.execute(insert(TOKEN), row)
    return token


def listed(database: Database) -> list[Grant]:
    """Every token that was ever given out, oldest first."""
    with database.read() as connection:
        found = select(TOKEN).order_by(TOKEN.c.created_at, TOKEN.c.id)
        return [_grant(row) for row in connection.execute(found)]


def revoke(database: Database, identifier: str, now: datetime) -> Grant:
    """Take a token back, from the next request on. One that was taken back keeps its instant.

    Raises RecordNotFound.
    """
    own = TOKEN.c.id == identifier
    with database.write() as connection:
        taken = update(TOKEN).where(own, TOKEN.c.revoked_at.is_(None))
        connection.execute(taken.values(revoked_at=instant(now)))
        row = connection.execute(select(TOKEN).where(own)).one_or_none()
    if row is None:
        raise RecordNotFound("There is no token with this id. 'parley token list' shows all.")
    return _grant(row)


def find(connection: Connection, token: str) -> Grant | None:
    """What a token was given out for, whatever its state; None where it was not given out."""
    identifier = id_of(token)
    if identifier is None:
        return None
    row = connection.execute(select(TOKEN).where(TOKEN.c.id == identifier)).one_or_none()
    if row is None or not compare_digest(row.hash, hashed(token)):
        return None
    return _grant(row)


def any_valid(connection: Connection, now: datetime) -> bool:
    """Whether there is a token that would be taken. Without one nobody can edit over HTTP."""
    lasting = or_(TOKEN.c.expires_at.is_(None), TOKEN.c.expires_at > instant(now))
    found = select(TOKEN.c.id).where(TOKEN.c.revoked_at.is_(None), lasting).limit(1)
    return connection.execute(found).first() is not None


def _grant(row: Row[tuple[object, ...]]) -> Grant:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return Grant(
        id=row.id,
        label=row.label,
        scopes=frozenset(Scope(word) for word in row.scopes.split(",")),
        created_at=datetime.fromisoformat(row.created_at),
        expires_at=moment(row.expires_at),
        revoked_at=moment(row.revoked_at),
    )
