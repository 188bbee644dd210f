"""Entries to be printed, made up, and documents of them."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

from app.formats.base import About, Document
from app.resources.base import Answer
from app.resources.entries import Entry
from tests.formats.documents import ABOUT, document


class Thing(Answer):
    """What the entries are made from: an item holds no more than which of them it is."""

    number: int


def entry(identifier: str = "claim.c", **fields: Any) -> Entry:
    told: dict[str, Any] = {
        "kind": "claim",
        "title": "A claim",
        "path": "/claims/c",
        "version": 3,
        "revision": 7,
        "updated": "2026-11-20T08:00:00.000000Z",
    }
    return Entry(id=identifier, **{**told, **fields})


def items_of(entries: Sequence[Entry]) -> list[bytes]:
    """An item for each entry."""
    return [to_json({"number": number}) for number, _ in enumerate(entries)]


def document_of(
    entries: Sequence[Entry], items: Sequence[bytes] | None = None, about: About = ABOUT
) -> Document:
    """A page of these entries, or of some items of theirs."""
    return document(
        Thing,
        items_of(entries) if items is None else items,
        {"next": None},
        about=about,
        entries=lambda some: [entries[from_json(item)["number"]] for item in some],
    )
