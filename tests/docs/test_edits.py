"""The edits in the documents: each is made in turn, and answers what is shown.

``sh edit`` is a ``curl`` of an editor, alone or with the output of one ``sed`` as its body. Those
of one document run in their order, over a store of their own with the seed. ``http`` after it shows
the answer: the status, some of the header fields, and after an empty line the body, which may leave
things out.
"""

import json
import shlex
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from app.editing import Options, load_files, seed_files
from app.main import create_app
from app.resources.tokens import Scope
from app.store.engine import Database
from app.store.tokens import create
from tests.docs.test_documents import DOCUMENTS, LOADED, ROOT, blocks, contains, plain_settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EDITOR = "editor.txt"


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a document, and the answer that the document shows to it."""

    place: str
    command: str
    shown: str


@dataclass(slots=True)
class Curl:
    """What a curl asks, with the options that the documents use."""

    method: str | None = None
    address: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    output: str | None = None


def steps_in(path: Path) -> Iterator[Step]:
    for (info, command, place), following in pairwise([*blocks(path), ("", "", "")]):
        if info == "sh edit":
            assert following[0] == "http", f"{place} shows no answer"
            yield Step(place, command, following[1])


DOCUMENTED = {path: steps for path in DOCUMENTS if (steps := list(steps_in(path)))}


def read_curl(words: list[str], folder: Path, piped: bytes | None) -> Curl:
    """The request of a command. Files are those of the folder; ``@-`` is what was piped."""
    asked = Curl()
    rest = iter(words)
    for word in rest:
        if word in ("-s", "-i"):
            continue
        if word == "-D":
            assert next(rest) == "-"
        elif word == "-X":
            asked.method = next(rest)
        elif word == "-o":
            asked.output = next(rest)
        elif word == "-H":
            given = next(rest)
            lines = (folder / given[1:]).read_text() if given.startswith("@") else given
            name, _, value = lines.strip().partition(": ")
            asked.headers[name] = value
        elif word in ("-d", "--data-binary"):
            asked.body = _body(next(rest), folder, piped)
        else:
            assert word.startswith("http://127.0.0.1:8000/"), f"no test knows {word}"
            asked.address = word
    return asked


def _body(given: str, folder: Path, piped: bytes | None) -> bytes:
    if given == "@-":
        assert piped is not None
        return piped
    return (folder / given[1:]).read_bytes() if given.startswith("@") else given.encode()


def read_command(command: str, folder: Path) -> Curl:
    """The request of a block."""
    first, pipe, second = command.replace("\\\n", " ").partition("| curl ")
    if not pipe:
        tool, *words = shlex.split(first)
        assert tool == "curl"
        return read_curl(words, folder, None)
    tool, *words = shlex.split(first)
    assert tool == "sed"
    done = subprocess.run([tool, *words], cwd=folder, stdout=subprocess.PIPE, check=True)
    return read_curl(shlex.split(second), folder, done.stdout)


def assert_shown(answer: httpx.Response, shown: str) -> None:
    """The status is the shown one, the header fields are there, and the body has what is shown."""
    head, _, body = shown.partition("\n\n")
    status, *fields = head.strip().split("\n")
    assert answer.status_code == int(status.split()[1]), answer.text
    for line in fields:
        name, _, value = line.partition(": ")
        assert name in answer.headers, name
        assert named(name, answer.headers[name]) == named(name, value)
    if body.strip():
        assert contains(answer.json(), json.loads(body)), answer.text


def named(name: str, value: str) -> str:
    """What a header field says from one release to the next: of a tag, what stands in front."""
    return value.rpartition("-")[0] if name.lower() == "etag" else value


@asynccontextmanager
async def client_over(template: Path, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service over the seed, and in the folder the header field of an editor's token."""
    shutil.copyfile(template, folder / "parley.db")
    url = f"sqlite:///{folder / 'parley.db'}"
    database = Database(url)
    load_files(database, seed_files(ROOT / "seed"), Options("seed", "the first record"), LOADED)
    token = create(database, "Harbour desk", list(Scope), LOADED, None)
    (folder / EDITOR).write_text(f"Authorization: Bearer {token}\n")
    database.close()
    app = create_app(plain_settings(url), clock=lambda: NOW)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as client:
        yield client


@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: path.name)
async def test_the_edits_of_a_document_answer_in_turn_what_is_shown(
    path: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    async with client_over(sqlite_template, tmp_path) as client:
        for step in DOCUMENTED[path]:
            asked = read_command(step.command, tmp_path)
            method = asked.method or ("GET" if asked.body is None else "POST")
            answer = await client.request(
                method, asked.address, headers=asked.headers, content=asked.body
            )
            if asked.output:
                (tmp_path / asked.output).write_bytes(answer.content)
            try:
                assert_shown(answer, step.shown)
            except AssertionError as error:
                pytest.fail(f"{step.place}: {error}")


def test_the_documents_have_edits_that_run() -> None:
    assert {path.name for path in DOCUMENTED} == {"README.md", "editing.md"}
