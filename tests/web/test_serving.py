"""The process that serves, before it is asked anything."""

import platform
import sys
from typing import Any

import pytest

from app.web import serving
from app.web.memory import keep_some
from app.web.serving import Place, answer


class Watching:
    """A server that answers nobody, and notes how long a thread may keep the interpreter."""

    started = True
    interval = 0.0

    def run(self, _sockets: Any) -> None:
        self.interval = sys.getswitchinterval()


def test_a_thread_that_computes_soon_lets_the_event_loop_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, before = Watching(), sys.getswitchinterval()
    monkeypatch.setattr(serving, "server_of", lambda *_, **__: server)
    build: Any = object
    try:
        answer(Place("127.0.0.1", 0, "https://parley.example", "info"), build)
    finally:
        sys.setswitchinterval(before)
    assert server.interval == pytest.approx(serving.SLICE)
    assert server.interval < before


def test_memory_of_large_answers_is_kept_where_the_system_knows_how() -> None:
    assert keep_some() is (sys.platform == "linux" and platform.libc_ver()[0] == "glibc")
