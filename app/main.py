"""The application: open the store, add routers, problems and pages; close at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.routers import (
    changes,
    claims,
    demands,
    dossiers,
    editing,
    health,
    meetings,
    metrics,
    negotiations,
    pages,
    participants,
    positions,
    problems,
    quotes,
    search,
    sources,
    timelines,
    views,
    vocabulary,
)
from app.settings import Settings
from app.store.budget import shares_of
from app.store.engine import Database
from app.store.holding import held
from app.store.secrets import cursor_key
from app.web import openapi
from app.web.access import Access
from app.web.cache_entries import Entries
from app.web.cache_freshness import freshness_of
from app.web.caching import ResponseCache
from app.web.defects import Defects
from app.web.events import Watch
from app.web.headers import CommonHeaders
from app.web.limits import Limits
from app.web.logs import RequestLog
from app.web.methods import HeadAsGet
from app.web.metrics import Counted, Metrics
from app.web.problems import install
from app.web.quick import QuickAnswers
from app.web.quick_questions import lanes_of
from app.web.quick_words import WordAnswers
from app.web.rates import Gcra, Meter, RateLimit
from app.web.service import Service

ROUTERS = (
    negotiations,
    participants,
    meetings,
    claims,
    demands,
    sources,
    dossiers,
    editing,
    quotes,
    timelines,
    positions,
    views,
    search,
    changes,
    vocabulary,
    health,
    metrics,
    problems,
)

DESCRIPTION = """The record of negotiations: who took part, who met when, who claimed what, who
demanded what, who answered how, and the exact words in the exact source that show it.

`known_at` asks what a reader surely had on a day; `as_of` asks what this service said at a
revision. Both work everywhere."""


class Parley(FastAPI):
    """FastAPI behind the layers that are around all of it; a kept answer never comes to it."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.front: ASGIApp = super().__call__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        await self.front(scope, receive, send)


def utc_now() -> datetime:
    """The time now, aware and in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The service over a migrated store. It is opened here and closed with the app."""
    database = _store(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.freshness.close()
        if app.state.words is not None:
            app.state.words.close()
        if app.state.quick is not None:
            app.state.quick.reader.close()
        database.close()

    app = Parley(
        title="Parley",
        version=__version__,
        summary="Negotiation timelines with their evidence",
        description=_description(settings),
        contact=_contact(settings),
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    key = (settings.cursor_key or cursor_key(database)).encode()
    app.state.service = Service(
        database,
        settings.public_address(),
        key,
        clock,
        settings.max_age,
        settings.contact_url,
        settings.data_license,
        settings.hold_texts,
    )
    app.state.watch = Watch(database)
    kept = settings.cache_mib > 0
    app.state.freshness = freshness_of(database, clock, settings.cache_lag / 1000, kept=kept)
    app.state.metrics = Metrics()
    app.state.entries = Entries(settings.cache_mib * 2**20)
    _add_routes(app)
    app.state.quick, app.state.words = _quick(app, settings)
    install(app)
    _add_layers(app, settings)
    # FastAPI documents this assignment as the way to a document of one's own; types forbid it.
    app.openapi = lambda: openapi.document(app, settings.public_address())  # type: ignore[method-assign]
    return app


def _store(settings: Settings) -> Database:
    pool = shares_of(settings.connections).pool
    return Database(settings.database_url, pool, pooler=settings.database_pooler)


def _description(settings: Settings) -> str:
    """What the service is, and under which terms: the licence in the document is the software's."""
    if settings.data_license is None:
        return DESCRIPTION
    return f"{DESCRIPTION}\n\nThe licence of the data: {settings.data_license}."


def _contact(settings: Settings) -> dict[str, str] | None:
    """Whom to tell of errors in the record."""
    if settings.contact_url is None:
        return None
    return {"name": "Corrections to the record", "url": settings.contact_url}


def _quick(app: FastAPI, settings: Settings) -> tuple[QuickAnswers | None, WordAnswers | None]:
    """What answers canonical questions from the event loop, and those with words from threads."""
    if not settings.quick_answers:
        return None, None
    service: Service = app.state.service
    reader = held(service.database, shares_of(settings.connections).held)
    lanes = lanes_of(app)
    words = WordAnswers(lanes, service) if service.database.is_sqlite else None
    return QuickAnswers(lanes, service, reader), words


def _add_layers(app: Parley, settings: Settings) -> None:
    """What every request goes through; the last one added is the first to see it."""
    app.add_middleware(Access)
    app.add_middleware(Defects)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Limits)
    meter = None
    if settings.rate_limit:
        meter = Meter(Gcra(settings.rate_limit), settings.rate_limit_loopback)
        app.state.meter = meter
        app.add_middleware(RateLimit, meter=meter)
    app.add_middleware(CommonHeaders)
    app.add_middleware(RequestLog)
    metrics, freshness = app.state.metrics, app.state.freshness
    app.front = Counted(app.front, metrics)
    app.state.cache = app.front = ResponseCache(
        app.front, app.state.entries, freshness, metrics, meter, app.state.quick, app.state.words
    )


def _add_routes(app: FastAPI) -> None:
    # Not by include_router: ``web/operations.py`` says why.
    for module in (*ROUTERS, pages):
        app.router.routes.extend(module.router.routes)
