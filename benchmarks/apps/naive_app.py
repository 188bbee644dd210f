"""The peer FastAPI + SQLModel, as the tutorials of the two write it."""

import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import JSON, Column, func, text
from sqlmodel import Field, Session, SQLModel, create_engine, select


class Claim(SQLModel, table=True):
    """One row of the peers' table."""

    id: str = Field(primary_key=True)
    negotiation: str
    claimant: str
    addressed_to: list[str] = Field(sa_column=Column(JSON))
    meeting: str | None = None
    edtf: str | None = None
    sort_key: str
    text: str
    kind: str
    attribution: str
    reported_by: list[str] = Field(sa_column=Column(JSON))
    about: list[str] = Field(sa_column=Column(JSON))
    issue: str | None = None
    relations: list[dict[str, Any]] = Field(sa_column=Column(JSON))
    evidence: list[dict[str, Any]] = Field(sa_column=Column(JSON))


URL = os.environ["BENCH_DATABASE_URL"]
engine = create_engine(URL)
app = FastAPI()

WITH_WORD = """
SELECT claim.* FROM claim_words JOIN claim ON claim.rowid = claim_words.rowid
WHERE claim_words MATCH :word ORDER BY {} LIMIT :most
"""
RANKED = text(WITH_WORD.format("claim_words.rank"))
NEWEST = text(WITH_WORD.format("claim.sort_key DESC"))


def open_session() -> Iterator[Session]:
    """A session for one request."""
    with Session(engine) as session:
        yield session


Opened = Annotated[Session, Depends(open_session)]


@app.get("/claims", response_model=list[Claim])
def list_claims(
    session: Opened, negotiation: str | None = None, limit: int = 50, offset: int = 0
) -> Any:
    """A page in the order of dates."""
    statement = select(Claim)
    if negotiation:
        statement = statement.where(Claim.negotiation == negotiation)
    ordered = statement.order_by(Claim.sort_key, Claim.id)
    return session.exec(ordered.offset(offset).limit(limit)).all()


@app.get("/claims/{identifier}", response_model=Claim)
def get_claim(session: Opened, identifier: str) -> Any:
    """One claim."""
    claim = session.get(Claim, identifier)
    if claim is None:
        raise HTTPException(404)
    return claim


@app.get("/search", response_model=list[Claim])
def search_claims(session: Opened, q: str, newest: bool = False, limit: int = 20) -> Any:
    """The best or the newest claims with a word."""
    found = NEWEST if newest else RANKED
    statement = select(Claim).from_statement(found.bindparams(word=q, most=limit))
    return session.scalars(statement).all()


@app.get("/facets")
def count_kinds(session: Opened, negotiation: str | None = None) -> dict[str, int]:
    """How many claims of each kind there are."""
    statement = select(Claim.kind, func.count()).group_by(Claim.kind)
    if negotiation:
        statement = statement.where(Claim.negotiation == negotiation)
    return dict(session.exec(statement).all())


@app.get("/export", response_model=list[Claim])
def export_claims(session: Opened) -> Any:
    """All claims."""
    return session.exec(select(Claim).order_by(Claim.sort_key, Claim.id)).all()
