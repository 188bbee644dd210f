"""GeoJSON (RFC 7946): entries on a map."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from app.formats.base import Document
from app.formats.pieces import array_pieces
from app.resources.entries import DATED, PLACED, Entry, Place, Quoted


class GeoJSON:
    """A FeatureCollection with one Feature for each entry, also where there is only one.

    What has no coordinates stays in the list, with ``null`` for its geometry. Coordinates are
    longitude before latitude, with the decimals they were recorded with.
    """

    name = "geojson"
    media_type = "application/geo+json"
    streams = True
    needs = frozenset({DATED, PLACED})
    newest_first = False
    extension: str | None = "geojson"

    def render(self, document: Document) -> bytes:
        """The whole collection."""
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The opening, one piece for each chunk, and the closing."""
        site = document.about.public_url
        features = ([_feature(entry, site) for entry in document.entries(one)] for one in chunks)
        return array_pieces(b'{"type":"FeatureCollection","features":[', features, b"]}")


def _feature(entry: Entry, site: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": entry.id,
        "geometry": _geometry(entry.place),
        "properties": _properties(entry, site),
    }


def _geometry(place: Place | None) -> dict[str, Any] | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return {"type": "Point", "coordinates": [place.longitude, place.latitude]}


def _properties(entry: Entry, site: str) -> dict[str, Any]:
    place = entry.place
    return {
        "title": entry.title,
        "text": entry.text,
        "kind": entry.kind,
        "starts": entry.starts,
        "ends": entry.ends,
        "earliest": entry.earliest,
        "latest": entry.latest,
        "status": entry.status,
        "stands": entry.stands and entry.date_holds,
        "place": (place.words() or None) if place else None,
        "city": place.city if place else None,
        "country": place.country if place else None,
        "url": site + entry.path,
        "who": [one.label for one in entry.who],
        "reported_by": [one.label for one in entry.reported_by],
        "quotes": [_quote(one, site) for one in entry.quotes],
        "inferred": [asdict(one) for one in entry.inferred],
        "known_from": entry.known_from,
        "updated": entry.updated,
    }


def _quote(quote: Quoted, site: str) -> dict[str, str | None]:
    return {
        "exact": quote.exact,
        "language": quote.language,
        "source": quote.source.label,
        "url": site + quote.source.path,
        "bearing": quote.bearing,
    }
