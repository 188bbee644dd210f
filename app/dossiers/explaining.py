"""Says in plain words what is wrong with a value, without repeating it."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from app.resources.base import SLUG

_PATTERNS = {
    SLUG: "must be an id: small letters, digits and hyphens, at most 128, no hyphen first",
    r"^[A-Z]{3}$": "must be a country code of three capital letters (ISO 3166-1 alpha-3)",
    r"^[0-9a-f]{64}$": "must be a SHA-256 in 64 small hexadecimal digits",
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$": "must be a language tag (BCP 47), as in en or zh-Hant",
    r"^Q[1-9][0-9]{0,11}$": "must be a Wikidata id, as in Q30",
    r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$": "must be an IANA time zone, as in Europe/Brussels",
    r"^\d{4}-\d{2}-\d{2}$": "must be a day, as in 2022-01-31",
}
_WHOLE_NUMBER = "must be a whole number"
_NUMBER = "must be a number"
_TEXT = "must be text; put it in quotes"
_MAPPING = "must be a mapping of keys to values"

_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "string_type": lambda _: _TEXT,
    "int_type": lambda _: _WHOLE_NUMBER,
    "int_from_float": lambda _: _WHOLE_NUMBER,
    "int_parsing_size": lambda _: _WHOLE_NUMBER,
    "float_type": lambda _: _NUMBER,
    "finite_number": lambda _: _NUMBER,
    "list_type": lambda _: "must be a list; leave the key out where there is nothing",
    "model_type": lambda _: _MAPPING,
    "model_attributes_type": lambda _: _MAPPING,
    "dict_type": lambda _: _MAPPING,
    "enum": lambda limits: f"must be one of {limits['expected']}".replace("'", ""),
    "string_too_long": lambda limits: f"must not have more than {limits['max_length']} characters",
    "too_short": lambda limits: f"must have at least {limits['min_length']} entry",
    "greater_than_equal": lambda limits: f"must be {limits['ge']:g} or more",
    "less_than_equal": lambda limits: f"must be {limits['le']:g} or less",
    "string_pattern_mismatch": lambda limits: _PATTERNS.get(
        limits["pattern"], f"must match the pattern {limits['pattern']}"
    ),
    "value_error": lambda limits: str(limits["error"]),
}


def explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One sentence for an error that Pydantic found in a record of the model."""
    if error["type"] == "extra_forbidden":
        around = _model_at(model, error["loc"][:-1])
        return unknown_key(str(error["loc"][-1]), names_of(around) if around else [])
    words = _WORDS.get(error["type"])
    return words(error.get("ctx", {})) if words else f"is refused: {error['msg']}"


def unknown_key(key: str, known: list[str]) -> str:
    """What to say of a key that is not known: the nearest one that is, or all of them."""
    nearest = get_close_matches(key[:64], known, n=1)
    if nearest:
        return f"is not a known key; did you mean {nearest[0]}?"
    return f"is not a known key; known here are {', '.join(known)}"


def names_of(model: type[BaseModel]) -> list[str]:
    """The fields of a model under the names that dossiers use."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[BaseModel], steps: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The model of the value at a path of positions and public names."""
    found: type[BaseModel] | None = model
    for step in steps:
        if found is None or isinstance(step, int):
            continue
        fields = {info.alias or name: info for name, info in found.model_fields.items()}
        found = _model_in(fields[step].annotation) if step in fields else None
    return found


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := _model_in(inner))), None)
