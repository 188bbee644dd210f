"""What an operation can answer beside its own, declared: formats, header fields and problems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.formats import FORMATS
from app.formats.base import Format
from app.web.declared_headers import ALWAYS, HEADERS, OF_DOSSIERS, OF_FORMATS
from app.web.problems import MEDIA_TYPE
from app.web.subjects import formats_of, traits_of

Operation = dict[str, Any]
"""An operation of the document, with its path under ``path`` and its method under ``method``."""


def _in_forms(operation: Operation) -> bool:
    return any(parameter["name"] == "format" for parameter in operation.get("parameters", []))


def _formatted(operation: Operation) -> bool:
    """Whether it comes in the formats of lists and records; a dossier has forms of its own."""
    return _in_forms(operation) and not operation["path"].endswith("/dossier")


def _guarded(operation: Operation) -> list[bool]:
    """Whether ``If-Match`` must be there, where the operation takes it."""
    fields = operation.get("parameters", [])
    return [bool(one.get("required")) for one in fields if one["name"] == "If-Match"]


def _queried(operation: Operation) -> bool:
    return any(parameter["in"] == "query" for parameter in operation.get("parameters", []))


def _of_record(operation: Operation) -> bool:
    # The history of a record outlives it.
    return "{id}" in operation["path"] and not operation["path"].endswith("/history")


def _addressed(operation: Operation) -> bool:
    return "{" in operation["path"]


def _for_editors(operation: Operation) -> bool:
    return bool(operation.get("security"))


def _changing(operation: Operation) -> bool:
    return _for_editors(operation) and operation["method"] != "get"


def _conditional(operation: Operation) -> bool:
    return bool(_guarded(operation)) or operation["method"] == "put"


def _replacing(operation: Operation) -> bool:
    # A dossier is put with one of two fields, and neither is needed by itself.
    return any(_guarded(operation)) or operation["method"] == "put"


def _with_body(operation: Operation) -> bool:
    return "requestBody" in operation


def _can_be_wrong(operation: Operation) -> bool:
    return _queried(operation) or _with_body(operation)


def _stored(operation: Operation) -> bool:
    return (
        _queried(operation)
        or _for_editors(operation)
        or operation["operationId"] == "get_readiness"
    )


def _any(_operation: Operation) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Declared:
    """An answer that many operations have: what it means, where it happens, what it carries."""

    name: str
    status: int
    description: str
    happens: Callable[[Operation], bool]
    headers: tuple[str, ...] = ()

    @property
    def reference(self) -> dict[str, str]:
        """Where the document has it."""
        return {"$ref": f"#/components/responses/{self.name}"}

    def response(self) -> dict[str, Any]:
        """The answer as the document has it. Only 304 has no problem to tell."""
        found = {"description": self.description, "headers": _headers(*ALWAYS, *self.headers)}
        if self.status != 304:
            schema = {"$ref": "#/components/schemas/Problem"}
            found["content"] = {MEDIA_TYPE: {"schema": schema}}
        return found


# JSON is declared by the shape of the record; what the other formats make of it is theirs.
OTHERS = [form for form in FORMATS if form.name != "json"]
# A dossier in its other forms: YAML is read as JSON is.
DOSSIERS = {
    "application/yaml": {"schema": {"$ref": "#/components/schemas/DossierDocument"}},
    "application/x-ndjson": {"schema": {"$ref": "#/components/schemas/NdjsonDocument"}},
}
VALIDATORS = ("ETag", "Last-Modified", "Cache-Control", "Vary")
ANSWERS = (
    Declared("NotModified", 304, "What the client holds is still right.", _in_forms, VALIDATORS),
    Declared(
        "Merged", 308, "The record was merged into the one at Location.", _of_record, ("Location",)
    ),
    Declared("BadRequest", 400, "The request is malformed.", _any),
    Declared(
        "Unauthorized",
        401,
        "A token is needed here, or the one that was sent is not valid.",
        _any,
        ("WWW-Authenticate",),
    ),
    Declared(
        "Forbidden",
        403,
        "The token has not the scope for this, or the server takes no changes.",
        _for_editors,
        ("WWW-Authenticate",),
    ),
    Declared("NotFound", 404, "Not there, or not there yet at this pin.", _addressed),
    Declared("NotAcceptable", 406, "None of the media types asked for is here.", _in_forms),
    Declared("RequestTimeout", 408, "The body did not arrive in time.", _with_body),
    Declared("Conflict", 409, "The change disagrees with what is stored.", _changing),
    Declared("Retracted", 410, "The record was retracted, with a reason.", _of_record),
    Declared(
        "PreconditionFailed", 412, "The record is in another version.", _conditional, ("Link",)
    ),
    Declared("ContentTooLarge", 413, "The body is larger than the service takes.", _with_body),
    Declared("UriTooLong", 414, "The address is longer than the service takes.", _any),
    Declared("UnsupportedMediaType", 415, "The body has a form not taken here.", _with_body),
    Declared(
        "InvalidRequest", 422, "What was sent is wrong; the problem says where.", _can_be_wrong
    ),
    Declared(
        "PreconditionRequired", 428, "The change must say of which version it is.", _replacing
    ),
    Declared(
        "TooManyRequests", 429, "More requests than one client may make.", _any, ("Retry-After",)
    ),
    Declared("HeadersTooLarge", 431, "The header fields are too large.", _any),
    Declared("InternalError", 500, "The service failed.", _any),
    Declared(
        "Unavailable", 503, "The store cannot answer at the moment.", _stored, ("Retry-After",)
    ),
)


def declare_answers(document: dict[str, Any]) -> None:
    """Write into the document what its operations answer."""
    components = document["components"]
    components["headers"] = HEADERS
    for form in OTHERS:
        components["schemas"][_name(form)] = _schema(form)
    happening: set[Declared] = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            seen = {**operation, "path": path, "method": method}
            common = [answer for answer in ANSWERS if answer.happens(seen)]
            _declare(seen, common, components["schemas"])
            operation["responses"] = seen["responses"]
            happening.update(common)
    answers = {answer.name: answer.response() for answer in ANSWERS if answer in happening}
    components["responses"] = answers


def _schema(form: Format) -> dict[str, Any]:
    """What is to be said of a format: it is an object of JSON, or text."""
    words = " ".join((form.__doc__ or "").split())
    told = {"title": _name(form), "description": words}
    if form.media_type.endswith("+json"):
        return {"type": "object", "additionalProperties": True, **told}
    return {"type": "string", **told, "contentMediaType": form.media_type}


def _declare(
    operation: Operation, common: list[Declared], schemas: dict[str, dict[str, Any]]
) -> None:
    own = {status: one for status, one in operation["responses"].items() if status < "300"}
    for status, answer in own.items():
        answer["headers"] = _headers(*ALWAYS, *_fields_of(operation, status))
        if _formatted(operation):
            others = [form for form in formats_of(operation, schemas) if form.name != "json"]
            answer["content"] |= {form.media_type: _reference(form) for form in others}
        elif _in_forms(operation):
            answer["content"] |= DOSSIERS
    operation["responses"] = own | {str(one.status): one.reference for one in common}
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "format" and _formatted(operation):
            parameter["schema"] = _choice(operation, schemas)


def _fields_of(operation: Operation, status: str) -> tuple[str, ...]:
    """The header fields of a good answer, beside those that all have."""
    if _formatted(operation):
        return OF_FORMATS
    if _in_forms(operation):
        return OF_DOSSIERS
    if not _changing(operation):
        return ()
    made = ("Location",) if status == "201" else ()
    reports = operation["operationId"].startswith(("retract", "redact", "merge", "verify"))
    return ("Parley-Revision", *made, *(() if reports else ("ETag",)))


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _choice(operation: Operation, schemas: dict[str, dict[str, Any]]) -> dict[str, str]:
    """The formats that an operation takes, declared once for all that take the same."""
    traits = sorted(trait.title() for trait in traits_of(operation, schemas))
    name = f"{''.join(traits)}FormatName"
    schemas[name] = {
        "type": "string",
        "title": name,
        "description": "The formats that the answer comes in.",
        "enum": [form.name for form in formats_of(operation, schemas)],
    }
    return {"$ref": f"#/components/schemas/{name}"}


def _reference(form: Format) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{_name(form)}"}}


def _name(form: Format) -> str:
    return f"{type(form).__name__}Document"
