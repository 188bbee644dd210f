"""What the client takes (RFC 9110, section 12): which format, and which coding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.errors import Fault, InvalidParameter, NotAcceptable

GZIP = "gzip"


class Offer(Protocol):
    """A form that something is answered in."""

    @property
    def name(self) -> str:
        """What ``format`` calls it."""
        ...

    @property
    def media_type(self) -> str:
        """What ``Accept`` calls it."""
        ...


OfferT = TypeVar("OfferT", bound=Offer)


@dataclass(frozen=True, slots=True)
class Preference:
    """One entry of an Accept header: what is taken, and how gladly, from 0 (not at all) to 1."""

    value: str
    weight: float


def preferences(header: str) -> list[Preference]:
    """The entries of an Accept or Accept-Encoding header. What cannot be read weighs nothing."""
    found: list[Preference] = []
    for entry in header.split(","):
        value, *parameters = (part.strip().lower() for part in entry.split(";"))
        if value:
            found.append(Preference(value, _weight(parameters)))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, number = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(number)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0


def asked_format(offered: Sequence[OfferT], name: str | None, accept: str | None) -> OfferT:
    """The format named by ``format``, or else the best of ``Accept``.

    Raises InvalidParameter for a name that there is not, and NotAcceptable.
    """
    if name is None:
        return choose_format(offered, accept)
    for form in offered:
        if form.name == name:
            return form
    fault = Fault(f"must be one of: {', '.join(form.name for form in offered)}", "format")
    raise InvalidParameter("A query parameter is wrong.", (fault,))


def choose_format(offered: Sequence[OfferT], accept: str | None) -> OfferT:
    """The format that the client likes best; the first of those it likes equally.

    Raises NotAcceptable, which lists what there is.
    """
    if not accept or not accept.strip():
        return offered[0]
    wanted = preferences(accept)
    weights = [_weight_of(form.media_type, wanted) for form in offered]
    best = max(weights)
    if best == 0:
        there = ", ".join(f"{form.media_type} (format={form.name})" for form in offered)
        raise NotAcceptable(f"There is none of the media types asked for. There are: {there}.")
    return offered[weights.index(best)]


def _weight_of(media_type: str, wanted: Sequence[Preference]) -> float:
    """The weight of a media type by the most specific entry that matches it."""
    family = media_type.split("/")[0]
    for value in (media_type, f"{family}/*", "*/*"):
        weights = [entry.weight for entry in wanted if entry.value == value]
        if weights:
            return max(weights)
    return 0.0


def choose_coding(accept_encoding: str | None) -> str | None:
    """``gzip`` where the client takes it, and does not like the plain bytes better; else None."""
    if not accept_encoding:
        return None
    weights = {entry.value: entry.weight for entry in preferences(accept_encoding)}
    gzip = weights.get(GZIP, weights.get("x-gzip", weights.get("*", 0.0)))
    plain = weights.get("identity", 0.0)
    return GZIP if gzip > 0 and gzip >= plain else None
