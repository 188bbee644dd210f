"""Chains: fields in which a record has at most one target of its own noun, and circles of them."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.resources.resource import Address

CHAINS: Final = ("part_of", "replaces", "origin")


def rounds(above: Mapping[Address, Address]) -> Iterator[list[Address]]:
    """Each circle once, from the record in it that comes to it first; ``above`` says where each
    record leads.
    """
    done: set[Address] = set()
    for start in above:
        way: dict[Address, None] = {}
        here: Address | None = start
        while here is not None and here not in done and here not in way:
            way[here] = None
            here = above.get(here)
        if here in way:
            steps = list(way)
            yield steps[steps.index(here) :]
        done.update(way)
