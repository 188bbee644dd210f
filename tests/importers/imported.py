"""What an import made: its records by noun and id, the texts it wrote, and its report.

The volumes in ``volumes/`` were written for these tests, in the shape of the real ones:

- ``frus2031v01``: recent markup, with a defect of every kind;
- ``frus1961-63v99``: letters, indented, with openers, attachments and dates of the editors;
- ``frus1959Genevav01``: a conference of four powers, with delegations in several forms;
- ``frus1947Londonv09``: a conference of the 1940s, with tables outside of documents;
- ``frus1952-54v99``: the 1950s, with notes before headings, and dates in them.
"""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.importers.frus.importing import import_volume
from app.importers.frus.report import Report

VOLUMES = Path(__file__).parent / "volumes"

Fields = dict[str, Any]


@dataclass
class Imported:
    raw: bytes
    report: Report
    texts: dict[str, str]
    records: dict[str, dict[str, Fields]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        header, *lines = map(json.loads, self.raw.splitlines())
        self.header = header
        for record in lines:
            self.records.setdefault(record["noun"], {})[record["id"]] = record

    def ids(self, noun: str) -> list[str]:
        return list(self.records.get(noun, {}))

    def one(self, noun: str, identifier: str) -> Fields:
        return self.records[noun][identifier]

    def found(self, kind: str) -> list[tuple[str, str | None, int]]:
        """The findings of a kind: document, words, count."""
        return [
            (one.document, one.words, one.count)
            for one in self.report.findings
            if one.kind.value == kind
        ]


def imported(path: Path, folder: Path, *, prefix: str | None = None) -> Imported:
    """A volume imported, its texts written into the folder."""
    out = io.BytesIO()
    report = import_volume(path, out, prefix=prefix, texts=folder, progress=lambda *_: None)
    texts = {one.stem: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.is_file()}
    return Imported(out.getvalue(), report, texts)


def written(folder: Path, *documents: str, persons: str = "", header: str = "") -> Path:
    """A volume of these documents, each the inside of its element; their ids are d1, d2 ..."""
    divs = "".join(
        f'<div type="document" n="{number}" xml:id="d{number}">{inside}</div>'
        for number, inside in enumerate(documents, start=1)
    )
    path = folder / "frus2032v02.xml"
    path.write_text(
        '<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0"'
        f' xml:id="frus2032v02"><teiHeader>{header}</teiHeader><text><front><list type="names">'
        f"{persons}</list></front><body>{divs}</body></text></TEI>",
        encoding="utf-8",
    )
    return path


def exacts(record: Fields) -> list[str]:
    return [quote["exact"] for quote in record.get("evidence", [])]


def quotes_in(value: Any) -> list[Fields]:
    """Every quote of a record, however deep."""
    if isinstance(value, list):
        return [quote for one in value for quote in quotes_in(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if "exact" in value else []
    return own + [quote for one in value.values() for quote in quotes_in(one)]
