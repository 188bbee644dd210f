"""Several editors at once, over real servers with several processes: nothing is lost or doubled.

Each race is short by default. With ``FULL_ROUNDS`` set it is as long as the promises name.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from app.resources.tokens import Scope, id_of
from app.store.engine import Database
from tests.conftest import DATABASES
from tests.served import FULL, Commands, Running, at_once, statuses, token_for
from tests.web.editors import CLAIM, TALKS

VERSIONS = 50 if FULL else 4
WRITERS = 8
SENDERS = 16
RECORD = "/claims/sherman-no-direct-response"
# What is the same in every copy of an answer; its date and the id of the request are not.
KEPT = ("content-type", "etag", "location", "parley-revision")


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


@pytest.fixture(params=["sqlite_store", "postgresql_store"], ids=DATABASES)
def store(request: pytest.FixtureRequest) -> Database:
    """A store of its own with the seed in it; the test runs on each of the databases."""
    opened: Database = request.getfixturevalue(request.param)
    return opened


def revision(server: Running) -> int:
    with server.client() as reader:
        return int(reader.get("/claims").headers["parley-revision"])


def texts(server: Running) -> list[str]:
    """The texts of all claims."""
    with server.client() as reader:
        answer = reader.get("/claims", params={"negotiation": TALKS, "format": "ndjson"})
        return [httpx.Response(200, text=line).json()["text"] for line in answer.text.splitlines()]


def test_of_eight_writers_of_one_version_one_wins_and_seven_are_told(
    store: Database, commands: Commands
) -> None:
    token = token_for(store, Scope.write)
    with commands.serving(store, PARLEY_WORKERS="2") as server, server.client(token) as editor:
        writers = [server.client(token) for _ in range(WRITERS)]
        begun = editor.get(RECORD).json()["version"]
        for number in range(VERSIONS):
            tag = editor.get(RECORD).headers["etag"]
            answers = at_once(WRITERS, partial(reword, writers, number, tag))
            assert statuses(answers) == [200] + [412] * (WRITERS - 1)
            (winner,) = [own for own, one in enumerate(answers) if one.status_code == 200]
            now = editor.get(RECORD).json()
            assert now["text"] == f"Wording {number} of {winner}"
            assert now["version"] == begun + number + 1
        for writer in writers:
            writer.close()
        assert revision(server) == 1 + VERSIONS


def reword(writers: list[httpx.Client], number: int, tag: str, own: int) -> httpx.Response:
    body = {"text": f"Wording {number} of {own}"}
    return writers[own].patch(RECORD, json=body, headers={"if-match": tag})


def test_sixteen_equal_requests_under_one_name_make_one_record(
    store: Database, commands: Commands
) -> None:
    token = token_for(store, Scope.write)
    with commands.serving(store, PARLEY_WORKERS="2") as server:

        def send(_own: int) -> httpx.Response:
            with server.client(token) as sender:
                return sender.post("/claims", json=CLAIM, headers={"idempotency-key": "once"})

        answers = at_once(SENDERS, send)
        assert statuses(answers) == [201] * SENDERS
        assert len({answer.content for answer in answers}) == 1
        assert len({tuple(one.headers[name] for name in KEPT) for one in answers}) == 1
        assert texts(server).count(CLAIM["text"]) == 1
        assert revision(server) == 2


def test_a_request_whose_answer_died_with_the_process_is_answered_when_it_comes_again(
    store: Database, commands: Commands, tmp_path: Path
) -> None:
    token, flag = token_for(store, Scope.write), tmp_path / "now"
    named = {"idempotency-key": "once"}
    with commands.serving(store, DIE_AFTER_COMMIT=str(flag)) as server:
        flag.touch()

        def send(_own: int) -> str:
            with server.client(token) as sender:
                try:
                    return sender.post("/claims", json=CLAIM, headers=named).text
                except httpx.TransportError:
                    return "no answer"

        assert set(at_once(SENDERS, send)) == {"no answer"}
        assert server.wait() == -9
    with commands.serving(store) as server, server.client(token) as editor:
        assert revision(server) == 2
        answers = [editor.post("/claims", json=CLAIM, headers=named) for _ in range(2)]
        assert statuses(answers) == [201, 201]
        assert answers[0].content == answers[1].content
        made = editor.get(answers[0].headers["location"])
        assert made.content == answers[0].content
        assert made.headers["etag"] == answers[0].headers["etag"]
        assert texts(server).count(CLAIM["text"]) == 1
        assert revision(server) == 2


def test_a_token_that_is_revoked_elsewhere_is_refused_by_every_process_from_then_on(
    postgresql_store: Database, commands: Commands
) -> None:
    token = token_for(postgresql_store, Scope.write)
    with commands.serving(postgresql_store, PARLEY_WORKERS="4") as server:
        editors = clients_of_every_process(server, token, 4)
        assert {editor.get("/claims").status_code for editor in editors} == {200}
        code, words = commands.run(postgresql_store, "token", "revoke", id_of(token) or "")
        assert (code, words) == (0, f"Token {id_of(token)} (The desk) is revoked.\n")
        refused = [editor.get("/claims").status_code for editor in editors]
        refused += [editor.post("/claims", json=CLAIM).status_code for editor in editors]
        assert set(refused) == {401}
        for editor in editors:
            editor.close()
        assert revision(server) == 1


def clients_of_every_process(server: Running, token: str, processes: int) -> list[httpx.Client]:
    """Open connections, until each process of a server has some."""
    made: list[httpx.Client] = []
    while len(made) < 40 or len(busy(server)) < processes:
        assert len(made) < 400, "a process takes no connections"
        made.append(server.client(token))
        made[-1].get("/healthz")
    return made


def busy(server: Running) -> set[int]:
    """The processes of a server that have connections now."""
    port = int(server.address.rpartition(":")[2])
    return {
        child.pid
        for child in psutil.Process(server.process).children()
        for one in child.net_connections("tcp")
        if one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port
    }
