"""Edits over HTTP: for whom, of which version, once and not twice, and what is answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from pydantic_core import from_json, to_json
from starlette.responses import Response

from app.resources.base import Answer
from app.resources.edits import EditQuery, EditReport
from app.resources.quotes import RecordLink
from app.resources.resource import Address, Resource
from app.store.contents import faces
from app.store.engine import roll_back
from app.store.idempotency import Outcome, once
from app.store.loading import Plan
from app.store.workspace import Workspace
from app.web.accept import choose_coding
from app.web.access import Principal
from app.web.attempts import attempt_of
from app.web.authors import author_of
from app.web.bodies import JSON
from app.web.conditional import Validators, digest
from app.web.service import Service, service_of
from app.web.sparse import document_of


@dataclass(frozen=True, slots=True)
class Edit:
    """A request that changes the record."""

    request: Request
    principal: Principal
    query: EditQuery
    body: bytes = b""

    @property
    def service(self) -> Service:
        """The service that was asked."""
        return service_of(self.request)

    def perform(self, act: Callable[[Workspace], Outcome]) -> Response:
        """Make a change in one transaction, once for each name of the request.

        ``act`` answers as if it were done. A dry run takes everything back.
        """
        author = author_of(self.request, self.principal, self._reason())
        attempt = attempt_of(self.request, self.principal, self.body)
        dry_run = self.query.dry_run
        with self.service.database.write() as connection:
            store = Workspace(connection, author)
            before = store.look.revision() if dry_run else None
            outcome = once(connection, None if dry_run else attempt, author.now, lambda: act(store))
            if dry_run:
                roll_back(connection)
        headers = dict(outcome.headers)
        if before is not None:
            headers["Parley-Revision"] = str(before)  # there is no newer one
        return Response(outcome.body, outcome.status, headers)

    def _reason(self) -> str:
        """Why the change is made; where that is not said, by which request."""
        return self.query.reason or f"{self.request.method} {self.request.scope['path']}"

    def answered(
        self,
        store: Workspace,
        resource: Resource[Any],
        identifier: str,
        revision: int | None,
        status: int,
    ) -> Outcome:
        """The record as it reads now. Its entity tag is the one that a reader of it gets."""
        look = store.look
        pin = look.pin(None, None)
        body = document_of(look.get(resource, identifier, pin), self.service.public_url)
        path = f"/{resource.plural}/{identifier}"
        headers = [("Content-Type", JSON), ("Parley-Revision", str(pin.revision))]
        if self.query.dry_run:
            # Nothing is made, so there is nothing to go to and no state to name.
            return Outcome(200, tuple(headers), body)
        coding = choose_coding(",".join(self.request.headers.getlist("accept-encoding")))
        state = digest(pin.revision, self.service.public_url + path, [], "json", coding)
        tag = Validators(state, None, immutable=False).tag(from_json(body)["version"])
        headers.append(("ETag", tag))
        if status == 201:
            headers.append(("Location", path))
        return Outcome(status, tuple(headers), body, revision)


def reported(
    edit: Edit, store: Workspace, plan: Plan, tag: str | None = None, made: str | None = None
) -> Outcome:
    """What was done to several records. ``tag`` is the entity tag of what was put in place, and
    ``made`` the path of what is new there.
    """
    report = EditReport(
        revision=None if edit.query.dry_run else plan.revision,
        dry_run=edit.query.dry_run,
        added=links_to(store, plan.added),
        revised=links_to(store, plan.revised),
        retracted=links_to(store, plan.retracted),
        unchanged=len(plan.unchanged),
    )
    outcome = told(edit, store, report, plan.revision, tag)
    if made is None or edit.query.dry_run:
        return outcome
    return replace(outcome, status=201, headers=(*outcome.headers, ("Location", made)))


def told(
    edit: Edit, store: Workspace, report: Answer, revision: int | None, tag: str | None = None
) -> Outcome:
    """A report as the answer."""
    headers = [("Content-Type", JSON), ("Parley-Revision", str(store.look.revision()))]
    if tag and not edit.query.dry_run:
        headers.append(("ETag", tag))
    return Outcome(200, tuple(headers), to_json(report), revision)


def links_to(store: Workspace, addresses: Sequence[Address]) -> list[RecordLink]:
    """Links to records, with what they were called last."""
    labels = faces(store.connection, addresses)
    return [
        RecordLink.model_validate(
            {
                "noun": noun,
                "id": name,
                "title": labels[noun, name].label,
                "href": f"/{noun}s/{name}",
            }
        )
        for noun, name in addresses
    ]
