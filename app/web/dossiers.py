"""Dossiers over HTTP: which form is asked for, and which facts a change is meant for."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.dossiers.forms import FORMS, Form
from app.editing.dossiers import Wanted, short
from app.errors import BadRequest, PreconditionRequired
from app.resources.base import Answer
from app.resources.edits import DossierFormQuery
from app.resources.negotiations import NEGOTIATIONS
from app.store.exporting import base_now, export_from
from app.store.pins import newest_revision
from app.store.reader import Snapshot, snapshot
from app.store.workspace import Workspace
from app.web.accept import asked_format, choose_coding
from app.web.coding import SMALLEST, compressed
from app.web.conditional import TAG, Validators, digest
from app.web.service import service_of


class DossierDocument(Answer):
    """A dossier: see the page on dossiers for what stands in it."""

    dossier: int
    base: str
    negotiation: dict[str, Any]
    participants: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    meetings: list[dict[str, Any]]
    claims: list[dict[str, Any]]
    demands: list[dict[str, Any]]


def answer(request: Request, identifier: str, query: DossierFormQuery) -> Response:
    """The dossier of a negotiation. Raises RecordNotFound, Retracted and NotAcceptable."""
    form = asked_format(FORMS, query.format, ",".join(request.headers.getlist("accept")))
    with snapshot(service_of(request).database) as look:
        look.get(NEGOTIATIONS, identifier, look.pin(None, None))
        bundle = export_from(look.connection, identifier)
        validators = _validators(request, look, identifier, form)
        private, max_age = "authorization" in request.headers, service_of(request).max_age
        headers = validators.headers(short(bundle.base or ""), max_age, private)
        headers["Parley-Revision"] = str(look.revision())
    if validators.held_by(request.headers):
        return Response(None, 304, headers)
    body = form.write(bundle.base, bundle.negotiation, list(bundle.records.items()))
    headers["Content-Disposition"] = f'attachment; filename="{identifier}.{form.extension}"'
    coding = choose_coding(",".join(request.headers.getlist("accept-encoding")))
    if coding and len(body) >= SMALLEST:
        headers["Content-Encoding"] = coding
        body = compressed(body)
    return Response(body, 200, headers, media_type=form.media_type)


def tag_of(store: Workspace, request: Request, identifier: str) -> str:
    """The entity tag that a reader of the dossier gets, in its first form."""
    base = base_now(store.connection, identifier) or ""
    return _validators(request, store.look, identifier, FORMS[0]).tag(short(base))


def wanted(headers: Mapping[str, str]) -> Wanted:
    """What must be there for a dossier to be put in place, as ``If-Match`` or ``If-None-Match``
    say. Raises PreconditionRequired and BadRequest.
    """
    match, none = headers.get("if-match"), headers.get("if-none-match")
    if none is not None and (match is not None or none.strip() != "*"):
        raise BadRequest("Send If-None-Match: * for a new negotiation, or else If-Match alone.")
    if none is not None:
        return Wanted(absent=True)
    if match is None:
        raise PreconditionRequired(
            "Send the ETag of the dossier that you read in If-Match, or If-None-Match: *."
        )
    if match.strip() == "*":
        return Wanted(absent=False)
    tags = TAG.findall(match)
    if not tags:
        raise BadRequest("If-Match must be an entity tag in double quotes, or *.")
    return Wanted(absent=False, bases={tag.partition("-")[0] for tag in tags})


def _validators(request: Request, look: Snapshot, identifier: str, form: Form) -> Validators:
    coding = choose_coding(",".join(request.headers.getlist("accept-encoding")))
    address = f"{service_of(request).public_url}/negotiations/{identifier}/dossier"
    state = digest(newest_revision(look.connection), address, form.name, coding)
    return Validators(state, None, immutable=False)
