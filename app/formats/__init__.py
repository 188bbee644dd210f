"""The formats, in the order in which they are preferred."""

from app.formats.base import Format
from app.formats.csv import Csv
from app.formats.json import Json
from app.formats.ndjson import Ndjson

FORMATS: tuple[Format, ...] = (
    Json(),
    Ndjson(),
    Csv(),
)

BY_NAME = {form.name: form for form in FORMATS}


def serving(traits: frozenset[str]) -> tuple[Format, ...]:
    """The formats for a list whose entries have these traits."""
    return tuple(form for form in FORMATS if form.needs <= traits)


__all__ = ["BY_NAME", "FORMATS", "serving"]
