"""FastAPI and SQLModel, as the tutorials write them, on our own interpreter and libraries."""

import json
import sys
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.data import ROOT, Data
from benchmarks.questions import PAGE, TOP, Deep, Facet, One, Page, Question, Search
from benchmarks.servers import Launch

SERVE = (sys.executable, "-m", "uvicorn", "--no-access-log")


@dataclass(frozen=True, slots=True)
class Naive:
    """The naive application; ``url`` is another database than the SQLite file."""

    name: str = "FastAPI + SQLModel"
    url: str | None = None
    app: str = "benchmarks.apps.naive_app:app"

    @property
    def server(self) -> str:
        """A process for each database."""
        return self.name

    def missing(self) -> None:
        """Nothing: it needs what Parley needs."""
        return

    def launch(self, data: Data, port: int) -> Launch:
        """One process of uvicorn, with uvloop and httptools, as ours."""
        url = self.url or f"sqlite:///{data.peers}"
        environment = {"BENCH_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
        return Launch((*SERVE, self.app, "--port", str(port)), "/openapi.json", environment)

    def path(self, question: Question) -> str | None:
        """The address of the answer."""
        match question:
            case Page(negotiation, limit):
                return f"/claims?negotiation={negotiation}&limit={limit}"
            case One(identifier):
                return f"/claims/{identifier}"
            case Deep(offset):
                return f"/claims?offset={offset}&limit={PAGE}"
            case Search(word, newest):
                return f"/search?q={quote(word)}&newest={str(newest).lower()}&limit={TOP}"
            case Facet(None):
                return "/facets"
            case Facet(negotiation):
                return f"/facets?negotiation={negotiation}"

    def found(self, question: Question, body: bytes) -> object:
        """Ids, or counts by value."""
        answer = json.loads(body)
        match question:
            case One():
                return [answer["id"]]
            case Facet():
                return answer
            case _:
                return [one["id"] for one in answer]


NAIVE = Naive()
# Its answers hold what ours hold. It answers W1 and W2 alone.
WHOLE = Naive("FastAPI + SQLModel, whole answers", app="benchmarks.apps.whole_app:app")
