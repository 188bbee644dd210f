"""All that the service says of hostile talks: each address that has formats, in all of them."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

import pytest

from app.formats.base import Format
from app.store.engine import Database
from app.web.subjects import formats_of, subject_of
from tests.conftest import DATABASES
from tests.http import ADDRESS, NOUNS, PUBLIC_URL, Json, Site, opened
from tests.made_up import TALKS
from tests.openapi.snapshot import local_document
from tests.postgres import Server
from tests.web.hostile_talks import TEXTS, load, on_one_line
from tests.web.test_formats import alternates

# Fewer than there are of most things, so that there are pages.
LIMIT = 150
# Words in hostile texts, so that these are what a search shows.
SEARCHES = ("img", "calc", "right", "e", "separator", "begin")
# The publisher of a source, to be repeated in what lists of sources are called.
PUBLISHER = quote(on_one_line(TEXTS[6]))
# The addresses that are asked, by the path of their operation.
ADDRESSES: dict[str, list[str]] = {
    **{f"/{noun}": [f"/{noun}"] for noun in NOUNS},
    **{f"/{noun}/{{id}}": [f"/{noun}/{noun[0]}1"] for noun in NOUNS},
    "/sources": ["/sources", f"/sources?publisher={PUBLISHER}"],
    "/meetings/upcoming": ["/meetings/upcoming?at=2022-01-05"],
    "/timeline": ["/timeline"],
    "/negotiations/{id}/timeline": [f"/negotiations/{TALKS}/timeline?kind=claim&kind=withdrawal"],
    "/negotiations/{id}/positions": [f"/negotiations/{TALKS}/positions"],
    "/negotiations/{id}/gaps": [f"/negotiations/{TALKS}/gaps"],
    "/negotiations/{id}/diff": [
        f"/negotiations/{TALKS}/diff?since={since}" for since in ("20", "2022-01-10")
    ],
    "/quotes": ["/quotes"],
    "/sources/{id}/quotes": ["/sources/a/quotes"],
    "/search": [f"/search?q={quote(words)}" for words in SEARCHES],
    "/changes": ["/changes"],
}
TERMS = {"data_license": "CC-BY-4.0", "contact_url": "mailto:desk@parley.example"}


@dataclass(frozen=True, slots=True, repr=False)
class Answered:
    """What is said at one address. ``pages`` are the answer in each format, by its name: one piece
    where it streams. ``linked`` are the media types that the answer in JSON has or links to.
    """

    address: str
    noun: str
    schema: Json
    formats: tuple[Format, ...]
    linked: set[str]
    pages: dict[str, list[bytes]]

    def __repr__(self) -> str:
        return self.address

    def items(self) -> list[Json]:
        """The items of all pages of the answer in JSON, or the one record."""
        found = [json.loads(page) for page in self.pages["json"]]
        return [item for page in found for item in page.get("items", [page])]


@lru_cache(maxsize=1)
def document() -> Json:
    """The OpenAPI document."""
    return local_document()


def operations() -> Iterator[tuple[str, Json]]:
    """The paths and operations of the OpenAPI document that take a format."""
    for path, methods in document()["paths"].items():
        parameters = methods.get("get", {}).get("parameters", [])
        if path.endswith("/dossier"):
            continue  # it comes in forms of its own
        if any(parameter["name"] == "format" for parameter in parameters):
            yield path, methods["get"]


async def _everything(site: Site) -> list[Answered]:
    return [
        await _answered(site, address, operation)
        for path, operation in operations()
        for address in ADDRESSES.get(path, ())
    ]


async def _answered(site: Site, address: str, operation: Json) -> Answered:
    schemas = document()["components"]["schemas"]
    formats, subject = formats_of(operation, schemas), subject_of(operation, schemas)
    assert subject is not None
    answer = await site.client.get(address)
    return Answered(
        address=address,
        noun=subject.noun,
        schema=operation["responses"]["200"]["content"]["application/json"]["schema"],
        formats=formats,
        linked={answer.headers["content-type"], *alternates(answer)},
        pages={form.name: await _pages(site, address, operation, form) for form in formats},
    )


async def _pages(site: Site, address: str, operation: Json, form: Format) -> list[bytes]:
    """All of an answer, whether it streams or comes in pages."""
    mark = "&" if "?" in address else "?"
    link = f"{address}{mark}format={form.name}"
    if not form.streams and any(one["name"] == "limit" for one in operation["parameters"]):
        link += f"&limit={LIMIT}"
    found = []
    while link:
        answer = await site.client.get(link.replace(PUBLIC_URL, ADDRESS))
        assert answer.status_code == 200, (link, answer.text)
        assert answer.headers["content-type"].partition(";")[0] == form.media_type, link
        found.append(answer.content)
        link = answer.links.get("next", {}).get("url", "")
    return found


def _answers_over(url: str) -> list[Answered]:
    async def ask() -> list[Answered]:
        async with opened(database, **TERMS) as site:
            return await _everything(site)

    database = Database(url)
    load(database)
    found = asyncio.run(ask())
    database.close()
    return found


@pytest.fixture(scope="session")
def sqlite_answers(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Answered]:
    """What is said of the hostile talks from a SQLite file."""
    path = tmp_path_factory.mktemp("hostile") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    return _answers_over(f"sqlite:///{path}")


@pytest.fixture(scope="session")
def postgresql_answers(
    server: Server, postgresql_template: str, fresh_names: Iterator[str]
) -> list[Answered]:
    """What is said of the hostile talks from PostgreSQL."""
    return _answers_over(server.create_database(next(fresh_names), postgresql_template))


@pytest.fixture(params=DATABASES)
def answers(request: pytest.FixtureRequest) -> list[Answered]:
    """What is said of the hostile talks; the test runs on each of the databases."""
    found: list[Answered] = request.getfixturevalue(f"{request.param}_answers")
    return found
