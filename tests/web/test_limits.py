"""Limits: what is too large is refused as a problem before anything is done with it."""

import pytest

from app.web.limits import LARGEST_BODY, LARGEST_HEADERS, LONGEST_ADDRESS
from tests.http import Site


async def test_an_address_may_be_long_but_not_longer(site: Site) -> None:
    for path in (b"/claims?id=", b"/claims/"):
        fits = path + b"a" * (LONGEST_ADDRESS - len(path))
        assert (await site.send(fits)).status in (404, 422)
        reply = await site.send(fits + b"aa")
        assert reply.status == 414
        assert reply.json()["type"].endswith("/problems/uri-too-long")
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("headers", [[(b"x-a", b"a" * LARGEST_HEADERS)], [(b"x", b"y")] * 4_000])
async def test_header_fields_may_be_many_but_not_more(
    site: Site, headers: list[tuple[bytes, bytes]]
) -> None:
    reply = await site.send(b"/claims", headers=headers)
    assert reply.status == 431
    assert reply.json()["type"].endswith("/problems/headers-too-large")
    assert reply.headers["x-request-id"] == "a-test"
    nearly = [(b"x-a", b"a" * (LARGEST_HEADERS - 200))]
    assert (await site.send(b"/healthz", headers=nearly)).status == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_a_body_that_is_announced_too_large_is_refused(site: Site, method: str) -> None:
    for length in (LARGEST_BODY + 1, 10**30):
        headers = [(b"content-length", str(length).encode())]
        reply = await site.send(b"/claims", method, headers)
        assert reply.status == 413
        assert reply.json()["type"].endswith("/problems/content-too-large")
    fits = [(b"content-length", str(LARGEST_BODY).encode())]
    assert (await site.send(b"/healthz", headers=fits)).status == 200


@pytest.mark.parametrize("length", [b"", b"-1", b"a", b"1.0", b"\xc2\xb2", b"9" * 5_000])
async def test_a_length_that_is_no_number_does_no_harm(site: Site, length: bytes) -> None:
    reply = await site.send(b"/healthz", headers=[(b"content-length", length)])
    assert reply.status in (200, 413)
