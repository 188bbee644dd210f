"""The tables that hold the history of all nouns, and who may write it and did."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, Table, Text, text
from sqlmodel import Field, SQLModel

from app.resources.changes import ChangeKind
from app.resources.quotes import Quote, Speaker
from app.resources.rows import Exact, Whole, words
from app.resources.timeline import Involved, Moment


class Revision(SQLModel, table=True):
    """One change of the record: all of it or nothing, under a number that only grows."""

    number: int = Field(primary_key=True, sa_type=Whole)
    # RFC 3339 in UTC with microseconds, so that text order is time order on both databases.
    recorded_at: str = Field(sa_type=Exact, index=True)
    editor: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)


class Identity(SQLModel, table=True):
    """An id that was given out. It is never given to anything else, whatever becomes of it.

    ``label`` and ``known_from`` are what other records show of it now: its face. Of a source it
    also says what that reprints (``origin``), and its publisher.
    """

    noun: str = Field(primary_key=True, sa_type=Exact)
    id: str = Field(primary_key=True, sa_type=Exact)
    label: str = Field(sa_type=Text)
    known_from: date
    merged_into: str | None = Field(default=None, sa_type=Exact)
    origin: str | None = Field(default=None, sa_type=Text)
    publisher: str | None = Field(default=None, sa_type=Text)


# The two axes of time on which a row holds.
STRETCH = ("recorded_from", "recorded_until", "known_from", "known_until")


class Version(SQLModel, table=True):
    """The spine of every noun's rows: which record, in which version, from when until when.

    A version has more than one row where it read differently on different knowledge days, or where
    a record that it links to changed its label. ``content`` holds the facts as they were written.
    """

    __table_args__ = (
        ForeignKeyConstraint(["noun", "id"], ["identity.noun", "identity.id"]),
        Index("ix_version_record", "noun", "id", "recorded_from"),
        # All that is needed to know which rows of a negotiation hold at a pin, whichever it is.
        Index("ix_version_negotiation", "negotiation", "noun", "id", *STRETCH, "key"),
    )

    key: int = Field(primary_key=True, sa_type=Whole)
    noun: str = Field(sa_type=Exact)
    id: str = Field(sa_type=Exact)
    number: int = Field(sa_type=Whole)
    revision: int = Field(foreign_key="revision.number", sa_type=Whole)
    recorded_from: int = Field(foreign_key="revision.number", sa_type=Whole)
    recorded_until: int | None = Field(default=None, foreign_key="revision.number", sa_type=Whole)
    known_from: date | None = None
    known_until: date | None = None
    content: str = Field(sa_type=Text)
    # What a search goes by, beside the words: the same as in the row of the noun.
    negotiation: str | None = Field(default=None, sa_type=Exact)
    undated: bool | None = None
    earliest: date | None = None
    latest: date | None = None


class Link(SQLModel, table=True):
    """That a record names another one, and in which role."""

    __table_args__ = (
        ForeignKeyConstraint(["noun", "id"], ["identity.noun", "identity.id"]),
        Index("ix_link_target", "noun", "id", "role", "key"),
    )

    key: int = Field(primary_key=True, foreign_key="version.key", sa_type=Whole)
    role: str = Field(primary_key=True, sa_type=Exact)
    noun: str = Field(primary_key=True, sa_type=Exact)
    id: str = Field(primary_key=True, sa_type=Exact)


class Change(SQLModel, table=True):
    """That a revision changed a record. ``version`` is the one it wrote, or took back."""

    __table_args__ = (ForeignKeyConstraint(["noun", "id"], ["identity.noun", "identity.id"]),)

    revision: int = Field(primary_key=True, foreign_key="revision.number", sa_type=Whole)
    noun: str = Field(primary_key=True, sa_type=Exact)
    id: str = Field(primary_key=True, sa_type=Exact)
    kind: str = words(ChangeKind)
    version: int = Field(sa_type=Whole)


class Secret(SQLModel, table=True):
    """A value that the service makes for itself once and all its workers share."""

    name: str = Field(primary_key=True, sa_type=Exact)
    value: str = Field(sa_type=Text)


class Token(SQLModel, table=True):
    """Who may edit: a token that was given out. The token itself is not kept, only its hash."""

    id: str = Field(primary_key=True, sa_type=Exact)
    label: str = Field(sa_type=Text)
    # SHA-256 of the whole token, in hexadecimal digits.
    hash: str = Field(sa_type=Exact)
    # Words in their order, with commas between them.
    scopes: str = Field(sa_type=Text)
    created_at: str = Field(sa_type=Exact)
    expires_at: str | None = Field(default=None, sa_type=Exact)
    revoked_at: str | None = Field(default=None, sa_type=Exact)


class Via(StrEnum):
    """The way by which a change came in."""

    http = "http"
    command_line = "command_line"
    # Of changes that are older than the audit.
    unrecorded = "unrecorded"


class Audit(SQLModel, table=True):
    """How a revision came about: one row for each. The database lets nobody change or delete it.

    ``token_id`` is null where none was needed. The counts are of records.
    """

    revision: int = Field(primary_key=True, foreign_key="revision.number", sa_type=Whole)
    via: str = words(Via)
    token_id: str | None = Field(default=None, foreign_key="token.id", sa_type=Exact)
    label: str = Field(sa_type=Text)
    method: str | None = Field(default=None, sa_type=Text)
    path: str | None = Field(default=None, sa_type=Text)
    request_id: str | None = Field(default=None, sa_type=Text)
    added: int = Field(sa_type=Whole)
    revised: int = Field(sa_type=Whole)
    retracted: int = Field(sa_type=Whole)
    redacted: int = Field(sa_type=Whole, sa_column_kwargs={"server_default": "0"})


class Idempotency(SQLModel, table=True):
    """The answer to a request that its sender named, for when it is sent again.

    ``key`` is the SHA-256 of the name; ``fingerprint`` that of what was asked; ``headers`` are
    pairs in JSON.
    """

    key: str = Field(primary_key=True, sa_type=Exact)
    token_id: str = Field(primary_key=True, foreign_key="token.id", sa_type=Exact)
    method: str = Field(primary_key=True, sa_type=Exact)
    path: str = Field(primary_key=True, sa_type=Exact)
    fingerprint: str = Field(sa_type=Exact)
    status: int
    headers: str = Field(sa_type=Text)
    body: bytes = Field(sa_type=LargeBinary)
    revision: int | None = Field(default=None, foreign_key="revision.number", sa_type=Whole)
    created_at: str = Field(sa_type=Exact, index=True)


class Redaction(SQLModel, table=True):
    """That words were removed for good, from every version up to this revision.

    So an answer of an earlier revision reads otherwise than it once did.
    """

    revision: int = Field(primary_key=True, foreign_key="revision.number", sa_type=Whole)
    noun: str = Field(sa_type=Exact)
    id: str = Field(sa_type=Exact)


class Tally(SQLModel, table=True):
    """How many records of a list have a value of a filter now, in one negotiation or over all.

    ``noun`` is that of the list. An empty ``negotiation`` stands for all of them; an empty
    ``facet``, which has an empty ``value``, for the records themselves.
    """

    # The most frequent first: what an answer shows is the beginning of it.
    __table_args__ = (
        Index("ix_tally_order", "noun", "negotiation", "facet", text("number DESC"), "value"),
    )

    noun: str = Field(primary_key=True, sa_type=Exact)
    negotiation: str = Field(primary_key=True, sa_type=Exact)
    facet: str = Field(primary_key=True, sa_type=Exact)
    value: str = Field(primary_key=True, sa_type=Exact)
    number: int = Field(sa_type=Whole)


class SourceText(SQLModel, table=True):
    """The text of a source that the operator holds, to check quotes against. It is not answered."""

    __tablename__ = "source_text"

    source: str = Field(primary_key=True, sa_type=Exact)
    # Of the bytes that the text was read from, in hexadecimal digits.
    sha256: str = Field(sa_type=Exact)
    text: str = Field(sa_type=Text)


def table_for(model: type[SQLModel]) -> Table:
    """The table that a model declares: SQLModel makes it, but does not say so in its types."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


# Statements are built on the tables: their columns are typed as columns, not as values.
REVISION = table_for(Revision)
IDENTITY = table_for(Identity)
VERSION = table_for(Version)
LINK = table_for(Link)
QUOTE = table_for(Quote)
SPEAKER = table_for(Speaker)
MOMENT = table_for(Moment)
INVOLVED = table_for(Involved)
CHANGE = table_for(Change)
SECRET = table_for(Secret)
TOKEN = table_for(Token)
AUDIT = table_for(Audit)
IDEMPOTENCY = table_for(Idempotency)
REDACTION = table_for(Redaction)
TALLY = table_for(Tally)
SOURCE_TEXT = table_for(SourceText)
