"""Quick answers by words: searches and searched lists, looked up in threads.

Some words are in so much that it takes long to find those of a filter or of a pin. So each question
has a thread and a connection of its own, and nobody else waits for it.
"""

from collections.abc import Mapping

from anyio import CapacityLimiter, to_thread
from starlette.types import Scope

from app.resources.queries import DEFAULT_LIMIT
from app.store.found import SEARCH
from app.store.held_file import HeldReader
from app.store.looking import Look, at_once
from app.store.prepared import Kept, Shape
from app.store.prepared_words import find, prepare_walk
from app.store.searching import Sought
from app.store.selection import NEGOTIATION
from app.store.word_walks import walkable
from app.web.cache_entries import Entry
from app.web.cursors import unseal
from app.web.questions import read_words
from app.web.quick import QuickAnswers
from app.web.quick_questions import WORDS, Asked, Lane, recognised
from app.web.searches import result_of
from app.web.service import Service

# So many at once: what is left of the time of the processor is for all others.
MOST_AT_ONCE = 4


class WordAnswers:
    """Answers what is recognised exactly, if it has words and the store is a file."""

    def __init__(self, lanes: Mapping[str, Lane], service: Service) -> None:
        self._lanes = lanes
        self._service = service
        self._idle: list[_Answers] = []
        self._limiter = CapacityLimiter(MOST_AT_ONCE)

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().reader.close()

    async def answer(self, scope: Scope, form: str, coding: str | None) -> Entry | None:
        """The answer to a request that likes this format best; None where it is the app's."""
        if form != "json" or b"q=" not in scope["query_string"]:
            return None
        asked = recognised(self._lanes, scope)
        if asked is None or not asked.worded or asked.lane.inside:
            return None
        return await to_thread.run_sync(self._made, asked, coding, limiter=self._limiter)

    def _made(self, asked: Asked, coding: str | None) -> Entry | None:
        try:
            answers = self._idle.pop()
        except IndexError:  # not asked beforehand: another thread may take the last one
            answers = _Answers(self._lanes, self._service)
        try:
            return at_once(answers.made(asked, coding))
        finally:
            self._idle.append(answers)


class _Answers(QuickAnswers):
    """Answers one question after the other."""

    def __init__(self, lanes: Mapping[str, Lane], service: Service) -> None:
        self.files = HeldReader(service.database.url.database or "", hurried=False)
        super().__init__(lanes, service, self.files)

    async def _answer(self, asked: Asked, look: Look, coding: str | None) -> Entry | None:
        texts = asked.texts
        cursor = None
        if "cursor" in texts:
            cursor = unseal(texts["cursor"], asked.canonical(), self.service.cursor_key)
        revision = cursor.revision if cursor else int(texts.get("as_of", look.newest))
        newest, known = revision == look.newest, "known_at" in texts
        shape = Shape(asked.order, tuple(asked.filters), known=known, newest=newest)
        prepared = prepare_walk(Kept(asked.lane.listing), shape)
        if revision > look.newest or prepared is None or {"facet", "count"} & set(texts):
            return None
        words = read_words(texts[WORDS])
        if not walkable(words):
            return None
        sought = Sought(words, tuple(texts[name] for name in (NEGOTIATION,) if name in texts))
        values = self._values(asked, revision, None, asked.order)
        limit = int(texts.get("limit", DEFAULT_LIMIT))
        page = find(self.files, prepared, sought, values, cursor.after if cursor else None, limit)
        if asked.lane.listing is SEARCH:
            items = [result_of(hit, words) for hit in page.hits]
        else:
            items = self._items(asked, page.documents)
        return await self._list(asked, look, items, page.last, revision, coding, {})
