"""How long work on the store tells how far it is."""

from collections.abc import Callable

# What is going on, how many steps of it are done, and how many there are.
Tell = Callable[[str, int, int], None]


def quiet(_what: str, _done: int, _of: int) -> None:
    """Tell nobody."""
