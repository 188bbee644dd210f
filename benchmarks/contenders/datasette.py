"""Datasette: its JSON of tables, and queries that its operator wrote beforehand."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks.data import Data
from benchmarks.questions import PAGE, TOP, Deep, Facet, One, Page, Question, Search
from benchmarks.servers import Launch
from benchmarks.venv import VENV, lacks

QUERIES = {
    "page": "SELECT * FROM claim WHERE negotiation = :negotiation "
    "ORDER BY sort_key, id LIMIT :limit",
    "ranked": "SELECT claim.* FROM claim_words JOIN claim ON claim.rowid = claim_words.rowid "
    f"WHERE claim_words MATCH :word ORDER BY claim_words.rank LIMIT {TOP}",
    "newest": "SELECT * FROM claim WHERE rowid IN "
    "(SELECT rowid FROM claim_words WHERE claim_words MATCH :word) "
    f"ORDER BY sort_key DESC LIMIT {TOP}",
    "kinds": "SELECT kind, count(*) AS count FROM claim GROUP BY kind",
    "kinds_of": "SELECT kind, count(*) AS count FROM claim WHERE negotiation = :negotiation "
    "GROUP BY kind",
}
# Its own limits are lifted, so that it answers at all.
SETTINGS = {"sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000, "max_returned_rows": 1_000}
# Without what it adds of its own accord it is five times as fast: counts and ideas for facets.
PLAIN = "_nocount=1&_nofacet=1&_nosuggest=1"
FACET = "_shape=objects&_nocount=1&_nosuggest=1&_facet=kind&_size=1"


@dataclass(frozen=True, slots=True)
class Datasette:
    """Datasette's view of the table, or its canned queries."""

    name: str
    canned: bool = False
    server: str = "datasette"

    def missing(self) -> str | None:
        """Datasette, where the peers are not installed."""
        return lacks("datasette")

    def launch(self, data: Data, port: int) -> Launch:
        """The file is served as one that does not change, which is the fastest."""
        metadata = data.folder / "datasette.json"
        queries = {name: {"sql": sql} for name, sql in QUERIES.items()}
        metadata.write_text(json.dumps({"databases": {"peers": {"queries": queries}}}))
        command = [str(VENV / "bin" / "datasette"), "serve", "--immutable", str(data.peers)]
        command += ["--port", str(port), "--metadata", str(metadata)]
        for name, value in SETTINGS.items():
            command += ["--setting", name, str(value)]
        return Launch(tuple(command), "/-/versions.json")

    def path(self, question: Question) -> str | None:
        """The address of the answer."""
        return _canned(question) if self.canned else _table(question)

    def found(self, question: Question, body: bytes) -> object:
        """Ids, or counts by value."""
        answer = json.loads(body)
        if not isinstance(question, Facet):
            rows = answer if isinstance(answer, list) else answer["rows"]
            return [one["id"] for one in rows]
        if self.canned:
            return {one["kind"]: one["count"] for one in answer}
        return _facets(answer)


def _facets(answer: dict[str, Any]) -> dict[str, int]:
    return {one["value"]: one["count"] for one in answer["facet_results"]["kind"]["results"]}


def _table(question: Question) -> str | None:
    objects = f"/peers/claim.json?_shape=objects&{PLAIN}"
    match question:
        case Page(negotiation, limit):
            return f"{objects}&negotiation={negotiation}&_sort=sort_key&_size={limit}"
        case One(identifier):
            return f"/peers/claim/{identifier}.json?_shape=objects"
        case Facet(None):
            return f"/peers/claim.json?{FACET}"
        case Facet(negotiation):
            return f"/peers/claim.json?{FACET}&negotiation={negotiation}"
        case Deep() | Search():
            return None


def _canned(question: Question) -> str | None:
    match question:
        case Page(negotiation, limit):
            return f"/peers/page.json?_shape=array&negotiation={negotiation}&limit={limit}"
        case Search(word, newest):
            name = "newest" if newest else "ranked"
            return f"/peers/{name}.json?_shape=array&word={quote(word)}"
        case Facet(None):
            return "/peers/kinds.json?_shape=array"
        case Facet(negotiation):
            return f"/peers/kinds_of.json?_shape=array&negotiation={negotiation}"
        case One() | Deep():
            return None


def after(key: str, identifier: str) -> str:
    """The page of all claims behind this one, by Datasette's own cursor."""
    cursor = quote(f"{key},{identifier}".replace(" ", "~20"), safe=",~")
    return f"/peers/claim.json?_shape=objects&{PLAIN}&_sort=sort_key&_size={PAGE}&_next={cursor}"


TABLE = Datasette("Datasette, table")
CANNED = Datasette("Datasette, canned query", canned=True)
