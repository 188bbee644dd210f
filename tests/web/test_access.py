"""Access: the matrix of every route and every sort of token, made from the routes themselves.

A route that is for editors must be listed in ``EDITING`` with its scope; all others are for
anybody. So a route that changes something and asks for no token fails here on the day it is
written.
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Annotated, Any

import anyio
import pytest
from fastapi import Body, FastAPI, Query, Request
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from sqlalchemy import event

from app.errors import Unavailable
from app.main import create_app
from app.resources.tokens import Scope, id_of, make
from app.store.engine import Database
from app.store.tables import Via
from app.store.tokens import create, revoke
from app.web.access import READING, Principal, doors, needs
from app.web.attempts import attempt_of
from app.web.authors import author_of
from app.web.logs import JsonLines
from app.web.operations import operations
from tests.conftest import DATABASES
from tests.http import KNOWN, NOUNS, NOW, Json, Reply, Site, opened, settings

# Every route that needs a token, with the scope that it needs.
EDITING: dict[tuple[str, str], Scope] = {
    **{("POST", f"/{noun}"): Scope.write for noun in NOUNS},
    **{("PATCH", f"/{noun}/{{id}}"): Scope.write for noun in NOUNS},
    **{("DELETE", f"/{noun}/{{id}}"): Scope.write for noun in NOUNS},
    **{("POST", f"/{noun}/{{id}}/redaction"): Scope.admin for noun in NOUNS},
    ("POST", "/demands/{id}/responses"): Scope.write,
    ("POST", "/meetings/{id}/notices"): Scope.write,
    ("POST", "/claims/{id}/relations"): Scope.write,
    ("POST", "/participants/{id}/merger"): Scope.write,
    ("POST", "/sources/{id}/verification"): Scope.write,
    ("PUT", "/negotiations/{id}/dossier"): Scope.import_,
}

NAMES = {"/problems/{name}": "not-found", "/docs/static/{name}": "swagger-ui.css"}
PROBLEMS = "https://parley.example/problems"
INVALID = 'Bearer realm="parley", error="invalid_token"'

# --- routes that stand for those of editors -------------------------------------------------------

notes = operations()


class Note(BaseModel):
    """What is sent."""

    text: str


class NoteQuery(BaseModel):
    """What is asked."""

    model_config = {"extra": "forbid"}

    dry_run: bool = False


@notes.post("/notes")
def add_note(
    request: Request,
    principal: Annotated[Principal, needs(Scope.write)],
    query: Annotated[NoteQuery, Query()],
    note: Note,
) -> Json:
    """A note is added."""
    author = author_of(request, principal, "noted")
    attempt = attempt_of(request, principal, note.text.encode())
    return {
        "editor": author.editor,
        "origin": {name: getattr(author.origin, name) for name in author.origin.__slots__},
        "attempt": attempt and attempt.key,
        "fingerprint": attempt and attempt.fingerprint,
    }


@notes.put("/notes/{id}", dependencies=[needs(Scope.import_)])
def put_note(id: str, text: Annotated[str, Body()]) -> Json:
    """A note is put."""
    return {"id": id, "text": text}


@notes.get("/notes/{id}/secret", dependencies=[needs(Scope.admin)])
def get_secret(id: str) -> Json:
    """What only some may read."""
    return {"id": id}


NOTES = {
    ("POST", "/notes"): Scope.write,
    ("PUT", "/notes/{id}"): Scope.import_,
    ("GET", "/notes/{id}/secret"): Scope.admin,
}

# --- routes and tokens ----------------------------------------------------------------------------


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path of the app, as its routes declare them; HEAD goes with GET."""
    for route in iter_route_contexts(app.routes):
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield method, str(route.path)


def needed(app: FastAPI) -> dict[tuple[str, str], Scope | None]:
    """The scope of each route that needs one, and of each that does more than read."""
    found: dict[tuple[str, str], Scope | None] = {}
    for route, door in zip(iter_route_contexts(app.routes), doors(app), strict=True):
        for method in route.methods or {"GET"}:
            if door.scope or method not in READING:
                found[method, str(route.path)] = door.scope
    return found


