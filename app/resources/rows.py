"""The columns that every table of records has, and the types they share on both databases."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Enum, Index, Integer, Text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

# Constraint names must be the same everywhere, or migrations cannot name what they change.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite gives row numbers to INTEGER keys only; on PostgreSQL INTEGER has 32 bits.
Whole = BigInteger().with_variant(Integer, "sqlite")
# Ids and names sort by code point everywhere, or the two databases would page differently.
Exact = Text().with_variant(Text(collation="C"), "postgresql")


def words(enumeration: type[StrEnum], *, optional: bool = False) -> Any:
    """A column that holds one value of an enumeration, by value, checked by the database."""
    kind = Enum(
        enumeration,
        native_enum=False,
        create_constraint=True,
        name=enumeration.__name__.lower(),
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(default=None, nullable=True, sa_type=kind) if optional else Field(sa_type=kind)


# Behind the columns of an order: what tells whether a row is one of the pin, so that rows of other
# pins are passed over without being read.
SPAN = ("recorded_until", "known_until", "recorded_from", "known_from")


def indexes(table: str, columns: set[str]) -> tuple[Index, ...]:
    """The ways into a table of rows: by id, and at every pin in the order of their dates."""
    order = ("undated", "earliest", "latest", "id")
    found = [
        Index(f"ix_{table}_id", "id", "recorded_from"),
        Index(f"ix_{table}_order", *order, *SPAN),
    ]
    if "negotiation" in columns:
        found.append(Index(f"ix_{table}_negotiation", "negotiation", *order, *SPAN))
    if "name" in columns:
        found.append(Index(f"ix_{table}_name", "name", "id", *SPAN))
    return tuple(found)


class Row(SQLModel):
    """A stretch in which a record read the same: a rectangle of revisions and knowledge days.

    ``recorded_until`` is null while the row is what the service says now. ``known_until`` is
    null where the row holds all that is known. A null ``known_from`` means that on no day a
    reader surely had it. So both kinds of time travel are one comparison each.
    """

    key: int = Field(primary_key=True, foreign_key="version.key", sa_type=Whole)
    id: str = Field(sa_type=Exact)
    # The change that wrote the facts; a row can be newer, where only a label in it is.
    revision: int = Field(sa_type=Whole)
    recorded_from: int = Field(sa_type=Whole)
    recorded_until: int | None = Field(default=None, sa_type=Whole)
    known_from: date | None
    known_until: date | None = None
    undated: bool
    earliest: date
    latest: date
    document: str = Field(sa_type=Text)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """The indexes of the noun's own table."""
        return indexes(cls.__name__.lower(), set(cls.model_fields))


class PartRow(SQLModel):
    """A part of a record, in the stretch that ``key`` names."""

    key: int = Field(primary_key=True, foreign_key="version.key", sa_type=Whole)
    position: int = Field(primary_key=True)
    id: str = Field(sa_type=Exact)
    known_from: date | None
