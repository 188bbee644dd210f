"""What of a request its answer depends on, beside the state of the store: its key in the cache."""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from starlette.types import Scope

from app.errors import NotAcceptable
from app.formats import FORMATS
from app.web.accept import choose_coding, choose_format

# Requests with any of these are answered by the app alone: they name somebody, ask for a part, put
# a condition that is not that of a reader, or have a body.
PASSED = frozenset(
    (
        *(b"authorization", b"cookie", b"range", b"if-match", b"if-unmodified-since"),
        *(b"content-length", b"transfer-encoding", b"expect", b"upgrade"),
    )
)
# Bytes of address and header fields together: less than what the app refuses for its length.
LONGEST = 4_000

# Path, query, the formats in the order of preference, the coding.
Key = tuple[bytes, bytes, str, str | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a request its answer depends on: its header fields by name, and its key."""

    fields: dict[bytes, bytes]
    key: Key


def wanted_of(scope: Scope) -> Wanted | None:
    """What a request wants that may be answered from the cache; None for any other."""
    fields = fields_of(scope)
    return None if fields is None else Wanted(fields, key_of(scope, fields))


def fields_of(scope: Scope) -> dict[bytes, bytes] | None:
    """The header fields of a request that may be answered from the cache; None for any other."""
    if scope["method"] not in ("GET", "HEAD"):
        return None
    told: list[tuple[bytes, bytes]] = scope["headers"]
    fields = dict(told)
    if len(fields) != len(told) or not PASSED.isdisjoint(fields):
        return None
    # Joined only to be measured: nothing is faster.
    size = len(b"".join(fields)) + len(b"".join(fields.values())) + 4 * len(fields)
    if size + len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST:
        return None
    return fields


def key_of(scope: Scope, fields: dict[bytes, bytes]) -> Key:
    """The key of a request with these header fields."""
    accept, packed = fields.get(b"accept", b""), fields.get(b"accept-encoding", b"")
    return scope["raw_path"], scope["query_string"], preferred(accept), coding(packed)


@lru_cache(maxsize=1_000)
def preferred(accept: bytes) -> str:
    """The formats in the order in which they are chosen. The choice among any of them depends on
    this alone, so fields that are spelled differently and mean the same are the same here.
    """
    text, left, names = accept.decode("latin-1"), list(FORMATS), []
    with suppress(NotAcceptable):
        while left:
            best = choose_format(left, text)
            names.append(best.name)
            left.remove(best)
    return " ".join(names)


@lru_cache(maxsize=1_000)
def coding(accept_encoding: bytes) -> str | None:
    """Whether the answer is to be packed, and how."""
    return choose_coding(accept_encoding.decode("latin-1"))
