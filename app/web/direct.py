"""Direct answers: what can be answered at once is written where its request is read.

uvicorn makes a task, a cycle and an event for every request, and looks at each header field of its
answer. An answer that is ready needs none of that: it goes to the socket from within the callback
of the parser. Everything else goes uvicorn's way. What may be answered, limits, conditions, counts
and log lines are those of the response cache.
"""

import logging
from typing import ClassVar, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.cache_entries import lines_of
from app.web.caching import TRIED, Ready, ResponseCache

log = logging.getLogger("parley.direct")

STATUS = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}


class Direct(HttpToolsProtocol):
    """uvicorn's protocol, which asks ``cache`` before it starts the application."""

    cache: ClassVar[ResponseCache | None] = None
    answered = False

    def on_headers_complete(self) -> None:
        """The head of a request was read: answer it, or do as uvicorn does."""
        self.answered = self.cache is not None and self._is_plain() and self._answer(self.cache)
        if not self.answered:
            # An answer to the request before it, read in one piece with it, may have set it.
            self._unset_keepalive_if_required()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A request was read whole. What was answered here had no body, and no cycle waits."""
        if not self.answered:
            super().on_message_complete()

    def _is_plain(self) -> bool:
        """Whether it is a GET by itself: nothing before it is unanswered, the connection stays, and
        its address is a path as it stands.
        """
        return (
            getattr(self.cycle, "response_complete", True)  # there is none before the first
            and not self.flow.write_paused
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
        ready = _had(cache, scope)
        if ready is None:
            scope["state"][TRIED] = True
            return False
        anew = lines_of([*self.server_state.default_headers, *ready.anew])
        head = (STATUS[ready.status], anew, ready.entry.lines_of(ready.status), b"\r\n")
        self.transport.write(b"".join((*head, ready.body)))
        # As after every answer: the next request may come, or the connection ends in a while.
        self.on_response_complete()
        cache.told(ready, scope)
        return True


def _had(cache: ResponseCache, scope: Scope) -> Ready | None:
    """What the cache has. A defect must not look like a request that cannot be parsed."""
    try:
        return cache.at_once(scope)
    except Exception:
        log.exception("no direct answer at %s", scope["path"])
        return None
