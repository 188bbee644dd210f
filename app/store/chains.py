"""Whether a record would come back to itself by what it is part of, replaces or reprints."""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.resources.chains import CHAINS
from app.resources.evidence import RecordContent
from app.resources.resource import Address
from app.store.contents import stored


def circling(connection: Connection, address: Address, content: RecordContent) -> Iterator[str]:
    """The fields by which a record would come back to itself, through what is on record."""
    noun, identifier = address
    for field in CHAINS:
        first = getattr(content, field, None)
        here, seen = first, {identifier}
        while here is not None and here not in seen:
            seen.add(here)
            after = stored(connection, [(noun, here)]).get((noun, here))
            here = getattr(after.content, field, None) if after and after.live else None
        if here == identifier != first:
            yield field
