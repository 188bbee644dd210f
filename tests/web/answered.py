"""All that the service says of a record: every address that has formats, in all its formats."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from app.formats import FORMATS
from app.formats.base import Format
from app.web.subjects import formats_of, subject_of
from tests.http import ADDRESS, NOUNS, PUBLIC_URL, Json, Site
from tests.made_up import TALKS
from tests.openapi.snapshot import local_document
from tests.web.hostile_talks import TEXTS, on_one_line
from tests.web.test_formats import alternates

DOCUMENT = local_document()
# Fewer than there are of most things, so that there are pages.
LIMIT = 150
# Words in hostile texts, so that these are what a search shows.
SEARCHES = ("said", "img", "calc", "right", "broken", "b", "separator", "BEGIN", "é")
# The publisher of a source, to be repeated in what lists of sources are called.
PUBLISHER = quote(on_one_line(TEXTS[6]))
# The addresses that are asked, by the path of their operation.
ADDRESSES: dict[str, list[str]] = {
    **{f"/{noun}": [f"/{noun}"] for noun in NOUNS},
    **{f"/{noun}/{{id}}": [f"/{noun}/{noun[0]}1"] for noun in NOUNS},
    "/sources": ["/sources", f"/sources?publisher={PUBLISHER}"],
    "/meetings/upcoming": ["/meetings/upcoming?at=2022-01-05"],
    "/timeline": ["/timeline"],
    "/negotiations/{id}/timeline": [f"/negotiations/{TALKS}/timeline"],
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


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said at one address. ``pages`` are the answer in each format, by its name: one piece
    where it streams. ``linked`` are the media types that the answer in JSON is one of and links to.
    """

    address: str
    noun: str
    schema: Json
    formats: tuple[Format, ...]
    linked: set[str]
    pages: dict[str, list[bytes]]

    def __str__(self) -> str:
        return self.address


def operations() -> Iterator[tuple[str, Json]]:
    """The paths and operations of the OpenAPI document that take a format."""
    for path, methods in DOCUMENT["paths"].items():
        parameters = methods["get"].get("parameters", [])
        if any(parameter["name"] == "format" for parameter in parameters):
            yield path, methods["get"]


async def everything(site: Site) -> list[Answered]:
    """Every address in every format."""
    return [
        await _answered(site, address, operation)
        for path, operation in operations()
        for address in ADDRESSES.get(path, ())
    ]


async def _answered(site: Site, address: str, operation: Json) -> Answered:
    schemas = DOCUMENT["components"]["schemas"]
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


def pages_in(answers: list[Answered], name: str) -> list[tuple[Answered, list[bytes]]]:
    """The answers that there are in the format of that name."""
    assert name in {form.name for form in FORMATS}
    return [(one, one.pages[name]) for one in answers if name in one.pages]
