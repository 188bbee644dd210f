"""A channel: one connection to PostgreSQL over which questions are sent without waiting in turn.

It speaks to libpq through ``psycopg.pq``, in its pipeline mode: answers come in the order of the
questions, and the event loop reads them when they are there. Each question is a transaction of its
own, so nothing of one has to do with another.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import finalize

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult

from app.errors import Unavailable

# What libpq takes as a parameter: texts, in bytes.
Parameters = Sequence[bytes | None]
# Seconds without a word from the server before nothing more is hoped for.
PATIENCE = 2.0
# Statements that a server keeps for a channel, some tens of KiB each.
MOST_PREPARED = 200
CANCELED = b"57014"

log = logging.getLogger("parley.store")


@dataclass(slots=True)
class Question:
    """A question that was sent, when, and what came back of it so far."""

    answer: "asyncio.Future[PGresult | None]"
    sent: float
    found: PGresult | None = None
    refused: PGresult | None = None


class Channel:
    """A connection in autocommit, for the event loop that runs now.

    ``prepares`` says whether the server keeps statements for it; ``lost`` is told of its end.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        lost: Callable[["Channel"], None],
        *,
        prepares: bool,
    ) -> None:
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._end = finalize(self, connection.close)
        self._lost = lost
        self._names: dict[str, bytes] | None = {} if prepares else None
        # Whether a statement was refused: what was prepared may no longer fit the schema.
        self._stale = False
        self._waiting: deque[Question] = deque()
        self._loop = asyncio.get_running_loop()
        self._socket = self._pg.socket
        self._loop.add_reader(self._socket, self._read)
        self._writes = False
        self._heard = 0.0
        self._watch: asyncio.TimerHandle | None = None

    @property
    def quiet_since(self) -> float:
        """Since when the server has not said a word, though it was asked; infinite where it was
        not.
        """
        return max(self._heard, self._waiting[0].sent) if self._waiting else float("inf")

    @property
    def is_busy(self) -> bool:
        """Whether a question waits."""
        return bool(self._waiting)

    async def ask(self, text: str, parameters: Parameters) -> PGresult | None:
        """What a statement finds, in binary; None where it takes too long, or is refused.

        Raises Unavailable.
        """
        question = Question(self._loop.create_future(), self._loop.time())
        self._waiting.append(question)
        if self._watch is None:
            self._watch = self._loop.call_later(PATIENCE, self._look_after)
        try:
            self._send(text, parameters)
            self._pg.pipeline_sync()
            self._flush()
        except psycopg.Error as error:
            self._give_up(error)
        return await question.answer

    def close(self) -> None:
        """Close the connection; who still waits for an answer gets none."""
        if not self._end.alive:
            return
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        if self._watch is not None:
            self._watch.cancel()
        self._end()
        self._lost(self)
        while self._waiting:
            question = self._waiting.popleft()
            if not question.answer.done():
                question.answer.set_exception(Unavailable("The connection to the store was lost."))

    def _send(self, text: str, parameters: Parameters) -> None:
        if self._names is None:
            self._pg.send_query_params(text.encode(), parameters, result_format=Format.BINARY)
            return
        name = None if self._stale else self._names.get(text)
        if name is None:
            if self._stale or len(self._names) == MOST_PREPARED:
                self._stale = False
                self._names.clear()
                self._pg.send_query_params(b"DEALLOCATE ALL", None)
            self._names[text] = name = b"quick_%d" % len(self._names)
            self._pg.send_prepare(name, text.encode())
        self._pg.send_query_prepared(name, parameters, result_format=Format.BINARY)

    def _flush(self) -> None:
        """Send what the socket takes, and the rest when it takes more."""
        more = bool(self._pg.flush())
        if more and not self._writes:
            self._loop.add_writer(self._socket, self._go_on)
        elif self._writes and not more:
            self._loop.remove_writer(self._socket)
        self._writes = more

    def _go_on(self) -> None:
        try:
            self._flush()
        except psycopg.Error as error:
            self._give_up(error)

    def _read(self) -> None:
        """Take the answers that are there."""
        try:
            self._pg.consume_input()
            self._heard = self._loop.time()
            while self._waiting and not self._pg.is_busy():
                self._take(self._pg.get_result())
        except psycopg.Error as error:
            self._give_up(error)

    def _give_up(self, error: psycopg.Error) -> None:
        log.warning("a connection for quick answers was lost: %s", error)
        self.close()

    def _take(self, result: PGresult | None) -> None:
        if result is None:  # one statement ends here, or all of them
            if self._pg.status == ConnStatus.BAD:
                self.close()
        elif result.status == ExecStatus.TUPLES_OK:
            self._waiting[0].found = result
        elif result.status == ExecStatus.FATAL_ERROR:
            self._waiting[0].refused = result
        elif result.status == ExecStatus.PIPELINE_SYNC:
            self._settle(self._waiting.popleft())

    def _settle(self, question: Question) -> None:
        refused = question.refused
        if refused is not None and refused.error_field(DiagnosticField.SQLSTATE) != CANCELED:
            words = refused.error_message.decode(errors="replace").strip()
            log.warning("a statement for a quick answer was refused: %s", words)
            self._stale = True
        if not question.answer.done():
            question.answer.set_result(question.found if refused is None else None)

    def _look_after(self) -> None:
        """Give up a server that says nothing."""
        self._watch = None
        if not self._waiting:
            return
        left = self.quiet_since + PATIENCE - self._loop.time()
        if left > 0:
            self._watch = self._loop.call_later(left, self._look_after)
        else:
            self.close()
