"""Dates in plain English words, for readers who do not know EDTF."""

from calendar import month_name
from typing import Final

from app.resources.dates import parse_edtf

_SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_QUALIFIERS: Final = {"~": "about {}", "?": "possibly {}", "%": "possibly about {}"}


def in_words(edtf: str) -> str:
    """What an EDTF expression of level 0 or 1 says. Raises ValueError where it is none.

    The words hold letters, digits, spaces, commas, colons, plus and minus: no markup in any format.
    """
    parse_edtf(edtf)
    if "/" not in edtf:
        return _point(edtf)
    first, _, last = edtf.partition("/")
    begins = f"from {_point(first)}" if first.strip(".") else ""
    closes = f"until {_point(last)}" if last.strip(".") else ""
    # ".." is an end that there is not; nothing at all is an end that nobody knows.
    if not begins:
        return closes if first else f"{closes}, start unknown"
    if not closes:
        return f"{begins} on" if last else f"{begins}, end unknown"
    return f"{begins} {closes}"


def _point(text: str) -> str:
    qualifier = _QUALIFIERS.get(text[-1], "{}")
    bare = text.rstrip("~?%")
    if "T" in bare:
        return _time(bare)
    return qualifier.format(_masked(bare) if "X" in bare else _day(bare))


def _day(text: str) -> str:
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    if month in _SEASONS:
        return f"{_SEASONS[month]} {int(year)}"
    words = [str(int(day))] if day else []
    words += [month_name[int(month)]] if month else []
    return " ".join([*words, str(int(year))])


def _masked(text: str) -> str:
    """A date of which some digits are not specified."""
    year, _, rest = text.partition("-")
    if year.endswith("XX"):
        return f"some time from {int(year[:2] + '00')} to {int(year[:2] + '99')}"
    if year.endswith("X"):
        return f"the {int(year[:3] + '0')}s"
    month = rest.partition("-")[0]
    return (
        f"some day in {_day(f'{year}-{month}')}" if month != "XX" else f"some time in {int(year)}"
    )


def _time(text: str) -> str:
    clock, zone = text[11:19], text[19:]
    shown = clock.removesuffix(":00")
    offset = "" if zone in ("Z", "+00:00", "-00:00", "+00", "-00") else zone
    return f"{_day(text[:10])}, {shown}{f' UTC{offset}' if zone else ''}"