def address_of(path: str) -> str:
    noun = path.split("/")[1]
    name = NAMES.get(path, KNOWN.get(noun, "some-id"))
    return re.sub(r"{\w+(:\w+)?}", name, path)


async def ask(
    site: Site, method: str, target: str, *fields: str | bytes, body: bytes = b""
) -> Reply:
    """The answer, without waiting for the end of a stream; ``fields`` are of Authorization."""
    begun = anyio.Event()
    start: Json = {}
    pieces: list[bytes] = []
    requests = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Json:
        for request in requests:
            return request
        await begun.wait()
        return {"type": "http.disconnect"}

    async def keep(message: Any) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            begun.set()
        pieces.append(message.get("body", b""))

    path, _, query = target.partition("?")
    sent = [(b"authorization", one.encode() if isinstance(one, str) else one) for one in fields]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"inside.test"),
            (b"x-request-id", b"a-test"),
            (b"content-type", b"application/json"),
            *sent,
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }
    await site.app(scope, receive, keep)
    headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(start["status"], headers, b"".join(pieces))


@pytest.fixture(params=["sqlite_store", "postgresql_store"], ids=DATABASES)
async def noted_site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    """The service with the made-up routes beside its own; on each of the databases."""
    async with opened(request.getfixturevalue(request.param)) as site:
        site.app.router.routes.extend(notes.routes)
        yield site


def token_of(site: Site, *scopes: Scope, label: str = "desk", **ends: Any) -> str:
    return create(site.database, label, scopes, NOW, ends.get("expires_at"))


def bad_tokens(site: Site) -> dict[str, str]:
    """What is no valid token, by what is wrong with it."""
    every = tuple(Scope)
    expired, revoked = token_of(site, *every, expires_at=NOW), token_of(site, *every)
    revoke(site.database, id_of(revoked) or "", NOW)
    good = token_of(site, *every)
    return {
        "garbage": "garbage",
        "wrong checksum": good[:-1] + ("A" if good[-1] != "A" else "B"),
        "unknown": make(),
        "expired": expired,
        "revoked": revoked,
    }


def assert_refused(reply: Reply, status: int, name: str, challenge: str | None) -> None:
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert (problem["type"], problem["status"]) == (f"{PROBLEMS}/{name}", status)
    assert reply.headers.get("www-authenticate") == challenge


# --- the matrix -----------------------------------------------------------------------------------


def test_every_route_that_is_for_editors_is_listed_with_its_scope(sqlite_store: Database) -> None:
    app = create_app(settings(sqlite_store))
    assert needed(app) == EDITING
    app.router.routes.extend(notes.routes)
    assert needed(app) == EDITING | NOTES


def test_a_route_that_forgets_to_ask_for_a_token_is_found(sqlite_store: Database) -> None:
    app = create_app(settings(sqlite_store))
    app.add_api_route("/forgotten", lambda: None, methods=["DELETE"])
    assert needed(app) == EDITING | {("DELETE", "/forgotten"): None}


async def test_every_route_refuses_every_bad_token_in_the_same_words(noted_site: Site) -> None:
    tokens = bad_tokens(noted_site)
    assert set(tokens) == {"garbage", "wrong checksum", "unknown", "expired", "revoked"}
    bodies = set()
    for method, path in routes(noted_site.app):
        for token in tokens.values():
            reply = await ask(noted_site, method, address_of(path), f"Bearer {token}")
            assert_refused(reply, 401, "unauthorized", INVALID)
            assert reply.headers["cache-control"] == "private, no-store"
            bodies.add(json.dumps(reply.json() | {"instance": ""}))
    assert len(bodies) == 1


async def test_a_reading_route_is_for_anybody_and_an_editing_one_wants_a_token(
    noted_site: Site,
) -> None:
    token_of(noted_site, Scope.write)
    for method, path in routes(noted_site.app):
        reply = await ask(noted_site, method, address_of(path))
        if (method, path) in EDITING | NOTES:
            assert_refused(reply, 401, "unauthorized", 'Bearer realm="parley"')
        else:
            # Without what it must be asked for, it says so.
            assert reply.status in (200, 307, 422), path


