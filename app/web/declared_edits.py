"""What editors send, declared: bodies by their shapes, and the header fields that guard a change.

Handlers read bodies by themselves, byte by byte, so FastAPI does not know of them. The shapes are
made of the very models that check what is sent.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.resources import RESOURCES
from app.resources.edits import MergerCreate, RedactionCreate, VerificationCreate
from app.resources.resource import Resource
from app.web.bodies import JSON, MERGE_PATCH

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/"
# What the service finds out by itself.
OWN = {"EvidenceCreate": ("verification", "verified_on")}
DOSSIER: Schema = {"$ref": f"{REFERENCE}DossierCreate"}
PATTERN = r'^(\*|(W/)?"[^"]*"(\s*,\s*(W/)?"[^"]*")*)$'
MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag of what the change is meant for; `*` for any (RFC 9110).",
    "schema": {"type": "string", "maxLength": 2_000, "pattern": PATTERN, "examples": ["*"]},
}
NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "`*` where there is none yet (RFC 9110). Send this, or else `If-Match`.",
    "schema": {"type": "string", "enum": ["*"]},
}
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name for this request: sent again under it, it is answered and not repeated.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def named(noun: str, verb: str) -> Schema:
    """A body that is one record, or a part of one: ``ClaimCreate``, ``ClaimUpdate``."""
    schema = {"$ref": f"{REFERENCE}{noun.title()}{verb}"}
    types = (MERGE_PATCH, JSON) if verb == "Update" else (JSON,)
    return body(dict.fromkeys(types, schema))


def body(schemas: dict[str, Schema]) -> Schema:
    """A body, by media type."""
    content = {media_type: {"schema": schema} for media_type, schema in schemas.items()}
    return {"required": True, "content": content}


def declared(sent: Schema | None, *fields: Schema, match: bool | None = None) -> Schema:
    """What an operation takes. ``match`` says whether ``If-Match`` must be there; None for no such
    field.
    """
    guards = [] if match is None else [MATCH | {"required": match}]
    found: Schema = {"parameters": [*guards, *fields]}
    return found if sent is None else found | {"requestBody": sent}


def declare_edits(document: Schema) -> None:
    """Write the shapes of what editors send into the document."""
    schemas = document["components"]["schemas"]
    models: list[type[BaseModel]] = [resource.content for resource in RESOURCES]
    models += [MergerCreate, RedactionCreate, VerificationCreate]
    made = models_json_schema(
        [(model, "validation") for model in models],
        by_alias=True,
        ref_template=f"{REFERENCE}{{model}}",
    )[1]["$defs"]
    names = {name: _name(name, schema) for name, schema in made.items()}
    for name, schema in made.items():
        schemas.setdefault(names[name], _renamed(schema, names) | {"title": names[name]})
    for name, fields in OWN.items():
        for field in fields:
            del schemas[name]["properties"][field]
    for resource in RESOURCES:
        _declare(resource, schemas)
    schemas["DossierCreate"] = schemas["DossierDocument"] | {
        "title": "DossierCreate",
        "description": "A dossier as editors send it; `base` is that of an export.",
        "required": ["dossier", "negotiation"],
    }


def _declare(resource: Resource[Any], schemas: Schema) -> None:
    """The two shapes of a noun: to add a record, whose id may be made, and to revise one."""
    noun = resource.noun.title()
    create = schemas[f"{noun}Create"]
    create["required"] = [name for name in create["required"] if name != "id"]
    create["description"] = f"What an editor sends to add a {resource.noun}."
    needed = set(create["required"])
    schemas[f"{noun}Update"] = {
        **{name: value for name, value in create.items() if name != "required"},
        "title": f"{noun}Update",
        "description": f"What an editor sends to revise a {resource.noun}: a merge patch (RFC "
        "7396). What is left out stays, and null takes a field away.",
        "properties": {
            name: _patched(value, name in needed)
            for name, value in create["properties"].items()
            if name != "id"
        },
    }


def _patched(schema: Schema, needed: bool) -> Schema:
    """The shape of a field in a patch, where it has no default, and null takes it away."""
    schema = {name: value for name, value in schema.items() if name != "default"}
    if needed or "anyOf" in schema:
        return schema
    told = {name: schema.pop(name) for name in list(schema) if name in ("title", "description")}
    return {"anyOf": [schema, {"type": "null"}], **told}


def _name(name: str, schema: Schema) -> str:
    """Enumerations are those of answers; shapes are called by what they are for."""
    if "enum" in schema or name.endswith("Create"):
        return name
    return f"{name.removesuffix('Content')}Create"


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _renamed(item, names) for key, item in value.items()}
    if "$ref" in found:
        found["$ref"] = REFERENCE + names[found["$ref"].removeprefix(REFERENCE)]
    return found
