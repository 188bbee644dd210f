"""Quotes: their words begin and end with words, unless their offsets say otherwise."""

import pytest
from pydantic import ValidationError

from app.resources.evidence import Evidence


@pytest.mark.parametrize(
    ("exact", "start", "end", "kept"),
    [
        ("words", None, None, "words"),
        (" some words\n", None, None, "some words"),
        (" some words\n", 4, None, "some words"),
        (" some words\n", 4, 14, "some words"),
        (" some words\n", 4, 16, " some words\n"),
        ("some \n words", 4, 14, "some \n words"),
    ],
)
def test_white_space_at_the_ends_is_kept_only_where_the_offsets_count_it(
    exact: str, start: int | None, end: int | None, kept: str
) -> None:
    assert Evidence(source="a", exact=exact, start=start, end=end).exact == kept


@pytest.mark.parametrize(("start", "end"), [(4, 9), (4, 17), (None, 5)])
def test_offsets_that_are_not_as_far_apart_as_the_words_are_long_are_refused(
    start: int | None, end: int
) -> None:
    with pytest.raises(ValidationError):
        Evidence(source="a", exact=" some words ", start=start, end=end)
