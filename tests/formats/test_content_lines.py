"""The content lines of iCalendar: escaped, folded, and never broken inside a character."""

import pytest

from app.formats.content_lines import component, line, text


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("one, two; three: four", "one\\, two\\; three: four"),
        ("C:\\new", "C:\\\\new"),
        ("\\n is no line end", "\\\\n is no line end"),
        ("first\r\nsecond\nthird\rfourth", "first\\nsecond\\nthird\\nfourth"),
        ('"quoted"\tand tabbed', '"quoted"\tand tabbed'),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("", ""),
    ],
)
def test_text_is_escaped_as_rfc_5545_says(value: str, escaped: str) -> None:
    assert text(value) == escaped


def test_a_line_of_75_octets_stays_whole_and_one_more_is_folded() -> None:
    assert line("SUMMARY", "x" * 67) == b"SUMMARY:" + b"x" * 67 + b"\r\n"
    assert line("SUMMARY", "x" * 68) == b"SUMMARY:" + b"x" * 67 + b"\r\n x\r\n"


def test_a_folded_line_has_room_for_the_space_that_it_begins_with() -> None:
    assert line("SUMMARY", "x" * 142) == (
        b"SUMMARY:" + b"x" * 67 + b"\r\n " + b"x" * 74 + b"\r\n x\r\n"
    )


def test_a_fold_stands_before_a_character_that_does_not_fit() -> None:
    # 8 + 66 octets, and an emoji of four
    assert line("SUMMARY", "x" * 66 + "💥") == (
        b"SUMMARY:" + b"x" * 66 + b"\r\n " + "💥".encode() + b"\r\n"
    )


@pytest.mark.parametrize("sign", ["a", "é", "€", "💥", "שלום ", "e\u0301"])
@pytest.mark.parametrize("shift", range(5))
def test_no_line_is_too_long_or_cuts_a_character(sign: str, shift: int) -> None:
    value = "x" * shift + sign * 400
    folded = line("DESCRIPTION", value)
    lines = folded.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(one) <= 75 for one in lines)
    assert all(one.decode().startswith(" ") for one in lines[1:])
    assert "".join(one.decode()[1:] for one in lines[1:]).join([lines[0].decode(), ""]) == (
        f"DESCRIPTION:{value}"
    )


def test_a_component_stands_between_its_begin_and_its_end() -> None:
    assert component("VEVENT", line("UID", "a")) == b"BEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\n"
