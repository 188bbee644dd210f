"""Several processes over one socket: started, replaced when one dies, and ended together."""

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from threading import Thread
from time import monotonic, sleep
from types import FrameType

from app.errors import Unavailable

# Connections that wait to be taken.
BACKLOG = 2048
# Seconds between two looks at what a signal said, or whether the parent lives.
LOOK = 0.2
# Seconds before a process that died is replaced: one that cannot live must not use up the machine.
PAUSE = 1.0
STOPPING = (signal.SIGINT, signal.SIGTERM)

log = logging.getLogger("parley.workers")


def listen(host: str, port: int) -> socket.socket:
    """A socket that several processes can take connections from. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Unavailable(f"Nobody can listen at {host}, port {port}: {error.strerror}") from error


class Crew:
    """The processes that answer, and the one that looks after them.

    They are forked: what was imported is in memory once, and a new one starts at once. So whoever
    starts a crew must have no thread and no connection open. ``work`` is what each does with the
    socket until a SIGTERM comes.
    """

    def __init__(
        self, size: int, work: Callable[[socket.socket], None], listener: socket.socket, last: float
    ) -> None:
        """``last`` is how many seconds they have to end when they are told to."""
        self.size = size
        self.work = work
        self.listener = listener
        self.last = last
        self.workers: list[ForkProcess] = []
        self._told: int | None = None

    def run(self) -> None:
        """Keep them alive until a signal comes, then end them all, and by the same signal."""
        # What is there by now stays as it is, in pages of memory that all of them share.
        gc.freeze()
        before = {one: signal.signal(one, self._note) for one in STOPPING}
        try:
            self._keep()
        finally:
            self._end()
            for one, handler in before.items():
                signal.signal(one, handler)
        with suppress(KeyboardInterrupt):
            signal.raise_signal(self._told or signal.SIGTERM)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._told = number

    def _keep(self) -> None:
        self.workers = [self._started() for _ in range(self.size)]
        while self._told is None:
            wait([worker.sentinel for worker in self.workers], LOOK)
            dead = [place for place, one in enumerate(self.workers) if not one.is_alive()]
            if dead and self._told is None:
                self._replace(dead)

    def _started(self) -> ForkProcess:
        worker = get_context("fork").Process(target=self._run, args=(os.getpid(),))
        with _signals_held():
            worker.start()
        return worker

    def _replace(self, dead: Sequence[int]) -> None:
        for place in dead:
            lost = self.workers[place]
            fields = {"process": lost.pid, "exit_code": lost.exitcode}
            log.error("a process ended by itself and is replaced", extra={"fields": fields})
        sleep(PAUSE)
        for place in dead:
            self.workers[place] = self._started()

    def _end(self) -> None:
        """Tell all to end what they are at; who does not in time is killed."""
        # While it is open somewhere, clients would wait in it for nobody.
        self.listener.close()
        for worker in self.workers:
            worker.terminate()
        deadline = monotonic() + self.last
        for worker in self.workers:
            worker.join(max(0, deadline - monotonic()))
            if worker.is_alive():
                worker.kill()
                worker.join()

    def _run(self, parent: int) -> None:
        """The life of one of them, which begins with the signals held."""
        for one in STOPPING:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        Thread(target=_follow, args=(parent,), daemon=True).start()
        self.work(self.listener)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let signals wait, so that none reaches a new process before it can tell what to do."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _follow(parent: int) -> None:
    """End this process well once its parent is dead: it would keep the port for good."""
    while os.getppid() == parent:
        sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
