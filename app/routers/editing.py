"""Editing over HTTP: the same operations for every noun."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from starlette.responses import Response

from app.editing import records
from app.editing.bodies import read_fields, shaped
from app.editing.merging import merge
from app.editing.verifying import check_source
from app.resources import RESOURCES
from app.resources.claims import CLAIMS
from app.resources.demands import DEMANDS
from app.resources.edits import (
    EditQuery,
    EditReport,
    MergerCreate,
    RedactionCreate,
    RetractQuery,
    VerificationCreate,
    VerificationReport,
)
from app.resources.evidence import RecordOut
from app.resources.meetings import MEETINGS
from app.resources.participants import PARTICIPANTS
from app.resources.resource import Resource
from app.resources.tokens import Scope
from app.store import redacting
from app.store.idempotency import Outcome
from app.store.loading import Plan
from app.store.workspace import Workspace
from app.web.access import Principal, needs
from app.web.bodies import BINARY, JSON, MERGE_PATCH, PLAIN, media_type_of, taking
from app.web.conditional import meant_for
from app.web.declared_edits import KEY, declared, named
from app.web.edits import Edit, reported, told
from app.web.openapi import RecordId
from app.web.operations import operations
from app.web.verifications import verified

router = operations()

Writes = Annotated[Principal, needs(Scope.write)]
Administers = Annotated[Principal, needs(Scope.admin)]
JsonBody = Annotated[bytes, Depends(taking(JSON))]
PatchBody = Annotated[bytes, Depends(taking(MERGE_PATCH, JSON))]
# A text as it is, or in a field.
TEXTS = (JSON, PLAIN, BINARY)
EditQ = Annotated[EditQuery, Query()]
RetractQ = Annotated[RetractQuery, Query()]


def dry_run(shape: type[RecordOut]) -> dict[int | str, dict[str, Any]]:
    """What is answered where nothing is added."""
    return {200: {"model": shape, "description": "What would be added; only of a dry run."}}


def _creating(resource: Resource[Any]) -> None:
    """Add the operation that adds a record."""
    noun = resource.noun

    def create(request: Request, principal: Writes, query: EditQ, body: JsonBody) -> Response:
        """A record is added."""
        edit, fields = Edit(request, principal, query, body), read_fields(body)

        def act(store: Workspace) -> Outcome:
            made = records.add(store, resource, fields)
            return edit.answered(store, resource, made.address[1], made.revision, 201)

        return edit.perform(act)

    create.__name__ = f"create_{noun}"
    router.add_api_route(
        f"/{resource.plural}",
        create,
        methods=["POST"],
        summary=f"Add a {noun}",
        description=f"A {noun} is added, in a revision of its own. Without `id` it gets one, made "
        "from its title or text. Quotes are looked up in the text of their source, where the "
        "service holds it.",
        response_model=resource.out,
        status_code=201,
        responses=dry_run(resource.out),
        tags=[resource.plural],
        openapi_extra=declared(named(noun, "Create"), KEY),
    )


def _updating(resource: Resource[Any]) -> None:
    """Add the operation that revises a record."""
    noun = resource.noun

    def update(
        request: Request, id: RecordId, principal: Writes, query: EditQ, body: PatchBody
    ) -> Response:
        """A record is revised."""
        edit, fields = Edit(request, principal, query, body), read_fields(body)
        expected = meant_for(request.headers)

        def act(store: Workspace) -> Outcome:
            made = records.revise(store, resource, id, fields, expected)
            return edit.answered(store, resource, id, made.revision, 200)

        return edit.perform(act)

    update.__name__ = f"update_{noun}"
    router.add_api_route(
        f"/{resource.plural}/{{id}}",
        update,
        methods=["PATCH"],
        summary=f"Revise a {noun}",
        description="A merge patch (RFC 7396) of the facts: what it names is replaced, `null` "
        "takes it away, and a list is replaced whole. Equal facts make no new version.",
        response_model=resource.out,
        tags=[resource.plural],
        openapi_extra=declared(named(noun, "Update"), match=True),
    )


def _retracting(resource: Resource[Any]) -> None:
    """Add the operation that takes a record back."""
    noun = resource.noun

    def retract(request: Request, id: RecordId, principal: Writes, query: RetractQ) -> Response:
        """A record is taken back."""
        edit, expected = Edit(request, principal, query), meant_for(request.headers)

        def act(store: Workspace) -> Outcome:
            made = records.retract(store, resource, id, expected)
            return reported(edit, store, Plan(retracted=[made.address], revision=made.revision))

        return edit.perform(act)

    retract.__name__ = f"retract_{noun}"
    router.add_api_route(
        f"/{resource.plural}/{{id}}",
        retract,
        methods=["DELETE"],
        summary=f"Retract a {noun}",
        description=f"The {noun} is taken back, and its address answers 410 with the reason. Its "
        "history stays. Nothing that stays may link to it.",
        response_model=EditReport,
        tags=[resource.plural],
        openapi_extra=declared(None, match=True),
    )


def _redacting(resource: Resource[Any]) -> None:
    """Add the operation that removes words for good."""
    noun = resource.noun

    def redact(
        request: Request, id: RecordId, principal: Administers, query: RetractQ, body: JsonBody
    ) -> Response:
        """Words are removed for good."""
        edit = Edit(request, principal, query, body)
        sent = shaped(RedactionCreate, read_fields(body))

        def act(store: Workspace) -> Outcome:
            revision = redacting.redact(store, resource, id, sent.words)
            return reported(edit, store, Plan(revised=[(noun, id)], revision=revision))

        answer = edit.perform(act)
        if not query.dry_run:
            redacting.clean_files(edit.service.database)
        return answer

    redact.__name__ = f"redact_{noun}"
    router.add_api_route(
        f"/{resource.plural}/{{id}}/redaction",
        redact,
        methods=["POST"],
        summary=f"Redact a {noun}",
        description=f"Words are removed for good, from every version of the {noun} and from all "
        "that shows them, as the law may demand. A marked gap stays. This cannot be taken back.",
        response_model=EditReport,
        tags=[resource.plural],
        openapi_extra=declared(named("redaction", "Create"), KEY),
    )


def _with_parts(resource: Resource[Any], field: str, noun: str) -> None:
    """Add the operation that adds one part to a list of a record."""

    def create(
        request: Request, id: RecordId, principal: Writes, query: EditQ, body: JsonBody
    ) -> Response:
        """A part is added to a record."""
        edit, fields = Edit(request, principal, query, body), read_fields(body)
        expected = meant_for(request.headers, required=False)

        def act(store: Workspace) -> Outcome:
            made = records.add_part(store, resource, id, field, fields, expected)
            return edit.answered(store, resource, id, made.revision, 201)

        return edit.perform(act)

    create.__name__ = f"add_{noun}"
    router.add_api_route(
        f"/{resource.plural}/{{id}}/{field}",
        create,
        methods=["POST"],
        summary=f"Add a {noun} to a {resource.noun}",
        description=f"The {noun} is added to the {resource.noun}, as its next version. Pointers of "
        f"problems lead into the {noun}. The answer is the {resource.noun}.",
        response_model=resource.out,
        status_code=201,
        responses=dry_run(resource.out),
        tags=[resource.plural],
        openapi_extra=declared(named(noun, "Create"), KEY, match=False),
    )


for _resource in RESOURCES:
    for _operation in (_creating, _updating, _retracting, _redacting):
        _operation(_resource)
_with_parts(DEMANDS, "responses", "response")
_with_parts(MEETINGS, "notices", "notice")
_with_parts(CLAIMS, "relations", "relation")


@router.post(
    "/participants/{id}/merger",
    response_model=EditReport,
    summary="Merge a participant into another",
    tags=["participants"],
    openapi_extra=declared(named("merger", "Create"), KEY, match=True),
)
def merge_participant(
    request: Request, id: RecordId, principal: Writes, query: RetractQ, body: JsonBody
) -> Response:
    """The participant turns out to be another one: what links to it links to that from now on, and
    its own address leads there (308). Its history stays.
    """
    edit, expected = Edit(request, principal, query, body), meant_for(request.headers)
    sent = shaped(MergerCreate, read_fields(body))

    def act(store: Workspace) -> Outcome:
        revision, moved = merge(store, PARTICIPANTS, id, sent.into, expected)
        gone = [("participant", id)]
        return reported(edit, store, Plan(revised=moved, retracted=gone, revision=revision))

    return edit.perform(act)


@router.post(
    "/sources/{id}/verification",
    response_model=VerificationReport,
    summary="Check the quotes of a source",
    tags=["sources"],
    openapi_extra=declared(named("verification", "Create"), KEY),
)
def verify_source(
    request: Request,
    id: RecordId,
    principal: Writes,
    query: EditQ,
    body: Annotated[bytes, Depends(taking(*TEXTS))],
) -> Response:
    """Every quote of the source is compared with the text: in a field, or sent as it is, as
    `text/plain`. The result and the day are recorded. The text itself is kept only where the
    operator said so.
    """
    edit, text = Edit(request, principal, query, body), body
    if media_type_of(request, TEXTS) == JSON:
        text = shaped(VerificationCreate, read_fields(body)).text.encode()

    def act(store: Workspace) -> Outcome:
        found = check_source(store, id, text, keep_text=edit.service.hold_texts)
        return told(edit, store, verified(edit, store, id, found), found.revision)

    return edit.perform(act)
