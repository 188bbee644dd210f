"""Reads NDJSON: a header, then one record a line, each with its noun."""

import io
from typing import Any

from app.dossiers.document import Steps
from app.dossiers.faults import Faults
from app.dossiers.json_form import load
from app.dossiers.sheet import Sheet
from app.resources import BY_NOUN

_HEADER = ("dossier", "negotiation", "base")


def read_ndjson(text: str, faults: Faults) -> Sheet:
    """The values of an NDJSON file, in the shape that the other forms have."""
    gathered = _Gathered(faults)
    for number, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if line.strip():
            gathered.take(number, load(line.rstrip(), faults, number))
    gathered.end()
    return Sheet(gathered.root, gathered.line_of)


class _Gathered:
    """The lines read so far, put together."""

    def __init__(self, faults: Faults) -> None:
        self.root: dict[str, Any] = {}
        self._faults = faults
        self._lines: dict[Steps, int] = {}
        self._named: Any = None
        self._begun = False
        faults.line_of = self.line_of

    def line_of(self, steps: Steps) -> int | None:
        """The line of the record that the value stands in, or else of the header."""
        return self._lines.get(steps[:2]) or self._lines.get(steps[:1]) or self._lines.get(())

    def take(self, number: int, value: Any) -> None:
        """Add what one line says."""
        if not isinstance(value, dict):
            self._faults.add("must be an object, one record a line", line=number)
        elif not self._begun:
            self._head(number, value)
        else:
            self._record(number, value)
        self._begun = True

    def _head(self, number: int, header: dict[str, Any]) -> None:
        self._lines[()] = number
        if "noun" in header:
            self._faults.stop('must begin with a header line, as in {"dossier":1}', line=number)
        self._named = header.pop("negotiation", None)
        self.root = header
        for key in [key for key in header if key not in _HEADER]:
            del header[key]
            what = f"is not a key of the header; it takes {', '.join(_HEADER)}"
            self._faults.add(what, (key,), number)

    def _record(self, number: int, record: dict[str, Any]) -> None:
        noun = record.pop("noun", None)
        resource = BY_NOUN.get(noun) if isinstance(noun, str) else None
        if resource is None:
            self._faults.add(f"must be one of {', '.join(BY_NOUN)}", ("noun",), number)
        elif noun != "negotiation":
            rows = self.root.setdefault(resource.plural, [])
            self._lines[resource.plural, len(rows)] = number
            rows.append(record)
        elif noun in self.root:
            self._faults.add("is a second negotiation; write one a file", (noun,), number)
        else:
            self._lines[noun,] = number
            self.root[noun] = record

    def end(self) -> None:
        """Compare the header with the negotiation, once both are known."""
        held = self.root.get("negotiation", {}).get("id")
        if self._named is None and "negotiation" in self.root:
            self._faults.add("must be named in the header too", ("negotiation",), None)
        elif self._named != held:
            what = "must be the id of the negotiation that the file holds on a line of its own"
            self._faults.add(what, ("negotiation",), self._lines.get(()))
