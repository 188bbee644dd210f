"""Access: who sends a request, by the token it bears, and whether that allows what it asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.routing import iter_route_contexts
from fastapi.security.base import SecurityBase
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BadRequest, Forbidden, ParleyError, ReadOnly, Unauthorized
from app.resources import tokens
from app.resources.tokens import State
from app.store.tokens import any_valid, find
from app.web import problems
from app.web.conditional import cache_control
from app.web.service import service_of

READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sends a request. ``label`` is what stands beside the changes that it makes."""

    label: str
    token_id: str
    scopes: frozenset[tokens.Scope]


class Needs(SecurityBase):
    """That a route is for those whose token has this scope; FastAPI declares it in the document."""

    scheme_name = "bearer"
    model = HTTPBearer(
        bearerFormat="parley_{id}_{secret}_{checksum}",
        description="A token that `parley token create` printed on the server.",
    )

    def __init__(self, scope: tokens.Scope) -> None:
        self.scope = scope

    def __call__(self, request: Request) -> Principal:
        """Who sends the request. Raises Unauthorized, Forbidden and ReadOnly."""
        return permit(request, self.scope)


def needs(scope: tokens.Scope) -> Any:
    """What a route depends on to be for editors; its value is the Principal."""
    return Depends(Needs(scope))


def principal_of(request: Request) -> Principal | None:
    """Who sends a request, by its token; None where it bears none."""
    principal: Principal | None = getattr(request.state, "principal", None)
    return principal


def permit(request: Request, scope: tokens.Scope) -> Principal:
    """Who sends the request, where its token has the scope.

    Raises Unauthorized where there is no token, Forbidden where it has not the scope, and ReadOnly
    where no token could help, because the server has none.
    """
    principal = principal_of(request)
    if principal is None:
        service = service_of(request)
        with service.database.read() as connection:
            if any_valid(connection, service.clock()):
                raise Unauthorized("This needs a token, in the header field Authorization.")
        raise ReadOnly("This server has no valid token; 'parley token create' makes one.")
    if scope not in principal.scopes:
        raise Forbidden(f"The token has not the scope '{scope}'.", scope)
    return principal


@dataclass(frozen=True, slots=True)
class Door:
    """A route, as far as access goes. ``methods`` is None where it takes all of them."""

    path: re.Pattern[str]
    methods: frozenset[str] | None
    scope: tokens.Scope | None


def doors(app: FastAPI) -> Iterator[Door]:
    """Every route of the app, in the order in which they are tried."""
    for route in iter_route_contexts(app.routes):
        methods = frozenset(route.methods) if route.methods else None
        yield Door(route.path_regex, methods, _scope_of(getattr(route, "dependant", None)))


def _scope_of(dependant: Any) -> tokens.Scope | None:
    """The scope that a route, or something that it depends on, needs."""
    if dependant is None:
        return None
    if isinstance(dependant.call, Needs):
        return dependant.call.scope
    found = (_scope_of(inner) for inner in dependant.dependencies)
    return next((scope for scope in found if scope), None)


class Access:
    """Lets a request through where its token is valid and allows what is asked.

    A request that bears a token is never answered as if it bore none. Nothing of the query or the
    body is looked at before. A path that no route has is not found, whoever asks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.doors: tuple[Door, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        bears = "authorization" in request.headers
        if bears:
            send = _private(send)
        door = self._door(scope) if bears or scope["method"] not in READING else None
        try:
            if door is not None:
                await run_in_threadpool(_enter, request, door)
        except ParleyError as error:
            response = problems.answer(request, error)
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _door(self, scope: Scope) -> Door | None:
        """The route that takes a request. Like the layers around the app, routes stay as they are
        once it runs.
        """
        self.doors = self.doors or tuple(doors(scope["app"]))
        for door in self.doors:
            taken = door.methods is None or scope["method"] in door.methods
            if taken and door.path.fullmatch(scope["path"]):
                return door
        return None


def _private(send: Send) -> Send:
    """Let nobody keep the answer."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Cache-Control"] = cache_control(0, immutable=False, private=True)
        await send(message)

    return tell


def _enter(request: Request, door: Door) -> None:
    if "authorization" in request.headers:
        request.state.principal = _identify(request)
    if door.scope is not None:
        permit(request, door.scope)


def _identify(request: Request) -> Principal:
    """Who sends a request. The token is looked up each time, so that a revocation holds at once.

    Raises Unauthorized, in the same words whatever is wrong, and BadRequest.
    """
    fields = request.headers.getlist("authorization")
    if len(fields) > 1:
        raise BadRequest("There is more than one header field Authorization.")
    scheme, _, token = fields[0].partition(" ")
    service = service_of(request)
    if scheme.lower() == "bearer" and tokens.id_of(token.strip()):
        with service.database.read() as connection:
            grant = find(connection, token.strip())
        if grant is not None and grant.state(service.clock()) is State.valid:
            return Principal(grant.label, grant.id, grant.scopes)
    raise Unauthorized("The token is not valid: it is unknown, expired or revoked.")
