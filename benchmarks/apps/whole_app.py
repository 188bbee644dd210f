"""The naive application with answers that hold what Parley's hold: names of what is linked to,
dates taken apart, quotes with all their fields, a citation. Its models check and write them.
"""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, HTTPException
from sqlalchemy import tuple_
from sqlmodel import Field, Session, SQLModel, select

from benchmarks.apps.naive_app import Claim, Opened

app = FastAPI()
Address = tuple[str, str]


class Label(SQLModel, table=True):
    """What a link is shown by."""

    noun: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    label: str


class Link(SQLModel):
    """A record that is linked to."""

    id: str
    title: str | None
    href: str


class When(SQLModel):
    """A date, and the first and the last day that it can be."""

    edtf: str
    earliest: str
    latest: str


class Quote(SQLModel):
    """Words of a source."""

    id: str
    source: Link
    exact: str
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None
    end: int | None = None
    language: str | None = None
    bearing: str = "supports"
    original: str | None = None
    translator: str | None = None
    verification: str = "unchecked"
    verified_on: str | None = None


class Whole(SQLModel):
    """A claim as Parley answers it."""

    id: str
    negotiation: Link
    claimant: Link
    addressed_to: list[Link]
    meeting: Link | None
    on: When | None
    text: str
    kind: str
    attribution: str
    reported_by: list[Link]
    about: list[Link]
    issue: str | None
    relations: list[dict[str, Any]]
    evidence: list[Quote]
    inferred: list[str] = []
    cite: str


@app.get("/claims", response_model=list[Whole])
def list_claims(session: Opened, negotiation: str | None = None, limit: int = 50) -> Any:
    """A page in the order of dates."""
    statement = select(Claim)
    if negotiation:
        statement = statement.where(Claim.negotiation == negotiation)
    claims = session.exec(statement.order_by(Claim.sort_key, Claim.id).limit(limit)).all()
    return _whole(session, claims)


@app.get("/claims/{identifier}", response_model=Whole)
def get_claim(session: Opened, identifier: str) -> Any:
    """One claim."""
    claim = session.get(Claim, identifier)
    if claim is None:
        raise HTTPException(404)
    return _whole(session, [claim])[0]


def _whole(session: Session, claims: Iterable[Claim]) -> list[Whole]:
    claims = list(claims)
    named = {address for claim in claims for address in _links(claim)}
    wanted = tuple_(Label.noun, Label.id).in_(named)
    labels = {(one.noun, one.id): one.label for one in session.exec(select(Label).where(wanted))}
    return [_answer(claim, labels) for claim in claims]


def _links(claim: Claim) -> Iterable[Address]:
    yield "negotiation", claim.negotiation
    for people in ([claim.claimant], claim.addressed_to, claim.about):
        yield from (("participant", one) for one in people)
    yield from (("source", one) for one in claim.reported_by)
    yield from (("source", one["source"]) for one in claim.evidence)
    if claim.meeting:
        yield "meeting", claim.meeting


def _answer(claim: Claim, labels: dict[Address, str]) -> Whole:
    def link(noun: str, identifier: str) -> Link:
        title, href = labels.get((noun, identifier)), f"/{noun}s/{identifier}"
        return Link(id=identifier, title=title, href=href)

    def quote(number: int, one: dict[str, Any]) -> Quote:
        return Quote(**{"id": f"e{number}"} | one | {"source": link("source", one["source"])})

    quotes = [quote(number, one) for number, one in enumerate(claim.evidence, 1)]
    return Whole(
        **claim.model_dump(include={"id", "text", "kind", "attribution", "issue", "relations"}),
        negotiation=link("negotiation", claim.negotiation),
        claimant=link("participant", claim.claimant),
        addressed_to=[link("participant", one) for one in claim.addressed_to],
        meeting=link("meeting", claim.meeting) if claim.meeting else None,
        on=_when(claim.edtf, claim.sort_key) if claim.edtf else None,
        reported_by=[link("source", one) for one in claim.reported_by],
        about=[link("participant", one) for one in claim.about],
        evidence=quotes,
        cite=f"{claim.text} (claim, version 1). /claims/{claim.id}",
    )


def _when(edtf: str, sort_key: str) -> When:
    earliest, latest = sort_key.split()
    return When(edtf=edtf, earliest=earliest, latest=latest)
