"""From a typed query to what the store is asked, with every moving part of it settled."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from app.errors import Fault, InvalidParameter
from app.resources.dates import TODAY, parse_day
from app.resources.queries import RevisionQuery, WordsQuery
from app.resources.resource import Listing
from app.resources.wording import Words, words_in
from app.store.selection import Selection

BEFORE_ALL_RECORDS = datetime(1970, 1, 1, tzinfo=UTC)
# Parameters that name a day; ``today`` is settled before anything else.
DAYS = ("known_at", "at", "from", "until")


@dataclass(frozen=True, slots=True)
class Question:
    """A query with ``today`` settled: its parameters as they are linked to, and its days.

    ``moves`` says that the same query asks for something else tomorrow.
    """

    parameters: Mapping[str, Any]
    days: Mapping[str, date | None]
    as_of: int | datetime | None
    changed_since: int | datetime | None
    moves: bool

    def canonical(self, path: str) -> str:
        """The query as one text, whatever the order in which it was asked, without what may
        change on the way through its pages.
        """
        kept = {name: value for name, value in self.parameters.items() if name not in PAGING}
        return f"{path}?{urlencode(sorted(kept.items()), doseq=True)}"

    def is_settled(self, newest: bool) -> bool:
        """Whether the answer stays the same for good; ``newest`` says that its revision is."""
        # A change that is being written may still get an instant before the one asked for.
        point = isinstance(self.as_of, int) or not newest
        return not self.moves and (point or "cursor" in self.parameters)

    def newest_first(self, query: type[BaseModel]) -> "Question":
        """The same question, with the usual order turned round where none was asked for. A cursor
        without an order is from a walk in the usual one.
        """
        settled = {"sort", "cursor"} & set(self.parameters)
        if settled or "sort" not in query.model_fields:
            return self
        usual = query.model_fields["sort"].default
        return replace(self, parameters={**self.parameters, "sort": f"-{usual}"})

    def self(self, base: str) -> str:
        """The address of this very answer."""
        asked = urlencode(self.parameters, doseq=True)
        return f"{base}?{asked}" if asked else base

    def link(self, base: str, cursor: str) -> str:
        """The address of the page behind a cursor."""
        return f"{base}?{urlencode({**self.parameters, 'cursor': cursor}, doseq=True)}"

    def alternate(self, base: str, form: str) -> str:
        """The address of the same answer in another format."""
        return f"{base}?{urlencode({**self.parameters, 'format': form}, doseq=True)}"


PAGING = frozenset({"cursor", "limit", "format"})


def settle(query: RevisionQuery, now: datetime) -> Question:
    """Settle the days and the instant of a query. Raises InvalidParameter."""
    today = now.astimezone(UTC).date()
    asked = query.model_dump(mode="json", by_alias=True, exclude_unset=True)
    asked |= {name: str(value).lower() for name, value in asked.items() if isinstance(value, bool)}
    days = {name: parse_day(asked[name], today) if asked.get(name) else None for name in DAYS}
    _check_order(days)
    settled = {name: day.isoformat() for name, day in days.items() if day}
    moves = any(asked.get(name) == TODAY for name in DAYS)
    as_of = point("as_of", query.as_of, now)
    changed_since = point("changed_since", getattr(query, "changed_since", None), now)
    return Question(asked | settled, days, as_of, changed_since, moves)


def _check_order(days: Mapping[str, date | None]) -> None:
    first, last = days["from"], days["until"]
    if first and last and last < first:
        fault = Fault("must not be before 'from'", "until")
        raise InvalidParameter("A query parameter is wrong.", (fault,))


def point(name: str, text: str | None, now: datetime) -> int | datetime | None:
    """A revision number or an instant, from the parameter of that name. Raises InvalidParameter."""
    if text is None or re.fullmatch("[0-9]+", text):
        return int(text) if text else None
    try:
        moment = _instant(text.upper())
    except ValueError:
        fault = Fault("must be a real instant, like 2022-01-12T09:30:00Z", name)
        raise InvalidParameter("A query parameter is wrong.", (fault,)) from None
    if moment > now:
        # What this service will say then is not settled yet.
        fault = Fault("must not lie in the future", name)
        raise InvalidParameter("A query parameter is wrong.", (fault,))
    # At the edge of the calendar there are instants that have no day in UTC.
    return max(moment, BEFORE_ALL_RECORDS)


def _instant(text: str) -> datetime:
    # Newer Pythons read 24:00 as the next day; none looks at the minutes of an offset.
    if "T24" in text or re.search(":[6-9][0-9]$", text):
        raise ValueError("there is no such time or offset")
    return datetime.fromisoformat(text)


def select(listing: Listing, query: WordsQuery, question: Question) -> Selection:
    """What the store is asked for one page."""
    filters = {name: _values(getattr(query, name, [])) for name in listing.filters}
    order: str = question.parameters.get("sort", getattr(query, "sort", "on"))
    return Selection(
        order=order,
        limit=query.limit,
        ids=tuple(getattr(query, "id", ())),
        filters={name: values for name, values in filters.items() if values},
        words=read_words(query.q) if query.q else None,
        first=question.days["from"],
        last=question.days["until"],
        at=question.days["at"],
    )


def read_words(text: str) -> Words:
    """The words that are searched for. Raises InvalidParameter where there is none in the text, or
    where there are too many.
    """
    try:
        found = words_in(text)
    except ValueError as error:
        raise InvalidParameter("A query parameter is wrong.", (Fault(str(error), "q"),)) from None
    if not found:
        fault = Fault("must have a letter or a digit", "q")
        raise InvalidParameter("A query parameter is wrong.", (fault,))
    return found


def _values(values: list[Any]) -> tuple[str, ...]:
    return tuple(value.value if isinstance(value, StrEnum) else value for value in values)
