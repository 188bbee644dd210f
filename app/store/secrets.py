"""What the service made for itself when its store was created, and all its workers share."""

from sqlalchemy import select

from app.store.engine import Database
from app.store.tables import SECRET


def cursor_key(database: Database) -> str:
    """The key that seals cursors, made by the first migration."""
    with database.read() as connection:
        found = select(SECRET.c.value).where(SECRET.c.name == "cursor_key")
        key: str = connection.execute(found).scalar_one()
    return key
