"""The documentation pages: everything they load comes from this service."""

import re

import pytest

from tests.http import Site


async def test_the_front_door_leads_to_the_documentation(site: Site) -> None:
    answer = await site.client.get("/")
    assert answer.is_redirect
    assert answer.headers["location"] == "/docs"


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
async def test_the_documentation_loads_nothing_from_elsewhere(site: Site, page: str) -> None:
    answer = await site.client.get(page)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "//" not in re.sub(r"<!--.*?-->|^\s*//.*$", "", answer.text, flags=re.S | re.M)
    loaded = re.findall(r"(?:src|href|spec-url)=\"([^\"]+)\"", answer.text)
    assert len(loaded) >= 2
    texts = [answer.text]
    for address in loaded:
        found = await site.client.get(address)
        assert found.status_code == 200, address
        texts.append(found.text if len(found.content) < 1_000 else "")
    assert any("/openapi.json" in text for text in texts)


async def test_files_that_are_not_there_are_problems_like_any_other(site: Site) -> None:
    for path in ("nothing.js", "", "../main.py", "%2e%2e%2fmain.py", "x" * 300, "a%00b"):
        reply = await site.send(f"/docs/static/{path}".encode())
        assert reply.status == 404, path
        assert reply.headers["content-type"] == "application/problem+json"
