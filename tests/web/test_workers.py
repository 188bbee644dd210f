"""Several processes over one socket: they answer alike, are replaced, and end together."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import psutil
import pytest

from app.store.engine import Database
from app.web.serving import LONGEST_GOODBYE
from tests.served import Commands, Running

PATIENCE = 60


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


def workers(server: Running) -> list[psutil.Process]:
    """The processes that answer for a server."""
    return psutil.Process(server.process).children()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def answers(server: Running) -> bool:
    with server.client() as reader:
        try:
            return reader.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False


def lines(server: Running, logger: str) -> list[dict[str, Any]]:
    """What a part of the server has logged."""
    words = server.output.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in words if line.startswith("{")]
    return [line for line in found if line["logger"] == logger]


def test_all_processes_answer_alike_and_each_request_is_one_line_of_the_log(
    sqlite_store: Database, commands: Commands
) -> None:
    with commands.serving(sqlite_store, PARLEY_WORKERS="3") as server:
        assert len(workers(server)) == 3
        bodies = set()
        for number in range(60):
            with server.client() as reader:
                answer = reader.get("/claims?limit=2", headers={"x-request-id": f"r-{number}"})
                bodies.add((answer.content, answer.headers["etag"]))
        assert len(bodies) == 1
    told = [line["id"] for line in lines(server, "parley.requests")]
    assert sorted(one for one in told if one.startswith("r-")) == sorted(
        f"r-{number}" for number in range(60)
    )
    assert server.output.read_text(encoding="utf-8").count("Parley answers at") == 1


def test_what_is_no_http_is_answered_like_by_one_process(
    sqlite_store: Database, commands: Commands
) -> None:
    with commands.serving(sqlite_store, PARLEY_WORKERS="2") as server:
        port = int(server.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
            answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json")


def test_a_process_that_dies_is_replaced_and_the_log_says_so(
    sqlite_store: Database, commands: Commands
) -> None:
    with commands.serving(sqlite_store, PARLEY_WORKERS="2") as server:
        before = {one.pid for one in workers(server)}
        lost = min(before)
        os.kill(lost, signal.SIGKILL)
        until(lambda: len({one.pid for one in workers(server)} - {lost}) == 2)
        assert answers(server)
        assert len({one.pid for one in workers(server)} & before) == 1
    (line,) = lines(server, "parley.workers")
    assert (line["level"], line["process"], line["exit_code"]) == ("error", lost, -9)


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, -15), (signal.SIGINT, 0)])
def test_a_signal_ends_all_of_them_at_once_with_streams_open(
    sqlite_store: Database, commands: Commands, stop: signal.Signals, code: int
) -> None:
    with commands.serving(sqlite_store, PARLEY_WORKERS="3") as server:
        crew = workers(server)
        with server.client() as reader, reader.stream("GET", "/changes/stream?since=0") as answer:
            pieces = answer.iter_raw()
            assert next(pieces).startswith(b"retry: 2000")
            begun = time.monotonic()
            server.send(stop)
            # The transfer is whole: it does not break off.
            for _ in pieces:
                pass
            assert server.wait() == code
        assert time.monotonic() - begun < LONGEST_GOODBYE
    assert not any(one.is_running() for one in crew)


def test_they_end_by_themselves_when_the_one_that_started_them_is_killed(
    sqlite_store: Database, commands: Commands
) -> None:
    with commands.serving(sqlite_store, PARLEY_WORKERS="2") as server:
        crew = workers(server)
        assert server.kill() == -9
        _, alive = psutil.wait_procs(crew, timeout=PATIENCE)
        assert alive == []
        assert not answers(server)


def test_a_port_that_is_taken_is_a_failure_with_words(
    sqlite_store: Database, commands: Commands
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        started = commands.start(sqlite_store, "serve", PARLEY_PORT=port, PARLEY_WORKERS="2")
        assert started.wait() == 1
    words = started.output.read_text(encoding="utf-8")
    assert f"parley: Nobody can listen at 127.0.0.1, port {port}: " in words
