"""What YAML 1.2 takes a scalar without quotes for: a number, a truth value, nothing, or text."""

import re
from typing import Any

from app.dossiers.sheet import whole_number

# The core schema of YAML 1.2 (10.3.2): what a scalar without quotes can be, other than a string.
_NULL = re.compile("null|Null|NULL|~|")
_BOOLEAN = re.compile("true|True|TRUE|false|False|FALSE")
_WHOLE = re.compile("[-+]?[0-9]+")
_OCTAL = re.compile("0o[0-7]+")
_HEXADECIMAL = re.compile("0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def is_string(plain: str) -> bool:
    """Whether a scalar without quotes is a string in the core schema."""
    return isinstance(resolved(plain), str)


def resolved(plain: str) -> Any:
    """The value of a scalar without quotes, in the core schema."""
    if _NULL.fullmatch(plain):
        return None
    if _BOOLEAN.fullmatch(plain):
        return plain[0] in "tT"
    if _WHOLE.fullmatch(plain):
        return whole_number(plain)
    if _OCTAL.fullmatch(plain):
        return whole_number(plain[2:], 8)
    if _HEXADECIMAL.fullmatch(plain):
        return whole_number(plain[2:], 16)
    if _FLOAT.fullmatch(plain):
        return float(plain)
    return float(plain.replace(".", "")) if _NOT_A_NUMBER.fullmatch(plain) else plain
