"""Texts: the normal form, fingerprints, and quotes that stand where they are said to stand."""

import unicodedata
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.resources.texts import (
    CONTEXT_LENGTH,
    NORMALIZATION,
    Location,
    QuoteAmbiguous,
    QuoteElsewhere,
    QuoteNotFound,
    TextFingerprint,
    Verification,
    decode,
    fingerprint,
    locate,
    normalize,
    occurrences,
    verify,
)

TALKS = "The talks lasted seven hours. The talks were hard. Nobody left."

# The article that the first dossier is made from stays with its publisher, outside the repository.
ARTICLE = Path(__file__).resolve().parents[3] / "shared" / "article" / "article.txt"
needs_article = pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not at hand")

# Few letters make repeated and overlapping words likely.
letters = st.text(alphabet="ab \n\u00a0é\u0301\U0001f54a", max_size=40)


@pytest.fixture(scope="module")
def article() -> str:
    return normalize(decode(ARTICLE.read_bytes()))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("", ""),
        ("plain", "plain"),
        ("two  spaces", "two spaces"),
        ("a line\nand\r\nanother\tone", "a line and another one"),
        ("no\u00a0break\u202fand\u2009thin", "no break and thin"),
        ("line\u2028paragraph\u2029next\x85end", "line paragraph next end"),
        (" kept at both ends \n", " kept at both ends "),
        ("e\u0301", "é"),
        ("\u212b", "Å"),
        # Compatibility forms, zero-width signs and quotation marks carry what was written.
        ("ﬁ \u200b ² \ufeff", "ﬁ \u200b ² \ufeff"),
        ("“quoted” ’s", "“quoted” ’s"),
        ("\x00 \x1c", "\x00 \x1c"),
    ],
)
def test_the_normal_form_is_composed_and_has_single_spaces(text: str, normal: str) -> None:
    assert normalize(text) == normal


def test_the_normalisation_has_a_name_for_clients() -> None:
    assert NORMALIZATION == "NFC, white space folded"


