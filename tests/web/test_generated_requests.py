"""Requests that schemathesis makes from the OpenAPI document, at a real server, with all checks.

The seed of its choices is fixed, so a failure stays until it is repaired. A schema cannot tell
which days are in the calendar, which revisions there are and which cursors were given out. So that
what fits the schema must be answered, it gets days and revisions to choose from, and no cursor.
Nor can it tell that an answer to ``fields`` lacks the others, what may stand in ``include`` and
``facet``, or that words need a letter. Searches and the stream of changes have tests of their own.

On SQLite every value at the edge of every schema is tried. On PostgreSQL random ones are, to save
time: that the two answer alike is shown by other tests.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema

from app.main import create_app
from app.resources.tokens import Scope
from app.store import checking
from app.store.checks.finding import Finding
from app.store.engine import Database
from app.store.tokens import create
from tests.http import NOW, Json, settings
from tests.serving import served

GOOD = {
    "known_at": ["2022-01-09", "2022-01-12", "today"],
    "at": ["2022-01-13", "today"],
    "from": ["2022-01-11"],
    "until": ["2022-01-12"],
    "changed_since": ["0", "1"],
    "as_of": ["0", "1", "2022-01-12T09:30:00Z"],
    "since": ["0", "1"],
}
LEFT_OUT = ("cursor", "fields", "include", "facet", "q")
# The one has no end, and the other is nothing without words.
REFUSED = ["400", "404", "406", "414", "422"]
OF_EDITORS = ["401", "403", "409", "410", "412", "413", "415", "428"]
ASIDE = ("/changes/stream", "/search")


def narrowed(document: Json, *, editing: bool = False) -> Json:
    """The document, with good values for the parameters that a schema cannot describe in full; the
    operations of readers, or those of editors.
    """
    document = deepcopy(document)
    for path in ASIDE:
        del document["paths"][path]
    for path, methods in list(document["paths"].items()):
        chosen = {name: one for name, one in methods.items() if ("security" in one) == editing}
        document["paths"][path] = chosen
        for operation in chosen.values():
            parameters = operation.get("parameters", [])
            operation["parameters"] = [each for each in parameters if each["name"] not in LEFT_OUT]
            for parameter in operation["parameters"]:
                if parameter["name"] in GOOD:
                    parameter["schema"] = {"type": "string", "enum": GOOD[parameter["name"]]}
                    parameter.pop("examples", None)
    return document


def configuration(address: str, *, edges: bool, token: str | None = None) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "base-url": address,
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "seed": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": 4 if edges else 16 if token is None else 6,
                "deterministic": True,
                "no-shrink": True,
                "allow-x00": False,
            },
            "checks": {
                "enabled": True,
                # Readers and editors are asked for apart, so each document lacks methods that there
                # are. test_methods.py holds 405 and Allow to all of them.
                "unsupported_method": {"enabled": False},
                "allow_header_conformance": {"enabled": False},
                # No schema tells what is on record, so what editors send may fit it and be refused.
                "positive_data_acceptance": {
                    "enabled": token is None,
                    "expected-statuses": ["2xx", "404", "414"],
                },
                # Many long values make an address that is too long before any of them is read.
                "negative_data_rejection": {
                    "expected-statuses": REFUSED if token is None else [*REFUSED, *OF_EDITORS]
                },
            },
            "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": edges}},
            # A slow machine is no fault of the service.
            "request-timeout": 120,
            "suppress-health-check": ["all"],
        }
    )


def test_no_request_at_the_edge_of_a_schema_finds_a_fault(sqlite_store: Database) -> None:
    assert try_out(sqlite_store, edges=True) > 1_000


def test_no_random_request_finds_a_fault(read_only_postgresql_store: Database) -> None:
    assert try_out(read_only_postgresql_store, edges=False) > 180


def test_no_random_edit_finds_a_fault_and_the_record_stays_whole(sqlite_store: Database) -> None:
    token = create(sqlite_store, "tester", tuple(Scope), NOW, None)
    assert try_out(sqlite_store, edges=False, token=token) > 140
    found: list[Finding] = []
    checking.check(sqlite_store, found.append)
    assert found == []


def try_out(database: Database, *, edges: bool, token: str | None = None) -> int:
    """Make requests at a service over the store, and say how many; fails if one finds a fault."""
    app = create_app(settings(database))
    failures: list[str] = []
    cases = 0
    with served(app) as address:
        chosen = configuration(address, edges=edges, token=token)
        document = narrowed(app.openapi(), editing=token is not None)
        schema = schemathesis.openapi.from_dict(document, config=chosen)
        for event in from_schema(schema).execute():
            failures += errors_in(event)
            if isinstance(event, events.ScenarioFinished):
                cases += len(event.recorder.cases)
                failures += failures_in(event.recorder)
    assert not failures, "\n\n".join(failures[:10])
    return cases


def errors_in(event: Any) -> list[str]:
    if isinstance(event, events.NonFatalError):
        return [f"{event.label}: {event.value!r}"]
    return [repr(event.exception)] if isinstance(event, events.FatalError) else []


def failures_in(recorder: Any) -> Iterator[str]:
    """What checks found, each with the request that shows it."""
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                sent = recorder.interactions[case].request
                yield f"{check.name}: {sent.method} {sent.uri}\n{check.failure_info.failure}"
