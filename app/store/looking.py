"""What quick answers ask of a store, whichever it is: looks at one revision, and their rows."""

from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

from sqlalchemy import Dialect

from app.store.prepared import Prepared, Values

Result = TypeVar("Result")


class Rows(Protocol):
    """What a statement found."""

    def __len__(self) -> int:
        """How many rows."""
        ...

    def __getitem__(self, place: int, /) -> tuple[Any, ...]:
        """A row: texts may be bytes, and days are texts in ISO form."""
        ...

    def documents(self, most: int) -> list[bytes]:
        """The first column of the first rows."""
        ...


class Look(Protocol):
    """The store as it is at one revision, which is its newest."""

    dialect: Dialect
    newest: int

    async def rows(self, prepared: Prepared, values: Values) -> Rows | None:
        """What a statement finds; None where it takes too long. Raises Moved, and Unavailable."""
        ...

    async def instants(self, revision: int) -> list[str]:
        """When a revision and the one before it were recorded, the newer one first."""
        ...

    async def redacted(self) -> int:
        """The newest revision that removed words for good. Raises Moved, and Unavailable."""
        ...

    def end(self) -> None:
        """Nothing more is asked."""
        ...


class Reader(Protocol):
    """Connections that are held for quick answers.

    ``waits`` says whether they keep those who ask waiting; else every call here returns at once.
    """

    waits: bool

    async def look(self) -> Look:
        """Begin to look. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Close what is open; it is opened again when it is needed."""
        ...


class Moved(Exception):
    """The store has another revision than when the look began: look again."""


def at_once(made: Coroutine[Any, Any, Result]) -> Result:
    """What is made by looks that keep nobody waiting. Raises RuntimeError if one does."""
    try:
        made.send(None)
    except StopIteration as done:
        found: Result = done.value
        return found
    raise RuntimeError("The reader has waited.")
