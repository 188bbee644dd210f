"""The HTTP server: uvicorn, which ends open streams before it waits for its connections."""

import socket
import sys
from contextlib import suppress

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.web.events import Watch

# Seconds for which a server that stops waits for answers that are still being taken.
LONGEST_GOODBYE = 8


class Server(uvicorn.Server):
    """A server that can stop while streams are open: by themselves they would never end."""

    def __init__(self, config: uvicorn.Config, watch: Watch) -> None:
        super().__init__(config)
        self.watch = watch

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then wait for what else is being answered."""
        self.watch.close()
        await super().shutdown(sockets)


def run(config: uvicorn.Config, watch: Watch) -> None:
    """Serve until a signal comes. Exits with 3 where the server could not start."""
    server = Server(config, watch)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
