"""The HTTP server: uvicorn, which ends open streams before it waits for its connections."""

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE

from app.web.events import Watch
from app.web.logs import set_up
from app.web.memory import keep_some
from app.web.protocol import protocol_for
from app.web.workers import BACKLOG, Crew, listen

# Seconds after which a thread that computes lets the event loop go on. By default it is 5 ms, which
# every request would wait that comes while a piece of an export is made.
SLICE = 0.0005
# Seconds for which a server that stops waits for answers that are still being taken.
LONGEST_GOODBYE = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where the service listens, by which address readers know it, and how much it logs."""

    host: str
    port: int
    public_url: str
    log_level: str


class Server(uvicorn.Server):
    """A server that can stop while streams are open: by themselves they would never end."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self.watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then wait for what else is being answered."""
        self.watch.close()
        await super().shutdown(sockets)


def serve(place: Place, build: Callable[[], FastAPI], workers: int = 1) -> None:
    """Answer until a signal comes, in this process or in that many others.

    Every process builds an application of its own, and none may be built before. Exits with 3 where
    the server could not start. Raises Unavailable where several processes cannot listen there.
    """
    if workers == 1:
        answer(place, build)
        return
    with listen(place.host, place.port) as listener:
        Crew(workers, partial(work, place, build), listener, LONGEST_GOODBYE + 1).run()


def work(place: Place, build: Callable[[], FastAPI], listener: socket.socket) -> None:
    """What each of several processes does: they share nothing but the socket and the store."""
    set_up(place.log_level)
    answer(place, build, [listener])


def answer(
    place: Place, build: Callable[[], FastAPI], sockets: list[socket.socket] | None = None
) -> None:
    """Answer in this process until a signal comes, on open sockets or on one of its own."""
    app = build()
    sys.setswitchinterval(SLICE)
    keep_some()
    server = server_of(app, host=place.host, port=place.port, backlog=BACKLOG, log_config=None)
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def server_of(app: FastAPI, **told: Any) -> Server:
    """The server of an application; ``told`` are further settings of uvicorn."""
    config = uvicorn.Config(
        app,
        access_log=False,  # the lines are ours, and one for each request is enough
        http=protocol_for(app),
        # Forwarding headers are anybody's word until a proxy is named.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
        **told,
    )
    return Server(config, app.state.watch)