async def test_a_valid_token_opens_what_its_scope_is_for_and_reads_like_anybody(
    noted_site: Site,
) -> None:
    for method, path in routes(noted_site.app):
        scope = (EDITING | NOTES).get((method, path))
        own = token_of(noted_site, scope or Scope.write)
        reply = await ask(noted_site, method, address_of(path), f"Bearer {own}")
        # What the route makes of an empty body is its own affair.
        assert reply.status not in (401, 403), path
        assert reply.headers["cache-control"] == "private, no-store"


async def test_a_valid_token_without_the_scope_is_told_which_it_lacks(noted_site: Site) -> None:
    for (method, path), scope in (EDITING | NOTES).items():
        others = token_of(noted_site, *(set(Scope) - {scope}))
        reply = await ask(noted_site, method, address_of(path), f"Bearer {others}")
        lacking = f'Bearer realm="parley", error="insufficient_scope", scope="{scope}"'
        assert_refused(reply, 403, "forbidden", lacking)
        assert f"'{scope}'" in reply.json()["detail"]
        for other in set(Scope) - {scope}:
            one = token_of(noted_site, other)
            reply = await ask(noted_site, method, address_of(path), f"Bearer {one}")
            assert_refused(reply, 403, "forbidden", lacking)


async def test_a_server_without_a_valid_token_is_read_only(noted_site: Site) -> None:
    for method, path in EDITING | NOTES:
        reply = await ask(noted_site, method, address_of(path))
        assert_refused(reply, 403, "read-only", None)
    token = token_of(noted_site, Scope.write, expires_at=NOW + timedelta(seconds=1))
    for method, path in EDITING | NOTES:
        reply = await ask(noted_site, method, address_of(path))
        assert_refused(reply, 401, "unauthorized", 'Bearer realm="parley"')
    revoke(noted_site.database, id_of(token) or "", NOW)
    for method, path in EDITING | NOTES:
        assert (await ask(noted_site, method, address_of(path))).status == 403
        reply = await ask(noted_site, method, address_of(path), f"Bearer {token}")
        assert_refused(reply, 401, "unauthorized", INVALID)
    assert (await ask(noted_site, "GET", "/claims")).status == 200


# --- what a token is ------------------------------------------------------------------------------


async def test_a_revocation_holds_from_the_next_request_on(noted_site: Site) -> None:
    token = token_of(noted_site, Scope.write)
    field = f"Bearer {token}"
    for _ in range(2):
        assert (await ask(noted_site, "POST", "/notes", field, body=b'{"text": "a"}')).status == 200
        assert (await ask(noted_site, "GET", "/claims", field)).status == 200
    other = Database(noted_site.database.url.render_as_string(hide_password=False))
    revoke(other, id_of(token) or "", NOW)
    other.close()
    assert (await ask(noted_site, "POST", "/notes", field, body=b'{"text": "a"}')).status == 401
    assert (await ask(noted_site, "GET", "/claims", field)).status == 401


@pytest.mark.parametrize(
    "form", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer  {}", "Bearer {} "]
)
async def test_the_scheme_is_read_in_any_case(noted_site: Site, form: str) -> None:
    field = form.format(token_of(noted_site, Scope.admin))
    assert (await ask(noted_site, "GET", "/notes/x/secret", field)).status == 200


@pytest.mark.parametrize(
    "form",
    [
        *("", " ", "Bearer", "Bearer ", "{}", "Basic {}", "Token {}", "Bearer{}", "Bearer\t{}"),
        *("Bearer {} {}", "Bearer {},{}", "Bearer {}x", "Bearer \xe9", 'Bearer "{}"', "Bearer ="),
    ],
)
async def test_what_is_no_bearer_token_is_a_bad_one(noted_site: Site, form: str) -> None:
    token = token_of(noted_site, Scope.admin)
    field = form.replace("{}", token).encode("latin-1")
    for path in ("/claims", "/notes/x/secret"):
        assert_refused(await ask(noted_site, "GET", path, field), 401, "unauthorized", INVALID)


