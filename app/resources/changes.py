"""Changes: what each revision did to each record, for readers who follow the record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import from_json, to_json

from app.resources.base import Answer
from app.resources.differences import Difference, DifferenceOut, differences
from app.resources.entries import DATED, Entry, Rendered, label_of, references, shortened
from app.resources.queries import MOST_WORDS, Many, PointText, RevisionPageQuery
from app.resources.quotes import Noun, RecordLink
from app.resources.resource import Subject


class ChangeKind(StrEnum):
    """What a revision did to a record."""

    added = "added"
    revised = "revised"
    retracted = "retracted"
    redacted = "redacted"


class ChangeOut(Answer):
    """What one revision did to one record: who changed it, when, why, and what."""

    id: str = Field(examples=["2.claim.sherman-no-direct-response"])
    revision: int
    recorded_at: datetime
    editor: str
    reason: str
    change: ChangeKind
    record: RecordLink = Field(description="The record, as it was called in this version.")
    version: int = Field(description="The version that was written, or taken back.")
    before: str | None = Field(description="The record as it was before; null where it is new.")
    after: str | None = Field(description="The record as it was then; null where it is gone.")
    differences: list[DifferenceOut] = Field(description="What a revision of a record changed.")


class ChangeStreamQuery(BaseModel):
    """What a client may ask of the stream of changes."""

    model_config = ConfigDict(extra="forbid", validate_by_name=False, validate_by_alias=True)

    since: PointText | SkipJsonSchema[None] = Field(
        default=None,
        description="Begin after this revision number or RFC 3339 instant; by default with what "
        "comes next. `Last-Event-ID` goes before it.",
    )
    noun: list[Noun] = Field(
        default=[], max_length=MOST_WORDS, description="Only changes of such records."
    )
    change: list[ChangeKind] = Field(
        default=[], max_length=MOST_WORDS, description="Only changes of this sort."
    )
    negotiation: Many = Field(default=[], description="Only changes of its records, and its own.")
    participant: Many = Field(
        default=[], description="Only changes of records that name it in any role."
    )


class ChangeQuery(ChangeStreamQuery, RevisionPageQuery):
    """What a client may ask of the list of changes."""

    since: PointText | SkipJsonSchema[None] = Field(
        default=None,
        description="Only changes after this revision number or RFC 3339 instant; by default all.",
    )
    sort: Literal["revision", "-revision"] = Field(
        default="revision", description="The order: oldest first; `-` turns it round."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """A change as the store has it. ``before`` and ``after`` are the contents of the record, as
    JSON: None where it was not there, or is there no longer.
    """

    revision: int
    recorded_at: str
    editor: str
    reason: str
    noun: str
    id: str
    kind: str
    version: int
    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        """The id of the change; it says where in the order of all changes it stands."""
        return f"{self.revision}.{self.noun}.{self.id}"


def document_of(change: RecordedChange) -> bytes:
    """A change as it is answered. All of it is of its own revision, so it stays as it is."""
    before, after = _content(change.before), _content(change.after)
    href = f"/{change.noun}s/{change.id}"
    title = label_of({"text": None, "evidence": [], **(after or before or {"id": change.id})})
    found: list[Difference] = []
    if before is not None and after is not None:
        found = differences(before, after)
    return to_json(
        {
            "id": change.name,
            "revision": change.revision,
            "recorded_at": datetime.fromisoformat(change.recorded_at),
            "editor": change.editor,
            "reason": change.reason,
            "change": change.kind,
            "record": {"noun": change.noun, "id": change.id, "title": title, "href": href},
            "version": change.version,
            "before": None if before is None else f"{href}?as_of={change.revision - 1}",
            "after": None if after is None else f"{href}?as_of={change.revision}",
            "differences": found,
        }
    )


def _content(text: str | None) -> dict[str, Any] | None:
    return None if text is None else from_json(text)


def _entry(change: Rendered) -> Entry:
    record = change["record"]
    second = change["recorded_at"][:19]
    return Entry(
        id=f"change.{change['id']}",
        kind="change",
        title=f"{record['noun'].capitalize()} {change['change']}: {record['title']}",
        # What was retracted is gone; its history tells why.
        path=change["after"] or f"{record['href']}/history",
        version=change["version"],
        revision=change["revision"],
        text=_words(change),
        starts=f"{second}Z",
        earliest=second[:10],
        latest=second[:10],
        links=references([record]),
    )


def _words(change: Rendered) -> str:
    """The reason, and a line for each place that differs."""
    told = (f"Changed: {_place(one)}" for one in change["differences"])
    return "\n".join([change["reason"], *told])


def _place(difference: Rendered) -> str:
    """Where something differs, and what stood there before and after, where that is a line."""
    sides = difference["before"], difference["after"]
    if any(isinstance(side, dict | list) for side in sides):
        return str(difference["path"])
    before, after = ("nothing" if side is None else f"“{shortened(str(side))}”" for side in sides)
    return f"{difference['path']}, from {before} to {after}"


CHANGES = Subject(
    noun="change", title="Changes", out=ChangeOut, entry=_entry, traits=frozenset({DATED})
)
