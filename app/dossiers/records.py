"""Makes records of plain values: the keys of a dossier, the shape of each record, their ids."""

import copy
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from pydantic import ValidationError

from app.dossiers.document import FORMAT, Dossier, Place, Steps, spelled
from app.dossiers.explaining import explain, unknown_key
from app.dossiers.faults import Faults
from app.dossiers.linking import check_links
from app.dossiers.plain import has_unusable, plain, unusable
from app.dossiers.sheet import Sheet
from app.resources import RESOURCES
from app.resources.base import SLUG
from app.resources.evidence import RecordContent
from app.resources.resource import Address, Resource

_LISTS = {resource.plural: resource for resource in RESOURCES if resource.noun != "negotiation"}
_KEYS = ["dossier", "base", "negotiation", *_LISTS]
_BASE = r"sha256-[0-9a-f]{64}"
# Stands in for the id of a negotiation that has none, so that each record is not faulted for it.
_NAMELESS = "nameless"


def understand(sheet: Sheet, faults: Faults) -> Dossier:
    """The dossier that the values make. Raises InvalidDossier with every fault found."""
    return _Reader(sheet, faults).dossier()


class _Reader:
    """The records of one sheet, as far as they are read."""

    def __init__(self, sheet: Sheet, faults: Faults) -> None:
        self._sheet = sheet
        self._faults = faults
        self._records: dict[Address, RecordContent] = {}
        self._places: dict[Address, Place] = {}

    def dossier(self) -> Dossier:
        root = self._sheet.root
        if not isinstance(root, dict):
            self._faults.stop("must be a mapping that begins with dossier: 1", line=1)
        self._check_keys(root)
        negotiation = self._negotiation(root)
        for resource, steps, fields in self._entries(root):
            self._record(resource, steps, fields, negotiation)
        check_links(self._records, self._places, set(self._places), self._faults)
        self._faults.check()
        return Dossier(
            name=self._faults.file,
            base=root.get("base"),
            negotiation=negotiation,
            records=self._records,
            places=self._places,
            line_of=self._sheet.line_of,
        )

    def _check_keys(self, root: dict[str, Any]) -> None:
        version, base = root.get("dossier"), root.get("base")
        if "dossier" not in root:
            self._faults.add("is missing: a dossier begins with dossier: 1", ("dossier",), 1)
        elif type(version) is not int or version != FORMAT:
            what = f"must be {FORMAT}, the version of the format that this service reads"
            self._faults.add(what, ("dossier",))
        if base is not None and not (isinstance(base, str) and re.fullmatch(_BASE, base)):
            self._faults.add("must be as an export has it; leave it out of your own", ("base",))
        for key in root:
            if key not in _KEYS:
                self._faults.add(partial(unknown_key, key, _KEYS), (key,))

    def _negotiation(self, root: dict[str, Any]) -> str | None:
        """The id of the dossier's negotiation, where it has one."""
        fields = root.get("negotiation")
        if not isinstance(fields, dict):
            return None
        identifier = self._id_of(("negotiation",), fields)
        return identifier if identifier and re.fullmatch(SLUG, identifier) else _NAMELESS

    def _id_of(self, steps: Steps, fields: dict[str, Any]) -> str | None:
        identifier = fields.get("id")
        if isinstance(identifier, str):
            return identifier
        return self._sheet.written.get((*steps, "id"))

    def _entries(self, root: dict[str, Any]) -> Iterator[tuple[Resource[Any], Steps, Any]]:
        for resource in RESOURCES:
            key = resource.plural if resource.plural in _LISTS else resource.noun
            value = root.get(key)
            if value is None:
                continue
            if key == resource.noun:
                yield resource, (key,), value
            elif isinstance(value, list):
                for position, fields in enumerate(value):
                    yield resource, (key, position), fields
            else:
                self._faults.add(f"must be a list of {key}", (key,))

    def _record(
        self, resource: Resource[Any], steps: Steps, fields: Any, negotiation: str | None
    ) -> None:
        if not isinstance(fields, dict):
            self._faults.add("must be a mapping of keys to values", steps)
            return
        self._declare(resource, steps, fields)
        if resource.owned and resource.noun != "negotiation":
            fields = self._owned(steps, fields, negotiation)
        content = self._content(resource, steps, fields)
        if content is not None:
            self._records.setdefault((resource.noun, content.id), content)

    def _declare(self, resource: Resource[Any], steps: Steps, fields: dict[str, Any]) -> None:
        identifier = self._id_of(steps, fields)
        if identifier is None:
            return
        address = (resource.noun, identifier)
        if address in self._places:
            first = self._places[address]
            where = f"line {first.line}" if first.line else first.path
            what = f"is the id of another {resource.noun} already, in {where}"
            self._faults.add(what, (*steps, "id"))
            return
        line = self._sheet.line_of(steps)
        self._places[address] = Place(self._faults.file, line, spelled(steps))

    def _owned(
        self, steps: Steps, fields: dict[str, Any], negotiation: str | None
    ) -> dict[str, Any]:
        if negotiation is None:
            self._faults.add("needs a negotiation, which this dossier does not hold", steps)
        elif fields.get("negotiation", negotiation) != negotiation:
            what = f"must be {negotiation}, the negotiation of the dossier, or be left out"
            self._faults.add(what, (*steps, "negotiation"))
        return fields | {"negotiation": negotiation or _NAMELESS}

    def _content(
        self, resource: Resource[Any], steps: Steps, fields: dict[str, Any]
    ) -> RecordContent | None:
        text = plain(fields)
        found = list(unusable(fields)) if has_unusable(text) else []
        for inner, message in found:
            self._faults.add(message, steps + inner)
        if found:
            return None
        model: type[RecordContent] = resource.content
        try:
            return model.model_validate_json(text)
        except ValidationError as error:
            repaired = self._as_written(steps, fields, error)
        try:
            return model.model_validate_json(plain(repaired))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                self._faults.add(partial(explain, detail, model), steps + detail["loc"])
        return None

    def _as_written(
        self, steps: Steps, fields: dict[str, Any], error: ValidationError
    ) -> dict[str, Any]:
        """The fields with each number that should be text as it was written: a year, say."""
        repaired = copy.deepcopy(fields)
        for detail in error.errors(include_url=False, include_input=False):
            written = self._sheet.written.get(steps + detail["loc"])
            if detail["type"] == "string_type" and written is not None:
                holder: Any = repaired
                for step in detail["loc"][:-1]:
                    holder = holder[step]
                holder[detail["loc"][-1]] = written
        return repaired
