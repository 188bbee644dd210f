"""Answers kept as they were sent: least recently used first out, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from sys import getsizeof

from app.web.cache_freshness import State
from app.web.cache_keys import Key
from app.web.conditional import Validators
from app.web.headers import SECURITY

# Header fields: lower-case names and values, as ASGI has them.
Fields = Sequence[tuple[bytes, bytes]]

# What each answer gets anew.
OF_ONE_REQUEST = frozenset((b"x-request-id", b"ratelimit", b"ratelimit-policy", b"date"))
# What an answer has that says "you hold it already" (RFC 9110, section 15.4.5).
OF_NOT_MODIFIED = frozenset(
    (
        *(b"etag", b"last-modified", b"cache-control", b"vary", b"content-security-policy"),
        *(b"access-control-allow-origin", b"access-control-expose-headers"),
        *(name.lower().encode() for name in SECURITY),
    )
)
# What the key of an entry stands for, or what keeps a request away from the cache.
KEYED = frozenset(("accept", "accept-encoding", "authorization"))
# The objects of an entry beside its bytes: its dict entry, tuples and lists.
OVERHEAD = 1_000
# No answer takes more than this part of the cache.
LARGEST_PART = 16


@dataclass(slots=True)
class Entry:
    """An answer: the header fields of a 200, and the body. ``route`` is what metrics call it by. It
    does not change; ``lines`` are made of the fields when they are first asked for.
    """

    route: str
    fields: list[tuple[bytes, bytes]]
    body: bytes
    tag: bytes
    validators: Validators
    lines: dict[int, bytes] = field(default_factory=dict)

    def fields_of(self, status: int) -> list[tuple[bytes, bytes]]:
        """The header fields of 200 or of 304."""
        if status == 200:
            return self.fields
        return [(name, value) for name, value in self.fields if name in OF_NOT_MODIFIED]

    def lines_of(self, status: int) -> bytes:
        """The header fields of 200 or of 304 as HTTP/1.1 has them, one a line."""
        lines = self.lines.get(status)
        if lines is None:
            lines = self.lines[status] = lines_of(self.fields_of(status))
        return lines

    def held_by(self, fields: dict[bytes, bytes]) -> bool:
        """Whether a client with these header fields, some of them conditions, holds this answer."""
        if fields.get(b"if-none-match") == self.tag:  # as nearly all of them are
            return True
        asked = {name.decode(): fields[name].decode("latin-1") for name in CONDITIONS & set(fields)}
        return self.validators.held_by(asked)


def lines_of(fields: Fields) -> bytes:
    """Header fields as HTTP/1.1 has them, one a line. Raises ValueError for what would end one."""
    lines = b"".join([b"%b: %b\r\n" % field for field in fields])
    if lines.count(b"\n") != len(fields) or lines.count(b"\r") != len(fields):
        raise ValueError("a header field of more than one line")
    return lines


CONDITIONS = frozenset((b"if-none-match", b"if-modified-since"))


def may_be_kept(status: int, fields: Fields) -> bool:
    """Whether an answer is a function of the request's key and the state of the store.

    Such an answer names the revision that it is of, and has a tag. Nothing else is kept.
    """
    told = dict(fields)
    caching = told.get(b"cache-control", b"no-store")
    return (
        status == 200
        and b"etag" in told
        and b"parley-revision" in told
        and b"set-cookie" not in told
        and b"no-store" not in caching
        and b"private" not in caching
        and _varied(told.get(b"vary", b"")) <= KEYED
    )


def _varied(vary: bytes) -> set[str]:
    return {name.strip().lower() for name in vary.decode("latin-1").split(",") if name.strip()}


def entry_of(route: str, fields: Fields, body: bytes) -> Entry:
    """An answer as it is kept, from the 200 that the app sent."""
    kept = [(name, value) for name, value in fields if name not in OF_ONE_REQUEST]
    told = dict(kept)
    digest = told[b"etag"].decode().strip('"').rpartition("-")[2]
    validators = Validators(digest, _instant(told.get(b"last-modified")), immutable=False)
    return Entry(route, kept, body, told[b"etag"], validators)


def _instant(text: bytes | None) -> datetime | None:
    return None if text is None else parsedate_to_datetime(text.decode())


@dataclass(slots=True)
class Counts:
    """What became of requests and answers since the start of this process."""

    hits: int = 0
    misses: int = 0
    joined: int = 0
    passed: int = 0
    evicted: int = 0
    outdated: int = 0


@dataclass(slots=True)
class Entries:
    """The answers of one state of the store, within so many bytes of memory."""

    limit: int
    counts: Counts = field(default_factory=Counts)
    size: int = 0
    state: State | None = None
    kept: OrderedDict[Key, tuple[Entry, int]] = field(default_factory=OrderedDict)

    def get(self, state: State, key: Key) -> Entry | None:
        """The answer of this state; what is of any other is forgotten."""
        if state != self.state:
            self._turn(state)
        found = self.kept.get(key)
        if found is None:
            return None
        self.kept.move_to_end(key)
        return found[0]

    def put(self, state: State, key: Key, entry: Entry) -> None:
        """Keep an answer, unless the store has moved on; the least recently used ones give way."""
        size = size_of(key, entry)
        if state != self.state or size > self.limit // LARGEST_PART or key in self.kept:
            return
        self.kept[key] = entry, size
        self.size += size
        while self.size > self.limit:
            _, (_, freed) = self.kept.popitem(last=False)
            self.size -= freed
            self.counts.evicted += 1

    def _turn(self, state: State) -> None:
        self.counts.outdated += len(self.kept)
        self.kept.clear()
        self.size = 0
        self.state = state


def size_of(key: Key, entry: Entry) -> int:
    """The memory that an entry takes, in bytes; what several entries share counts in each."""
    texts: Iterable[object] = (part for pair in entry.fields for part in pair)
    shared = sum(getsizeof(pair) for pair in entry.fields)
    return OVERHEAD + shared + sum(map(getsizeof, texts)) + sum(map(getsizeof, (*key, entry.body)))
