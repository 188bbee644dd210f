"""Queries made from what each noun declares: every filter with values that hit and that miss."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel

from app.resources.claims import ClaimQuery
from app.resources.demands import DemandQuery
from app.resources.meetings import MeetingQuery
from app.resources.negotiations import NegotiationQuery
from app.resources.participants import ParticipantQuery
from app.resources.queries import ListQuery
from app.resources.sources import SourceQuery

QUERIES: dict[str, type[ListQuery]] = {
    "negotiations": NegotiationQuery,
    "participants": ParticipantQuery,
    "sources": SourceQuery,
    "meetings": MeetingQuery,
    "claims": ClaimQuery,
    "demands": DemandQuery,
}
# Values that some record of the seed has, by filter; without one, an id that none has.
VALUES = {
    "negotiation": ["us-russia-security-talks-2022"],
    "participant": ["russia", "nato"],
    "claimant": ["wendy-sherman", "sergey-ryabkov"],
    "on_behalf_of": ["russia"],
    "about": ["ukraine"],
    "made_by": ["russia", "us-allies-and-partners"],
    "addressed_to": ["russia"],
    "reported_by": ["sergey-ryabkov"],
    "meeting": ["geneva-2022-01-10"],
    "about_meeting": ["vienna-2022-01-13"],
    "forum": ["nato-russia-council"],
    "issue": ["de-escalation", "security-guarantees"],
    "part_of": ["security-guarantees", "osce"],
    "source": ["promote-ukraine-geneva-talks"],
    "country": ["USA", "RUS"],
    "language": ["en", "EN"],
    "publisher": ["Promote Ukraine", "promote ukraine"],
}


def name_of(model: type[BaseModel], field: str) -> str:
    """The name of a field in URLs."""
    return model.model_fields[field].alias or field


def filters_of(model: type[ListQuery]) -> list[str]:
    """The parameters of a noun's query that choose among its records by what they hold."""
    common = {*ListQuery.model_fields, "from_", "until", "at", "sort"}
    return [name for name in model.model_fields if name not in common]


def sorts_of(model: type[ListQuery]) -> list[str]:
    """The orders that a query takes."""
    return list(get_args(model.model_fields["sort"].annotation))


def enumeration_of(hint: Any) -> type[StrEnum] | None:
    """The enumeration in a list of its values."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    return next((found for inner in get_args(hint) if (found := enumeration_of(inner))), None)


def values_of(model: type[ListQuery], name: str) -> Iterator[list[str]]:
    """Some choices for a filter: each value by itself, and two at once."""
    enumeration = enumeration_of(model.model_fields[name].annotation)
    values = [word.value for word in enumeration] if enumeration else VALUES.get(name, [])
    yield from ([value] for value in values)
    yield [*values[:2]] if len(values) > 1 else ["no-such-thing", *values]
