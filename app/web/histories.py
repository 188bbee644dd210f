"""The history of one record over HTTP: its versions, newest first, with who, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import Request
from pydantic import Field
from pydantic_core import from_json
from starlette.responses import Response

from app.resources.base import Answer
from app.resources.differences import DifferenceOut, differences
from app.resources.queries import HistoryQuery
from app.resources.resource import Address, Resource
from app.store.history import contents, revisions, versions
from app.store.reader import Snapshot, snapshot
from app.web.conditional import Validators, digest
from app.web.cursors import Cursor, seal, unseal
from app.web.pages import Paging, PinOut
from app.web.questions import settle
from app.web.service import service_of

# A row of ``versions``, by the names of its columns.
Version = Mapping[Any, Any]


class RevisionOut(Answer):
    """A change: its number, when it was recorded, who made it and why."""

    revision: int
    recorded_at: datetime
    editor: str
    reason: str


class VersionOut(RevisionOut):
    """A version of a record, and the change that wrote it."""

    version: int
    href: str = Field(description="The record as it was in this version.")
    retracted: RevisionOut | None = Field(description="The change that took the record back.")
    differences: list[DifferenceOut] = Field(
        description="What differs from the version before it; empty in version 1."
    )


class HistoryPage(Paging):
    """A page of the versions of a record."""

    items: list[VersionOut]


def history(
    request: Request, resource: Resource[Any], identifier: str, query: HistoryQuery
) -> Response:
    """The versions of a record, newest first. A retracted record keeps its history.

    Raises RecordNotFound where nothing was ever recorded under this id, and NotYetRecorded.
    """
    service = service_of(request)
    question = settle(query, service.clock())
    path = f"/{resource.plural}/{identifier}"
    address = question.canonical(f"{path}/history")
    cursor = unseal(query.cursor, address, service.cursor_key) if query.cursor else None
    before = cursor.after[0] if cursor else None
    with snapshot(service.database) as look:
        pin = look.pin(cursor.revision if cursor else question.as_of, None)
        place = (resource.noun, identifier)
        rows = versions(look.connection, place, pin, before, query.limit)
        if not rows and before is None:
            look.refuse(resource, identifier, pin)
        items = _versions(look, place, rows, pin.revision)[: query.limit]
        modified = look.modified(pin)
    following = link = None
    if len(rows) > query.limit:
        last = Cursor(pin.revision, (items[-1].version,))
        following = seal(last, address, service.cursor_key)
        link = question.link(f"{service.public_url}{path}/history", following)
    pinned = PinOut(revision=pin.revision, known_at=None, at=None)
    page = HistoryPage(items=items, next=link, next_cursor=following, pin=pinned)
    asked = sorted(question.parameters.items())
    name = digest(pin.revision, service.public_url, path, asked)
    return _respond(request, page, Validators(name, modified, question.is_settled(pin.newest)))


def _respond(request: Request, page: HistoryPage, validators: Validators) -> Response:
    private = "authorization" in request.headers
    headers = validators.headers(None, service_of(request).max_age, private)
    if validators.held_by(request.headers):
        return Response(None, 304, headers)
    headers["Parley-Revision"] = str(page.pin.revision)
    if page.next:
        headers["Link"] = f'<{page.next}>; rel="next"'
    return Response(page.model_dump_json(), headers=headers, media_type="application/json")


def _versions(
    look: Snapshot, address: Address, rows: Sequence[Version], newest: int
) -> list[VersionOut]:
    """The versions as they are answered; the last of them is compared with nothing."""
    closed = {row["closed"] for row in rows if _is_retracted(row, newest)}
    retractions = revisions(look.connection, closed)
    facts = contents(look.connection, address, [row["number"] for row in rows])
    return [_version(address, row, retractions.get(row["closed"]), facts) for row in rows]


def _version(
    address: Address, row: Version, retraction: dict[str, Any] | None, facts: Mapping[int, str]
) -> VersionOut:
    written = {name: row[name] for name in ("revision", "recorded_at", "editor", "reason")}
    before, after = facts.get(row["number"] - 1), facts[row["number"]]
    found = [] if before is None else differences(from_json(before), from_json(after))
    noun, identifier = address
    return VersionOut(
        **written,
        version=row["number"],
        href=f"/{noun}s/{identifier}?as_of={row['revision']}",
        retracted=RevisionOut.model_validate(retraction) if retraction else None,
        differences=[DifferenceOut(**asdict(one)) for one in found],
    )


def _is_retracted(row: Version, newest: int) -> bool:
    """Whether a change took the record back in this version, by the newest revision shown."""
    return bool(row["closed"] <= newest and row["closed"] != row["next_revision"])
