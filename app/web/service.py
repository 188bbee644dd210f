"""What every handler needs: the store, the public address, the key of cursors, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request

from app.store.engine import Database
from app.web.streaming import AT_ONCE


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one running service."""

    database: Database
    public_url: str
    cursor_key: bytes
    clock: Callable[[], datetime]
    # Seconds for which an answer that is not pinned may be kept.
    max_age: int
    # Where errors in the record are reported, and the terms of its data.
    contact: str | None = None
    license: str | None = None
    # Whether texts that quotes are checked against are kept.
    hold_texts: bool = False
    # The threads in which pieces of streams are made.
    threads: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE))


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(service_of)]
