"""Cursors: where a page ended, sealed, and bound to the query and the revision they came from."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from pydantic_core import from_json, to_json

from app.errors import Fault, InvalidCursor

SEAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """The revision of the walk and the sort values of the last record that was given."""

    revision: int
    after: tuple[Any, ...]


def seal(cursor: Cursor, query: str, key: bytes) -> str:
    """A cursor as text. ``query`` is the canonical form of the query that it belongs to."""
    payload = to_json([cursor.revision, *(_plain(value) for value in cursor.after)])
    sealed = _signature(payload, query, key) + payload
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def unseal(text: str, query: str, key: bytes) -> Cursor:
    """The cursor that was sealed for this query. Raises InvalidCursor for any other."""
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raise _refused() from None
    signature, payload = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
    expected = _signature(payload, query, key)
    # The decoder skips signs outside its alphabet; only the one true spelling is taken.
    spelling = urlsafe_b64encode(sealed).decode().rstrip("=")
    if not hmac.compare_digest(signature, expected) or spelling != text:
        raise _refused()
    revision, *values = from_json(payload)
    return Cursor(revision, tuple(_value(value) for value in values))


def _signature(payload: bytes, query: str, key: bytes) -> bytes:
    return hmac.new(key, query.encode() + b"\n" + payload, sha256).digest()[:SEAL_BYTES]


def _plain(value: Any) -> Any:
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(plain: Any) -> Any:
    return date.fromisoformat(plain["day"]) if isinstance(plain, dict) else plain


def _refused() -> InvalidCursor:
    message = "was changed, or belongs to another query; start again without it"
    return InvalidCursor("The cursor cannot be used here.", (Fault(message, "cursor"),))
