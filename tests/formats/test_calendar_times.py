"""When an entry is in a calendar: exact times as times, and all else as days with a remark."""

import pytest

from app.formats.calendar_times import times_of, utc
from app.resources.entries import Place
from tests.formats.entries import entry

BRUSSELS = "Europe/Brussels"


def shown(
    starts: str | None,
    ends: str | None = None,
    days: tuple[str | None, str | None] = (None, None),
    timezone: str | None = None,
) -> tuple[list[str], str | None]:
    place = Place("A house", None, None, None, None, timezone)
    earliest, latest = days
    times = times_of(entry(starts=starts, ends=ends, earliest=earliest, latest=latest, place=place))
    assert times is not None
    return times.lines().decode().removesuffix("\r\n").split("\r\n"), times.remark


def day(text: str) -> tuple[str, str]:
    return text, text


def test_a_plain_day_ends_before_the_next_one() -> None:
    assert shown("2022-01-10", days=day("2022-01-10")) == (
        ["DTSTART;VALUE=DATE:20220110", "DTEND;VALUE=DATE:20220111"],
        None,
    )


def test_two_plain_days_and_all_between_them() -> None:
    assert shown("2022-02-27", "2022-02-28", ("2022-02-27", "2022-02-28")) == (
        ["DTSTART;VALUE=DATE:20220227", "DTEND;VALUE=DATE:20220301"],
        None,
    )


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("2022-01-10T15:05:00Z", "20220110T150500Z"),
        ("2022-01-10T15:05:00+01:00", "20220110T140500Z"),
        ("2022-01-10T00:30:00+01", "20220109T233000Z"),
        ("2022-01-10T22:00:00-05", "20220111T030000Z"),
        ("0987-06-05T04:03:02Z", "09870605T040302Z"),
    ],
)
def test_a_time_with_an_offset_is_told_in_utc(starts: str, expected: str) -> None:
    assert shown(starts, days=day(starts[:10])) == ([f"DTSTART:{expected}"], None)


def test_a_time_without_an_offset_is_that_of_its_place() -> None:
    winter, summer = "2022-01-12T10:00:00", "2022-07-12T10:00:00"
    assert shown(winter, days=day(winter[:10]), timezone=BRUSSELS)[0] == [
        "DTSTART:20220112T090000Z"
    ]
    assert shown(summer, days=day(summer[:10]), timezone=BRUSSELS)[0] == [
        "DTSTART:20220712T080000Z"
    ]


@pytest.mark.parametrize("timezone", [None, "Mars/Olympus", "Europe", "../etc/passwd", "A" * 500])
def test_a_time_floats_where_no_zone_is_known(timezone: str | None) -> None:
    assert shown("2022-01-12T10:00:00", days=day("2022-01-12"), timezone=timezone) == (
        ["DTSTART:20220112T100000"],
        None,
    )


def test_two_times_make_a_length() -> None:
    begins, closes = "2022-01-10T09:30:00", "2022-01-10T17:00:00+01:00"
    assert shown(begins, closes, day("2022-01-10"), BRUSSELS) == (
        ["DTSTART:20220110T083000Z", "DTEND:20220110T160000Z"],
        None,
    )


def test_a_time_with_a_zone_and_one_without_have_no_length() -> None:
    begins, closes = "2022-01-10T09:30:00", "2022-01-10T17:00:00+01:00"
    assert shown(begins, closes, day("2022-01-10")) == (
        ["DTSTART:20220110T093000"],
        "Date as reported: 2022-01-10T09:30:00 to 2022-01-10T17:00:00+01:00",
    )


def test_an_end_that_is_not_after_the_start_is_left_out() -> None:
    moment, later = "2022-01-10T09:30:00Z", "2022-01-10T10:00:00Z"
    assert shown(moment, moment, day("2022-01-10")) == (["DTSTART:20220110T093000Z"], None)
    assert shown(later, moment, day("2022-01-10")) == (
        ["DTSTART:20220110T100000Z"],
        "Date as reported: 2022-01-10T10:00:00Z to 2022-01-10T09:30:00Z",
    )
    assert shown("2022-01-12", "2022-01-10", ("2022-01-12", "2022-01-10")) == (
        ["DTSTART;VALUE=DATE:20220112"],
        "Date as reported: 2022-01-12 to 2022-01-10",
    )


