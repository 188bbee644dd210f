"""Everything that is answered in several formats, and which of them: one table for all who ask."""

from typing import Any

from app.formats import serving
from app.formats.base import Format
from app.resources import RESOURCES
from app.resources.changes import CHANGES
from app.resources.diff import DIFF
from app.resources.gaps import GAPS
from app.resources.matrix import POSITIONS
from app.resources.quotes import QUOTES
from app.resources.resource import Subject
from app.resources.timeline import TIMELINE
from app.store.found import SEARCH

SUBJECTS: tuple[Subject, ...] = (
    *RESOURCES,
    TIMELINE,
    POSITIONS,
    DIFF,
    GAPS,
    QUOTES,
    SEARCH,
    CHANGES,
)
# Something that was made up, or is not listed above, has the formats of rows.
NO_TRAITS: frozenset[str] = frozenset()


def formats_of(operation: dict[str, Any], schemas: dict[str, Any]) -> tuple[Format, ...]:
    """The formats of an operation of the OpenAPI document, by the shape of what it answers."""
    return serving(traits_of(operation, schemas))


def traits_of(operation: dict[str, Any], schemas: dict[str, Any]) -> frozenset[str]:
    """What the entries of an operation's answers have."""
    subject = subject_of(operation, schemas)
    return subject.traits if subject else NO_TRAITS


def subject_of(operation: dict[str, Any], schemas: dict[str, Any]) -> Subject | None:
    """What an operation answers, by the shape of its items."""
    shape = shape_of(operation, schemas)
    return next((subject for subject in SUBJECTS if subject.out.__name__ == shape), None)


def shape_of(operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """The name of the schema of one item of an operation's answer."""
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    name = _named(answer)
    properties = schemas.get(name, {}).get("properties", {})
    return _named(properties["items"]["items"]) if "next_cursor" in properties else name


def _named(reference: dict[str, Any]) -> str:
    return str(reference.get("$ref", "")).rpartition("/")[2]
