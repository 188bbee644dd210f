"""An editor at a site: requests with a token, and what came of them."""

from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import select
from sqlmodel import SQLModel

from app.resources.tokens import Scope
from app.store.checking import check
from app.store.checks.finding import Finding
from app.store.engine import Database
from app.store.tokens import create
from tests.http import NOW, Json, Site

TALKS = "us-russia-security-talks-2022"
SOURCE = "promote-ukraine-geneva-talks"
INFERRED = {"field": "text", "note": "Made up for a test."}
CLAIM: Json = {
    "negotiation": TALKS,
    "claimant": "wendy-sherman",
    "text": "Something new was said",
    "kind": "fact",
    "attribution": "paraphrase",
    "inferred": [INFERRED],
}


@dataclass(slots=True)
class Editor:
    """Somebody with a token."""

    site: Site
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """The answer; fields are spelled with underscores: ``if_match``."""
        fields = self.fields(**headers)
        if isinstance(body, bytes):
            return await self.site.client.request(method, path, content=body, headers=fields)
        return await self.site.client.request(method, path, json=body, headers=fields)

    def fields(self, **headers: str) -> dict[str, str]:
        """The header fields of a request."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return {"authorization": f"Bearer {self.token}", **self.headers, **fields}

    async def done(self, status: int, method: str, path: str, body: Any = None, **h: str) -> Json:
        """The JSON of an answer that must have that status."""
        answer = await self.ask(method, path, body, **h)
        assert answer.status_code == status, answer.text
        found: Json = answer.json()
        return found

    async def pointers(self, method: str, path: str, body: Any, **h: str) -> dict[str, str]:
        """What is wrong with a body: messages by pointer."""
        problem = await self.done(422, method, path, body, **h)
        return {error["pointer"]: error["message"] for error in problem["errors"]}

    async def tag(self, path: str) -> str:
        """The entity tag of a record as it is now."""
        return (await self.site.client.get(path)).headers["etag"]


def editor(site: Site, *scopes: Scope, label: str = "Kyiv desk") -> Editor:
    """An editor with a token of these scopes; without any, of that to write."""
    return Editor(site, create(site.database, label, scopes or (Scope.write,), NOW, None))


def rows(database: Database) -> dict[str, list[str]]:
    """Every row of every table, the words of the search aside."""
    with database.read() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in SQLModel.metadata.sorted_tables
        }


def faults(database: Database) -> list[Finding]:
    """What a check of the whole store finds."""
    found: list[Finding] = []
    # On a connection of its own: SQLite checks words by the layout that one saw first.
    fresh = Database(database.url.render_as_string(hide_password=False))
    check(fresh, found.append)
    fresh.close()
    return found
