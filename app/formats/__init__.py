"""The formats, in the order in which they are preferred."""

from app.formats.atom import Atom
from app.formats.base import Format
from app.formats.csv import Csv
from app.formats.geojson import GeoJSON
from app.formats.ics import ICalendar
from app.formats.json import Json
from app.formats.jsonfeed import JsonFeed
from app.formats.jsonld import JsonLd
from app.formats.ndjson import Ndjson
from app.formats.timelinejs import TimelineJS

FORMATS: tuple[Format, ...] = (
    Json(),
    Ndjson(),
    Csv(),
    JsonLd(),
    ICalendar(),
    Atom(),
    JsonFeed(),
    GeoJSON(),
    TimelineJS(),
)

BY_NAME = {form.name: form for form in FORMATS}


def serving(traits: frozenset[str]) -> tuple[Format, ...]:
    """The formats for a list whose entries have these traits."""
    return tuple(form for form in FORMATS if form.needs <= traits)


__all__ = ["BY_NAME", "FORMATS", "serving"]
