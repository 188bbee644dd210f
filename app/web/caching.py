"""The response cache: around all other layers, and what it serves is counted, limited and logged.

Every answer that names its revision is a function of the state of the store and of the request. So
an entry belongs to a state, and nothing is ever invalidated. The state is read before an answer is
looked up or made.
"""

from dataclasses import dataclass, field
from time import perf_counter

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.access import READING
from app.web.cache_entries import CONDITIONS, Entries, Entry, entry_of, may_be_kept
from app.web.cache_freshness import Freshness, State
from app.web.cache_keys import Key, fields_of, key_of
from app.web.logs import note, request_id_of
from app.web.metrics import Metrics, route_of
from app.web.quick import QuickAnswers
from app.web.rates import Meter


@dataclass(slots=True)
class Flight:
    """An answer that is being made: those who ask the same meanwhile wait for it."""

    landed: anyio.Event = field(default_factory=anyio.Event)
    entry: Entry | None = None

    def land(self, entry: Entry | None) -> None:
        """Give the answer to those who wait; None sends each of them to the app."""
        if not self.landed.is_set():
            self.entry = entry
            self.landed.set()


class ResponseCache:
    """Answers from memory what was answered before, and lets one of many equal requests through.

    ``app`` is everything else. It answers whatever is not here, and refuses what is over a limit.
    """

    def __init__(
        self,
        app: ASGIApp,
        entries: Entries,
        freshness: Freshness,
        metrics: Metrics,
        meter: Meter | None,
        quick: QuickAnswers | None = None,
    ) -> None:
        self.app = app
        self.entries = entries
        self.keeps = entries.limit > 0
        self.counts = entries.counts
        self.freshness = freshness
        self.metrics = metrics
        self.meter = meter
        self.quick = quick
        self.flights: dict[tuple[State, Key], Flight] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        fields = fields_of(scope)
        state = None if fields is None else self.freshness.known() or await self.freshness.learn()
        if fields is None or state is None:
            self.counts.passed += self.keeps
            await self.app(scope, receive, self._telling(scope, send))
            return
        key = key_of(scope, fields)
        entry = self.entries.get(state, key)
        self.counts.hits += entry is not None
        entry = entry or self._quickly(scope, state, key)
        if entry is None and self.keeps:
            entry = await self._fill((state, key), scope, receive, send)
        elif entry is None:  # nothing is kept, so nobody waits for it
            await self.app(scope, receive, send)
        if entry is not None:
            limits = self.meter.count(scope) if self.meter else []
            if limits is None:  # the app refuses it, in its own words
                await self.app(scope, receive, send)
            else:
                await self._serve(entry, fields, limits, begun, scope, send)

    def _quickly(self, scope: Scope, state: State, key: Key) -> Entry | None:
        """An answer that can be made without the app, from one look at the store."""
        if self.quick is None:
            return None
        entry = self.quick.answer(scope, key[2].partition(" ")[0], key[3])
        if entry is not None and self.keeps:
            self.entries.put(state, key, entry)
            self.counts.misses += 1
        return entry

    async def _serve(
        self,
        entry: Entry,
        fields: dict[bytes, bytes],
        headers: list[tuple[bytes, bytes]],
        begun: float,
        scope: Scope,
        send: Send,
    ) -> None:
        """Send an entry, with the header fields that each answer gets anew."""
        request_id = request_id_of(fields.get(b"x-request-id", b""))
        headers.append((b"x-request-id", request_id))
        method, status, body = scope["method"], 200, entry.body
        if not CONDITIONS.isdisjoint(fields) and entry.held_by(fields):
            status, body = 304, b""
            headers += entry.not_modified
        else:
            headers += entry.fields
            body = body if method == "GET" else b""
        self.metrics.in_flight += 1
        try:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        finally:
            seconds = perf_counter() - begun
            self.metrics.in_flight -= 1
            self.metrics.note(method, entry.route, status, seconds)
            note(scope, request_id, status, len(body), seconds)

    async def _fill(
        self, place: tuple[State, Key], scope: Scope, receive: Receive, send: Send
    ) -> Entry | None:
        """Have the app answer, and keep its answer; or wait for the answer to an equal request,
        which is to be served. A HEAD leaves nothing, but takes what a GET left.
        """
        flight = self.flights.get(place)
        if flight is not None:
            await flight.landed.wait()
            if flight.entry is not None:
                self.counts.joined += 1
                return flight.entry
        self.counts.misses += 1
        if flight is not None or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return None
        self.flights[place] = flight = Flight()
        try:
            await self.app(scope, receive, self._keeping(flight, place, scope, send))
        finally:
            self._land(flight, place, None)
        return None

    def _land(self, flight: Flight, place: tuple[State, Key], entry: Entry | None) -> None:
        if self.flights.get(place) is flight:
            del self.flights[place]
        flight.land(entry)

    def _keeping(self, flight: Flight, place: tuple[State, Key], scope: Scope, send: Send) -> Send:
        """Keep the answer if it may be kept; else let those who wait for it go on at once."""
        fields: list[tuple[bytes, bytes]] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                fields.extend(message["headers"])
                if not may_be_kept(message["status"], fields):
                    self._land(flight, place, None)
            elif not flight.landed.is_set():
                entry = None
                if not message.get("more_body", False):  # what comes in pieces is a stream
                    entry = entry_of(route_of(scope), fields, message.get("body", b""))
                    self.entries.put(*place, entry)
                self._land(flight, place, entry)
            await send(message)

        return keep

    def _telling(self, scope: Scope, send: Send) -> Send:
        """Before an answer to what may have changed the store: whatever was known is too old."""
        if scope["method"] in READING:
            return send

        async def tell(message: Message) -> None:
            self.freshness.written()
            await send(message)

        return tell
