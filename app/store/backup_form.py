"""The form of a backup: gzipped lines of JSON, the same from either database and for either.

The first line is the head: the schema, the release, the newest revision, and each table with its
columns and the number of its rows. Then come the tables in that order. Each row is a line, a list
of the values of its columns; the line after the last of them has the table's name, the number of
its rows, and the SHA-256 of their bytes. The last line says that nothing is missing.

Days and instants are written as in RFC 3339, bytes in base64. The words of the full-text indexes
are not in it: they are made anew from the documents.
"""

import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from app.errors import InvalidRequest
from app.store import tables

FORMAT: Final = 1
END: Final = b'{"end":"parley backup"}\n'

DECODED: Final[Mapping[type, Callable[[Any], Any]]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    bytes: urlsafe_b64decode,
}


@dataclass(frozen=True, slots=True)
class Counted:
    """A table in a backup: its columns in the order of the values, and the number of its rows."""

    name: str
    columns: list[str]
    rows: int


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says of itself. ``made_at`` is an RFC 3339 instant in UTC."""

    parley_backup: int
    schema: str
    release: str
    made_at: str
    revision: int
    tables: list[Counted]


@dataclass(slots=True)
class Sum:
    """The number and the SHA-256 of the rows of one table, line by line."""

    table: str
    rows: int = 0
    digest: Any = field(default_factory=sha256)

    def add(self, line: bytes) -> None:
        """Count one row."""
        self.rows += 1
        self.digest.update(line)

    def line(self) -> bytes:
        """The line that ends a table."""
        told = {"table": self.table, "rows": self.rows, "sha256": self.digest.hexdigest()}
        return to_json(told) + b"\n"


def stored_tables() -> list[Table]:
    """Every table of the store, those first that others refer to."""
    assert tables.VERSION in SQLModel.metadata.sorted_tables  # noqa: S101  (all are declared)
    return list(SQLModel.metadata.sorted_tables)


def head_line(head: Head) -> bytes:
    """The first line."""
    return to_json(asdict(head)) + b"\n"


def row_line(row: Sequence[Any]) -> bytes:
    """One row of a table."""
    return to_json(list(row), bytes_mode="base64") + b"\n"


def read_head(file: Iterable[bytes]) -> Head:
    """The first line of a backup. Raises InvalidRequest where the file is none."""
    line = next(lines(file), b"")
    try:
        head = TypeAdapter(Head).validate_json(line, extra="forbid")
    except ValidationError:
        raise InvalidRequest("The file is not a backup of Parley.") from None
    if head.parley_backup != FORMAT:
        raise InvalidRequest(
            f"The backup has the form {head.parley_backup}; this version of Parley reads {FORMAT}."
        )
    return head


def lines(file: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a backup. Raises InvalidRequest where it is cut off or damaged."""
    try:
        yield from file
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise InvalidRequest(f"The backup is damaged or cut off: {error}") from None


def decoders(columns: Sequence[Column[Any]]) -> list[Callable[[Any], Any] | None]:
    """For each column what makes a value of what JSON has; None where it is the same."""
    return [DECODED.get(column.type.python_type) for column in columns]


def values_of(line: bytes, makers: Sequence[Callable[[Any], Any] | None]) -> list[Any]:
    """The values of a row. Raises ValueError where the line is none."""
    found = from_json(line)
    return [
        value if make is None or value is None else make(value)
        for value, make in zip(found, makers, strict=True)
    ]
