"""What a test cannot do without, and is not part of the project."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """End a test that misses something: a developer may lack it, so it is skipped; CI has all of
    it, so there it fails.
    """
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI needs it")
    pytest.skip(reason)
