"""JSON Feed (version 1.1): entries as a feed for programs that would rather not read XML."""

from dataclasses import asdict
from typing import Any, Final

from pydantic_core import to_json

from app.formats.base import About, Document
from app.formats.feeds import AUTHOR, Feed, identifier
from app.formats.prose import colophon, html, plain
from app.resources.entries import Entry, Reference

VERSION: Final = "https://jsonfeed.org/version/1.1"


class JsonFeed(Feed):
    """Each entry as text and as HTML, and what feeds have no word for under ``_parley``.

    There is no ``date_published``, for the reason that Atom has no ``published``; and an item has
    no authors of its own: whom it is about did not write it.
    """

    name = "jsonfeed"
    media_type = "application/feed+json"

    def render(self, document: Document) -> bytes:
        """One feed. What is not known is left out, except under ``_parley``, where it is null."""
        about = document.about
        items = [_item(entry, about.public_url) for entry in document.entries(document.items)]
        return to_json({**_description(about), "items": items})


def _description(about: About) -> dict[str, Any]:
    return _known(
        {
            "version": VERSION,
            "title": about.title,
            "description": colophon(about),
            "home_page_url": about.public_url,
            "feed_url": about.address,
            "next_url": about.following,
            "authors": [{"name": AUTHOR, "url": about.public_url}],
        }
    )


def _item(entry: Entry, site: str) -> dict[str, Any]:
    return _known(
        {
            "id": identifier(entry, site),
            "url": site + entry.path,
            "title": entry.title,
            "summary": entry.text,
            "content_text": plain(entry),
            "content_html": html(entry, site),
            "date_modified": entry.updated,
            "tags": [entry.kind],
            "_parley": _facts(entry, site),
        }
    )


def _facts(entry: Entry, site: str) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "version": entry.version,
        "starts": entry.starts,
        "ends": entry.ends,
        "earliest": entry.earliest,
        "latest": entry.latest,
        "status": entry.status,
        "stands": entry.stands and entry.date_holds,
        "place": asdict(entry.place) if entry.place else None,
        "who": [_reference(one, site, "name") for one in entry.who],
        "reported_by": [_reference(one, site, "name") for one in entry.reported_by],
        "inferred": [asdict(one) for one in entry.inferred],
        "known_from": entry.known_from,
        "quotes": [
            {
                "exact": quote.exact,
                "language": quote.language,
                "source": _reference(quote.source, site, "title"),
                "bearing": quote.bearing,
            }
            for quote in entry.quotes
        ],
    }


def _reference(reference: Reference, site: str, label: str) -> dict[str, str]:
    return {label: reference.label, "url": site + reference.path}


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
