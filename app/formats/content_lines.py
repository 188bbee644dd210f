"""The content lines of iCalendar (RFC 5545, section 3.1): names, escaped values, folding."""

import re
from typing import Final

# Octets on a line, without its end.
LONGEST: Final = 75
LINE_END: Final = b"\r\n"

_CARRIAGE: Final = re.compile("\r\n?")
# What TEXT has no way to spell: control characters other than tabs and line ends.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def text(value: str) -> str:
    """A value of type TEXT (section 3.3.11). A line end of any kind becomes a newline."""
    return _CONTROLS.sub("", _CARRIAGE.sub("\n", value)).translate(_ESCAPES)


def line(name: str, value: str) -> bytes:
    """One content line, folded and ended. ``name`` may have parameters; ``value`` is escaped."""
    return _folded(f"{name}:{value}".encode()) + LINE_END


def component(name: str, lines: bytes) -> bytes:
    """A component around its lines."""
    return line("BEGIN", name) + lines + line("END", name)


def _folded(octets: bytes) -> bytes:
    """Lines of at most 75 octets; all but the first begin with a space that is not of the value."""
    if len(octets) <= LONGEST:
        return octets
    pieces, start, room = [], 0, LONGEST
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:  # inside a character of UTF-8
            end -= 1
        pieces.append(octets[start:end])
        start, room = end, LONGEST - 1
    return (LINE_END + b" ").join([*pieces, octets[start:]])
