"""HEAD and OPTIONS on every path, and a true Allow wherever a method is refused."""

import pytest
from fastapi import FastAPI, Request

from app.web.methods import allowed
from tests.http import LISTS, NOUNS, RECORDS, Site

PATHS = [
    *LISTS,
    *RECORDS,
    *("/", "/docs", "/redoc", "/openapi.json", "/docs/static/swagger-ui.css"),
    *("/healthz", "/readyz", "/problems", "/problems/not-found"),
]
OTHERS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 500]


def allow(path: str) -> str:
    """The methods of a path, as ``Allow`` lists them: editors have more than readers."""
    parts = path.strip("/").split("/")
    # The list of what comes next has an address like that of a record.
    if path in RECORDS or path == "/meetings/upcoming":
        return "DELETE, GET, HEAD, OPTIONS, PATCH"
    added = parts[0] in NOUNS and len(parts) == 1
    return "GET, HEAD, OPTIONS, POST" if added else "GET, HEAD, OPTIONS"


async def test_head_is_get_without_its_body(site: Site) -> None:
    for path in [*PATHS, "/claims?limit=1", "/claims?limit=0", "/nothing"]:
        got, headed = [await site.send(path.encode(), method) for method in ("GET", "HEAD")]
        assert headed.body == b"", path
        assert headed.status == got.status, path
        assert headed.headers == got.headers, path
        assert got.headers.get("content-length", "0") == str(len(got.body)), path


@pytest.mark.parametrize("path", PATHS)
async def test_options_names_every_method_of_a_path(site: Site, path: str) -> None:
    answer = await site.client.options(path)
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["allow"] == allow(path)


@pytest.mark.parametrize("path", PATHS)
async def test_a_method_that_is_not_there_is_refused_with_those_that_are(
    site: Site, path: str
) -> None:
    for method in sorted(set(OTHERS) - set(allow(path).split(", "))):
        reply = await site.send(path.encode(), method)
        assert reply.status == 405, method
        assert reply.headers["allow"] == allow(path)
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["type"].endswith("/problems/method-not-allowed")


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "GET", "HEAD", "PROPFIND"])
async def test_a_path_that_is_not_there_is_not_found_by_any_method(site: Site, method: str) -> None:
    reply = await site.send(b"/nothing", method)
    assert reply.status == 404
    assert "allow" not in reply.headers


def test_an_allow_names_the_methods_of_all_routes_of_a_path() -> None:
    app = FastAPI()
    app.add_api_route("/things", lambda: None, methods=["GET"])
    app.add_api_route("/things", lambda: None, methods=["POST", "DELETE"])
    scope = {"type": "http", "path": "/things", "method": "PUT", "headers": [], "app": app}
    assert allowed(Request(scope), "GET") == "DELETE, GET, HEAD, OPTIONS, POST"