async def test_two_tokens_are_a_malformed_request_even_if_they_are_the_same(
    noted_site: Site,
) -> None:
    field = f"Bearer {token_of(noted_site, *Scope)}"
    for method, path in routes(noted_site.app):
        for second in (field, "", "Basic x"):
            reply = await ask(noted_site, method, address_of(path), field, second)
            assert_refused(reply, 400, "bad-request", None)


async def test_a_token_in_the_query_is_not_read(noted_site: Site) -> None:
    token = token_of(noted_site, *Scope)
    for name in ("access_token", "token", "authorization", "Authorization"):
        reply = await ask(noted_site, "POST", f"/notes?{name}={token}")
        assert_refused(reply, 401, "unauthorized", 'Bearer realm="parley"')
        assert (await ask(noted_site, "GET", f"/claims?{name}={token}")).status == 422
        # Where no parameter is read at all, this one is not read either.
        assert (await ask(noted_site, "GET", f"/docs?{name}={make()}")).status == 200


# --- what goes before what ------------------------------------------------------------------------


async def test_a_path_that_is_not_there_is_not_found_whoever_asks(noted_site: Site) -> None:
    for field in ([], ["garbage"], [f"Bearer {token_of(noted_site, *Scope)}"], ["a", "b"]):
        for method in ("GET", "POST", "PUT", "DELETE"):
            reply = await ask(noted_site, method, "/nothing", *field)
            assert_refused(reply, 404, "route-not-found", None)
            reply = await ask(noted_site, method, "/claims/", *field)
            assert_refused(reply, 404, "route-not-found", None)
        reply = await ask(noted_site, "DELETE", "/notes", *field)
        assert_refused(reply, 405, "method-not-allowed", None)
        assert (await ask(noted_site, "OPTIONS", "/notes", *field)).status == 204


async def test_head_is_asked_for_its_token_like_get(noted_site: Site) -> None:
    assert (await ask(noted_site, "HEAD", "/claims", "garbage")).status == 401
    assert (await ask(noted_site, "HEAD", "/notes/x/secret")).status == 403
    field = f"Bearer {token_of(noted_site, Scope.admin)}"
    reply = await ask(noted_site, "HEAD", "/notes/x/secret", field)
    assert (reply.status, reply.body) == (200, b"")


async def test_nothing_is_read_before_the_token(noted_site: Site) -> None:
    token_of(noted_site, Scope.write)
    wrong = f"Bearer {token_of(noted_site, Scope.import_)}"
    for body in (b"", b"{", b'{"text": 1}', b"\xff"):
        for target in ("/notes", "/notes?nothing=1", "/notes?dry_run="):
            assert (await ask(noted_site, "POST", target, body=body)).status == 401
            assert (await ask(noted_site, "POST", target, "garbage", body=body)).status == 401
            assert (await ask(noted_site, "POST", target, wrong, body=body)).status == 403


async def test_a_token_is_one_statement_more_and_none_is_none(noted_site: Site) -> None:
    statements: list[str] = []
    database = noted_site.app.state.service.database
    event.listen(
        database._reader, "before_cursor_execute", lambda *told: statements.append(told[2])
    )
    field = f"Bearer {token_of(noted_site, Scope.write)}"
    looked = []
    for fields in ([], [field], ["Bearer garbage"], [field, field]):
        statements.clear()
        await ask(noted_site, "GET", "/healthz", *fields)
        looked.append([one for one in statements if one.startswith("SELECT")])
    assert [len(one) for one in looked] == [0, 1, 0, 0]
    assert "WHERE token.id =" in looked[1][0]


