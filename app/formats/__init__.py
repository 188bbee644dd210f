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

__all__ = ["BY_NAME", "FORMATS"]
