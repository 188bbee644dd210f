"""Canonical questions: recognised by what the routes declare, with each parameter as one text."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin
from urllib.parse import quote_plus, unquote_plus

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.types import Scope

from app.resources import RESOURCES
from app.resources.base import SLUG
from app.resources.demands import DEMANDS
from app.resources.matrix import POSITIONS, PositionQuery
from app.resources.negotiations import NEGOTIATIONS
from app.resources.queries import GREATEST_LIMIT, OneOf
from app.resources.resource import Listing, Subject
from app.resources.timeline import TIMELINE
from app.store.found import SEARCH
from app.store.selection import NEGOTIATION
from app.web.parameters import model_of

# The parameter with words: the only one that is percent-encoded.
WORDS = "q"
LONGEST = 500
QUICK: tuple[Listing, ...] = (*(one for one in RESOURCES if one.judge is None), TIMELINE)
PATHS = {TIMELINE.noun: "/timeline", SEARCH.noun: "/search"}
# What every parameter of a list may be, beside its filters.
PLAIN: Mapping[str, Callable[[str], object]] = {
    "limit": lambda text: re.fullmatch("[1-9][0-9]{0,2}", text) and int(text) <= GREATEST_LIMIT,
    "cursor": re.compile("[A-Za-z0-9_-]{1,1000}").fullmatch,
    "known_at": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch,
    "as_of": re.compile("[0-9]{1,15}").fullmatch,
    "fields": re.compile("[a-z_]+(,[a-z_]+)*").fullmatch,
    "facet": re.compile("[a-z_]+(,[a-z_]+)*").fullmatch,
    "count": frozenset(("true", "false")).__contains__,
    WORDS: lambda text: text.strip() and len(text) <= LONGEST and "\0" not in text,
}


@dataclass(frozen=True, slots=True)
class Lane:
    """A route whose canonical questions are answered here. ``checks`` says which values each of its
    parameters may have, in the order in which links name them. ``inside`` says that the path names
    the negotiation. ``subject`` is what is answered, made of the rows of the listing.
    """

    listing: Listing
    subject: Subject
    path: str
    one: bool
    checks: Mapping[str, Callable[[str], object]]
    # The usual order of a list.
    order: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was recognised: its parameters as texts, in the order of links."""

    lane: Lane
    path: str
    texts: dict[str, str]
    # The id in the path, if there is one.
    named: str | None = None

    @property
    def known_at(self) -> date | None:
        """The knowledge day."""
        text = self.texts.get("known_at")
        return date.fromisoformat(text) if text else None

    def address(self, base: str, **more: str) -> str:
        """An address of this question, with other values for some parameters."""
        told = {**self.texts, **more}
        return f"{base}?{'&'.join(_pairs(told))}" if told else base

    def canonical(self) -> str:
        """The question as cursors are bound to it."""
        kept = sorted(item for item in self.texts.items() if item[0] not in ("cursor", "limit"))
        return f"{self.path}?{'&'.join(_pairs(dict(kept)))}"

    def state(self) -> list[tuple[str, Any]]:
        """The parameters as entity tags are made of them: filters are lists, a limit a number."""
        found: dict[str, Any] = dict(self.texts)
        found |= {name: [self.texts[name]] for name in self.filters if name in self.texts}
        if "limit" in found:
            found["limit"] = int(found["limit"])
        return sorted(found.items())

    @property
    def worded(self) -> bool:
        """Whether it is asked by words."""
        return WORDS in self.texts

    @property
    def order(self) -> str:
        """The order that is asked for, or the usual one."""
        return self.texts.get("sort", self.lane.order)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, with their values; the path can set one."""
        known = self.lane.listing.filters
        found = {name: text for name, text in self.texts.items() if name in known}
        return {**found, NEGOTIATION: self.named or ""} if self.lane.inside else found


def _pairs(told: Mapping[str, str]) -> Iterator[str]:
    return (
        f"{name}={quote_plus(text) if name == WORDS else _quoted(text)}"
        for name, text in told.items()
    )


# Values come again and again: in the links of one answer, and in other questions.
_quoted = lru_cache(maxsize=10_000)(quote_plus)


def lanes_of(app: FastAPI) -> dict[str, Lane]:
    """The routes that are answered here, by path."""
    found: dict[str, Lane] = {}
    routes = {
        str(context.path): context.original_route
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute) and "GET" in (context.methods or ())
    }
    for listing in (*QUICK, SEARCH):
        path = PATHS.get(listing.noun, f"/{listing.plural}")
        one, inside = f"{path}/{{id}}", f"/{NEGOTIATIONS.plural}/{{id}}{path}"
        for template in (path, one, inside):
            route = routes.get(template)
            model = model_of(route) if isinstance(route, APIRoute) else None
            if model is not None:
                checks = _checks(listing, model)
                usual, kind = _usual(model), (template == one, template == inside)
                found[template] = Lane(listing, listing, template, kind[0], checks, usual, kind[1])
    matrix = f"/{NEGOTIATIONS.plural}/{{id}}/positions"
    checks = _checks(DEMANDS, PositionQuery)
    found[matrix] = Lane(DEMANDS, POSITIONS, matrix, False, checks, "on", True)
    return found


def _usual(model: type[BaseModel]) -> str:
    """The order of a list where none is asked for; a record has none."""
    declared = model.model_fields.get("sort")
    return declared.default if declared else ""


def _checks(listing: Listing, model: type[BaseModel]) -> dict[str, Callable[[str], object]]:
    found: dict[str, Callable[[str], object]] = {}
    for name, declared in model.model_fields.items():
        spelled = declared.alias or name
        wanted = listing.filters.get(spelled)
        if spelled in PLAIN:
            found[spelled] = PLAIN[spelled]
        elif spelled == "sort" and get_origin(declared.annotation) is Literal:
            found[spelled] = frozenset(get_args(declared.annotation)).__contains__
        elif isinstance(wanted, OneOf):
            found[spelled] = _values(declared.annotation)
    return found


def _values(annotation: Any) -> Callable[[str], object]:
    """Which values a filter takes: words of an enumeration, or ids."""
    (inner,) = get_args(annotation)[:1] or (str,)
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return frozenset(word.value for word in inner).__contains__
    if get_origin(inner) is Literal:
        return frozenset(get_args(inner)).__contains__
    return re.compile(SLUG).fullmatch


def recognised(lanes: Mapping[str, Lane], scope: Scope) -> Asked | None:
    """The question of a request; None where it is for the app."""
    path = scope["path"]
    lane, named = lanes.get(path), None
    if lane is None:
        stem, _, last = path.rpartition("/")
        lane, named = lanes.get(f"{stem}/{{id}}"), last
        if lane is None:
            above, _, named = stem.rpartition("/")
            lane = lanes.get(f"{above}/{{id}}/{last}")
        if lane is None or not re.fullmatch(SLUG, named):
            return None
    texts = _texts(scope["query_string"], lane)
    return None if texts is None else Asked(lane, path, texts, named)


def _texts(query: bytes, lane: Lane) -> dict[str, str] | None:
    """The parameters in the order of links; None where one is not what a canonical question has."""
    if not query:
        return {}
    told: dict[str, str] = {}
    for pair in query.decode("latin-1").split("&"):
        name, _, text = pair.partition("=")
        if name == WORDS:
            text = _decoded(text)
        check = lane.checks.get(name)
        if check is None or name in told or not check(text):
            return None
        told[name] = text
    return {name: told[name] for name in lane.checks if name in told}


def _decoded(text: str) -> str:
    """What a text stands for; nothing where it is not percent-encoded UTF-8."""
    try:
        return unquote_plus(text, errors="strict") if text.isascii() else ""
    except UnicodeDecodeError:
        return ""