@given(st.text())
def test_a_normal_text_stays_as_it_is(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_fingerprint_names_the_bytes_and_the_normal_text() -> None:
    raw = "Cafe\u0301 \n 🕊".encode()
    normal = "Café 🕊".encode()
    assert fingerprint(raw) == TextFingerprint(
        sha256=sha256(raw).hexdigest(), normalized_sha256=sha256(normal).hexdigest(), length=6
    )


def test_a_byte_order_mark_is_part_of_the_file_but_not_of_the_text() -> None:
    marked, plain = fingerprint(b"\xef\xbb\xbfyes"), fingerprint(b"yes")
    assert marked.sha256 != plain.sha256
    assert (marked.normalized_sha256, marked.length) == (plain.normalized_sha256, 3)


def test_an_empty_file_has_a_fingerprint() -> None:
    nothing = sha256(b"").hexdigest()
    assert fingerprint(b"") == TextFingerprint(nothing, nothing, 0)


@pytest.mark.parametrize(
    "raw", [b"caf\xe9", b"\xed\xa0\x80", b"\xc0\xaf", b"ab\xff", "text".encode("utf-16")], ids=repr
)
def test_what_is_not_utf_8_is_refused_by_place_alone(raw: bytes) -> None:
    with pytest.raises(ValueError, match="must be UTF-8, which it is not from byte") as refusal:
        fingerprint(raw)
    # The original error would carry the whole text into logs.
    assert type(refusal.value) is ValueError
    assert refusal.value.__context__ is None


@pytest.mark.parametrize(
    ("text", "exact", "places"),
    [
        (TALKS, "The talks", [0, 30]),
        (TALKS, "the talks", []),
        (TALKS, TALKS, [0]),
        ("aaaa", "aa", [0, 1, 2]),
        ("abababa", "aba", [0, 2, 4]),
        ("🕊 a 🕊", "🕊", [0, 4]),
        ("short", "longer than the text", []),
        ("", "a", []),
        ("text", "", []),
        ("", "", []),
    ],
)
def test_occurrences_are_counted_in_code_points_and_may_overlap(
    text: str, exact: str, places: list[int]
) -> None:
    assert occurrences(text, exact) == places


@given(letters, letters)
def test_occurrences_are_all_places_where_the_words_stand(raw: str, words: str) -> None:
    text, exact = normalize(raw), normalize(words)
    expected = [n for n in range(len(text)) if exact and text.startswith(exact, n)]
    assert occurrences(text, exact) == expected


def test_a_quote_that_stands_once_is_located_with_its_context() -> None:
    assert locate(TALKS, "lasted seven") == Location(
        start=10, end=22, prefix="The talks ", suffix=" hours. The talks were hard."
    )


@pytest.mark.parametrize(
    ("prefix", "suffix", "start", "found"),
    [
        (None, None, 0, 0),
        (None, None, 30, 30),
        (None, "lasted", None, 0),
        (None, " lasted", None, 0),
        (None, "\n were", None, 30),
        ("hours.", None, None, 30),
        ("hours. ", None, None, 30),
        ("seven\u00a0 hours.\t", None, None, 30),
        ("hours.", "were", None, 30),
        ("hours.", "were", 30, 30),
        ("", "were", None, 30),
    ],
)
def test_context_or_a_start_tells_two_places_apart(
    prefix: str | None, suffix: str | None, start: int | None, found: int
) -> None:
    location = locate(TALKS, "The talks", prefix=prefix, suffix=suffix, start=start)
    assert (location.start, location.end) == (found, found + 9)


def test_a_given_context_is_kept_in_its_normal_form() -> None:
    location = locate(TALKS, "The talks", prefix="seven\n hours.")
    assert (location.prefix, location.suffix) == ("seven hours.", " were hard. Nobody left.")
    assert locate(TALKS, "Nobody", prefix="", suffix="left").prefix == ""


def test_the_words_of_a_quote_are_compared_in_their_normal_form() -> None:
    assert locate("Das Café schließt.", "Cafe\u0301\n schließt") == Location(4, 17, "Das ", ".")


@pytest.mark.parametrize(
    ("exact", "prefix", "suffix", "start"),
    [
        ("talks failed", None, None, None),
        ("the talks", None, None, 0),
        ("", None, None, None),
        ("", None, None, 0),
        ("The talks", "left.", None, None),
        ("The talks", None, "failed", None),
        ("The talks", "hours.", "lasted", None),
        ("Nobody", "were", None, None),
    ],
)
def test_words_that_are_not_there_are_not_found(
    exact: str, prefix: str | None, suffix: str | None, start: int | None
) -> None:
    with pytest.raises(QuoteNotFound):
        locate(TALKS, exact, prefix=prefix, suffix=suffix, start=start)


def test_a_quote_in_two_places_names_them() -> None:
    with pytest.raises(QuoteAmbiguous, match=r"starts: 0, 30$") as refusal:
        locate(TALKS, "The talks")
    assert refusal.value.places == [0, 30]


def test_a_quote_in_many_places_names_the_first_ten() -> None:
    with pytest.raises(
        QuoteAmbiguous, match=r"0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 90 more$"
    ) as refusal:
        locate("a" * 100, "a")
    assert refusal.value.places == list(range(100))


@pytest.mark.parametrize("start", [1, 29, 31, -1, 10**9])
def test_a_quote_at_another_start_names_where_it_is(start: int) -> None:
    with pytest.raises(QuoteElsewhere, match=r"at 0, 30$") as refusal:
        locate(TALKS, "The talks", start=start)
    assert refusal.value.places == [0, 30]


def test_a_start_that_its_context_belies_is_refused() -> None:
    with pytest.raises(QuoteElsewhere, match=r"at 30$"):
        locate(TALKS, "The talks", prefix="hours.", start=0)


@pytest.mark.parametrize("error", [QuoteNotFound, QuoteAmbiguous, QuoteElsewhere])
def test_every_failure_to_locate_is_a_value_error(error: type[Exception]) -> None:
    assert issubclass(error, ValueError)


@pytest.mark.parametrize(
    ("text", "prefix", "suffix"),
    [
        ("X", "", ""),
        ("before X after", "before ", " after"),
        # 32 code points to the left begin within a word, which goes.
        ("incomprehensible words that come before X", "words that come before ", ""),
        # 32 code points to the left begin right at a word, or at the space before it.
        ("12345 67890123456 89012345678901 3456 X", "67890123456 89012345678901 3456 ", ""),
        ("12345 7890123456 89012345678901 3456 X", "7890123456 89012345678901 3456 ", ""),
        # The last word to the right ends with the 32nd code point, or goes.
        ("X and then words incomprehensibly", "", " and then words incomprehensibly"),
        ("X and then words incomprehensibly so", "", " and then words incomprehensibly"),
        ("X and then words incomprehensibly!", "", " and then words"),
        ("a" * 50 + "X" + "b" * 50, "a" * 32, "b" * 32),
        ("a" * 50 + " X " + "b" * 50, "a" * 31 + " ", " " + "b" * 31),
    ],
)
def test_context_is_cut_between_words_where_there_are_words(
    text: str, prefix: str, suffix: str
) -> None:
    location = locate(text, "X")
    assert (location.prefix, location.suffix) == (prefix, suffix)


@given(letters, st.data())
def test_a_located_slice_is_the_quote_and_stands_between_its_context(
    raw: str, data: st.DataObject
) -> None:
    text = normalize("a" + raw)
    start = data.draw(st.integers(0, len(text) - 1))
    exact = text[start : data.draw(st.integers(start + 1, len(text)))]
    location = locate(text, exact, start=occurrences(text, normalize(exact))[-1])
    assert text[location.start : location.end] == normalize(exact)
    assert text[: location.start].endswith(location.prefix)
    assert text[location.end :].startswith(location.suffix)
    assert max(len(location.prefix), len(location.suffix)) <= CONTEXT_LENGTH


@given(letters, letters)
@example("aaa", "a")
def test_what_was_located_can_be_located_again_and_is_verified(raw: str, words: str) -> None:
    text = normalize(raw)
    try:
        found = locate(text, words)
    except (QuoteNotFound, QuoteAmbiguous):
        return
    again = locate(text, words, start=found.start, prefix=found.prefix, suffix=found.suffix)
    assert again == found
    assert verify(text, words, found.start, found.prefix, found.suffix) is Verification.verified


@pytest.mark.parametrize(
    ("exact", "start", "prefix", "suffix", "expected"),
    [
        ("lasted seven hours", None, None, None, "verified"),
        ("lasted seven hours", 10, "The talks ", ".", "verified"),
        ("lasted\n seven\u00a0hours", 10, "talks", None, "verified"),
        ("The talks", None, None, None, "verified_multiple"),
        ("The talks", 30, "hours.", "were", "verified_multiple"),
        ("The talks", None, "hours.", None, "verified_multiple"),
        ("lasted seven hours", 11, None, None, "relocated"),
        ("lasted seven hours", 10, "those talks", None, "relocated"),
        ("lasted seven hours", None, None, "or so", "relocated"),
        ("The talks", 3, None, None, "relocated"),
        ("The talks", 0, "hours.", None, "relocated"),
        # Nearly right is wrong.
        ("lasted seven hour.", 10, None, None, "missing"),
        ("Lasted seven hours", 10, None, None, "missing"),
        ("lasted 7 hours", 10, "The talks ", ".", "missing"),
        ("“Nobody left.”", None, None, None, "missing"),
        ("lasted seven hours ", 10, None, None, "missing"),
        ("", None, None, None, "missing"),
        ("", 0, "", "", "missing"),
    ],
)
def test_only_the_very_words_at_the_stated_place_are_verified(
    exact: str, start: int | None, prefix: str | None, suffix: str | None, expected: str
) -> None:
    assert verify(TALKS, exact, start, prefix, suffix) == expected


def test_without_a_text_nothing_is_checked() -> None:
    assert verify(None, "The talks", 0, "", " lasted") is Verification.unchecked
    assert verify("", "The talks", 0) is Verification.missing


def test_a_verification_is_one_of_five_words() -> None:
    assert [str(outcome) for outcome in Verification] == [
        "verified",
        "verified_multiple",
        "relocated",
        "missing",
        "unchecked",
    ]


def test_a_long_text_of_one_letter_is_searched_to_its_end() -> None:
    assert len(occurrences("a" * 60_000, "a" * 100)) == 59_901


@needs_article
def test_the_article_is_the_one_the_dossier_names() -> None:
    print_of_it = fingerprint(ARTICLE.read_bytes())
    assert print_of_it.sha256 == "575959e6c685d94c477d79ccff4b962e4fd3735291c7153955b982b30ce2dea9"


@needs_article
def test_lines_of_the_article_become_one_running_text(article: str) -> None:
    assert "\n" not in article
    assert "  " not in article
    assert len(article) == fingerprint(ARTICLE.read_bytes()).length


@needs_article
@pytest.mark.parametrize(
    "exact", ["did not respond directly", "simply non-starters", "more than seven hours", "Geneva"]
)
def test_words_of_the_article_stand_where_they_are_located(article: str, exact: str) -> None:
    found = locate(article, exact)
    assert article[found.start : found.end] == exact
    assert verify(article, exact, found.start, found.prefix, found.suffix) == "verified"
    assert verify(article, exact, found.start + 1) == "relocated"


@needs_article
def test_a_quote_across_two_lines_of_the_article_is_found(article: str) -> None:
    assert locate(article, "seven hours.\nAccording to").start > 0


@needs_article
@pytest.mark.parametrize(
    "exact", ["did not reply directly", "geneva", "Russia's demands", "“security guarantees” "]
)
def test_words_that_only_resemble_the_article_are_missing_or_ambiguous(
    article: str, exact: str
) -> None:
    assert verify(article, exact) in {"missing", "verified_multiple"}


@needs_article
def test_the_article_names_security_guarantees_twice(article: str) -> None:
    exact = "“security guarantees”"
    with pytest.raises(QuoteAmbiguous) as refusal:
        locate(article, exact)
    first, second = refusal.value.places
    assert locate(article, exact, suffix="in Europe").start == first
    assert locate(article, exact, prefix="not ready to address").start == second
    assert verify(article, exact, second) == "verified_multiple"


def test_context_ends_at_a_control_character() -> None:
    text = "before\x01the the words after\x7fend"
    found = locate(text, "words")
    assert (found.prefix, found.suffix) == ("the the ", " after")
