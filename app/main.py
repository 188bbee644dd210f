"""The application: open the store, add routers, problems and pages; close at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import Depends, FastAPI

from app import __version__
from app.routers import (
    changes,
    claims,
    demands,
    health,
    meetings,
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
from app.store.engine import Database
from app.store.secrets import cursor_key
from app.web import openapi
from app.web.access import Access
from app.web.defects import Defects
from app.web.events import Watch
from app.web.headers import CommonHeaders
from app.web.limits import Limits
from app.web.logs import RequestLog
from app.web.methods import HeadAsGet
from app.web.parameters import check_parameters
from app.web.problems import install
from app.web.rates import RateLimit
from app.web.service import Service

ROUTERS = (
    negotiations,
    participants,
    meetings,
    claims,
    demands,
    sources,
    quotes,
    timelines,
    positions,
    views,
    search,
    changes,
    vocabulary,
    health,
    problems,
)

DESCRIPTION = """The record of negotiations: who took part, who met when, who claimed what, who
demanded what, who answered how, and the exact words in the exact source that show it.

`known_at` asks what a reader surely had on a day; `as_of` asks what this service said at a
revision. Both work everywhere."""


def utc_now() -> datetime:
    """The time now, aware and in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The service over a migrated store. It is opened here and closed with the app."""
    database = Database(settings.database_url)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(
        title="Parley",
        version=__version__,
        summary="Negotiation timelines with their evidence",
        description=_description(settings),
        contact=_contact(settings),
        license_info={"name": "Apache 2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        dependencies=[Depends(check_parameters)],
        responses=openapi.PROBLEMS,
        generate_unique_id_function=openapi.operation_id,
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
    )
    app.state.watch = Watch(database)
    _add_routes(app)
    install(app)
    _add_middleware(app, settings)
    # FastAPI documents this assignment as the way to a document of one's own; types forbid it.
    app.openapi = lambda: openapi.document(app, settings.public_address())  # type: ignore[method-assign]
    return app


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


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """What every request goes through; the last one added is the first to see it."""
    app.add_middleware(Access)
    app.add_middleware(Defects)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Limits)
    if settings.rate_limit:
        loopback = settings.rate_limit_loopback
        app.add_middleware(RateLimit, limit=settings.rate_limit, loopback=loopback)
    app.add_middleware(CommonHeaders)
    app.add_middleware(RequestLog)


def _add_routes(app: FastAPI) -> None:
    for module in ROUTERS:
        app.include_router(module.router)
    app.include_router(pages.router)
