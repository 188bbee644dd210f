"""What ``fields``, ``include`` and ``facet`` take, declared: names that the operation knows."""

from typing import Any

from app.resources.resource import Listing
from app.web.subjects import subject_of

LINKS = ("#/components/schemas/NamedLink", "#/components/schemas/TitledLink")
# However deep in a record a quote stands, its source can be included.
SOURCE = "source"


def declare_choices(document: dict[str, Any]) -> None:
    """Write the names into the document, as a pattern: lists with commas have no enumeration."""
    schemas = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            named = {one["name"]: one["schema"] for one in operation.get("parameters", [])}
            if "fields" in named:
                record = _record(operation, schemas)
                _choose(named["fields"], list(record))
            if "facet" in named:
                _choose(named["facet"], _filters(operation, schemas))
            if "include" in named:
                linking = [name for name, shape in record.items() if _links(shape)]
                _choose(named["include"], list(dict.fromkeys([*linking, SOURCE])))


def _filters(operation: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """The filters of a list."""
    subject = subject_of(operation, schemas)
    if isinstance(subject, Listing):
        return list(subject.filters)
    # Of a list that is not known here, what it takes many values of.
    taken = operation["parameters"]
    return [one["name"] for one in taken if one["schema"].get("type") == "array"]


def _record(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The properties of a record of the answer, whether it is one or a page of them."""
    shape = operation["responses"]["200"]["content"]["application/json"]["schema"]
    found: dict[str, Any] = schemas[_name(shape)]["properties"]
    if "next_cursor" in found:
        found = schemas[_name(found["items"]["items"])]["properties"]
    return found


def _name(reference: dict[str, str]) -> str:
    return reference["$ref"].rpartition("/")[2]


def _links(shape: dict[str, Any]) -> bool:
    inner = [*shape.get("anyOf", []), shape.get("items", {})]
    return shape.get("$ref") in LINKS or any(one.get("$ref") in LINKS for one in inner)


def _choose(schema: dict[str, Any], names: list[str]) -> None:
    one = f"({'|'.join(names)})"
    schema["pattern"] = f"^{one}(,{one})*$"
    schema["examples"] = [",".join(names[:2])]
