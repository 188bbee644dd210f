"""A dossier once it is read: its records in order, and where in the file each of them stands."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.errors import Fault
from app.resources.evidence import RecordContent
from app.resources.resource import Address

# The keys and positions that lead from the top of a file to a value.
Steps = tuple[str | int, ...]
# The line, counted from 1, at which a value or the nearest thing around it starts.
LineOf = Callable[[Steps], int | None]

# The version of the format that this service reads and writes.
FORMAT = 1

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_STEP = re.compile(r"[^./\[\]]+")
_LONGEST_KEY = 40


def no_line(_steps: Steps) -> None:
    """The line of a value in a dossier that was never a file."""
    return


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record starts: file, line from 1, and path, as in ``claims[3]``."""

    file: str
    line: int | None
    path: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """One negotiation as a file tells it: what is current, not the history.

    ``records`` holds the negotiation, participants, sources, meetings, claims and demands, in this
    order. ``base`` is set in exports only: it names the facts that they were made of.
    """

    name: str
    base: str | None
    negotiation: str | None
    records: Mapping[Address, RecordContent]
    places: Mapping[Address, Place] = field(default_factory=dict)
    line_of: LineOf = field(default=no_line, repr=False, compare=False)

    def fault(self, address: Address, path_in_record: str | Steps, message: str) -> Fault:
        """What is wrong with a record: ``path_in_record`` is ``evidence[0].exact``, a JSON pointer
        like ``/evidence/0/exact``, a tuple of steps, or empty for the record as a whole.
        """
        inner = steps_of(path_in_record) if isinstance(path_in_record, str) else path_in_record
        place = self.places.get(address)
        if place is None:
            return Fault(message, file=self.name, path=spelled((*address, *inner)))
        steps = steps_of(place.path) + inner
        line = self.line_of(steps) or place.line
        return Fault(message, file=place.file, line=line, path=spelled(steps))


def spelled(steps: Steps) -> str:
    """A path as messages spell it: ``claims[3].evidence[0].exact``."""
    return "".join(_step(step) for step in steps).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN_KEY.fullmatch(step):
        return f".{step}"
    return f"[{shown_key(step)}]"


def shown_key(key: str) -> str:
    """A key that may be anything, cut short and with its odd characters escaped."""
    return json.dumps(key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…")


def steps_of(path: str) -> Steps:
    """The steps of a path, spelled as in messages or as a JSON pointer."""
    return tuple(int(step) if step.isdecimal() else step for step in _STEP.findall(path))
