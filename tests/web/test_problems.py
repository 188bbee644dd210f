"""Every failure that the service can name: it has a status, and a request that meets it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import update

from app import errors
from app.errors import ParleyError
from app.main import create_app
from app.resources import BY_NOUN
from app.store.engine import Database
from app.store.tables import IDENTITY
from app.store.writer import Author, Writer
from app.web.problems import STATUS, name_of
from tests.http import ADDRESS, LOADED, NOW, Json, Site, opened, settings
from tests.postgres import Server

CLAIM = "/claims/sherman-no-direct-response"
# What a request meets, and what only the command line, or a defect, or a later release does.
MET: dict[type[ParleyError], str] = {
    errors.BadRequest: "/claims?%ff",
    errors.RecordNotFound: "/claims/nothing",
    errors.NotYetKnown: f"{CLAIM}?known_at=2022-01-11",
    errors.NotYetRecorded: f"{CLAIM}?as_of=0",
    errors.RouteNotFound: "/nothing",
    errors.InvalidParameter: "/claims?limit=0",
    errors.InvalidCursor: "/claims?cursor=changed",
    errors.UriTooLong: f"/claims?id={'a' * 9_000}",
}
MET_ELSEWHERE = {
    errors.MethodNotAllowed: "test_methods.py",
    errors.Merged: "below",
    errors.Retracted: "below",
    errors.Unavailable: "below",
    errors.InternalError: "below",
    errors.InvalidDossier: "the command line loads dossiers",
    errors.Conflict: "test_editing_records.py",
    errors.NotAcceptable: "test_formats.py",
    errors.Unauthorized: "test_access.py",
    errors.Forbidden: "test_access.py",
    errors.ReadOnly: "test_access.py",
    errors.InvalidBody: "test_editing_bodies.py",
    errors.RequestTimeout: "test_editing_bodies.py",
    errors.IdempotencyMismatch: "test_editing_records.py",
    errors.PreconditionFailed: "test_editing_records.py",
    errors.PreconditionRequired: "test_editing_records.py",
    errors.UnsupportedMediaType: "test_editing_bodies.py",
    errors.ContentTooLarge: "test_limits.py",
    errors.HeadersTooLarge: "test_limits.py",
    errors.TooManyRequests: "test_rates.py",
    errors.InvalidRequest: "the more exact types are used where they fit",
    errors.NotFound: "the more exact types are used where they fit",
}


def family(error: type[ParleyError]) -> Iterator[type[ParleyError]]:
    for child in error.__subclasses__():
        yield child
        yield from family(child)


def test_every_failure_has_a_status_and_a_title_of_its_own() -> None:
    # An error that a test made up is in no module of the service.
    known = {error for error in family(ParleyError) if error.__module__.startswith("app.")}
    assert known == set(STATUS)
    assert len({name_of(error) for error in known}) == len(known)
    assert len({error.title for error in known}) == len(known)


def test_every_failure_is_met_by_a_request_or_it_is_known_why_not() -> None:
    assert set(MET) | set(MET_ELSEWHERE) == set(STATUS)


def test_the_drawing_of_the_family_shows_all_of_it_with_its_status() -> None:
    drawing = errors.__doc__ or ""
    for error, status in STATUS.items():
        assert error.__name__ in drawing
        (parent,) = error.__bases__
        if STATUS.get(parent) != status and error is not errors.Merged:
            line = next(line for line in drawing.splitlines() if f" {error.__name__} " in line)
            assert f" {status} " in line


@pytest.mark.parametrize(("error", "address"), MET.items(), ids=lambda each: str(each)[:40])
async def test_a_failure_is_answered_under_its_own_name(
    site: Site, error: type[ParleyError], address: str
) -> None:
    problem = await site.problem(address, STATUS[error])
    assert problem["type"] == f"https://parley.example/problems/{name_of(error)}"
    assert problem["title"] == error.title
    assert problem["status"] == STATUS[error]
    assert problem["instance"] == address.partition("?")[0]
    assert problem["detail"].endswith(".")


async def test_a_retracted_record_is_gone_and_says_why(own_site: Site) -> None:
    with own_site.database.write() as connection:
        author = Author("editor", "it was never said", LOADED + timedelta(minutes=1))
        writer = Writer(connection, author)
        writer.retract(BY_NOUN["claim"], "sherman-no-direct-response")
        writer.commit()
    problem = await own_site.problem(CLAIM, 410)
    assert problem["type"].endswith("/problems/retracted")
    assert "it was never said" in problem["detail"]
    assert "sherman-no-direct-response" not in await own_site.ids("/claims")
    assert (await own_site.get(CLAIM, as_of="1"))["id"] == "sherman-no-direct-response"


async def test_a_merged_record_leads_to_its_successor(own_site: Site) -> None:
    with own_site.database.write() as connection:
        author = Author("editor", "said once", LOADED + timedelta(minutes=1))
        writer = Writer(connection, author)
        writer.retract(BY_NOUN["claim"], "sherman-no-direct-response")
        writer.commit()
        merged = IDENTITY.c.id == "sherman-no-direct-response"
        values = {"merged_into": "sherman-firm-in-pushing-back"}
        connection.execute(update(IDENTITY).where(merged).values(**values))
    answer = await own_site.client.get(CLAIM)
    assert answer.status_code == 308
    assert answer.headers["location"] == "/claims/sherman-firm-in-pushing-back"
    assert answer.json()["type"].endswith("/problems/merged")


def assert_unavailable(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/unavailable")


async def test_a_sqlite_file_that_is_away_makes_the_service_unavailable_until_it_is_back(
    sqlite_store: Database,
) -> None:
    async with opened(sqlite_store) as site:
        forget_connections(site)
        put_away(file_of(sqlite_store))
        assert_unavailable(await site.client.get("/claims"))
        assert_unavailable(await site.client.get(CLAIM))
        assert_unavailable(await site.client.get("/readyz"))
        assert (await site.client.get("/healthz")).status_code == 200
        put_back(file_of(sqlite_store))
        assert len(await site.ids("/claims")) == 10
        assert await site.get("/readyz") == {"status": "ready"}


async def test_a_postgresql_server_that_takes_no_connections_makes_it_unavailable_until_it_does(
    postgresql_store: Database, server: Server
) -> None:
    name = postgresql_store.url.database
    async with opened(postgresql_store) as site:
        assert len(await site.ids("/claims")) == 10
        administer(server, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        end_connections(server, name)
        assert_unavailable(await site.client.get("/claims"))
        problem = await site.problem("/readyz", 503)
        assert [fault["message"] for fault in problem["errors"]] == ["the store cannot be read"]
        administer(server, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
        assert len(await site.ids("/claims")) == 10
        assert await site.get("/readyz") == {"status": "ready"}


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    postgresql_store: Database, server: Server
) -> None:
    async with opened(postgresql_store) as site:
        assert len(await site.ids("/claims")) == 10
        end_connections(server, postgresql_store.url.database)
        assert len(await site.ids("/claims")) == 10


def end_connections(server: Server, name: str | None) -> None:
    administer(
        server,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )


def administer(server: Server, statement: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement.encode())


async def test_a_store_that_takes_no_writes_is_a_reason_not_to_be_ready(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_store) as site:

        def refuse() -> Any:
            raise errors.Unavailable("The store cannot answer at the moment.")

        monkeypatch.setattr(site.app.state.service.database, "write", refuse)
        problem = await site.problem("/readyz", 503)
        assert [fault["message"] for fault in problem["errors"]] == ["the store cannot be written"]
        assert len(await site.ids("/claims")) == 10


async def test_a_defect_is_a_problem_that_shows_nothing_of_it(
    sqlite_store: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_given: object) -> Json:
        raise ZeroDivisionError("the secret inside")

    monkeypatch.setattr("app.web.asking.settle", fail)
    app = create_app(settings(sqlite_store), lambda: NOW)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        answer = await client.get("/meetings")
    app.state.service.database.close()
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/problems/internal-error")
    assert "secret" not in answer.text
    assert "the secret inside" in caplog.text


def forget_connections(site: Site) -> None:
    site.app.state.service.database.close()


def put_away(path: Path) -> None:
    path.rename(path.with_suffix(".away"))
    # A folder in its place: SQLite would make a new file where there is none.
    path.mkdir()


def put_back(path: Path) -> None:
    path.rmdir()
    path.with_suffix(".away").rename(path)


def file_of(database: Database) -> Path:
    return Path(database.url.database or "")
