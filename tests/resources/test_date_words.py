"""Dates in words: nothing that EDTF says is lost, and nothing is added."""

import pytest

from app.resources.date_words import in_words

WORDS = [
    ("2022", "2022"),
    ("0987", "987"),
    ("2022-01", "January 2022"),
    ("2022-01-10", "10 January 2022"),
    ("2022-12-09~", "about 9 December 2022"),
    ("2022-01?", "possibly January 2022"),
    ("2022%", "possibly about 2022"),
    ("202X", "the 2020s"),
    ("20XX", "some time from 2000 to 2099"),
    ("20XX~", "about some time from 2000 to 2099"),
    ("2022-XX", "some time in 2022"),
    ("2022-XX-XX", "some time in 2022"),
    ("2022-01-XX", "some day in January 2022"),
    ("2022-21", "spring 2022"),
    ("2022-22", "summer 2022"),
    ("2022-23", "autumn 2022"),
    ("2022-24", "winter 2022"),
    ("2022-01-10T15:05:00Z", "10 January 2022, 15:05 UTC"),
    ("2022-01-10T15:05:00+00:00", "10 January 2022, 15:05 UTC"),
    ("2022-01-10T15:05:30+01:00", "10 January 2022, 15:05:30 UTC+01:00"),
    ("2022-01-10T00:00:00-05", "10 January 2022, 00:00 UTC-05"),
    ("2022-01-10T15:05:00", "10 January 2022, 15:05"),
    ("2022-01-10/2022-01-12", "from 10 January 2022 until 12 January 2022"),
    ("2022-01~/2022-03?", "from about January 2022 until possibly March 2022"),
    ("2022-01-10/..", "from 10 January 2022 on"),
    ("2022-01-10/", "from 10 January 2022, end unknown"),
    ("../2022-01-10", "until 10 January 2022"),
    ("/2022-01-10", "until 10 January 2022, start unknown"),
]


@pytest.mark.parametrize(("edtf", "words"), WORDS)
def test_a_date_reads_as_one_would_say_it(edtf: str, words: str) -> None:
    assert in_words(edtf) == words


@pytest.mark.parametrize("text", ["", "yesterday", "2022-13", "<b>", "2022/2021"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        in_words(text)
