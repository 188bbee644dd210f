"""A real server, as ``parley serve`` runs it, in a thread of the tests."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread

from fastapi import FastAPI

from app.web.serving import Server, server_of


@contextmanager
def running(app: FastAPI) -> Iterator[tuple[str, Server]]:
    """The address of a server with this app, and the server, for the length of the block."""
    server = server_of(app, log_level="critical")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server with this app, for the length of the block."""
    with running(app) as (address, _):
        yield address
