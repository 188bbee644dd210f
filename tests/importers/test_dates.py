"""Dates: what the attributes of the markup come to, and where the words say something else."""

from xml.etree.ElementTree import Element

import pytest

from app.importers.frus.dates import Dated, bounds_of, clocks_differ, dated


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, Dated()),
        ({"when": "1972-11-03"}, Dated("1972-11-03")),
        ({"when": " 1972-11 "}, Dated("1972-11")),
        ({"when": "1972-12-20T15:03:00"}, Dated("1972-12-20T15:03:00")),
        ({"when": "1972-12-20T15:03"}, Dated("1972-12-20T15:03:00")),
        ({"when": "1972-12-20T15:03:00.000-0500"}, Dated("1972-12-20T15:03:00-05:00")),
        ({"when": "1972-12-20-05:00"}, Dated("1972-12-20")),
        ({"when": "1973-02-30"}, Dated(unclear="1973-02-30")),
        ({"when": "soon"}, Dated(unclear="soon")),
        ({"when": "1963-05-01", "ana": "#x"}, Dated("1963-05-01", inferred=True)),
        ({"from": "1972-10-31", "to": "1972-11-02"}, Dated("1972-10-31", "1972-11-02")),
        ({"from": "1972-10-31"}, Dated("1972-10-31")),
        (
            {"from": "1972-10-31T16:05:00", "to": "1972-10-31T17:47:00"},
            Dated("1972-10-31T16:05:00", "1972-10-31T17:47:00", clocked=True),
        ),
        (
            {"from": "1974-04-12T11:05:00", "to": "1974-03-25T12:55:00"},
            Dated("1974-04-12T11:05:00", ends_first="1974-03-25T12:55:00"),
        ),
        (
            {"from": "1974-04-12T11:05:00", "to": "1974-04-12T10:00:00"},
            Dated("1974-04-12T11:05:00", ends_first="1974-04-12T10:00:00"),
        ),
        # The later instant is on the earlier day: no meeting can be recorded like that.
        (
            {"from": "1974-04-12T01:00:00+09:00", "to": "1974-04-11T23:00:00-05:00"},
            Dated("1974-04-12T01:00:00+09:00", ends_first="1974-04-11T23:00:00-05:00"),
        ),
        ({"from": "1974-04-12", "to": "never"}, Dated("1974-04-12", unclear="never")),
        ({"notBefore": "1963-05-01", "notAfter": "1963-05-31"}, Dated("1963-05-01/1963-05-31")),
        ({"notAfter": "1963-05-31"}, Dated("../1963-05-31")),
        ({"notBefore": "1963-06", "notAfter": "1963-05"}, Dated(unclear="1963-06/1963-05")),
    ],
)
def test_attributes_come_to_edtf(attributes: dict[str, str], expected: Dated) -> None:
    assert dated(Element("date", attributes)) == expected


@pytest.mark.parametrize(
    ("when", "days", "date"),
    [
        (Dated("1972-10-31T16:05:00"), "1972-10-31", "1972-10-31T16:05:00"),
        (Dated("1972-10-31T16:05:00", "1972-10-31T17:00:00"), "1972-10-31", "1972-10-31"),
        (Dated("1972-10-31", "1972-11-02"), "1972-10-31/1972-11-02", "1972-10-31/1972-11-02"),
        (Dated("../1963-05-31"), "../1963-05-31", "../1963-05-31"),
        (Dated(), None, None),
    ],
)
def test_a_stretch_with_clock_times_is_dated_by_its_days(
    when: Dated, days: str | None, date: str | None
) -> None:
    assert (when.days(), when.when()) == (days, date)


@pytest.mark.parametrize("space", ["http://history.state.gov/ns/1.0", "http://another.one"])
def test_the_bounds_of_the_editors_are_read_in_every_namespace(space: str) -> None:
    document = Element(
        "div",
        {
            f"{{{space}}}doc-dateTime-min": "1962-01-01T00:00:00-05:00",
            f"{{{space}}}doc-dateTime-max": "1962-01-01T23:59:59-05:00",
        },
    )
    assert bounds_of(document) == Dated("1962-01-01", inferred=True)


@pytest.mark.parametrize(
    ("words", "starts", "ends", "differ"),
    [
        ("March 8, 1973, 10:10–11:30 a.m.", "1973-03-08T10:00:00", "1973-03-08T11:30:00", True),
        ("March 8, 1973, 10:10–11:30 a.m.", "1973-03-08T10:10:00", "1973-03-08T11:30:00", False),
        ("October 31, 1972, 4:05–5:47 p.m.", "1972-10-31T16:05:00", "1972-10-31T17:47:00", False),
        (
            "September 14, 1974, 10:08 a.m.–noon.",
            "1974-09-14T10:08:00",
            "1974-09-14T12:00:00",
            False,
        ),
        ("October 23, 1978, 1402Z", "1978-10-23T14:02:00", None, False),
        ("October 23, 1978, 1402Z", "1978-10-23T14:20:00", None, True),
        ("May 25, 1959, 11 p.m.", "1959-05-25T23:00:00", None, False),
        ("May 25, 1959", "1959-05-25T23:00:00", None, False),
        ("May 25, 1959, 11 p.m.", "1959-05-25", None, False),
    ],
)
def test_clock_times_of_words_and_markup_are_compared(
    words: str, starts: str, ends: str | None, differ: bool
) -> None:
    assert clocks_differ(words, Dated(starts, ends)) is differ
