"""Reads a dossier from the bytes of a file: YAML, JSON or NDJSON, told by the file's suffix."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from app.dossiers.document import Dossier
from app.dossiers.faults import Faults
from app.dossiers.json_form import read_json
from app.dossiers.ndjson_form import read_ndjson
from app.dossiers.records import understand
from app.dossiers.sheet import Sheet

_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a dossier, and the size in MiB up to which it is read."""

    read: Callable[[str, Faults], Sheet]
    most: int


def _read_yaml(text: str, faults: Faults) -> Sheet:
    # Here alone: the parser is loaded where somebody writes YAML.
    from app.dossiers.yaml_form import read_yaml

    return read_yaml(text, faults)


# YAML takes ten times as long to read as JSON: it is for people, who write hundreds of records.
_YAML: Final = Form(_read_yaml, most=16)
FORMS: Final = {
    ".yaml": _YAML,
    ".yml": _YAML,
    ".json": Form(read_json, most=64),
    ".ndjson": Form(read_ndjson, most=64),
}


def read(name: str, raw: bytes) -> Dossier:
    """The dossier in a file of that name. Raises InvalidDossier with every fault found."""
    faults = Faults(name)
    form = FORMS.get(PurePath(name).suffix.lower())
    if form is None:
        faults.stop(f"must have a name that ends in {', '.join(FORMS)}")
    if len(raw) > form.most * _MEBIBYTE:
        faults.stop(f"must not be larger than {form.most} MiB; NDJSON takes up to 64, in parts")
    text = _decoded(raw, faults)
    if not text.strip():
        faults.stop("is empty; a dossier begins with dossier: 1", line=1)
    return understand(form.read(text, faults), faults)


def _decoded(raw: bytes, faults: Faults) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.stop(f"must be UTF-8, which it is not from byte {error.start} on", line=line)
