"""Positions: where each party stands on a demand, as one row of the demand x party matrix.

A row is made from one demand and its own answers alone: what a party says of the whole is never
read as an answer to a part, nor the other way round.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field
from pydantic_core import to_json

from app.resources.answers import (
    DemandStatus,
    ResponseContent,
    Stance,
    Standing,
    standing_of,
)
from app.resources.base import Answer, NamedLink, Slug, TitledLink
from app.resources.dates import EdtfOut
from app.resources.entries import Rendered, shortened
from app.resources.evidence import EvidenceOut

Fields = dict[str, Any]
# The rendered answers of a demand, by their ids.
Told = dict[str | None, Rendered]


class PositionRole(StrEnum):
    """What part a party has in a demand. One that has several has the first of them."""

    made_by = "made_by"
    addressed_to = "addressed_to"
    other = "other"
    uninvolved = "uninvolved"


class PositionStance(StrEnum):
    """Where a party stands: one of the stances, or that it has no answer on record."""

    accepts = Stance.accepts.value
    accepts_in_part = Stance.accepts_in_part.value
    conditional = Stance.conditional.value
    counter_proposes = Stance.counter_proposes.value
    open_to_discuss = Stance.open_to_discuss.value
    defers = Stance.defers.value
    no_answer = Stance.no_answer.value
    rejects = Stance.rejects.value
    no_record = "no_record"


# A party that gave none of these answers has not answered on record.
UNANSWERED = (PositionStance.no_record, PositionStance.no_answer)


class PositionHistory(Answer):
    """One answer of a party. ``current`` answers hold now; they can contradict each other."""

    response: str
    stance: Stance
    on: EdtfOut | None
    text: str | None
    reported_by: NamedLink | None
    meeting: TitledLink | None
    known_from: date | None
    current: bool = Field(description="Whether it is the newest, or stands beside the newest.")
    evidence: list[EvidenceOut]


class StandOut(Answer):
    """Where one party stands on one demand."""

    party: NamedLink
    role: PositionRole
    stance: PositionStance
    since: EdtfOut | None = Field(
        description="When the first of the answers that were the same ever since was given; null "
        "where no day of it is on record."
    )
    known_from: date | None = Field(description="Of the answer that the stance rests on.")
    response: str | None = Field(description="The id of that answer.")
    text: str | None
    reported_by: NamedLink | None
    meeting: TitledLink | None
    conflict: bool = Field(description="Whether independent reports come to different outcomes.")


class PositionCell(StandOut):
    """Where one party stands on one demand, how it came to that, and the words that show it."""

    history: list[PositionHistory] = Field(description="All its answers, the oldest first.")
    evidence: list[EvidenceOut]


class PositionHead(Answer):
    """A demand as the matrix shows it."""

    demand: TitledLink
    status: DemandStatus
    issue: Slug | None
    part_of: TitledLink | None
    on: EdtfOut | None
    made_by: list[NamedLink]
    addressed_to: list[NamedLink]


class PositionRowOut(PositionHead):
    """One row of the matrix: a demand, with a cell for each party that has a part in it."""

    cells: list[PositionCell]


class PositionId(Answer):
    """What names a cell."""

    id: str = Field(description="The ids of the demand and of the party, with a dot between.")


class PositionOut(StandOut, PositionHead, PositionId):
    """One cell of the matrix on its own, for tables. Its history is in the matrix only."""

    evidence: list[EvidenceOut]


def row_of(responses: Sequence[ResponseContent], demand: Rendered) -> Fields:
    """The row of a rendered demand, from the answers that were rendered in it."""
    title = shortened(demand["text"])
    link = {"id": demand["id"], "title": title, "href": f"/demands/{demand['id']}"}
    names = ("status", "issue", "part_of", "on", "made_by", "addressed_to")
    head = {"demand": link} | {name: demand[name] for name in names}
    told = {one["id"]: one for one in demand["responses"]}
    cells = [
        _cell(party, role, standing_of(responses, party["id"]), told)
        for party, role in _parties(demand)
    ]
    return head | {"cells": cells}


def flat_cells(row: Rendered) -> Iterator[Fields]:
    """The cells of a row as documents of their own, in their order."""
    head = {name: value for name, value in row.items() if name != "cells"}
    for cell in row["cells"]:
        stand = {name: value for name, value in cell.items() if name != "history"}
        yield {"id": f"{row['demand']['id']}.{cell['party']['id']}"} | head | stand


def position_columns(responses: Sequence[ResponseContent], demand: Rendered) -> Fields:
    """The row as a table of demands stores it: its head, and its cells with a newline between.

    JSON has no newline of its own as it is written here, so the two can be told apart.
    """
    row = row_of(responses, demand)
    cells = row.pop("cells")
    asked = [cell for cell in cells if cell["party"] in row["addressed_to"]]
    return {
        "position_head": to_json(row).decode(),
        "position_cells": "\n".join(to_json(cell).decode() for cell in cells),
        "position_parties": "\n".join(cell["party"]["id"] for cell in cells),
        "unanswered": len([cell for cell in asked if cell["stance"] in UNANSWERED]),
    }


def _parties(demand: Rendered) -> Iterator[tuple[Rendered, PositionRole]]:
    """Each party once: those who made the demand, those it is put to, others who answered."""
    named = {
        PositionRole.made_by: demand["made_by"],
        PositionRole.addressed_to: demand["addressed_to"],
        PositionRole.other: [answer["by"] for answer in demand["responses"]],
    }
    met: set[str] = set()
    for role, parties in named.items():
        for party in parties:
            if party["id"] not in met:
                met.add(party["id"])
                yield party, role


def _cell(party: Rendered, role: PositionRole, standing: Standing | None, told: Told) -> Fields:
    head = {"party": party, "role": role.value}
    if standing is None:
        names = ("since", "known_from", "response", "text", "reported_by", "meeting")
        empty: Fields = {"conflict": False, "history": [], "evidence": []}
        return head | {"stance": PositionStance.no_record.value} | dict.fromkeys(names) | empty
    basis = [answer for answer in standing.current if answer.stance is standing.stance]
    shown = told[_foremost(basis).id]
    return head | {
        "stance": shown["stance"],
        "since": told[_first_of_run(standing).id]["on"],
        "known_from": shown["known_from"],
        "response": shown["id"],
        "text": shown["text"],
        "reported_by": shown["reported_by"],
        "meeting": shown["meeting"],
        "conflict": standing.conflict,
        "history": [_past(answer, standing, told) for answer in standing.answers],
        "evidence": [quote for answer in basis for quote in told[answer.id]["evidence"]],
    }


def _foremost(basis: list[ResponseContent]) -> ResponseContent:
    """Of answers that say the same: what the party says itself, else the newest report of it."""
    return max(enumerate(basis), key=lambda one: (one[1].reported_by is None, one[0]))[1]


def _first_of_run(standing: Standing) -> ResponseContent:
    """The first answer of the current run of one stance; silence does not break a run."""
    stance = standing.stance
    first = standing.current[-1]
    for answer in reversed(standing.answers):
        if answer.stance is stance:
            first = answer
        elif answer.stance is not Stance.no_answer:
            break
    return first


def _past(answer: ResponseContent, standing: Standing, told: Told) -> Fields:
    shown = told[answer.id]
    names = ("stance", "on", "text", "reported_by", "meeting", "known_from")
    return (
        {"response": shown["id"]}
        | {name: shown[name] for name in names}
        | {"current": any(answer is one for one in standing.current)}
        | {"evidence": shown["evidence"]}
    )
