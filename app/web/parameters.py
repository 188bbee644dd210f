"""Query parameters: read strictly, so that nothing a client sends is silently ignored."""

from collections import Counter
from difflib import get_close_matches
from typing import Any, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.errors import BadRequest, Fault, InvalidParameter, RouteNotFound

MOST_PARAMETERS = 500
MOST_FAULTS = 20


def check_parameters(request: Request) -> None:
    """Refuse what a query model cannot see: repeated, empty and unknown parameters.

    Raises InvalidParameter, and BadRequest for bytes that are not UTF-8 or for far too many.
    """
    if request.scope["path"].endswith("\n"):
        # The patterns of routes end with $, behind which one newline may stand.
        raise RouteNotFound("There is nothing at this path.")
    route = request.scope.get("route")
    if not (isinstance(route, APIRoute) and route.include_in_schema):
        return
    model = query_model(request)
    pairs = _pairs(request.scope["query_string"])
    fields = model.model_fields if model else {}
    known = {field.alias or name: field for name, field in fields.items()}
    counts = Counter(name for name, _ in pairs)
    unknown = [name for name in counts if name not in known]
    faults = [_unknown(name, list(known)) for name in unknown[:MOST_FAULTS]]
    for name, count in counts.items():
        if name in known and count > 1 and not _takes_many(known[name].annotation):
            faults.append(Fault("must be given once", name))
    faults += [Fault(_wrong(value), _short(name)) for name, value in pairs if _wrong(value)]
    if faults:
        raise InvalidParameter("A query parameter is wrong.", tuple(faults[:MOST_FAULTS]))


def query_model(request: Request) -> type[BaseModel] | None:
    """The model that declares the query parameters of the route that was asked."""
    route = request.scope.get("route")
    return model_of(route) if isinstance(route, APIRoute) else None


def model_of(route: APIRoute) -> type[BaseModel] | None:
    """The model that declares the query parameters of a route."""
    for parameter in route.dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return annotation
    return None


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError:
        raise BadRequest("The query string is not percent-encoded UTF-8.") from None
    except ValueError:
        raise BadRequest(f"The query has more than {MOST_PARAMETERS} parameters.") from None


def _wrong(value: str) -> str:
    """What is wrong with a value whatever its parameter; empty where nothing is."""
    if not value.strip():
        return "must not be empty"
    # PostgreSQL has no such character in its texts.
    return "must not have the character NUL" if "\0" in value else ""


def _takes_many(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_takes_many(arg) for arg in get_args(annotation))


def _unknown(name: str, known: list[str]) -> Fault:
    if not known:
        return Fault("is not a parameter here; this path takes none", _short(name))
    nearest = get_close_matches(name, known, n=1, cutoff=0.5)
    if nearest:
        return Fault(f"is not a parameter here; the nearest is '{nearest[0]}'", _short(name))
    return Fault(f"is not a parameter here; there are {', '.join(sorted(known))}", _short(name))


def _short(name: str) -> str:
    # A name is the client's own text: enough of it to find it, never all of a long one.
    return "".join(sign for sign in name if sign.isprintable())[:60]
