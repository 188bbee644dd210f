"""The negotiation that a volume documents: its title, its parties, and from when until when."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.importers.frus.attending import Attended
from app.importers.frus.context import Context
from app.importers.frus.documents import Document
from app.importers.frus.states import State
from app.resources.dates import parse_edtf
from app.resources.evidence import Evidence, Inferred
from app.resources.negotiations import (
    NegotiationContent,
    NegotiationKind,
    NegotiationState,
    PartyContent,
    PartyRole,
)

_TWO: Final = 2
_SUMMARY: Final = "The documents of {}."
_COUNTED: Final = "The states whose delegations the lists of participants name are counted: {}."
_CONCLUDED: Final = "The volume looks back; it does not say in so many words how it ended."
_STARTED: Final = "The day of the earliest document that has a date of its own."
_ENDED: Final = "The day of the latest document that has a date of its own."
_PARTY: Final = "Lists of participants name its delegation; none says in what role it was there."


@dataclass(slots=True)
class Party:
    """A state with a delegation, and the heading that names it first."""

    state: State
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Edge:
    """A day, and the dateline that names it."""

    day: date
    evidence: list[Evidence]


@dataclass(slots=True)
class Bearings:
    """What the documents show of the negotiation, gathered while they pass."""

    parties: dict[str, Party] = field(default_factory=dict)
    first: Edge | None = None
    last: Edge | None = None

    def take(self, document: Document, found: Attended | None, context: Context) -> None:
        """Note the dates of a document and the delegations that it names."""
        days = document.when.days()
        if days and not document.when.inferred:
            when = parse_edtf(days)
            quotes = context.quoted(document).of(document.dateline_span)
            if when.earliest and (self.first is None or when.earliest < self.first.day):
                self.first = Edge(when.earliest, quotes)
            if when.latest and (self.last is None or when.latest > self.last.day):
                self.last = Edge(when.latest, quotes)
        for identifier, state in (found.states if found else {}).items():
            if found and identifier not in self.parties:
                quotes = context.quoted(document).of(found.headings[identifier])
                self.parties[identifier] = Party(state, quotes)


def negotiation_of(bearings: Bearings, context: Context) -> NegotiationContent:
    """The negotiation. What the volume does not say of it is inferred, with a note."""
    volume = context.volume
    many = len(bearings.parties) > _TWO
    inferred = [
        Inferred(field="kind", note=_COUNTED.format(len(bearings.parties))),
        Inferred(field="state", note=_CONCLUDED),
    ]
    first, last = bearings.first, bearings.last
    if first:
        inferred.append(Inferred(field="starts", note=_STARTED))
    if last:
        inferred.append(Inferred(field="ends", note=_ENDED))
    return NegotiationContent(
        id=context.negotiation,
        title=context.fitting(volume.title, context.negotiation),
        summary=_SUMMARY.format(volume.complete),
        kind=NegotiationKind.multilateral if many else NegotiationKind.bilateral,
        state=NegotiationState.concluded,
        starts=first.day.isoformat() if first else None,
        ends=last.day.isoformat() if last else None,
        parties=[_party(bearings.parties[one]) for one in sorted(bearings.parties)],
        evidence=_shown(first, last),
        inferred=inferred,
    )


def _shown(first: Edge | None, last: Edge | None) -> list[Evidence]:
    quotes = [quote for edge in (first, last) if edge for quote in edge.evidence]
    return [quote for place, quote in enumerate(quotes) if quote not in quotes[:place]]


def _party(party: Party) -> PartyContent:
    return PartyContent(
        id=party.state.id,
        participant=party.state.id,
        role=PartyRole.principal,
        evidence=party.evidence,
        inferred=[Inferred(field="role", note=_PARTY)],
    )
