"""Processes that are killed at random moments: what was acknowledged is there, and all or none.

A few rounds by default. With ``FULL_ROUNDS`` set there are as many as the promises name, and their
figures are printed.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import pytest
from pysqlite3 import dbapi2

from app.dossiers.forms import BY_NAME
from app.resources.tokens import Scope
from app.store.engine import Database
from tests.http import Json
from tests.made_up import TALKS, address_of, claim, setting, write
from tests.served import FULL, Commands, Running, token_for

LOADS = 20 if FULL else 2
KILLS = 50 if FULL else 2
CLAIMS = 500 if FULL else 40
WRITERS = 4
# Acknowledged changes before the process is killed.
FEWEST, MOST = (80, 160) if FULL else (8, 16)
DOSSIER = f"/negotiations/{TALKS}/dossier"
FORM = BY_NAME["ndjson"]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


@pytest.fixture
def random() -> Random:
    return Random()


def say(words: str) -> None:
    """Print the figures of a full run."""
    if FULL and sys.__stderr__ is not None:
        sys.__stderr__.write(f"\n{words}\n")


def texts(server: Running) -> list[str]:
    """The texts of all claims."""
    with server.client() as reader:
        answer = reader.get("/claims?format=ndjson")
    assert answer.status_code == 200
    return [json.loads(line)["text"] for line in answer.text.splitlines()]


def assert_whole(commands: Commands, database: Database) -> None:
    """The store is in order, for us and for the database."""
    code, words = commands.run(database, "check")
    assert (code, words.rstrip().endswith(" 0 faults.")) == (0, True), words
    assert_sound(database)


def assert_sound(database: Database) -> None:
    """The database finds nothing wrong with its file."""
    if database.is_sqlite:
        connection = dbapi2.connect(database.url.database)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()


# --- a whole dossier ------------------------------------------------------------------------------


@dataclass(slots=True)
class Dossiers:
    """One state of a negotiation after the other, and which of them is on record.

    In each state all claims have another text; one claim goes, and one comes.
    """

    database: Database
    state: int = 0
    # Seconds that it takes to write one, as far as that is known.
    longest: float = 0
    kept: Counter[str] = field(default_factory=Counter)

    def next(self) -> bytes:
        """The dossier of the state that is to follow the last that was tried."""
        self.state += 1
        text = f"In state {self.state}"
        claims = [claim(f"c-{number}", text=text) for number in range(CLAIMS - 1)]
        records = [*setting(), *claims, claim(f"only-{self.state}", text=text)]
        found = {address_of(one): one for one in records}
        return FORM.write(None, TALKS, list(found.items()))

    def judge(self, server: Running, before: int, acknowledged: bool) -> int:
        """The state that is on record: the one before or the one that was tried, and wholly."""
        (found, count), *rest = Counter(texts(server)).items()
        assert (rest, count) == ([], CLAIMS)
        state = int(found.removeprefix("In state "))
        assert state == self.state if acknowledged else state in (before, self.state)
        with server.client() as reader:
            only = [reader.get(f"/claims/only-{one}").status_code for one in (before, self.state)]
        assert only == ([410, 200] if state == self.state else [200, 404])
        self.kept["all" if state == self.state else "none"] += 1
        # The machine has other work at times: so that both ends come up, the moments follow it.
        self.longest *= 0.85 if state == self.state else 1.2
        return state


def test_a_dossier_that_is_put_when_the_process_is_killed_is_there_wholly_or_not_at_all(
    database: Database, commands: Commands, random: Random
) -> None:
    token, dossiers, acknowledged = token_for(database, Scope.import_), Dossiers(database), 0
    with commands.serving(database) as server:
        assert put(server, token, dossiers.next(), **{"if-none-match": "*"}) == 201
        body, begun = dossiers.next(), time.monotonic()
        assert put(server, token, body) == 200
        dossiers.longest = time.monotonic() - begun
    before = 2
    for _ in range(LOADS):
        with commands.serving(database) as server, ThreadPoolExecutor(1) as threads:
            answer = threads.submit(put, server, token, dossiers.next())
            time.sleep(random.uniform(0, 1.1 * dossiers.longest))
            assert server.kill() == -9
            acknowledged += answer.result() == 200
        assert_whole(commands, database)
        with commands.serving(database) as server:
            before = dossiers.judge(server, before, answer.result() == 200)
    say(f"PUT of {CLAIMS} claims: {dict(dossiers.kept)}, {acknowledged} told so")


def put(server: Running, token: str, body: bytes, **condition: str) -> int | None:
    """The status of the answer, or None where there was none."""
    headers = {"content-type": FORM.media_type, **(condition or {"if-match": "*"})}
    with server.client(token) as editor:
        try:
            return editor.put(DOSSIER, content=body, headers=headers).status_code
        except httpx.TransportError:
            return None


def test_a_load_that_is_killed_leaves_all_of_it_or_nothing(
    database: Database, commands: Commands, random: Random, tmp_path: Path
) -> None:
    dossiers, path = Dossiers(database), tmp_path / "dossier.ndjson"
    for _ in range(2):
        path.write_bytes(dossiers.next())
        begun = time.monotonic()
        code, words = commands.run(database, "load", str(path))
        assert code == 0, words
    dossiers.longest = time.monotonic() - begun
    before = 2
    for _ in range(LOADS):
        path.write_bytes(dossiers.next())
        loading = commands.start(database, "load", str(path))
        time.sleep(random.uniform(0, 1.1 * dossiers.longest))
        done = loading.kill() == 0
        assert_whole(commands, database)
        with commands.serving(database) as server:
            before = dossiers.judge(server, before, done)
    say(f"load of {CLAIMS} claims: {dict(dossiers.kept)}")


# --- many small changes ---------------------------------------------------------------------------


@dataclass(slots=True)
class Writer:
    """Somebody who adds one claim after the other, and sends again what was not answered."""

    name: int
    token: str
    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    repeated: int = 0

    def write(self, server: Running) -> None:
        """Write until nobody answers any more."""
        with server.client(self.token) as editor:
            while self.add(editor):
                pass

    def add(self, editor: httpx.Client) -> bool:
        """Add a claim, or send the last one again; whether there was an answer."""
        if len(self.sent) == len(self.acknowledged):
            self.sent.append(f"{self.name} says {len(self.sent)}")
        else:
            self.repeated += 1
        text = self.sent[-1]
        body: Json = {"negotiation": TALKS, "claimant": "anna", "text": text, "kind": "fact"}
        body |= {"attribution": "paraphrase", "inferred": [{"field": "text", "note": "Made up."}]}
        named = {"idempotency-key": text.replace(" ", "-")}
        try:
            answer = editor.post("/claims", json=body, headers=named)
        except httpx.TransportError:
            return False
        assert answer.status_code == 201, answer.text
        self.acknowledged.append(text)
        return True


def test_what_was_acknowledged_survives_the_death_of_the_process_and_is_there_once(
    database: Database, commands: Commands, random: Random
) -> None:
    write(database, *setting(papers=""))
    token = token_for(database, Scope.write)
    writers = [Writer(number, token) for number in range(WRITERS)]
    starts = []
    for _ in range(KILLS):
        with commands.serving(database) as server, ThreadPoolExecutor(WRITERS) as threads:
            starts.append(server.started)
            assert_there(writers, texts(server))
            ends = [threads.submit(writer.write, server) for writer in writers]
            wait_for(writers, random.randint(FEWEST, MOST))
            time.sleep(random.uniform(0, 0.05))
            assert server.kill() == -9
        for end in ends:
            end.result()
        assert_sound(database)
    with commands.serving(database) as server, server.client(token) as editor:
        for writer in writers:
            assert len(writer.sent) == len(writer.acknowledged) or writer.add(editor)
        there = texts(server)
        assert Counter(there) == Counter(one for writer in writers for one in writer.sent)
    assert_whole(commands, database)
    repeated = sum(writer.repeated for writer in writers)
    say(
        f"{KILLS} kills: {len(there)} acknowledged, 0 lost, 0 doubled, {repeated} sent again; "
        f"answering after {max(starts):.2f} s at most"
    )


def wait_for(writers: list[Writer], more: int) -> None:
    """Wait until so many more changes are acknowledged."""
    wanted = more + sum(len(writer.acknowledged) for writer in writers)
    until = time.monotonic() + 120
    while sum(len(writer.acknowledged) for writer in writers) < wanted:
        assert time.monotonic() < until
        time.sleep(0.001)


def assert_there(writers: list[Writer], there: list[str]) -> None:
    """Each acknowledged claim is there, none twice, and none that was never sent."""
    sent = {one for writer in writers for one in writer.sent}
    acknowledged = {one for writer in writers for one in writer.acknowledged}
    assert len(set(there)) == len(there)
    assert acknowledged <= set(there) <= sent
