"""Rate limits: the generic cell rate algorithm, in memory, for each process of its own."""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooManyRequests
from app.web import problems
from app.web.access import Principal

WINDOW_SECONDS = 60
# An error of this size is not a request too many.
ROUNDING = 1e-9
# The oldest clients are forgotten beyond this; a forgotten client starts afresh.
MOST_CLIENTS = 100_000


class Verdict(NamedTuple):
    """Whether a request may pass, how many more may, and in how many seconds all may again."""

    allowed: bool
    remaining: int
    reset: float
    retry_after: float


class Gcra:
    """One theoretical arrival time for each client; ``limit`` requests a minute."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        policy = f'"default";q={limit};w={WINDOW_SECONDS}'
        self.policy = b"ratelimit-policy", policy.encode()
        self.spacing = WINDOW_SECONDS / limit
        self.clock = clock
        self.arrivals: OrderedDict[str, float] = OrderedDict()

    def ask(self, client: str) -> Verdict:
        """Count one request of a client."""
        now = self.clock()
        arrival = self.arrivals.get(client, now)
        arrival = arrival if arrival > now else now
        used = arrival + self.spacing - now
        early = used - WINDOW_SECONDS
        if early > ROUNDING:
            return Verdict(False, 0, arrival - now, early)
        self.arrivals[client] = arrival + self.spacing
        self.arrivals.move_to_end(client)
        if len(self.arrivals) > MOST_CLIENTS:
            self.arrivals.popitem(last=False)
        return Verdict(True, int((WINDOW_SECONDS - used) / self.spacing + 1e-9), used, 0)

    def refuses(self, client: str) -> bool:
        """Whether a request of a client would be refused now; it is not counted."""
        now = self.clock()
        return self.arrivals.get(client, now) + self.spacing - now - WINDOW_SECONDS > ROUNDING


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts the requests of clients; ``loopback`` says whether those of this machine count."""

    gcra: Gcra
    loopback: bool = False

    def client_of(self, scope: Scope) -> str | None:
        """Who asks; None where no limit holds for them."""
        client = client_of(scope)
        return None if client == LOOPBACK and not self.loopback else client

    def refuses(self, scope: Scope) -> bool:
        """Whether a request without a token would be refused now; it is not counted."""
        client = self.client_of(scope)
        return client is not None and self.gcra.refuses(client)

    def count(self, scope: Scope) -> list[tuple[bytes, bytes]] | None:
        """Count one request without a token: the header fields of its answer, if it may pass."""
        client = client_of(scope)
        if client is None or (client == LOOPBACK and not self.loopback):
            return []
        verdict = self.gcra.ask(client)
        return self.fields(verdict) if verdict.allowed else None

    def fields(self, verdict: Verdict) -> list[tuple[bytes, bytes]]:
        """The fields of draft-ietf-httpapi-ratelimit-headers."""
        left = f'"default";r={verdict.remaining};t={ceil(verdict.reset)}'
        return [self.gcra.policy, (b"ratelimit", left.encode())]


class RateLimit:
    """Counts requests by client and refuses what is over the limit with 429 and Retry-After.

    A client is an address, or a token once it was found valid: until then it is anybody's word, and
    to look it up costs more than to count. What is kept of it here says nothing of who may do what.
    """

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self.app = app
        self.meter = meter
        self.gcra = meter.gcra
        self.tokens: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        address = self.meter.client_of(scope) if scope["type"] == "http" else None
        if address is None:
            await self.app(scope, receive, send)
            return
        borne = _borne(scope)
        verdict = self.gcra.ask(self.tokens.get(borne, address))
        told = _telling(send, self.meter.fields(verdict))
        if verdict.allowed:
            state = scope.setdefault("state", {})
            await self.app(scope, receive, told)
            self._learn(borne, state.get("principal"))
            return
        refused = TooManyRequests("There were too many requests from this client.")
        response = problems.answer(Request(scope), refused)
        response.headers["Retry-After"] = str(ceil(verdict.retry_after))
        await response(scope, receive, told)

    def _learn(self, borne: str, principal: Principal | None) -> None:
        """Note whether what a request bore was found valid."""
        if principal is None:
            self.tokens.pop(borne, None)
            return
        self.tokens[borne] = f"token {principal.token_id}"
        self.tokens.move_to_end(borne)
        if len(self.tokens) > MOST_CLIENTS:
            self.tokens.popitem(last=False)


LOOPBACK = "loopback"


def _borne(scope: Scope) -> str:
    """What a request bears as its token, as a hash; empty where it bears nothing."""
    fields = [value for name, value in scope["headers"] if name == b"authorization"]
    return sha256(b"\n".join(fields)).hexdigest() if fields else ""


def client_of(scope: Scope) -> str | None:
    """Who asks: an IPv4 address, or the /64 of an IPv6 one. Forwarding headers do not count."""
    client = scope.get("client")
    return _network(client[0]) if client else None


@lru_cache(maxsize=10_000)
def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return str(text)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return LOOPBACK
    if isinstance(address, IPv6Address):
        # A zone (%eth0) is no part of the network, and cannot be spelled out.
        return IPv6Address(int(address)).exploded[:19]
    return str(address)


def _telling(send: Send, fields: Sequence[tuple[bytes, bytes]]) -> Send:
    """Add header fields to the answer."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in fields:
                headers[name.decode()] = value.decode()
        await send(message)

    return tell
