"""The reader of quick answers that fits a store."""

from app.store.engine import Database
from app.store.held_file import HeldReader
from app.store.looking import Reader


def held(database: Database, most: int) -> Reader:
    """A reader of this store, with at most so many connections to a server."""
    if database.is_sqlite:
        return HeldReader(database.url.database or "")
    from app.store.held_server import ServerReader  # who has a file needs no driver of a server

    return ServerReader(database, most)