async def test_a_store_that_is_away_answers_nobody_as_if_they_bore_no_token(
    noted_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = f"Bearer {token_of(noted_site, Scope.write)}"

    def refuse() -> Any:
        raise Unavailable("The store cannot answer at the moment.")

    monkeypatch.setattr(noted_site.app.state.service.database, "read", refuse)
    for method, path in (("GET", "/healthz"), ("POST", "/notes")):
        reply = await ask(noted_site, method, path, field)
        assert_refused(reply, 503, "unavailable", None)
        assert reply.headers["retry-after"] == "5"
    assert (await ask(noted_site, "GET", "/healthz")).status == 200


# --- what the rest of the service learns ----------------------------------------------------------


async def test_a_change_is_made_in_the_name_of_the_token(noted_site: Site) -> None:
    token = token_of(noted_site, Scope.write, label="The desk")
    reply = await ask(
        noted_site, "POST", "/notes?dry_run=true", f"Bearer {token}", body=b'{"text": "a"}'
    )
    assert reply.json() == {
        "editor": "The desk",
        "origin": {
            "via": Via.http,
            "token_id": token.split("_")[1],
            "method": "POST",
            "path": "/notes",
            "request_id": "a-test",
        },
        "attempt": None,
        "fingerprint": None,
    }


async def attempt(site: Site, *names: str, query: str = "", text: str = "a") -> Any:
    field = f"Bearer {token_of(site, Scope.write)}"
    named = [(b"Idempotency-Key", name.encode()) for name in names]
    headers = [(b"Authorization", field.encode()), *named]
    return await site.client.post(f"/notes{query}", headers=headers, json={"text": text})


@pytest.mark.parametrize("name", ["a", '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "~!" * 127 + "~"])
async def test_a_request_can_be_named(noted_site: Site, name: str) -> None:
    assert (await attempt(noted_site, name)).json()["attempt"] == name


async def test_what_is_asked_under_a_name_is_told_by_query_and_body(noted_site: Site) -> None:
    asked = [
        (await attempt(noted_site, "a", query=query, text=text)).json()["fingerprint"]
        for query in ("", "?dry_run=true")
        for text in ("a", "b")
    ]
    assert len(set(asked)) == 4
    assert (await attempt(noted_site, "b")).json()["fingerprint"] == asked[0]


@pytest.mark.parametrize("name", ["", " ", "a b", "a" * 256, "a\tb", "é"])
async def test_a_name_that_is_none_is_refused(noted_site: Site, name: str) -> None:
    answer = await attempt(noted_site, name)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == "Idempotency-Key"


async def test_two_names_are_a_malformed_request(noted_site: Site) -> None:
    assert (await attempt(noted_site, "a", "a")).status_code == 400


async def test_the_log_names_the_token_and_never_shows_it(
    noted_site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="parley.requests")
    token = token_of(noted_site, Scope.write)
    for field in ([f"Bearer {token}"], [], [f"Bearer {token[:-1]}"], [f"Bearer {make()}"]):
        await ask(noted_site, "GET", f"/claims?q={token}", *field)
    lines = [JsonLines().format(one) for one in caplog.records if one.name == "parley.requests"]
    identifier = token.split("_")[1]
    assert [json.loads(line)["token"] for line in lines] == [identifier, None, None, None]
    assert not any(token.split("_")[2] in line for line in lines)


def test_a_route_that_needs_a_scope_declares_it(sqlite_store: Database) -> None:
    app = create_app(settings(sqlite_store))
    app.router.routes.extend(notes.routes)
    document = app.openapi()
    assert document["security"] == [{}]
    scheme = document["components"]["securitySchemes"]["bearer"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert scheme["bearerFormat"] == "parley_{id}_{secret}_{checksum}"
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            own = (method.upper(), path) in EDITING | NOTES
            assert operation.get("security") == ([{"bearer": []}] if own else None), path
            assert ("403" in operation["responses"]) == own, path
            assert "401" in operation["responses"], path
    posted = set(document["paths"]["/notes"]["post"]["responses"])
    assert posted == {
        *("200", "400", "401", "403", "408", "409", "413", "414", "415", "422", "429", "431"),
        *("500", "503"),
    }
    put = set(document["paths"]["/notes/{id}"]["put"]["responses"])
    assert put == posted | {"308", "404", "410", "412", "428"}