def test_a_start_keeps_its_time_where_only_the_day_of_the_end_is_known() -> None:
    assert shown("2022-01-10T09:30:00Z", "2022-01-10", day("2022-01-10")) == (
        ["DTSTART:20220110T093000Z"],
        "Date as reported: 2022-01-10T09:30:00Z to 2022-01-10",
    )


def test_a_time_and_a_later_day_take_whole_days() -> None:
    assert shown("2022-01-10T09:30:00Z", "2022-01-11", ("2022-01-10", "2022-01-11")) == (
        ["DTSTART;VALUE=DATE:20220110", "DTEND;VALUE=DATE:20220112"],
        "Date as reported: 2022-01-10T09:30:00Z to 2022-01-11",
    )


@pytest.mark.parametrize(
    ("starts", "first", "last", "before"),
    [
        ("2022-01~", "2022-01-01", "2022-01-31", "20220201"),
        ("2022-01", "2022-01-01", "2022-01-31", "20220201"),
        ("2022-01-10?", "2022-01-10", "2022-01-10", "20220111"),
        ("2022-01-10/2022-01-12", "2022-01-10", "2022-01-12", "20220113"),
        ("2022-24", "2022-12-01", "2023-02-28", "20230301"),
        ("2022-XX-XX", "2022-01-01", "2022-12-31", "20230101"),
    ],
)
def test_what_is_known_roughly_takes_every_day_it_can_mean(
    starts: str, first: str, last: str, before: str
) -> None:
    assert shown(starts, days=(first, last)) == (
        [f"DTSTART;VALUE=DATE:{first.replace('-', '')}", f"DTEND;VALUE=DATE:{before}"],
        f"Date as reported: {starts}",
    )


@pytest.mark.parametrize(
    ("starts", "ends", "days", "remark"),
    [
        ("2022-01-10/..", None, ("2022-01-10", None), "2022-01-10/.."),
        ("../2022-01-10", None, (None, "2022-01-10"), "../2022-01-10"),
        ("2022-01-10", "2022-01-10/..", ("2022-01-10", None), "2022-01-10 to 2022-01-10/.."),
    ],
)
def test_an_open_date_stands_on_the_day_that_is_known_and_says_so(
    starts: str, ends: str | None, days: tuple[str | None, str | None], remark: str
) -> None:
    assert shown(starts, ends, days) == (
        ["DTSTART;VALUE=DATE:20220110", "DTEND;VALUE=DATE:20220111"],
        f"Date as reported: {remark}; shown on the one day that is known",
    )


def test_an_end_without_a_start_says_that_it_is_one() -> None:
    assert shown(None, "2022-01-10", day("2022-01-10")) == (
        ["DTSTART;VALUE=DATE:20220110", "DTEND;VALUE=DATE:20220111"],
        "Date as reported: until 2022-01-10",
    )


def test_no_date_leaves_the_calendar_of_the_years_1_to_9999() -> None:
    assert shown("9999-12-31", days=day("9999-12-31"))[0] == ["DTSTART;VALUE=DATE:99991231"]
    assert shown("0001-01-01T00:00:00+05:00", days=day("0001-01-01")) == (
        ["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:00010102"],
        "Date as reported: 0001-01-01T00:00:00+05:00",
    )


def test_an_entry_without_any_day_has_no_times() -> None:
    assert times_of(entry()) is None


def test_an_instant_loses_its_fraction_and_its_offset() -> None:
    assert utc("2026-11-23T09:30:00.999999Z") == "20261123T093000Z"
    assert utc("2026-11-23T09:30:00+02:00") == "20261123T073000Z"
