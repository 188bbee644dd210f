"""Quick answers: canonical questions, answered without the layers that other questions need.

What is answered here is derived from the declarations of the routes, and is to the byte what the
app answers. Whatever is not recognised exactly (another format, several values, a mistake)
goes to the app: so every refusal is the app's.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.types import Scope

from app.errors import InvalidRequest, Unavailable
from app.resources.matrix import POSITIONS
from app.resources.negotiations import NEGOTIATIONS
from app.resources.queries import DEFAULT_LIMIT
from app.store.found import SEARCH
from app.store.looking import Look, Moved, Reader, Rows, at_once
from app.store.pins import Pin
from app.store.prepared import Kept, Prepared, Shape, prepare
from app.store.selection import sort_columns
from app.web.cache_entries import Entry
from app.web.cursors import Cursor, seal, unseal
from app.web.cutting import cut
from app.web.quick_counts import counts
from app.web.quick_heads import Body, Heads
from app.web.quick_matrix import matrix_page
from app.web.quick_questions import Asked, Lane, recognised
from app.web.service import Service
from app.web.sparse import HERE_IN_JSON, check_fields

log = logging.getLogger("parley")
VERSION = re.compile(rb'"version":([0-9]+)')
# Where each look meets another revision, the app answers.
LOOKS = 2


class QuickAnswers:
    """Answers what is recognised exactly, from connections that are held."""

    def __init__(self, lanes: Mapping[str, Lane], service: Service, reader: Reader) -> None:
        self.lanes = lanes
        self.service = service
        self.reader = reader
        self.heads = Heads(service)
        self.here = to_json(f" {service.public_url}")[1:-1]
        self._modified: dict[int, datetime | None] = {}

    @property
    def waits(self) -> bool:
        """Whether answers have to be waited for."""
        return self.reader.waits

    def at_once(self, scope: Scope, form: str, coding: str | None) -> Entry | None:
        """The same as ``answer``, where nothing is waited for."""
        return at_once(self.answer(scope, form, coding))

    async def answer(self, scope: Scope, form: str, coding: str | None) -> Entry | None:
        """The answer to a request that likes this format best; None where it is the app's."""
        asked = recognised(self.lanes, scope) if form == "json" else None
        if asked is None or asked.worded or asked.lane.listing is SEARCH:
            return None
        return await self.made(asked, coding)

    async def made(self, asked: Asked, coding: str | None) -> Entry | None:
        """The answer to a question; None where it is the app's."""
        try:
            for _ in range(LOOKS):
                with suppress(Moved):
                    return await self._looked(asked, coding)
        except (InvalidRequest, ValueError, Unavailable):
            return None  # the app says what is wrong
        except Exception:
            # The app answers what can be answered, and names what is wrong.
            log.exception("a quick answer failed at %s", asked.path)
            self.reader.close()
        return None

    async def _looked(self, asked: Asked, coding: str | None) -> Entry | None:
        look = await self.reader.look()
        try:
            return await self._answer(asked, look, coding)
        finally:
            look.end()

    async def _answer(self, asked: Asked, look: Look, coding: str | None) -> Entry | None:
        newest = look.newest
        lane, texts = asked.lane, asked.texts
        cursor = None
        if "cursor" in texts:
            cursor = unseal(texts["cursor"], asked.canonical(), self.service.cursor_key)
        revision = cursor.revision if cursor else int(texts.get("as_of", newest))
        if revision > newest:
            return None
        order = asked.order
        shape = Shape(
            order="id" if lane.one else order,
            filters=tuple(asked.filters),
            one=lane.one,
            after=cursor is not None,
            undated=cursor is not None and True in cursor.after[:1],
            known="known_at" in texts,
            newest=revision == newest,
        )
        values = self._values(asked, revision, cursor, order)
        prepared = prepare(Kept(lane.listing), shape, look.dialect)
        pin = Pin(revision, asked.known_at, newest=revision == newest)
        if lane.inside and not await self._is_there(shape, values, look):
            return None
        if lane.subject is POSITIONS:
            return await self._matrix(asked, look, shape, values, coding)
        extras = {} if lane.one else await counts(asked, look, pin)
        rows = await look.rows(prepared, values)
        if rows is None or (lane.one and len(rows) != 1):
            return None
        if lane.one:
            return await self._one(asked, look, rows.documents(1)[0], revision, coding)
        return await self._page(asked, look, prepared, rows, revision, order, coding, extras)

    async def _is_there(self, shape: Shape, values: dict[str, Any], look: Look) -> bool:
        """Whether the negotiation that the path names is there at the pin."""
        one = Shape(order="id", one=True, known=shape.known, newest=shape.newest)
        rows = await look.rows(prepare(Kept(NEGOTIATIONS), one, look.dialect), values)
        return rows is not None and len(rows) == 1

    def _values(
        self, asked: Asked, revision: int, cursor: Cursor | None, order: str
    ) -> dict[str, Any]:
        texts = asked.texts
        values: dict[str, Any] = texts | asked.filters
        values["revision"] = revision
        values["id"] = asked.named
        values["limit"] = int(texts.get("limit", DEFAULT_LIMIT)) + 1
        if asked.known_at is not None:
            values["known_at"] = min(asked.known_at, LAST_DAY).isoformat()
        if cursor is not None:
            names = [name for name, _ in sort_columns(asked.lane.listing, order)]
            for name, value in zip(names, cursor.after, strict=True):
                values[f"after {name}"] = value.isoformat() if isinstance(value, date) else value
        return values

    async def _one(
        self, asked: Asked, look: Look, document: bytes, revision: int, coding: str | None
    ) -> Entry:
        found = VERSION.search(document)
        version = int(found[1]) if found else 0
        (body,) = self._items(asked, [document])
        return await self._entry(asked, look, body, revision, coding, version=version)

    async def _page(
        self,
        asked: Asked,
        look: Look,
        prepared: Prepared,
        rows: Rows,
        revision: int,
        order: str,
        coding: str | None,
        extras: dict[str, Any],
    ) -> Entry:
        limit = int(asked.texts.get("limit", DEFAULT_LIMIT))
        place = None
        if len(rows) > limit:
            last = dict(zip(prepared.columns, rows[limit - 1], strict=True))
            place = _place(asked, order, last)
        items = self._items(asked, rows.documents(limit))
        return await self._list(asked, look, items, place, revision, coding, extras)

    async def _matrix(
        self, asked: Asked, look: Look, shape: Shape, values: dict[str, Any], coding: str | None
    ) -> Entry | None:
        found = await matrix_page(look, shape, values, values["limit"] - 1)
        if found is None:
            return None
        place = None if found.last is None else _place(asked, shape.order, found.last)
        items, revision = self._cut(asked, found.items), values["revision"]
        extras = {"parties": found.parties}
        return await self._list(asked, look, items, place, revision, coding, extras)

    def _items(self, asked: Asked, documents: Iterable[bytes]) -> list[bytes]:
        return [self._placed(item) for item in self._cut(asked, documents)]

    async def _list(
        self,
        asked: Asked,
        look: Look,
        items: list[bytes],
        place: tuple[Any, ...] | None,
        revision: int,
        coding: str | None,
        extras: dict[str, Any],
    ) -> Entry:
        """A page of items, and the sort values of the last where more follow."""
        following = text = None
        if place is not None:
            text = seal(Cursor(revision, place), asked.canonical(), self.service.cursor_key)
            following = asked.address(self.service.public_url + asked.path, cursor=text)
        pin = {"revision": revision, "known_at": asked.texts.get("known_at"), "at": None}
        envelope = to_json({"next": following, "next_cursor": text, "pin": pin, **extras})
        body = b"".join((b'{"items":[', b",".join(items), b"],", envelope[1:]))
        total = extras.get("total")
        return await self._entry(asked, look, body, revision, coding, following, total=total)

    def _placed(self, document: bytes) -> bytes:
        """A document with the public URL in its citation, the one place for it, which is near its
        end: to look for it from there is ten times as fast as through the whole.
        """
        head, found, tail = document.rpartition(HERE_IN_JSON)
        return head + self.here + tail if found else document

    def _cut(self, asked: Asked, items: Iterable[bytes]) -> list[bytes]:
        if "fields" not in asked.texts:
            return list(items)
        shape = asked.lane.subject.out
        fields = _fields(shape, asked.texts["fields"])
        return [cut(item, fields, shape) for item in items]

    async def _entry(
        self,
        asked: Asked,
        look: Look,
        content: bytes,
        revision: int,
        coding: str | None,
        following: str | None = None,
        version: int | None = None,
        total: int | None = None,
    ) -> Entry:
        past = revision != look.newest
        body = Body(
            content,
            revision,
            modified=await self._instant(look, revision),
            redacted=await look.redacted() if past else 0,
            settled=past or "as_of" in asked.texts or "cursor" in asked.texts,
            following=following,
            version=version,
            total=total,
        )
        return self.heads.entry(asked, body, coding)

    async def _instant(self, look: Look, revision: int) -> datetime | None:
        if revision not in self._modified:
            seconds = [
                datetime.fromisoformat(text).replace(microsecond=0)
                for text in await look.instants(revision)
            ]
            if len(self._modified) > 1_000:
                self._modified.clear()
            whole = seconds and seconds[0] not in seconds[1:]
            self._modified[revision] = seconds[0] if whole else None
        return self._modified[revision]


LAST_DAY = date.fromordinal(date.max.toordinal() - 1)


def _place(asked: Asked, order: str, last: Mapping[str, Any]) -> tuple[Any, ...]:
    """The sort values of the last record of a page."""
    return tuple(_plain(name, last[name]) for name, _ in sort_columns(asked.lane.listing, order))


def _plain(name: str, value: Any) -> Any:
    """A sort value as cursors have it, from a row."""
    if name == "undated":
        return bool(value)
    text = value.decode() if isinstance(value, bytes) else value
    return date.fromisoformat(text) if name in ("earliest", "latest") else text


@lru_cache(maxsize=1_000)
def _fields(shape: type[BaseModel], text: str) -> tuple[str, ...]:
    return check_fields(shape, text)
