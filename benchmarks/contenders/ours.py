"""Parley as `parley serve` runs it, with rate limit and metrics on."""

import json
from dataclasses import dataclass
from urllib.parse import quote

from benchmarks.data import PARLEY, Data
from benchmarks.questions import TOP, Deep, Facet, One, Page, Question, Search
from benchmarks.servers import Launch

# So high that nobody is refused: what is measured is the counting.
RATE_LIMIT = "600000000"


@dataclass(frozen=True, slots=True)
class Ours:
    """Parley with a response cache of ``cache_mib``. ``store`` is another one than the data's."""

    name: str
    cache_mib: int = 0
    log_level: str = "warning"
    store: str | None = None

    @property
    def server(self) -> str:
        """A process for each variant."""
        return self.name

    def missing(self) -> None:
        """Nothing."""
        return

    def launch(self, data: Data, port: int) -> Launch:
        """The command with its settings."""
        settings = {
            "DATABASE_URL": self.store or data.store,
            "PORT": str(port),
            "CACHE_MIB": str(self.cache_mib),
            "LOG_LEVEL": self.log_level,
            "LOAD_SEED": "false",
            "RATE_LIMIT": RATE_LIMIT,
            "RATE_LIMIT_LOOPBACK": "true",
        }
        environment = {f"PARLEY_{key}": text for key, text in settings.items()}
        return Launch((*PARLEY, "serve"), "/healthz", environment)

    def path(self, question: Question) -> str | None:
        """The address of the answer; there is no counting of offsets."""
        match question:
            case Page(negotiation, limit):
                return f"/claims?negotiation={negotiation}&limit={limit}"
            case One(identifier):
                return f"/claims/{identifier}"
            case Search(word, newest):
                path, sort = ("/claims", "-on") if newest else ("/search", "rank")
                noun = "" if newest else "&noun=claim"
                return f"{path}?q={quote(word)}&sort={sort}&limit={TOP}{noun}"
            case Facet(None):
                return "/claims?facet=kind&limit=1"
            case Facet(negotiation):
                return f"/claims?facet=kind&limit=1&negotiation={negotiation}"
            case Deep():
                return None

    def found(self, question: Question, body: bytes) -> object:
        """Ids, or counts by value."""
        answer = json.loads(body)
        match question:
            case One():
                return [answer["id"]]
            case Facet():
                return {one["value"]: one["count"] for one in answer["facets"]["kind"]}
            case _:
                return [one["id"] for one in answer["items"]]


COLD = Ours("Parley, cache off")
HOT = Ours("Parley, cache on", cache_mib=64)
LOGGED = Ours("Parley, cache on, log lines on", cache_mib=64, log_level="info")
