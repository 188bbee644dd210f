"""Tokens: their form, what an error in one does, and when they end."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from app.resources.tokens import (
    DIGITS,
    PATTERN,
    Grant,
    Scope,
    State,
    checked_label,
    checksum,
    expiry,
    hashed,
    id_of,
    make,
)
from app.settings import ROOT

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
# All but the checksum of a token.
HEAD = "parley_0123456789ab_" + "0" * 42 + "1"


def test_a_token_has_a_prefix_a_public_id_a_secret_and_a_checksum() -> None:
    token = make()
    prefix, identifier, secret, told = token.split("_")
    assert prefix == "parley"
    assert re.fullmatch("[0-9a-z]{12}", identifier)
    assert re.fullmatch("[0-9A-Za-z]{43}", secret)
    assert told == checksum(f"parley_{identifier}_{secret}")
    assert re.fullmatch(PATTERN, token)
    assert id_of(token) == identifier


def test_the_expression_that_finds_tokens_is_documented_and_finds_them() -> None:
    page = (ROOT / "docs" / "editing.md").read_text(encoding="utf-8")
    expression = rf"\b{PATTERN}\b"
    assert f"\n{expression}\n" in page
    token = make()
    assert re.findall(expression, f'curl -H "Authorization: Bearer {token}" x') == [token]
    assert re.findall(expression, page) == []


def test_no_two_tokens_are_alike_and_every_sign_of_a_secret_turns_up() -> None:
    made = [make() for _ in range(500)]
    parts = [token.split("_") for token in made]
    assert len({identifier for _, identifier, _, _ in parts}) == 500
    assert len({secret for _, _, secret, _ in parts}) == 500
    counts = Counter(sign for _, _, secret, _ in parts for sign in secret[1:])
    assert set(counts) == set(DIGITS)
    # 21,000 signs of 62 sorts: 339 of each, and more than 40 percent off is not chance.
    assert all(200 < count < 480 for count in counts.values())


def test_any_one_sign_that_is_wrong_is_told_by_the_checksum() -> None:
    token = make()
    for place, sign in enumerate(token):
        for other in "0aZ_ é\n":
            if other != sign:
                assert id_of(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "parley",
        "parley___",
        "Bearer x",
        "x" * 10_000,
        HEAD,
        f"{HEAD}_",
        f"{HEAD}_000000",
    ],
)
def test_what_is_no_token_has_no_id(text: str) -> None:
    assert id_of(text) is None


def test_white_space_around_a_token_is_an_error_in_it() -> None:
    token = make()
    for text in (f" {token}", f"{token} ", f"{token}\n", token.upper(), f"{token}{token}"):
        assert id_of(text) is None


def test_the_checksum_is_crc_32_in_six_digits_of_base_62() -> None:
    # CRC-32 of "123456789" is 0xCBF43926, its check value in catalogues, which is 3421780262:
    # 3*62**5 + 45*62**4 + 35*62**3 + 27*62**2 + 22*62 + 14.
    assert checksum("123456789") == "3jZRME"
    assert checksum("") == "000000"


def test_what_is_kept_is_the_sha_256_of_the_whole_token() -> None:
    assert hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("90d", datetime(2027, 2, 22, 12, tzinfo=UTC)),
        ("1d", datetime(2026, 11, 25, 12, tzinfo=UTC)),
        ("2027-01-01", datetime(2027, 1, 1, tzinfo=UTC)),
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("never", None),
    ],
)
def test_a_token_ends_after_days_or_at_the_beginning_of_a_day_or_never(
    words: str, ends: datetime | None
) -> None:
    assert expiry(words, NOW) == ends


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("0d", "in the future"),
        ("2026-11-24", "in the future"),
        ("2020-01-01", "in the future"),
        ("2027-02-30", "in the calendar"),
        ("9999999d", "in the calendar"),
        ("99999999d", "like 90d"),
        ("-1d", "like 90d"),
        ("90", "like 90d"),
        ("90 d", "like 90d"),
        ("٩0d", "like 90d"),
        ("Never", "like 90d"),
        ("", "like 90d"),
        ("2027-1-1", "like 90d"),
        ("2027-01-01T00:00:00Z", "like 90d"),
    ],
)
def test_an_end_that_is_none_is_refused_in_words(words: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        expiry(words, NOW)


@pytest.mark.parametrize("label", ["desk", "The desk, Kyiv", "Œuvre no. 5", "x" * 100, "@desk"])
def test_a_label_is_a_line_of_words(label: str) -> None:
    assert checked_label(label) == label


@pytest.mark.parametrize(
    "label", ["", " ", "x" * 101, "a\nb", "a\tb", "a\0b", "a\u202eb", "someone@example.org"]
)
def test_a_label_that_nobody_should_read_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="must"):
        checked_label(label)


def grant(expires_at: datetime | None = None, revoked_at: datetime | None = None) -> Grant:
    return Grant("0123456789ab", "desk", frozenset({Scope.write}), NOW, expires_at, revoked_at)


def test_a_token_is_valid_until_it_ends_or_is_revoked() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    before = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert grant().state(datetime.max.replace(tzinfo=UTC)) is State.valid
    assert grant(end).state(before) is State.valid
    assert grant(end).state(end) is State.expired
    assert grant(end, revoked_at=NOW).state(before) is State.revoked
    assert grant(end, revoked_at=NOW).state(end) is State.revoked
