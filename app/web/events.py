"""Changes as they come: Server-Sent Events (WHATWG HTML, section 9.2), resumable by their ids."""

import re
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

import anyio
from fastapi import Request
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from app.errors import Fault, InvalidParameter, Unavailable
from app.resources.base import SLUG
from app.resources.changes import ChangeStreamQuery, RecordedChange, document_of
from app.resources.quotes import Noun
from app.store.changes import Place, Wanted, changes
from app.store.engine import Database
from app.store.reader import snapshot
from app.web.changes import wanted_of
from app.web.questions import point
from app.web.service import service_of

MEDIA_TYPE = "text/event-stream"
LAST_EVENT_ID = "Last-Event-ID"
EVENT_ID = rf"^[0-9]{{1,15}}\.({'|'.join(get_args(Noun))})\.{SLUG[1:]}"
LONGEST_ID = 160
# Nothing of it is kept on the way, neither by caches nor in the buffer of a proxy (nginx).
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# How long a client waits before it comes back.
RETRY_MILLISECONDS = 2_000
# Sorts behind every noun: the end of a revision.
END = "~"


@dataclass(frozen=True, slots=True)
class Terms:
    """How streams are kept: seconds between two looks at the store, and between two signs of life;
    changes in one piece; streams and threads at once.
    """

    look: float = 1.0
    sign: float = 15.0
    piece: int = 100
    # Each takes a file of the process, which often has no more than 1,024.
    streams: int = 500
    # Of the 40 that answer all other requests.
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Some events as they are sent, the place behind them, and whether more are there by now."""

    events: bytes
    place: Place
    more: bool


class Watch:
    """What all streams of one process share: the look for news, the pieces they read, their end.

    Streams wait in a line. The first of it looks, once for all, so the load on the store is the
    same for one stream and for hundreds; and no task runs while there is none. A piece that one
    stream has read is at hand for the others: changes up to a revision stay as they are.
    """

    def __init__(self, database: Database, terms: Terms | None = None) -> None:
        self.database = database
        self.terms = terms or Terms()
        self._newest = 0
        self._redacted = 0
        self._next_look = float("-inf")
        self._line = anyio.Lock()
        self._threads = anyio.CapacityLimiter(self.terms.threads)
        self._open: set[anyio.CancelScope] = set()
        self._closed = False
        self._piece = lru_cache(maxsize=8)(self._read_piece)

    def close(self) -> None:
        """End every stream, and any that is still to come."""
        self._closed = True
        for scope in self._open:
            scope.cancel()

    def check_room(self) -> None:
        """Raises Unavailable where there are as many streams as there may be."""
        if self._closed or len(self._open) >= self.terms.streams:
            raise Unavailable("No more streams can be opened at the moment.")

    @contextmanager
    def stream(self) -> Iterator[None]:
        """The life of one stream: ``close`` ends what is awaited in it."""
        with anyio.CancelScope() as scope:
            self._open.add(scope)
            try:
                if self._closed:
                    scope.cancel()
                yield
            finally:
                self._open.discard(scope)

    async def news(self, revision: int, deadline: float) -> int | None:
        """The newest revision once it is after this one, or None at the deadline."""
        patience = deadline - anyio.current_time()
        if patience > 0:
            with anyio.move_on_after(patience):
                return await self._beyond(revision)
        return None

    async def read(self, wanted: Wanted, place: Place, until: int) -> Piece:
        """The next piece behind a place, up to a revision; read when it is asked for."""
        try:
            return await anyio.to_thread.run_sync(
                self._piece, wanted, place, until, limiter=self._threads
            )
        except Unavailable:
            # A browser that is refused does not come back, so the stream waits with its reader.
            await anyio.sleep(self.terms.look)
            return Piece(b"", place, more=True)

    async def _beyond(self, revision: int) -> int:
        while self._newest <= revision:
            async with self._line:
                if self._newest <= revision:
                    await self._look()
        return self._newest

    async def _look(self) -> None:
        await anyio.sleep(max(0, self._next_look - anyio.current_time()))
        with suppress(Unavailable):  # it may answer the next time
            self._newest = await anyio.to_thread.run_sync(self._read_newest, limiter=self._threads)
        self._next_look = anyio.current_time() + self.terms.look

    def _read_newest(self) -> int:
        with snapshot(self.database) as look:
            redacted = look.redacted()
            if redacted != self._redacted:  # words are gone from changes that were told before
                self._redacted = redacted
                self._piece.cache_clear()
            return look.revision()

    def _read_piece(self, wanted: Wanted, place: Place, until: int) -> Piece:
        with snapshot(self.database) as look:
            found = changes(look.connection, wanted, until, place, self.terms.piece)
        events = b"".join(event_of(change) for change in found.items)
        return Piece(events, found.last or end_of(until), more=found.last is not None)


class EventStream(StreamingResponse):
    """An answer that ends well when its watch is closed, rather than being broken off.

    FastAPI's own EventSourceResponse reads ahead of its reader, keeps the time between signs of
    life to itself, and begins before a position can be refused.
    """

    media_type = MEDIA_TYPE

    def __init__(self, watch: Watch, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(events, headers=HEADERS)
        self.watch = watch
        self.events = events

    async def stream_response(self, send: Send) -> None:
        """Send the events until there are no more, or nobody is to have them."""
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        with self.watch.stream():
            async with aclosing(self.events) as events:
                async for piece in events:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def streamed(request: Request, query: ChangeStreamQuery, last_event_id: str | None) -> Response:
    """The changes behind a place, then those that come next.

    Raises InvalidParameter, and Unavailable where there are too many streams.
    """
    if request.scope.get("head"):  # a stream that nobody reads would never end
        return StreamingResponse(iter(()), headers=HEADERS, media_type=MEDIA_TYPE)
    watch = watch_of(request)
    watch.check_room()
    newest, place = _begin(request, query, last_event_id)
    return EventStream(watch, followed(watch, wanted_of(query), place, newest))


async def followed(
    watch: Watch, wanted: Wanted, place: Place, newest: int
) -> AsyncGenerator[bytes, None]:
    """The events behind a place, without end; a comment where none come for some time."""
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    sign = anyio.current_time() + watch.terms.sign
    while True:
        piece = await watch.read(wanted, place, newest)
        place = piece.place
        if piece.events:
            yield piece.events
            sign = anyio.current_time() + watch.terms.sign
        news = newest if piece.more else await watch.news(newest, sign)
        if news is None or anyio.current_time() >= sign:
            yield KEEPALIVE_COMMENT
            sign = anyio.current_time() + watch.terms.sign
        newest = news or newest


def event_of(change: RecordedChange) -> bytes:
    """A change as an event."""
    data = document_of(change).decode()
    return format_sse_event(event="change", id=change.name, data_str=data)


def end_of(revision: int) -> Place:
    """The place behind all changes of a revision."""
    return revision, END, ""


def watch_of(request: Request) -> Watch:
    """The watch of the service that answers this request."""
    watch: Watch = request.app.state.watch
    return watch


def _begin(
    request: Request, query: ChangeStreamQuery, last_event_id: str | None
) -> tuple[int, Place]:
    """The newest revision, and the place behind which a stream begins."""
    service = service_of(request)
    since = point("since", query.since, service.clock())
    with snapshot(service.database) as look:
        newest = look.revision()
        if last_event_id is not None:
            return newest, _place_of(last_event_id, newest)
        revision = newest if since is None else look.revision_at(since, "since")
        return newest, end_of(revision)


def _place_of(event_id: str, newest: int) -> Place:
    if not re.fullmatch(EVENT_ID, event_id):
        raise _refused("must be the id of an event of this stream")
    revision, noun, identifier = event_id.split(".")
    if int(revision) > newest:
        raise _refused("must not be after the newest revision")
    return int(revision), noun, identifier


def _refused(message: str) -> InvalidParameter:
    return InvalidParameter("A header field is wrong.", (Fault(message, LAST_EVENT_ID),))


# For the OpenAPI document, which has no words yet for what a stream is made of.
STREAM: dict[str, Any] = {
    "description": "The stream, which does not end by itself.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "string",
                "title": "ChangeStream",
                "description": "Server-Sent Events of the type `change`. The `id` of an event is "
                "that of the change, and its `data` is the change on one line of JSON, as the "
                "list of changes has it (`ChangeOut`). Comments are signs of life.",
                "contentMediaType": MEDIA_TYPE,
            }
        }
    },
}
