"""Walking through a list, whatever is listed: a page of it, or all of it as a stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request
from pydantic_core import from_json
from starlette.responses import Response

from app.resources.entries import label_of
from app.resources.queries import RevisionPageQuery
from app.resources.resource import Resource, Subject
from app.store.engine import Database
from app.store.pins import Pin
from app.store.reader import Snapshot, snapshot
from app.web import replies
from app.web.asking import Ask, asked
from app.web.conditional import Validators
from app.web.cursors import Cursor, seal, unseal
from app.web.cutting import cut

# Items in one piece of a stream: enough to be fast, few enough to be flat in memory.
CHUNK = 500

# Where a slice of a list ended: the sort values of its last item.
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some items in order, and where they end if more follow."""

    items: Sequence[bytes]
    last: Place | None


def _no_extras(_look: Snapshot, _pin: Pin, _items: Sequence[bytes]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Walk:
    """How a list is read: the slice behind a place, of at most so many items, and what the page
    has beside items, links and pin. ``whole`` reads all of it, where that can be done faster than
    slice by slice.
    """

    slice: Callable[[Snapshot, Pin, Place | None, int], Slice]
    extras: Callable[[Snapshot, Pin, Sequence[bytes]], dict[str, Any]] = _no_extras
    whole: Callable[[Pin], Iterator[Sequence[bytes]]] | None = None


# What makes the walk of a request, once its pin is settled.
Prepare = Callable[[Ask, Snapshot, Pin], Walk]


def walked(
    request: Request,
    subject: Subject,
    query: RevisionPageQuery,
    prepare: Prepare,
    parent: tuple[Resource[Any], str] | None = None,
) -> Response:
    """A page of a list, or all of it where the format streams and no limit is set.

    ``parent`` is a record that the path names and that must be there at the pin.
    """
    ask = asked(request, subject, query)
    cursor = unseal(query.cursor, ask.address, ask.service.cursor_key) if query.cursor else None
    with snapshot(ask.service.database) as look:
        as_of = cursor.revision if cursor else ask.question.as_of
        pin = look.pin(as_of, ask.question.days["known_at"])
        if parent is not None:
            there = look.get(*parent, pin)
            ask = replace(ask, inside=label_of(from_json(there.document)))
        validators = ask.validators(look, pin)
        if validators.held_by(request.headers):
            return replies.not_modified(ask, validators)
        walk = prepare(ask, look, pin)
        if ask.form.streams and not {"limit", "cursor"} & query.model_fields_set:
            return _streamed(ask, look, pin, walk, validators)
        after = cursor.after if cursor else None
        return _page(ask, look, pin, walk, validators, after, query.limit)


def _page(
    ask: Ask,
    look: Snapshot,
    pin: Pin,
    walk: Walk,
    validators: Validators,
    after: Place | None,
    limit: int,
) -> Response:
    found = walk.slice(look, pin, after, limit)
    following = cursor = None
    if found.last is not None:
        cursor = seal(Cursor(pin.revision, found.last), ask.address, ask.service.cursor_key)
        following = ask.question.link(ask.base, cursor)
    fields = ask.pin_fields(pin)
    envelope = {"next": following, "next_cursor": cursor, "pin": fields}
    extras = walk.extras(look, pin, found.items)
    items = (
        [cut(item, ask.fields, ask.subject.out) for item in found.items]
        if ask.fields
        else found.items
    )
    body = ask.form.render(ask.document(look, pin, items, envelope | extras))
    answer = replies.respond(ask, body, fields, validators, following=following)
    return _with_total(answer, extras)


def _cut(ask: Ask, items: Sequence[bytes]) -> Sequence[bytes]:
    if not ask.fields:
        return items
    return [cut(item, ask.fields, ask.subject.out) for item in items]


def _streamed(ask: Ask, look: Snapshot, pin: Pin, walk: Walk, validators: Validators) -> Response:
    """All of a list. Each piece is read on its own at the revision of the first, so the whole is
    one snapshot and no transaction waits for a slow reader.
    """
    extras = walk.extras(look, pin, ())
    chunks = _chunks(ask, replace(pin, newest=False), walk)
    document = replace(ask.document(look, pin, ()), entries=ask.entries_of_piece)
    pieces = ask.form.stream(document, chunks)
    return _with_total(replies.stream(ask, pieces, ask.pin_fields(pin), validators), extras)


def _with_total(answer: Response, extras: dict[str, Any]) -> Response:
    # Every format has it in a header, so a stream can be checked, too.
    if "total" in extras:
        answer.headers["Parley-Total"] = str(extras["total"])
    return answer


def _chunks(ask: Ask, pin: Pin, walk: Walk) -> Iterator[Sequence[bytes]]:
    for items in walk.whole(pin) if walk.whole else _slices(ask.service.database, pin, walk):
        yield _cut(ask, items)


def _slices(database: Database, pin: Pin, walk: Walk) -> Iterator[Sequence[bytes]]:
    after: Place | None = None
    while True:
        with snapshot(database) as look:
            found = walk.slice(look, pin, after, CHUNK)
        yield found.items
        if found.last is None:
            return
        after = found.last
