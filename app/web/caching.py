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
from app.web.cache_keys import Key, Wanted, wanted_of
from app.web.logs import note, request_id_of
from app.web.metrics import Metrics, route_of
from app.web.quick import QuickAnswers
from app.web.quick_words import WordAnswers
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


@dataclass(slots=True)
class Ready:
    """An answer to one request: an entry, whole or as a 304, and the fields that each answer gets
    anew. ``begun`` is when its request was seen (perf_counter), ``wanted`` what was kept of it.
    """

    entry: Entry
    status: int
    anew: list[tuple[bytes, bytes]]
    body: bytes
    request_id: bytes
    begun: float
    wanted: Wanted

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """The header fields that the entry has for this status."""
        return self.entry.fields_of(self.status)


# In the ``state`` of a request: no answer could be had at once, and that needs no second try.
TRIED = "tried_at_once"


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
        words: WordAnswers | None = None,
    ) -> None:
        self.app = app
        self.entries = entries
        self.keeps = entries.limit > 0
        self.counts = entries.counts
        self.freshness = freshness
        self.metrics = metrics
        self.meter = meter
        self.quick = quick
        self.words = words
        self.flights: dict[tuple[State, Key], Flight] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        tried = scope.get("state", {}).pop(TRIED, False)
        ready = None if tried else self.at_once(scope)
        if ready is not None:
            await self._send(ready, scope, send)
            return
        wanted = wanted_of(scope)
        state = None if wanted is None else self.freshness.known() or await self.freshness.learn()
        if wanted is None or state is None:
            self.counts.passed += self.keeps
            await self.app(scope, receive, self._telling(scope, send))
            return
        entry = await self._filled((state, wanted.key), scope, receive, send)
        if entry is not None:
            ready = self._ready(entry, wanted, begun, scope)
            if ready is None:  # the app refuses it, in its own words
                await self.app(scope, receive, send)
            else:
                await self._send(ready, scope, send)

    def at_once(self, scope: Scope, wanted: Wanted | None = None) -> Ready | None:
        """The answer to a request, where it can be had without waiting. It is not counted yet:
        whoever sends it says so by ``told``. ``wanted`` is what an equal request wanted.
        """
        begun = perf_counter()
        wanted = wanted or wanted_of(scope)
        state = None if wanted is None else self.freshness.known()
        if wanted is None or state is None:
            return None
        entry = self.entries.get(state, wanted.key)
        hit = entry is not None
        entry = entry or self._quickly(scope, state, wanted.key)
        ready = None if entry is None else self._ready(entry, wanted, begun, scope)
        self.counts.hits += hit and ready is not None
        return ready

    def told(self, ready: Ready, scope: Scope) -> None:
        """Count and log an answer that was sent."""
        seconds = perf_counter() - ready.begun
        self.metrics.note(scope["method"], ready.entry.route, ready.status, seconds)
        note(scope, ready.request_id, ready.status, len(ready.body), seconds)

    def _quickly(self, scope: Scope, state: State, key: Key) -> Entry | None:
        """An answer that can be made without the app, and at once."""
        if self.quick is None or self.quick.waits:
            return None
        entry = self.quick.at_once(scope, key[2].partition(" ")[0], key[3])
        if entry is not None and self.keeps:
            self.entries.put(state, key, entry)
            self.counts.misses += 1
        return entry

    async def _soon(self, scope: Scope, key: Key) -> Entry | None:
        """An answer that can be made without the app, but has to be waited for. Whoever is over the
        limit is left to the app.
        """
        if self.meter and self.meter.refuses(scope):
            return None
        form, entry = key[2].partition(" ")[0], None
        if self.words is not None:
            entry = await self.words.answer(scope, form, key[3])
        if entry is None and self.quick is not None and self.quick.waits:
            entry = await self.quick.answer(scope, form, key[3])
        return entry

    def _ready(self, entry: Entry, wanted: Wanted, begun: float, scope: Scope) -> Ready | None:
        """An entry as it is sent to this client; None where that is over the limit."""
        anew = self.meter.count(scope) if self.meter else []
        if anew is None:
            return None
        fields = wanted.fields
        request_id = request_id_of(fields.get(b"x-request-id", b""))
        anew.append((b"x-request-id", request_id))
        if not CONDITIONS.isdisjoint(fields) and entry.held_by(fields):
            return Ready(entry, 304, anew, b"", request_id, begun, wanted)
        body = entry.body if scope["method"] == "GET" else b""
        return Ready(entry, 200, anew, body, request_id, begun, wanted)

    async def _send(self, ready: Ready, scope: Scope, send: Send) -> None:
        status, headers = ready.status, ready.anew + ready.fields
        self.metrics.in_flight += 1
        try:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": ready.body})
        finally:
            self.metrics.in_flight -= 1
            self.told(ready, scope)

    async def _filled(
        self, place: tuple[State, Key], scope: Scope, receive: Receive, send: Send
    ) -> Entry | None:
        """What came to be here meanwhile, or is made now; else the app answers for itself."""
        entry = self.entries.get(*place)
        if entry is not None:
            self.counts.hits += 1
        elif self.keeps:
            entry = await self._fill(place, scope, receive, send)
        else:  # nothing is kept, so nobody waits for it
            entry = await self._soon(scope, place[1])
            if entry is None:
                await self.app(scope, receive, send)
        return entry

    async def _fill(
        self, place: tuple[State, Key], scope: Scope, receive: Receive, send: Send
    ) -> Entry | None:
        """Make an answer, and keep it; or wait for the answer to an equal request. One that is to
        be served is returned; the app sends its own. A HEAD leaves no answer of the app's, but
        takes what a GET left.
        """
        before = self.flights.get(place)
        if before is not None:
            await before.landed.wait()
            if before.entry is not None:
                self.counts.joined += 1
                return before.entry
        self.counts.misses += 1
        if before is not None:  # it could not be kept
            await self.app(scope, receive, send)
            return None
        self.flights[place] = flight = Flight()
        entry = None
        try:
            entry = await self._soon(scope, place[1])
            if entry is not None:
                self.entries.put(*place, entry)
            elif scope["method"] == "HEAD":
                self._land(flight, place, None)
                await self.app(scope, receive, send)
            else:
                await self.app(scope, receive, self._keeping(flight, place, scope, send))
        finally:
            self._land(flight, place, entry)
        return entry

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
