"""Places: they run in the order of days, and end in the number of the row."""

from datetime import date

import pytest

from app.store.places import LAST, NUMBERS, first_of, last_of, place_of

ROWS = [
    {"undated": False, "earliest": date.min},
    {"undated": False, "earliest": "1962-10-27"},
    {"undated": False, "earliest": date(2022, 1, 10)},
    {"undated": False, "earliest": "2022-01-11"},
    {"undated": False, "earliest": date.max},
    {"undated": True, "earliest": date.max},
]


def test_places_run_in_the_order_of_days_and_what_has_no_day_is_last() -> None:
    places = [place_of(row, number) for row in ROWS for number in (1, NUMBERS)]
    assert places == sorted(set(places))
    assert places[0] > 0
    assert places[-1] <= LAST


@pytest.mark.parametrize("row", ROWS)
def test_a_place_ends_in_the_number_of_the_row(row: dict[str, object]) -> None:
    assert place_of(row, 77) & NUMBERS == 77


def test_a_day_has_all_places_between_its_first_and_its_last() -> None:
    day = date(2022, 1, 10).toordinal()
    place = place_of(ROWS[2], 5)
    assert first_of(day) < place < last_of(day)
    assert last_of(day) + 1 == first_of(day + 1)
