"""Direct answers: what can be answered at once is written where its request is read.

uvicorn makes a task, a cycle and an event for every request, and looks at each header field of its
answer. An answer that is ready needs none of that: it goes to the socket from within the callback
of the parser. Everything else goes uvicorn's way. What may be answered, limits, conditions, counts
and log lines are those of the response cache.

Clients ask the same again in the same bytes. What a request wants that was answered from the cache
is remembered by its bytes, so equal ones are not even parsed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.cache_entries import lines_of
from app.web.cache_keys import LONGEST, Wanted
from app.web.caching import TRIED, Ready, ResponseCache

log = logging.getLogger("parley.direct")

STATUS = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}
# Requests whose bytes are remembered, before all are forgotten.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Known:
    """What a request in the same bytes wanted."""

    scope: Scope
    wanted: Wanted


class Direct(HttpToolsProtocol):
    """uvicorn's protocol, which asks ``cache`` before it starts the application."""

    cache: ClassVar[ResponseCache | None] = None
    known: ClassVar[dict[bytes, Known]]
    # The lines of the fields that the server gives to all answers, and the fields they are of.
    standing: ClassVar[tuple[Sequence[object], bytes]] = ((), b"")
    # Whether the request was answered directly, and was all that came.
    answered = False
    # Whether the bytes to come begin a request.
    between = True
    # How many requests began in the bytes at hand, and the last one of them that was a hit.
    begun = 0
    hit: Known | None = None
    # When a request was last answered that was not parsed.
    used = 0.0

    def __init_subclass__(cls) -> None:
        """Each service remembers the requests to itself."""
        cls.known = {}

    def data_received(self, data: bytes) -> None:
        """Bytes came: answer them, if they are a request that was answered before, or parse."""
        known = self.known.get(data)
        if known is not None and self.between and self._is_free() and self._answer_again(known):
            return
        between = self.between
        self._forget()
        super().data_received(data)
        if self.hit is not None and between and self.between and self.begun == 1:
            self._remember(data, self.hit)

    def on_message_begin(self) -> None:
        """A request begins."""
        self.between = False
        self.begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head of a request was read: answer it, or do as uvicorn does."""
        self.answered = self.cache is not None and self._is_plain() and self._answer(self.cache)
        if not self.answered:
            # An answer to the request before it, read in one piece with it, may have set it.
            self._unset_keepalive_if_required()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request was read whole. What was answered here had no body, and no cycle waits."""
        if self.answered:
            self.between = True
        else:
            # Behind the last request of a connection, and behind an upgrade, nothing is one.
            self.between = self.parser.should_keep_alive() and not self.parser.should_upgrade()
            super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while: end the connection, unless something was answered here
        that left the timer as it was.
        """
        left = self.used + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._wait(left)
        else:
            super().timeout_keep_alive_handler()

    def _wait(self, seconds: float) -> None:
        handler = self.timeout_keep_alive_handler
        self.timeout_keep_alive_task = self.loop.call_later(seconds, handler)

    def _is_free(self) -> bool:
        """Whether nothing before is unanswered, and the client takes its answers."""
        # There is no cycle before the first.
        return getattr(self.cycle, "response_complete", True) and not self.flow.write_paused

    def _is_plain(self) -> bool:
        """Whether it is a GET by itself: nothing before it is unanswered, the connection stays, and
        its address is a path as it stands.
        """
        return (
            self._is_free()
            and self.parser.get_method() == b"GET"
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and self.url.startswith(b"/")
            and b"%" not in self.url
            and b"#" not in self.url
        )

    def _answer(self, cache: ResponseCache) -> bool:
        """Answer, if that can be done at once; says whether it was."""
        path, _, self.scope["query_string"] = self.url.partition(b"?")
        self.scope["method"], self.scope["raw_path"] = "GET", path
        self.scope["path"] = path.decode("latin-1")
        scope = cast("Scope", self.scope)
        hits = cache.counts.hits
        ready = _had(cache, scope)
        if ready is None:
            scope["state"][TRIED] = True
            return False
        self._write(ready)
        # As after every answer: the next request may come, or the connection ends in a while.
        self.on_response_complete()
        cache.told(ready, scope)
        if cache.counts.hits > hits:
            self.hit = Known(scope, ready.wanted)
        return True

    def _answer_again(self, known: Known) -> bool:
        """Answer a request in bytes that were answered; says whether it was."""
        cache = cast("ResponseCache", self.cache)
        scope: Scope = {**known.scope, "client": self.client}
        ready = _had(cache, scope, known.wanted)
        if ready is None:
            return False
        self._write(ready)
        self.server_state.total_requests += 1
        self.used = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait(self.timeout_keep_alive)
        cache.told(ready, scope)
        return True

    def _forget(self) -> None:
        self.begun, self.hit = 0, None

    def _remember(self, data: bytes, known: Known) -> None:
        if len(self.known) >= MOST:
            self.known.clear()
        if len(data) <= LONGEST:
            self.known[data] = known

    def _write(self, ready: Ready) -> None:
        fields = self.server_state.default_headers
        if Direct.standing[0] is not fields:  # they are a new list each second
            Direct.standing = fields, lines_of(fields)
        anew, kept = lines_of(ready.anew), ready.entry.lines_of(ready.status)
        head = b"".join((STATUS[ready.status], Direct.standing[1], anew, kept, b"\r\n"))
        # Not joined: a large body would be copied.
        self.transport.writelines((head, ready.body))


def _had(cache: ResponseCache, scope: Scope, wanted: Wanted | None = None) -> Ready | None:
    """What the cache has. A defect must not look like a request that cannot be parsed."""
    try:
        return cache.at_once(scope, wanted)
    except Exception:
        log.exception("no direct answer at %s", scope["path"])
        return None
