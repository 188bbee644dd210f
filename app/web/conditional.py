"""Conditional requests and caching (RFC 9110, section 13; RFC 9111; RFC 8246; RFC 5861)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from app import __version__
from app.errors import BadRequest, PreconditionRequired

YEAR_SECONDS = 31_536_000
VARY = "Accept, Accept-Encoding, Authorization"
TAG = re.compile(r'(?:W/)?"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of an answer from another, before any row of it is read.

    ``digest`` is a strong validator: it stands for the release, the revision, the address and the
    representation. ``modified`` is None where the instant of the revision does not tell enough.
    """

    digest: str
    modified: datetime | None
    immutable: bool

    def tag(self, version: int | str | None = None) -> str:
        """The entity tag; that of a record begins with its version, that of a dossier with the name
        of its facts.
        """
        return f'"{self.digest}"' if version is None else f'"{version}-{self.digest}"'

    def headers(self, version: int | str | None, max_age: int, private: bool) -> dict[str, str]:
        """The fields that let an answer be kept and asked for again."""
        found = {"ETag": self.tag(version), "Vary": VARY}
        found["Cache-Control"] = cache_control(max_age, self.immutable, private)
        if self.modified is not None:
            found["Last-Modified"] = format_datetime(self.modified, usegmt=True)
        return found

    def held_by(self, headers: Mapping[str, str]) -> bool:
        """Whether the client holds this state already."""
        if "if-none-match" in headers:
            told = headers["if-none-match"]
            held = (tag.rpartition("-")[2] for tag in TAG.findall(told))
            return told.strip() == "*" or self.digest in held
        if self.modified is None or "if-modified-since" not in headers:
            return False
        try:
            return self.modified <= parsedate_to_datetime(headers["if-modified-since"])
        except (TypeError, ValueError, OverflowError):
            return False  # a date that cannot be read is as good as none


def meant_for(headers: Mapping[str, str], *, required: bool = True) -> frozenset[int] | None:
    """The versions that a change is meant for, as ``If-Match`` names them; None for any.

    Of a tag the version in front counts alone: another record's change makes no tag stale.
    Raises PreconditionRequired where there is none, and BadRequest where it is no list of tags.
    """
    told = headers.get("if-match")
    if told is None and required:
        raise PreconditionRequired("Send the ETag of the record that you read, in If-Match.")
    if told is None or told.strip() == "*":
        return None
    tags = TAG.findall(told)
    if not tags:
        raise BadRequest("If-Match must be an entity tag in double quotes, or *.")
    numbers = (tag.partition("-")[0] for tag in tags)
    return frozenset(int(one) for one in numbers if re.fullmatch(r"[0-9]{1,15}", one))


def digest(*parts: object) -> str:
    """A short name for a state of an answer. Another release may write other bytes."""
    text = "\n".join([__version__, *(str(part) for part in parts)])
    return sha256(text.encode()).hexdigest()[:32]


def cache_control(max_age: int, immutable: bool, private: bool) -> str:
    """How long an answer may be kept. A pinned past never changes."""
    if private:
        return "private, no-store"
    if immutable:
        return f"max-age={YEAR_SECONDS}, immutable"
    return f"max-age={max_age}, stale-while-revalidate={max_age * 6}"
