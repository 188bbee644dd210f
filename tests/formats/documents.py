"""Documents to be printed, made up."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from app.formats.base import About, Document
from app.resources.entries import Entry

ABOUT = About(
    title="Things",
    address="https://parley.example/things?format=x",
    public_url="https://parley.example",
    updated="2026-11-23T09:30:00.000000Z",
    identity="https://parley.example/things",
)


def document(
    shape: type[BaseModel],
    items: Sequence[bytes] = (),
    envelope: Mapping[str, Any] | None = None,
    fields: tuple[str, ...] = (),
    *,
    noun: str = "thing",
    about: About = ABOUT,
    entries: Callable[[Sequence[bytes]], list[Entry]] = lambda _items: [],
) -> Document:
    return Document(noun, shape, items, about, envelope, fields, entries)
