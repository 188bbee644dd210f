"""Dates: hand-written expectations, properties of every valid date, and ``edtf`` as the oracle."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import edtf
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from app.resources.dates import (
    DAY_OR_TODAY_PATTERN,
    DURATION_PATTERN,
    EDTF_PATTERN,
    Day,
    DayOrToday,
    Duration,
    Edtf,
    EdtfDate,
    EdtfOut,
    EndsBeforeStart,
    bounds,
    parse_day,
    parse_duration,
    parse_edtf,
)

# Both bounds, written by hand. A dash stands for an open or unknown end.
MEANINGS = [
    ("2022", "2022-01-01", "2022-12-31"),
    ("0001", "0001-01-01", "0001-12-31"),
    ("9999", "9999-01-01", "9999-12-31"),
    ("2022-01", "2022-01-01", "2022-01-31"),
    ("2022-02", "2022-02-01", "2022-02-28"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("1900-02", "1900-02-01", "1900-02-28"),
    ("2000-02-29", "2000-02-29", "2000-02-29"),
    ("2022-01-10", "2022-01-10", "2022-01-10"),
    ("2022-01~", "2022-01-01", "2022-01-31"),
    ("2022-01-10?", "2022-01-10", "2022-01-10"),
    ("2022%", "2022-01-01", "2022-12-31"),
    ("202X", "2020-01-01", "2029-12-31"),
    ("20XX", "2000-01-01", "2099-12-31"),
    ("202X~", "2020-01-01", "2029-12-31"),
    ("2022-XX", "2022-01-01", "2022-12-31"),
    ("2024-02-XX", "2024-02-01", "2024-02-29"),
    ("2022-XX-XX", "2022-01-01", "2022-12-31"),
    ("2022-21", "2022-03-01", "2022-05-31"),
    ("2022-22", "2022-06-01", "2022-08-31"),
    ("2022-23", "2022-09-01", "2022-11-30"),
    ("2022-24", "2022-12-01", "2023-02-28"),
    ("2023-24", "2023-12-01", "2024-02-29"),
    ("1972-11-21T15:05:00", "1972-11-21", "1972-11-21"),
    ("1972-11-21T15:05:00Z", "1972-11-21", "1972-11-21"),
    ("2022-01-10T23:30:00-05", "2022-01-10", "2022-01-10"),
    ("2022-01-10T00:30:00+05:30", "2022-01-10", "2022-01-10"),
    ("2022-01-10/2022-01-12", "2022-01-10", "2022-01-12"),
    ("2022-01-10/2022-01-10", "2022-01-10", "2022-01-10"),
    ("2022/2022-05", "2022-01-01", "2022-05-31"),
    ("2022-05/2022", "2022-05-01", "2022-12-31"),
    ("2022-01~/2022-02-03?", "2022-01-01", "2022-02-03"),
    ("../2022-01", "-", "2022-01-31"),
    ("/2022-01", "-", "2022-01-31"),
    ("2022-01-10/..", "2022-01-10", "-"),
    ("2022-01-10/", "2022-01-10", "-"),
    ("2022%/..", "2022-01-01", "-"),
    ("1972-11-21T15:05:00/..", "1972-11-21", "-"),
    ("1972-10-31T16:00:05/1972-10-31T17:47:00", "1972-10-31", "1972-10-31"),
    ("2022-01-10T10:00:00/2022-01-10", "2022-01-10", "2022-01-10"),
    ("2022-01-10T10:00:00/2022-01-10T09:00:00Z", "2022-01-10", "2022-01-10"),
    # Later by the clock, although its own calendar is a day behind.
    ("2022-01-10T00:30:00+05/2022-01-09T22:00:00-05", "2022-01-09", "2022-01-10"),
]

BACKWARDS = [
    "2022-01-10/2022-01-09",
    "2022/2021",
    "2022-05/2022-04~",
    "2022-02?/2022-01-31",
    "2022-01-10T10:00:00/2022-01-09",
    # Two of the four meetings of FRUS 1969-76 volume XXXIII that end before they start.
    "1974-04-12T11:05:00/1974-03-25T12:55:00",
    "1979-06-16T17:35:00/1979-01-12T19:20:00",
    "2022-01-10T10:00:00/2022-01-10T09:59:59",
    "2022-01-10T10:00:00+05:00/2022-01-10T04:59:59Z",
]

NOT_IN_THE_CALENDAR = [
    "0000",
    "000X",
    "00XX",
    "0000-01-01",
    "2022-00",
    "2022-13",
    "2022-13-XX",
    "2022-20",
    "2022-25",
    "2022-01-00",
    "2022-01-32",
    "2022-21-10",
    "2024-02-30",
    "2023-02-29",
    "9999-24",
    "0000-21",
    "2022-02-30/2022-03-01",
    "0000-01-01T00:00:00",
    "2022-02-30T10:00:00",
    "2022-01-10T24:00:00",
    "2022-01-10T10:60:00",
    "2022-01-10T23:59:60Z",
    "2022-01-10T10:00:00+24",
    "2022-01-10T10:00:00+05:60",
]

LEVEL_TWO_AND_BEYOND = [
    "2022?-01",
    "~2022-01",
    "2022~?",
    "1XXX",
    "XXXX",
    "2X22",
    "202X-01",
    "2022-1X",
    "2022-0X-10",
    "2022-XX-10",
    "2022-01-1X",
    "2022-25/2022-26",
    "2022-21~",
    "2022-21/2022-22",
    "202X/2023",
    "2022-01-XX/2022-02",
    "[2022,2023]",
    "{2022..2023}",
    "..2022",
    "2022S2",
    "Y20220",
    "Y2022",
    "-2022",
    "+2022",
    "2022-01-10T10:00:00~",
]

MALFORMED = [
    "",
    " ",
    "..",
    "/",
    "../",
    "/..",
    "../..",
    "a/b/c",
    "2022/2023/2024",
    "2022//2023",
    "20",
    "22-01-10",
    "20220110",
    "2022-1-1",
    "2022-01-1",
    "2022-W02-1",
    "2022-010",
    "10.01.2022",
    "2022-01-10 ",
    " 2022-01-10",
    "2022-01-10\n",
    "2022-01-10/2022-01-12\n",
    "2022 - 01",
    "2022-01-10 10:00:00",
    "2022-01-10t10:00:00z",
    "2022-01-10T10:00",
    "2022-01-10T10",
    "2022-01-10T10:00:00.5",
    "2022-01-10T10:00:00,5Z",
    "2022-01-10T10:00:00+0500",
    "2022-01T10:00:00",
    "2022x",
    "202x",
    "1641772800",
    "today",
    "NaN",
    "-",
    "~",
    "2022-",
    "2022\x00",
    "2022-01\ud800",
    "\ud800",
    "٢٠٢٢",
    "٢٠٢٢-٠١-١٠",
    "202２",
    "2022-01-1०",
    "2022−01",
    "2022" * 15_000,
    "/" * 60_000,
    "2022-01-10/2022-01-12" + "0" * 60_000,
]

REFUSED = BACKWARDS + NOT_IN_THE_CALENDAR + LEVEL_TWO_AND_BEYOND + MALFORMED


def short(text: str) -> str:
    return ascii(text[:40])


def day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


@st.composite
def points(draw: st.DrawFn) -> str:
    """A date that may stand at the end of an interval."""
    on = draw(st.dates())
    precision = draw(st.sampled_from([4, 7, 10]))
    return on.isoformat()[:precision] + draw(st.sampled_from(["", "~", "?", "%"]))


@st.composite
def date_times(draw: st.DrawFn) -> str:
    moment = draw(st.datetimes()).replace(microsecond=0)
    zone = draw(st.sampled_from(["", "Z", "+05", "-04:30", "+14:00", "-23:59", "+00"]))
    return moment.isoformat() + zone


@st.composite
def seasons_and_masks(draw: st.DrawFn) -> str:
    year = f"{draw(st.integers(100, 9998)):04}"
    month = f"{draw(st.integers(1, 12)):02}"
    ends = ["-21", "-22", "-23", "-24", "-XX", "-XX-XX", f"-{month}-XX", "-XX?"]
    whole = st.sampled_from([year + end for end in ends])
    return draw(whole | st.sampled_from([year[:3] + "X", year[:2] + "XX", year[:3] + "X~"]))


single_dates = points() | date_times() | seasons_and_masks()
ends = points() | date_times()
open_intervals = st.one_of(
    st.builds("{}/..".format, ends),
    st.builds("{}/".format, ends),
    st.builds("../{}".format, ends),
    st.builds("/{}".format, ends),
)


@st.composite
def closed_intervals(draw: st.DrawFn) -> str:
    text = f"{draw(ends)}/{draw(ends)}"
    try:
        parse_edtf(text)
    except EndsBeforeStart:
        assume(False)
    return text


valid_dates = single_dates | open_intervals | closed_intervals()


@pytest.mark.parametrize(("text", "earliest", "latest"), MEANINGS, ids=[m[0] for m in MEANINGS])
def test_a_date_means_the_days_between_its_bounds(text: str, earliest: str, latest: str) -> None:
    assert parse_edtf(text) == EdtfDate(text, day(earliest), day(latest))


@pytest.mark.parametrize("text", [text for text, _, _ in MEANINGS])
def test_the_published_pattern_accepts_every_valid_date(text: str) -> None:
    assert re.fullmatch(EDTF_PATTERN, text)


@pytest.mark.parametrize("text", REFUSED, ids=short)
def test_what_is_not_a_date_is_refused_with_an_example_and_without_an_echo(text: str) -> None:
    with pytest.raises(ValueError, match="as in ") as refusal:
        parse_edtf(text)
    message = str(refusal.value)
    assert len(message) < 160
    example_free = message.partition("as in ")[0]
    assert text.strip(" -./~") == "" or text not in example_free


@pytest.mark.parametrize("text", BACKWARDS)
def test_an_interval_that_ends_before_it_starts_is_an_error_of_its_own(text: str) -> None:
    with pytest.raises(EndsBeforeStart):
        parse_edtf(text)


@pytest.mark.parametrize("text", NOT_IN_THE_CALENDAR + LEVEL_TWO_AND_BEYOND + MALFORMED, ids=short)
def test_other_errors_do_not_pretend_to_be_about_order(text: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        parse_edtf(text)
    assert not isinstance(refusal.value, EndsBeforeStart)


@given(valid_dates)
def test_a_valid_date_is_kept_as_it_was_written(text: str) -> None:
    assert parse_edtf(text).edtf == text


@given(valid_dates)
def test_the_pattern_and_the_length_admit_whatever_the_parser_admits(text: str) -> None:
    assert re.fullmatch(EDTF_PATTERN, text)
    assert len(text) <= 64


@given(valid_dates)
def test_the_earliest_day_is_never_after_the_latest(text: str) -> None:
    when = parse_edtf(text)
    assert when.earliest is not None or when.latest is not None
    if when.earliest and when.latest:
        assert when.earliest <= when.latest


@given(st.datetimes(), st.datetimes(), st.integers(-14, 14), st.integers(-14, 14))
def test_two_times_with_offsets_are_compared_as_instants(
    one: datetime, other: datetime, one_offset: int, other_offset: int
) -> None:
    start = one.replace(microsecond=0, tzinfo=timezone(timedelta(hours=one_offset)))
    end = other.replace(microsecond=0, tzinfo=timezone(timedelta(hours=other_offset)))
    text = f"{start.isoformat()}/{end.isoformat()}"
    if end < start:
        with pytest.raises(EndsBeforeStart):
            parse_edtf(text)
    else:
        assert parse_edtf(text).edtf == text


@given(st.text(alphabet="0123456789X-/.~?%T:Z+[]Y ٢\x00\ud800", max_size=70))
def test_random_text_is_either_refused_or_matched_by_the_pattern(text: str) -> None:
    try:
        parse_edtf(text)
    except ValueError:
        return
    assert re.fullmatch(EDTF_PATTERN, text)


def from_the_oracle(text: str) -> tuple[str, str]:
    meaning = edtf.parse_edtf(text)
    low, high = meaning.lower_strict(), meaning.upper_strict()
    return "{:04}-{:02}-{:02}".format(*low[:3]), "{:04}-{:02}-{:02}".format(*high[:3])


def in_our_words(text: str) -> tuple[str, str]:
    when = parse_edtf(text)
    return str(when.earliest), str(when.latest)


# The oracle gives no day for an open end, takes no date-time in an interval, and knows a winter
# of December alone. The expectations above cover these by hand.
@pytest.mark.parametrize(
    "text",
    [
        text
        for text, earliest, latest in MEANINGS
        if "-" not in (earliest, latest) and not ("T" in text and "/" in text) and "-24" not in text
    ],
)
def test_the_edtf_package_reads_the_same_days(text: str) -> None:
    assert in_our_words(text) == from_the_oracle(text)


@given(points())
def test_the_edtf_package_reads_the_same_days_in_any_date(text: str) -> None:
    assert in_our_words(text) == from_the_oracle(text)


@given(points(), points())
def test_the_edtf_package_reads_the_same_days_in_any_interval(start: str, end: str) -> None:
    try:
        ours = in_our_words(f"{start}/{end}")
    except EndsBeforeStart:
        return
    assert ours == from_the_oracle(f"{start}/{end}")


class Fields(BaseModel):
    """Every kind of date as a model has it, as strict as the models of the records."""

    model_config = ConfigDict(strict=True)

    when: Edtf | None = None
    on: Day | None = None
    at: DayOrToday | None = None
    lasts: Duration | None = None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("when", "2022-01-10/.."),
        ("at", "today"),
        ("at", "2022-01-10"),
        ("lasts", "PT7H"),
    ],
)
def test_a_field_keeps_a_valid_text_as_it_is(field: str, value: str) -> None:
    assert getattr(Fields.model_validate({field: value}), field) == value


def test_a_day_field_reads_a_day() -> None:
    assert Fields.model_validate({"on": "2022-01-10"}).on == date(2022, 1, 10)
    assert Fields.model_validate_json('{"on": "2022-01-10"}').on == date(2022, 1, 10)
    assert Fields(on=date(2022, 1, 10)).on == date(2022, 1, 10)


NOT_DAYS = [
    1641772800,
    0,
    1.5,
    True,
    b"2022-01-10",
    datetime(2022, 1, 10, tzinfo=UTC),
    "2022-01-10T00:00:00",
    "2022-01",
    "20220110",
    "2022-W02-1",
    "2022-1-1",
    "0000-01-01",
    "2022-02-30",
    "٢٠٢٢-٠١-١٠",
    " 2022-01-10",
    "2022-01-10\n",
    "\ud800",
    "",
]


@pytest.mark.parametrize("value", NOT_DAYS, ids=repr)
@pytest.mark.parametrize("field", ["on", "at"])
def test_a_day_is_neither_a_number_nor_a_time_nor_written_otherwise(
    field: str, value: object
) -> None:
    with pytest.raises(ValidationError):
        Fields.model_validate({field: value})


@pytest.mark.parametrize("value", NOT_DAYS, ids=repr)
def test_a_day_is_as_strict_in_a_lax_model(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


@pytest.mark.parametrize(
    "value", [1641772800, 2022, b"2022", date(2022, 1, 10), ["2022"], "Y2022"], ids=repr
)
def test_a_date_field_takes_text_only(value: object) -> None:
    with pytest.raises(ValidationError):
        Fields.model_validate({"when": value})


def test_today_is_the_day_that_the_caller_says_it_is() -> None:
    assert parse_day("today", date(2022, 1, 11)) == date(2022, 1, 11)
    assert parse_day("2022-01-10", date(2022, 1, 11)) == date(2022, 1, 10)


@pytest.mark.parametrize("text", ["", "Today", "now", "yesterday", "2022-1-1", "1641772800"])
def test_other_words_for_a_day_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="as in 2022-01-31, or today"):
        parse_day(text, date(2022, 1, 11))


@given(st.dates())
def test_every_day_of_the_calendar_can_be_read(on: date) -> None:
    assert parse_day(on.isoformat(), date.min) == on
    assert re.fullmatch(DAY_OR_TODAY_PATTERN, on.isoformat())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT7H", 25_200),
        ("PT7H30M", 27_000),
        ("P1DT1S", 86_401),
        ("PT1H5S", 3_605),
        ("PT90M", 5_400),
        ("P2W", 1_209_600),
        ("P0D", 0),
        ("P1Y", None),
        ("P1M", None),
        ("P1Y2M3DT4H5M6S", None),
        ("P1MT1M", None),
    ],
)
def test_a_duration_has_seconds_unless_months_or_years_make_it_vary(
    text: str, seconds: int | None
) -> None:
    assert parse_duration(text) == seconds


NOT_DURATIONS = [
    "",
    "P",
    "PT",
    "P1DT",
    "-P1D",
    "P-1D",
    "+P1D",
    "p1d",
    "P1.5D",
    "PT1,5H",
    "P1W1D",
    "P1WT1H",
    "P1D1M",
    "PT1S1H",
    "1D",
    "7 hours",
    "P 1D",
    "P1D\n",
    "P٢D",
    "P100000D",
    "P1H",
    "PT1D",
    "P1D\x00",
    "P" + "1" * 60_000 + "D",
]


@pytest.mark.parametrize("text", NOT_DURATIONS, ids=short)
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="as in PT7H30M"):
        parse_duration(text)
    with pytest.raises(ValidationError):
        TypeAdapter(Duration).validate_python(text)
    assert not re.fullmatch(DURATION_PATTERN, text)


def test_dates_sort_with_an_open_start_first_and_an_unknown_date_last() -> None:
    in_order = ["../2022", "2021-12/..", "2022-01-10", "2022-01-10/2022-01-12", "2022-01-10/.."]
    dates = [parse_edtf(text) for text in in_order]
    assert sorted([None, *reversed(dates)], key=bounds) == [*dates, None]


def test_a_date_without_a_bound_reaches_to_the_end_of_the_calendar() -> None:
    assert bounds(parse_edtf("../2022-01")) == (False, date.min, date(2022, 1, 31))
    assert bounds(parse_edtf("2022-01/..")) == (False, date(2022, 1, 1), date.max)


@given(st.dates(), st.dates())
def test_no_range_overlaps_an_unknown_date(one: date, other: date) -> None:
    since, until = sorted([one, other])
    undated, earliest, latest = bounds(None)
    assert undated
    # Only the range of all time would meet both ends, which are back to front.
    assert not (earliest <= until and latest >= since) or (since, until) == (date.min, date.max)


def test_an_answer_names_the_bounds_and_never_a_stand_in_for_them() -> None:
    when = parse_edtf("2022-01-10/..")
    answer = EdtfOut(edtf=when.edtf, earliest=when.earliest, latest=when.latest)
    assert answer.model_dump(mode="json") == {
        "edtf": "2022-01-10/..",
        "earliest": "2022-01-10",
        "latest": None,
    }


@pytest.mark.parametrize(
    "adapter",
    [
        pytest.param(TypeAdapter(Edtf), id="Edtf"),
        pytest.param(TypeAdapter(DayOrToday), id="DayOrToday"),
        pytest.param(TypeAdapter(Duration), id="Duration"),
    ],
)
def test_a_schema_has_a_pattern_that_every_language_reads_and_examples_that_hold(
    adapter: TypeAdapter[str],
) -> None:
    schema = adapter.json_schema()
    assert schema["type"] == "string"
    assert schema["description"]
    assert not re.search(r"\\|\(\?", schema["pattern"])
    for example in schema["examples"]:
        assert adapter.validate_python(example) == example
        assert re.fullmatch(schema["pattern"], example)


def test_a_day_is_a_date_to_a_client() -> None:
    schema = TypeAdapter(Day).json_schema()
    assert (schema["type"], schema["format"]) == ("string", "date")
