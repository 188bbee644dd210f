"""The header fields of quick answers: those of the app, put together from parts that are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from app.formats import serving
from app.web.cache_entries import Entry
from app.web.coding import SMALLEST, compressed
from app.web.conditional import Validators, digest
from app.web.headers import DATA_POLICY, EXPOSED, SECURITY
from app.web.quick_questions import Asked
from app.web.service import Service
from app.web.sparse import has_place

Fields = list[tuple[bytes, bytes]]

COMMON = (
    (b"content-type", b"application/json"),
    *((name.lower().encode(), value.encode()) for name, value in SECURITY.items()),
    (b"content-security-policy", DATA_POLICY.encode()),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED.encode()),
)


@dataclass(slots=True)
class Body:
    """What is answered, beside its header: of which revision, and recorded when. ``redacted`` is a
    later revision that took words away; ``settled`` says whether it stays as it is for ever.
    """

    content: bytes
    revision: int
    modified: datetime | None
    redacted: int
    settled: bool
    following: str | None = None
    version: int | None = None
    total: int | None = None


@dataclass(slots=True)
class Heads:
    """Makes whole answers of bodies."""

    service: Service
    # The fields that all answers of one revision have, settled ones or not.
    _kept: dict[tuple[int, bool], Fields] = field(default_factory=dict)

    def entry(self, asked: Asked, body: Body, coding: str | None) -> Entry:
        """The answer to a question."""
        base = self.service.public_url + asked.path
        state: tuple[object, ...] = (body.revision, base, asked.state(), "json", coding)
        if body.redacted > body.revision:
            state = (*state, body.redacted)
        validators = Validators(digest(*state), body.modified, body.settled)
        tag = validators.tag(body.version).encode()
        fields = [(b"etag", tag), *self._of_revision(body, validators)]
        if "known_at" in asked.texts:
            fields.append((b"parley-known-at", asked.texts["known_at"].encode()))
        fields.append((b"link", _links(asked, base, body.following).encode()))
        content = body.content
        if coding and len(content) >= SMALLEST:
            fields.append((b"content-encoding", coding.encode()))
            content = compressed(content)
        if body.total is not None:
            fields.append((b"parley-total", b"%d" % body.total))
        fields.append((b"content-length", b"%d" % len(content)))
        fields += COMMON
        return Entry(asked.lane.path, fields, content, tag, validators)

    def _of_revision(self, body: Body, validators: Validators) -> Fields:
        place = body.revision, body.settled
        if place not in self._kept:
            told = validators.headers(None, self.service.max_age, private=False)
            told |= {"ETag": "", "Parley-Revision": str(body.revision)}
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[place] = [
                (name.lower().encode(), text.encode()) for name, text in told.items() if text
            ]
        return self._kept[place]


MOST = 1_000


def _links(asked: Asked, base: str, following: str | None) -> str:
    """The next page, and the same in other formats (RFC 8288)."""
    begin = f"<{asked.address(base)}{'&' if asked.texts else '?'}"
    ends = _others(asked.lane.subject.traits, tuple(asked.texts))
    # The beginning stands between any two ends, too: so all of them are put together at once.
    others = begin + f", {begin}".join(ends) if ends else ""
    return ", ".join(filter(None, (f'<{following}>; rel="next"' if following else "", others)))


@lru_cache(maxsize=1_000)
def _others(traits: frozenset[str], asked: Iterable[str]) -> tuple[str, ...]:
    """How the links to the other formats end that a question could be asked for in."""
    names = frozenset(asked)
    return tuple(
        f'format={form.name}>; rel="alternate"; type="{form.media_type}"'
        for form in serving(traits)
        if form.name != "json" and has_place(form, names)
    )
