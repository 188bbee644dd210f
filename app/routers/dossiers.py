"""Whole dossiers over HTTP: a negotiation with all that it uses, read and put in place."""

from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.responses import Response

from app.dossiers.forms import BY_MEDIA_TYPE, FORMS
from app.editing.dossiers import put, read_sent
from app.resources.edits import DossierFormQuery, DossierQuery, EditReport
from app.resources.tokens import Scope
from app.store.idempotency import Outcome
from app.store.workspace import Workspace
from app.web import dossiers
from app.web.access import Principal, needs
from app.web.bodies import media_type_of, taking
from app.web.declared_edits import DOSSIER, KEY, NONE_MATCH, body, declared
from app.web.dossiers import DossierDocument, wanted
from app.web.edits import Edit, reported
from app.web.openapi import RecordId
from app.web.operations import operations

router = operations("negotiations")

MEDIA_TYPES = tuple(form.media_type for form in FORMS)
Imports = Annotated[Principal, needs(Scope.import_)]


@router.get(
    "/negotiations/{id}/dossier", response_model=DossierDocument, summary="Get a whole dossier"
)
def get_dossier(
    request: Request, id: RecordId, query: Annotated[DossierFormQuery, Query()]
) -> Response:
    """A negotiation as editors write it, with every record that it has or uses: what is on record
    now, not the history. It can be put back as it is.
    """
    return dossiers.answer(request, id, query)


@router.put(
    "/negotiations/{id}/dossier",
    response_model=EditReport,
    summary="Put a dossier in place",
    responses={201: {"model": EditReport, "description": "A new negotiation is there."}},
    openapi_extra=declared(
        body({"application/json": DOSSIER}),
        NONE_MATCH,
        KEY,
        match=False,
    ),
)
def put_dossier(
    request: Request,
    id: RecordId,
    principal: Imports,
    query: Annotated[DossierQuery, Query()],
    raw: Annotated[bytes, Depends(taking(*MEDIA_TYPES))],
) -> Response:
    """The negotiation becomes what the dossier says, in one revision or not at all: records that it
    lacks are retracted. `If-Match` names the dossier that it takes the place of;
    `If-None-Match: *` says that there is none yet. It is taken as YAML and NDJSON as well.
    """
    edit, must = Edit(request, principal, query, raw), wanted(request.headers)
    form = BY_MEDIA_TYPE[media_type_of(request, MEDIA_TYPES)]
    sent = read_sent(raw, form.extension, id)

    def act(store: Workspace) -> Outcome:
        plan = put(store, sent, must, replace=query.replace)
        made = f"/negotiations/{id}" if ("negotiation", id) in plan.added else None
        return reported(edit, store, plan, dossiers.tag_of(store, request, id), made)

    return edit.perform(act)
