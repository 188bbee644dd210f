"""What the service does, counted in memory: requests, their durations, and what is under way."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.metrics_text import Family, Sample

# Upper bounds of durations, in seconds.
BOUNDS = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))
# What took no route: a path that there is not, or a request that was refused before.
NO_ROUTE = "none"


@dataclass(slots=True)
class Series:
    """The durations of requests that are alike: how many are within each bound, and their sum."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class Metrics:
    """The counts of one process since its start. Only the event loop counts."""

    in_flight: int = 0
    # By method, route and status.
    series: defaultdict[tuple[str, str, int], Series] = field(
        default_factory=lambda: defaultdict(Series)
    )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        series = self.series[method, route, status]
        series.buckets[bisect_left(BOUNDS, seconds)] += 1
        series.seconds += seconds

    def families(self) -> Iterator[Family]:
        """The counts as they are shown."""
        alike = sorted(self.series.items())
        counted = [
            Sample(sum(one.buckets), {"method": method, "route": route, "status": str(status)})
            for (method, route, status), one in alike
        ]
        words = "Requests that were answered."
        yield Family("parley_requests_total", "counter", words, counted)
        yield Family(
            "parley_request_duration_seconds",
            "histogram",
            "Seconds until the end of the answer was handed over.",
            [sample for where, one in _by_route(alike) for sample in _histogram(where, one)],
        )
        words = "Requests that are being answered, this one included."
        yield Family("parley_requests_in_flight", "gauge", words, [Sample(self.in_flight)])


def _by_route(alike: list[tuple[tuple[str, str, int], Series]]) -> list[tuple[str, Series]]:
    """All requests of a route together: its durations whatever the method and the status."""
    routes: defaultdict[str, Series] = defaultdict(Series)
    for (_, route, _), one in alike:
        whole = routes[route]
        whole.buckets = [sum(pair) for pair in zip(whole.buckets, one.buckets, strict=True)]
        whole.seconds += one.seconds
    return sorted(routes.items())


def _histogram(route: str, series: Series) -> Iterator[Sample]:
    total = 0
    for bound, number in zip((*BOUNDS, "+Inf"), series.buckets, strict=True):
        total += number
        yield Sample(total, {"route": route, "le": str(bound)}, "_bucket")
    yield Sample(round(series.seconds, 6), {"route": route}, "_sum")
    yield Sample(total, {"route": route}, "_count")


class Counted:
    """Counts each request that comes to the app, with its route, its status and its duration."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500  # what a defect is, where no answer was begun

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = perf_counter()
        self.metrics.in_flight += 1
        try:
            await self.app(scope, receive, watch)
        finally:
            self.metrics.in_flight -= 1
            method = scope["method"] if scope["method"] in METHODS else "other"
            self.metrics.note(method, route_of(scope), status, perf_counter() - begun)


def route_of(scope: Scope) -> str:
    """The route that took a request, as it is declared: ``/claims/{id}``."""
    route = scope.get("route")
    if route is None and scope["method"] == "HEAD":  # it was answered as another request, GET
        route = _found(scope["app"], scope["path"])
    path: str = getattr(route, "path", NO_ROUTE)
    return path


def _found(app: FastAPI, path: str) -> object:
    contexts = iter_route_contexts(app.routes)
    return next((route for route in contexts if route.path_regex.fullmatch(path)), None)
