"""Conditional requests and caching (RFC 9110, section 13; RFC 9111; RFC 8246; RFC 5861)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from app import __version__

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

    def tag(self, version: int | None = None) -> str:
        """The entity tag; that of a single record begins with its version."""
        return f'"{self.digest}"' if version is None else f'"{version}-{self.digest}"'

    def headers(self, version: int | None, max_age: int, private: bool) -> dict[str, str]:
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
