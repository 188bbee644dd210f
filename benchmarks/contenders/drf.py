"""Django REST Framework with cursor pages, under gunicorn's threads."""

import json
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from benchmarks.data import ROOT, Data
from benchmarks.questions import PAGE, Deep, Facet, One, Page, Question, Search
from benchmarks.servers import Launch
from benchmarks.venv import VENV, lacks

SERVE = ("--worker-class", "gthread", "--threads", "16", "--keep-alive", "60")


@dataclass(frozen=True, slots=True)
class Drf:
    """The application of Django REST Framework."""

    name: str = "Django REST Framework"
    server: str = "drf"

    def missing(self) -> str | None:
        """gunicorn, where the peers are not installed."""
        return lacks("gunicorn")

    def launch(self, data: Data, port: int) -> Launch:
        """One process of gunicorn."""
        gunicorn = (str(VENV / "bin" / "gunicorn"), *SERVE, "--bind", f"127.0.0.1:{port}")
        environment = {"BENCH_DATABASE": str(data.peers), "PYTHONPATH": str(ROOT)}
        application = "benchmarks.apps.drf_app:application"
        return Launch((*gunicorn, application), "/claims?limit=1", environment)

    def path(self, question: Question) -> str | None:
        """The address of the answer; it has cursors in place of offsets."""
        match question:
            case Page(negotiation, limit):
                return f"/claims?negotiation={negotiation}&limit={limit}"
            case One(identifier):
                return f"/claims/{identifier}"
            case Search(word, newest):
                return f"/search?q={quote(word)}{'&newest=1' if newest else ''}"
            case Facet(None):
                return "/facets"
            case Facet(negotiation):
                return f"/facets?negotiation={negotiation}"
            case Deep():
                return None

    def found(self, question: Question, body: bytes) -> object:
        """Ids, or counts by value."""
        answer = json.loads(body)
        match question:
            case One():
                return [answer["id"]]
            case Facet():
                return answer
            case Search():
                return [one["id"] for one in answer]
            case _:
                return [one["id"] for one in answer["results"]]


def after(key: str) -> str:
    """The page of all claims from this key on, by the framework's own cursor."""
    cursor = b64encode(urlencode({"p": key}).encode()).decode()
    return f"/claims?limit={PAGE}&cursor={quote(cursor)}"


DRF = Drf()
