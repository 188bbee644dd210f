"""Voices: whose words a report rests on, so that reprints count once and corrections replace."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.resources.evidence import Bearing, Evidence, SourcedPart, day_said
from app.resources.resource import Address, Face

# The first and the last day on which something can have been said.
Days = tuple[date, date]
# A report, and the days on which it was said.
Told = tuple[SourcedPart, Days]


def origin_of(source: str, faces: Mapping[Address, Face]) -> str:
    """The source in which the words of this one stood first: the root of its chain of reprints.

    Sources that reprint each other in a circle count as one, the first of their ids.
    """
    way = [source]
    while (face := faces.get(("source", way[-1]))) and face.origin:
        if face.origin in way:
            return min(way[way.index(face.origin) :])
        way.append(face.origin)
    return way[-1]


def supporting(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The quotes that support what they stand by."""
    return [quote for quote in evidence if quote.bearing is Bearing.supports]


def voices_of(evidence: Iterable[Evidence]) -> set[str]:
    """The different voices in some quotes: ten reprints of one wire story are one."""
    return {quote.voice for quote in evidence}


def stands(report: Told, later: Iterable[Told]) -> bool:
    """Whether a voice behind a report has not taken it back with one of the later reports.

    What only an inference shows has no voice that could take it back, so it stands.
    """
    part, said = report
    newer = list(later)
    quotes = supporting(part.evidence)
    return not quotes or not all(
        any(_takes_back(quote, said, other) for other in newer) for quote in quotes
    )


def _takes_back(quote: Evidence, said: Days, later: Told) -> bool:
    """Whether a later report rests on the same voice, or on a later word of its publisher."""
    part, (first, _) = later
    return any(
        other.voice == quote.voice
        or (
            quote.publisher is not None
            and other.publisher == quote.publisher
            and (said[1] < first or day_said(quote.known_from) < day_said(other.known_from))
        )
        for other in supporting(part.evidence)
    )
