"""What a check finds: where in the store, and what is wrong there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from app.resources.resource import Address
from app.store.telling import Tell


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``where`` names a record, a revision or a row of a table."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


# Reads one snapshot and gives what it finds as it goes.
Check = Callable[[Connection, Tell], Iterator[Finding]]


def of_record(address: Address, what: str, version: int | None = None) -> Finding:
    """What is wrong with a record, or with one version of it."""
    where = "/".join(address)
    return Finding(where if version is None else f"{where} version {version}", what)
