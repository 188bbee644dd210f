"""Requests that are sent again: one change, and the same answer to the byte, whoever dies when."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Connection, func, select

from app.errors import Conflict, IdempotencyMismatch
from app.resources import BY_NOUN
from app.resources.tokens import Scope, id_of
from app.store.engine import Database
from app.store.idempotency import Attempt, Outcome, once
from app.store.tables import AUDIT, CHANGE, IDEMPOTENCY, REVISION
from app.store.tokens import create
from app.store.writer import Writer
from tests.made_up import author, claim, setting, write

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_WEEK_ON = NOW + timedelta(days=7)
HEADERS = (("Location", "/claims/said"), ("ETag", '"1-abc"'), ("Link", "</a>"), ("Link", "</é>"))
BODY = b'{"id": "said", "text": "\xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2"}\n\x00\xff'
THREADS = 16
# Makes the change and is gone: before the commit, or between the commit and the answer.
CHANGE_AND_DIE = """
import os, signal, sys
from app.store.engine import Database
from tests.store.test_idempotency import Attempt, add_claim

place, url, token = sys.argv[1:]
database = Database(url)
attempt = Attempt("name", token, "POST", "/claims", "print")
if place == "before":
    with database.write() as connection:
        add_claim(connection, attempt)
        os.kill(os.getpid(), signal.SIGKILL)
with database.write() as connection:
    add_claim(connection, attempt)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def attempt(database: Database) -> Attempt:
    """A named request, to a store in which a claim can be made."""
    write(database, *setting())
    token = id_of(create(database, "desk", [Scope.write], NOW, None))
    return Attempt("name", token or "", "POST", "/claims", "print")


def add_claim(
    connection: Connection, attempt: Attempt | None, now: datetime = NOW, identifier: str = "said"
) -> Outcome:
    """What a route does: the change and its answer, in the transaction of the caller."""

    def act() -> Outcome:
        writer = Writer(connection, author(now=now))
        writer.revise(BY_NOUN["claim"], claim(identifier))
        return Outcome(201, HEADERS, BODY, writer.commit())

    return once(connection, attempt, now, act)


def ask(
    database: Database, attempt: Attempt | None, now: datetime = NOW, identifier: str = "said"
) -> Outcome:
    with database.write() as connection:
        return add_claim(connection, attempt, now, identifier)


def counted(database: Database) -> tuple[int, int, int, int]:
    """How many revisions, changes of claims, audit rows and kept answers there are."""
    with database.read() as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (REVISION, CHANGE, AUDIT, IDEMPOTENCY)
        ]
    # The setting that every claim needs is 12 records.
    return found[0], found[1] - 12, found[2], found[3]


def test_a_request_that_is_sent_again_changes_nothing_and_gets_the_same_answer(
    database: Database, attempt: Attempt
) -> None:
    first = ask(database, attempt)
    assert first == Outcome(201, HEADERS, BODY, 2)
    for hours in range(3):
        assert ask(database, attempt, NOW + timedelta(hours=hours)) == first
    assert counted(database) == (2, 1, 2, 1)


def test_a_request_without_a_name_is_always_new(database: Database, attempt: Attempt) -> None:
    assert ask(database, None).revision == 2
    assert ask(database, None).revision == 3
    assert counted(database) == (3, 2, 3, 0)


def test_a_name_stands_for_one_request_alone(database: Database, attempt: Attempt) -> None:
    ask(database, attempt)
    with pytest.raises(IdempotencyMismatch, match="another request"):
        ask(database, replace(attempt, fingerprint="other"))
    assert counted(database) == (2, 1, 2, 1)


def test_a_name_belongs_to_its_token_its_method_and_its_path(
    database: Database, attempt: Attempt
) -> None:
    other = id_of(create(database, "other", [Scope.write], NOW, None)) or ""
    ask(database, attempt)
    for number, change in enumerate(
        [{"key": "another"}, {"token_id": other}, {"method": "PUT"}, {"path": "/claims/said"}]
    ):
        assert ask(database, replace(attempt, **change)).revision == 3 + number


def test_a_name_is_kept_as_a_hash(database: Database, attempt: Attempt) -> None:
    ask(database, replace(attempt, key="abc"))
    with database.read() as connection:
        row = connection.execute(select(IDEMPOTENCY)).one()
    assert row.key == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_what_fails_is_judged_anew_when_it_comes_again(
    database: Database, attempt: Attempt
) -> None:
    def fail() -> Outcome:
        raise Conflict("It does not fit.")

    with pytest.raises(Conflict), database.write() as connection:
        once(connection, attempt, NOW, fail)
    assert counted(database) == (1, 0, 1, 0)
    assert ask(database, attempt).revision == 2


def test_an_answer_without_a_change_is_kept_as_well(database: Database, attempt: Attempt) -> None:
    nothing = Outcome(200, (), b"{}")
    for answer in (nothing, Outcome(500, (), b"not asked again")):
        with database.write() as connection:
            assert once(connection, attempt, NOW, partial(replace, answer)) == nothing


def test_sixteen_equal_requests_at_once_make_one_record_and_get_one_answer(
    database: Database, attempt: Attempt
) -> None:
    start = Barrier(THREADS)

    def send() -> Outcome:
        start.wait()
        return ask(database, attempt)

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = [sent.result() for sent in [pool.submit(send) for _ in range(THREADS)]]
    assert outcomes == [Outcome(201, HEADERS, BODY, 2)] * THREADS
    assert counted(database) == (2, 1, 2, 1)


@pytest.mark.parametrize(("place", "there"), [("before", (1, 0, 1, 0)), ("behind", (2, 1, 2, 1))])
def test_a_process_that_dies_around_the_commit_leaves_the_change_with_its_answer_or_neither(
    database: Database, attempt: Attempt, place: str, there: tuple[int, int, int, int]
) -> None:
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CHANGE_AND_DIE, place, url, attempt.token_id]
    done = subprocess.run(command, check=False)
    assert done.returncode == -signal.SIGKILL
    assert counted(database) == there
    assert ask(database, attempt) == Outcome(201, HEADERS, BODY, 2)
    assert counted(database) == (2, 1, 2, 1)


def test_answers_are_forgotten_after_seven_days_when_another_is_kept(
    database: Database, attempt: Attempt
) -> None:
    ask(database, attempt)
    newer = replace(attempt, key="newer")
    ask(database, newer, A_WEEK_ON, "other")
    assert counted(database)[3] == 2
    assert ask(database, attempt, A_WEEK_ON).revision == 2
    ask(database, replace(attempt, key="newest"), A_WEEK_ON + timedelta(seconds=1), "third")
    assert counted(database)[3] == 2
    assert ask(database, attempt, A_WEEK_ON, "fourth").revision == 5
