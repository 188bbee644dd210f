"""Ids from titles."""

from typing import Any

import pytest

from app.editing.naming import named_after, slug


@pytest.mark.parametrize(
    ("words", "made"),
    [
        ("The Geneva talks: day 1", "the-geneva-talks-day-1"),
        ("Ålesund — Tromsø", "alesund-troms"),
        ("O'Neill's “words”", "oneills-words"),
        ("ﬁne ½", "fine-12"),
        ("  --  ", ""),
        ("Женева", ""),
        ("Женева 2022", "2022"),
        ("日本 talks", "talks"),
        ("x" * 61, "x" * 60),
        ("a " + "x" * 60, "a"),
        ("word-" * 12 + "w", "-".join(["word"] * 12)),
        ("\ud800\0a", "a"),
    ],
)
def test_a_slug_is_small_letters_digits_and_hyphens(words: str, made: str) -> None:
    assert slug(words) == made


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ({"title": "T", "name": "N"}, "t"),
        ({"title": " ", "name": "N"}, "n"),
        ({"title": 5, "text": ["a"]}, "claim"),
        ({"evidence": [{"exact": "First words"}, {"exact": "Others"}]}, "first-words"),
        ({"evidence": ["a"]}, "claim"),
        ({"evidence": {}}, "claim"),
        ({"text": None}, "claim"),
    ],
)
def test_a_record_is_named_after_the_first_words_it_has(fields: dict[str, Any], made: str) -> None:
    assert named_after("claim", fields) == made
