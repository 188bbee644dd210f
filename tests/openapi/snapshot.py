"""What is kept of the document: its examples, asked of the seed, and the document itself."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI

from app.formats import FORMATS
from app.formats.base import Format
from app.main import create_app
from app.resources.tokens import Scope
from app.settings import ROOT, Settings
from app.store.engine import Database
from app.store.migrating import migrate
from app.store.tokens import create
from app.web.examples import EXAMPLE_URL
from app.web.format_tables import format_table, path_table
from tests.conftest import CURSOR_KEY
from tests.http import KNOWN, NOW, Json, load_seed
from tests.openapi.edits import ADDED, NEW, Sent, requests

EXAMPLES = ROOT / "app" / "web" / "examples.json"
DOCUMENT = ROOT / "docs" / "openapi.json"
FORMATS_PAGE = ROOT / "docs" / "formats.md"
JSON = "application/json"
LOCAL_URL = "http://127.0.0.1:8000"
# How to be refused, by the name of the response.
REFUSALS: dict[str, tuple[str, dict[str, str]]] = {
    "BadRequest": ("/claims?%FF", {}),
    "NotFound": ("/claims/no-such-claim", {}),
    "NotAcceptable": ("/claims", {"Accept": "image/png"}),
    "InvalidRequest": ("/claims?limit=0&claimnt=wendy-sherman", {}),
}
# What the formats other than JSON are shown with.
ROWS = "/claims?limit=1"
ENTRIES = "/meetings?limit=1"
# What an operation cannot do without.
NEEDED = {"/search": "q=missiles", "/negotiations/{id}/diff": "since=2022-01-09"}
TYPES = {"{name}": "invalid-parameter"}


def settings(public_url: str, database_url: str = "sqlite:///never-opened.db") -> Settings:
    """Settings that the environment has no say in, as far as the document depends on them."""
    return Settings(
        _env_file=None,
        public_url=public_url,
        database_url=database_url,
        cursor_key=CURSOR_KEY,
    )


def local_document() -> Json:
    """The document of a server that runs with its defaults."""
    return create_app(settings(LOCAL_URL)).openapi()


def formats_page(text: str) -> str:
    """The page on formats with its two tables made anew."""
    tables = {"formats": format_table(), "paths": path_table(local_document())}
    for name, table in tables.items():
        start, end = f"<!-- {name}: made by `make openapi` -->\n", "<!-- end -->"
        before, _, rest = text.partition(start)
        text = f"{before}{start}\n{table}\n\n{end}{rest.partition(end)[2]}"
    return text


def written(value: Json) -> str:
    """JSON as it is kept: one value a line, in the order of the service."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


@asynccontextmanager
async def seeded(folder: Path) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    """A service over the seed, and a client of it."""
    database = Database(f"sqlite:///{folder / 'examples.db'}")
    migrate(database)
    load_seed(database)
    app = create_app(settings(EXAMPLE_URL, f"sqlite:///{folder / 'examples.db'}"), lambda: NOW)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inside.test") as client:
        yield app, client
    app.state.service.database.close()
    database.close()


async def ask_examples(folder: Path) -> Json:
    """The examples, asked of a service over the seed."""
    async with seeded(folder) as (app, client):
        document = app.openapi()
        answers = {}
        for path, methods in document["paths"].items():
            operation = methods.get("get")
            if operation is None or JSON not in operation["responses"]["200"]["content"]:
                continue  # a stream has no end
            address = address_of(path, operation)
            answer = (await _ask(client, address)).json()
            answers[operation["operationId"]] = {"address": address, "answer": answer}
        texts = {
            f"{type(form).__name__}Document": await _shown(client, form)
            for form in FORMATS
            if form.name != "json"
        }
        problems = {
            name: (await client.get(address, headers=headers)).json()
            for name, (address, headers) in REFUSALS.items()
        }
        answers |= await _edited(app, client)
    return {"answers": answers, "texts": texts, "problems": problems}


async def _edited(app: FastAPI, client: httpx.AsyncClient) -> Json:
    """What editors are answered, with what they sent. First the records are there that can go."""
    token = create(app.state.service.database, "example", tuple(Scope), NOW, None)
    own = {"Authorization": f"Bearer {token}"}
    asked = requests()
    dry = await _sent(client, own, {name: asked[name] for name in asked if not _goes(asked[name])})
    for noun, fields in NEW.items():
        added = await client.post(f"/{noun}s", json=fields, headers=own)
        assert added.headers["location"] == f"/{noun}s/{ADDED[noun]}"
    gone = await _sent(client, own, {name: asked[name] for name in asked if _goes(asked[name])})
    return dry | gone


def _goes(request: Sent) -> bool:
    return request.method == "DELETE"


async def _sent(client: httpx.AsyncClient, own: Json, asked: dict[str, Sent]) -> Json:
    found = {}
    for name, one in asked.items():
        address, headers = f"{one.path}?{one.query}", {**own, **one.headers}
        answer = await client.request(one.method, address, json=one.body, headers=headers)
        assert answer.status_code == 200, (address, answer.text)
        sent = {} if one.body is None else {"body": one.body}
        found[name] = {"address": address, **sent, "answer": answer.json()}
    return found


async def _shown(client: httpx.AsyncClient, form: Format) -> Json | str:
    """A list in that format: of meetings where it prints entries, since they have most."""
    answer = await _ask(client, ENTRIES if form.needs else ROWS, form.media_type)
    return answer.json() if form.media_type.endswith("+json") else answer.text


async def _ask(
    client: httpx.AsyncClient, address: str, media_type: str = "application/json"
) -> httpx.Response:
    answer = await client.get(address, headers={"Accept": media_type})
    assert answer.status_code == 200, (address, answer.text)
    assert answer.headers["content-type"].partition(";")[0] == media_type, address
    return answer


def address_of(path: str, operation: Json) -> str:
    """The address that an operation's example is asked of: one known record, one item a page."""
    noun = path.split("/")[1]
    address = path.replace("{id}", KNOWN.get(noun, ""))
    for placeholder, value in TYPES.items():
        address = address.replace(placeholder, value)
    assert not re.search(r"[{}]|//", address), f"name a record for {path}"
    limited = any(parameter["name"] == "limit" for parameter in operation.get("parameters", []))
    asked = [*([NEEDED[path]] if path in NEEDED else []), *(["limit=1"] if limited else [])]
    return f"{address}?{'&'.join(asked)}" if asked else address
