"""What cannot be parsed as HTTP gets a problem document over a real socket."""

import json
import socket

import pytest

from app.main import create_app
from app.store.engine import Database
from tests.http import settings
from tests.serving import served


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/9.9.9\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET /claims?id=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_gets_a_problem_document(
    sqlite_store: Database, request_bytes: bytes
) -> None:
    app = create_app(settings(sqlite_store))
    with served(app) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request_bytes)
            reply = b""
            while piece := connection.recv(65_536):
                reply += piece
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4")
    assert b"content-type: application/problem+json" in head.lower()
    problem = json.loads(body)
    assert problem["status"] in (400, 414)
    assert "/problems/" in problem["type"]
