"""Everything that is wrong with one file, gathered so that an editor sees it all at once."""

from collections.abc import Callable
from typing import NoReturn

from app.dossiers.document import LineOf, Steps, no_line, spelled
from app.errors import Fault, InvalidDossier, InvalidRequest

MOST_FAULTS = 50


class Faults:
    """The faults of one file: the first fifty in full, the rest counted."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.line_of: LineOf = no_line
        self._kept: list[Fault] = []
        self._count = 0

    def add(
        self, message: str | Callable[[], str], steps: Steps = (), line: int | None = None
    ) -> None:
        """Note a fault at a path; message and line are only worked out if they will be shown."""
        if len(self._kept) < MOST_FAULTS:
            at = line or self.line_of(steps)
            words = message if isinstance(message, str) else message()
            self.keep(Fault(words, file=self.file, line=at, path=spelled(steps) or None))
        else:
            self._count += 1

    def keep(self, fault: Fault) -> None:
        """Note a fault that says itself where it is."""
        self._count += 1
        if len(self._kept) < MOST_FAULTS:
            self._kept.append(fault)

    def stop(self, message: str, steps: Steps = (), line: int | None = None) -> NoReturn:
        """Note a fault that nothing after it can be read with, and raise InvalidDossier."""
        self.add(message, steps, line)
        raise self.invalid()

    def check(self) -> None:
        """Raise InvalidDossier with every fault, in the order of the file, if there is any."""
        if self._kept:
            raise self.invalid()

    def listed(self) -> tuple[Fault, ...]:
        """The faults in the order of the file, and how many more there are."""
        in_order = sorted(self._kept, key=lambda fault: fault.line or 0)
        if self._count > len(in_order):
            rest = f"and {self._count - len(in_order)} more"
            in_order.append(Fault(rest, file=self.file or None))
        return tuple(in_order)

    def invalid(self) -> InvalidRequest:
        """What says all of it at once."""
        things = "one thing is" if self._count == 1 else f"{self._count} things are"
        return InvalidDossier(
            f"The dossier {self.file} cannot be loaded: {things} wrong with it.", self.listed()
        )
