"""Reads what a client sends as JSON: strictly, and with a JSON pointer for everything wrong."""

import re
from functools import partial
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from app.dossiers.document import Steps
from app.dossiers.explaining import explain
from app.dossiers.faults import MOST_FAULTS, Faults
from app.dossiers.json_form import load
from app.dossiers.plain import has_unusable, plain, unusable
from app.errors import BadRequest, Fault, InvalidBody

ModelT = TypeVar("ModelT", bound=BaseModel)
# What is said of a body, beside what is wrong in it.
WRONG = "The body is wrong. Nothing was changed."
Fields = dict[str, Any]

# What the service finds out by itself.
_OWN = ("verification", "verified_on")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def pointer_to(steps: Steps) -> str:
    """A JSON pointer (RFC 6901). It ends before a key that no model could have."""
    found = ""
    for step in steps:
        if isinstance(step, str) and not _KEY.fullmatch(step):
            break
        found += f"/{step}"
    return found


class BodyFaults(Faults):
    """Everything that is wrong with one body, each with the pointer to it."""

    def __init__(self) -> None:
        super().__init__("")

    def add(self, message: Any, steps: Steps = (), line: int | None = None) -> None:
        """Note a fault at a path of the body; the words are only worked out if they are shown."""
        if len(self._kept) == MOST_FAULTS:
            self._count += 1
            return
        words = message if isinstance(message, str) else message()
        self.keep(Fault(words, pointer=pointer_to(steps)))

    def stop(self, message: str, steps: Steps = (), line: int | None = None) -> NoReturn:
        """Raise BadRequest: the body cannot be read any further."""
        place = f", in line {line}" if line else ""
        raise BadRequest("The body cannot be read.", (Fault(message + place, pointer=""),))

    def invalid(self) -> InvalidBody:
        """What says all of it at once."""
        return InvalidBody(WRONG, self.listed())


def decoded(raw: bytes) -> str:
    """The text of a body. Raises BadRequest."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"The body must be UTF-8, which it is not from byte {error.start} on."
        ) from None
    if not text.strip():
        raise BadRequest("The body is empty.")
    return text


def read_fields(raw: bytes) -> Fields:
    """The fields of a body that is one JSON object. Raises BadRequest and InvalidBody."""
    faults = BodyFaults()
    fields = load(decoded(raw), faults)
    faults.check()
    if not isinstance(fields, dict):
        faults.add("must be an object")
        faults.check()
    for steps in _set_by_us(fields, ()):
        faults.add("is set by the service, when it checks the words; leave it out", steps)
    faults.check()
    return dict(fields)


def shaped(model: type[ModelT], fields: Fields, base: Steps = ()) -> ModelT:
    """The fields as facts of that shape. Raises InvalidBody, with pointers from ``base`` on."""
    faults = BodyFaults()
    text = plain(fields)
    if has_unusable(text):
        for inner, message in unusable(fields):
            faults.add(message, (*base, *inner))
        faults.check()
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            faults.add(partial(explain, detail, model), (*base, *detail["loc"]))
    raise faults.invalid()


def merged(old: Any, patch: Any) -> Any:
    """The value with a merge patch applied (RFC 7396): null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    found = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            found.pop(key, None)
        else:
            found[key] = merged(found.get(key), value)
    return found


def _set_by_us(value: Any, steps: Steps) -> list[Steps]:
    if isinstance(value, list):
        return [one for n, item in enumerate(value) for one in _set_by_us(item, (*steps, n))]
    if not isinstance(value, dict):
        return []
    own = [(*steps, key) for key in _OWN if key in value]
    return own + [one for key, item in value.items() for one in _set_by_us(item, (*steps, key))]
