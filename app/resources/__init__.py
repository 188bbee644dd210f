"""The nouns, in the order they are shown."""

from typing import Any

from app.resources.claims import CLAIMS
from app.resources.demands import DEMANDS
from app.resources.meetings import MEETINGS
from app.resources.negotiations import NEGOTIATIONS
from app.resources.participants import PARTICIPANTS
from app.resources.resource import Resource
from app.resources.sources import SOURCES

RESOURCES: tuple[Resource[Any], ...] = (
    NEGOTIATIONS,
    PARTICIPANTS,
    SOURCES,
    MEETINGS,
    CLAIMS,
    DEMANDS,
)

BY_NOUN = {resource.noun: resource for resource in RESOURCES}
BY_PLURAL = {resource.plural: resource for resource in RESOURCES}

__all__ = ["BY_NOUN", "BY_PLURAL", "RESOURCES"]
