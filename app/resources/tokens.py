"""Tokens of editors: how they are made and read, what they allow, and until when."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from zlib import crc32

PREFIX = "parley"
# Without the bounds of a word, for models and documents; scanners for leaks put them around it.
PATTERN = rf"{PREFIX}_[0-9a-z]{{12}}_[0-9A-Za-z]{{43}}_[0-9A-Za-z]{{6}}"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
ID_LENGTH = 12
ID_SIGNS = DIGITS[:10] + DIGITS[36:]
SECRET_BITS = 256
# The digits that 256 and 32 bits need at the most.
SECRET_LENGTH = 43
CHECKSUM_LENGTH = 6
LONGEST_LABEL = 100
NEVER = "never"


class Scope(StrEnum):
    """What a token allows. A scope implies no other."""

    write = "write"
    import_ = "import"
    admin = "admin"


class State(StrEnum):
    """Whether a token is taken."""

    valid = "valid"
    expired = "expired"
    revoked = "revoked"


@dataclass(frozen=True, slots=True)
class Grant:
    """What is kept of a token: whose it is, what it allows, and until when; never the token.

    ``label`` says who makes changes with it, and is shown with them. ``expires_at`` is None where
    it is taken until it is revoked. Instants are aware.
    """

    id: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Whether the token is taken at an instant."""
        if self.revoked_at is not None:
            return State.revoked
        if self.expires_at is not None and self.expires_at <= now:
            return State.expired
        return State.valid


def make() -> str:
    """A new token: ``parley_<id>_<secret>_<checksum>``, with 256 random bits for its secret."""
    identifier = "".join(secrets.choice(ID_SIGNS) for _ in range(ID_LENGTH))
    secret = _base62(secrets.randbits(SECRET_BITS), SECRET_LENGTH)
    head = f"{PREFIX}_{identifier}_{secret}"
    return f"{head}_{checksum(head)}"


def checksum(head: str) -> str:
    """The CRC-32 of what stands before it, so that a typing error is told without a look."""
    return _base62(crc32(head.encode()), CHECKSUM_LENGTH)


def id_of(token: str) -> str | None:
    """The public id in a token, or None where the text is no token, or one with an error in it."""
    if not re.fullmatch(PATTERN, token):
        return None
    head, _, told = token.rpartition("_")
    return head.split("_")[1] if checksum(head) == told else None


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256, in hexadecimal digits.

    Its secret is random, so there is nothing to guess that a slow hash would have to protect.
    """
    return sha256(token.encode()).hexdigest()


def checked_label(label: str) -> str:
    """A label, where it can stand beside changes for everybody to read. Raises ValueError."""
    if not label.strip() or len(label) > LONGEST_LABEL or not label.isprintable():
        raise ValueError(f"must be one line of 1 to {LONGEST_LABEL} printable characters")
    if re.search(r"\S@\S", label):
        raise ValueError("must not be an address: everybody reads it beside the changes")
    return label


def expiry(words: str, now: datetime) -> datetime | None:
    """When a token ends: ``90d`` is so many days from now, a day is its beginning in UTC, and
    ``never`` is None. Raises ValueError.
    """
    if words == NEVER:
        return None
    ends = _instant(words, now)
    if ends <= now:
        raise ValueError("must lie in the future")
    return ends


def _instant(words: str, now: datetime) -> datetime:
    try:
        if re.fullmatch("[0-9]{1,7}d", words):
            return now + timedelta(days=int(words[:-1]))
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", words):
            return datetime.combine(date.fromisoformat(words), time(), UTC)
    except (ValueError, OverflowError):
        raise ValueError("must lie in the calendar") from None
    raise ValueError(f"must be days like 90d, a day like 2027-01-01, or {NEVER}")


def _base62(number: int, length: int) -> str:
    """A number in so many digits of base 62."""
    found = ""
    for _ in range(length):
        number, digit = divmod(number, len(DIGITS))
        found = DIGITS[digit] + found
    return found
