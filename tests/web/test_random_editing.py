"""Random edits over HTTP: the store stays whole, and what is exported loads and exports alike."""

import os
from pathlib import Path
from random import Random

from app.editing import Options, load_files
from app.resources.tokens import Scope
from app.store.engine import Database
from app.store.migrating import migrate
from tests.http import LOADED, Json, Site, opened
from tests.random_edits import DATES, TEXTS
from tests.web.editors import SOURCE, TALKS, Editor, editor, faults

# More than a run of all tests needs: PARLEY_RANDOM_EDITS=500.
EDITS = int(os.environ.get("PARLEY_RANDOM_EDITS", "25"))
PEOPLE = ("russia", "ukraine", "nato", "wendy-sherman", "sergey-ryabkov", "united-states")


class Desk:
    """Somebody who edits by chance. ``done`` counts the answers by status."""

    def __init__(self, desk: Editor, seed: int) -> None:
        self.desk = desk
        self.chance = Random(seed)
        self.done: dict[int, int] = {}

    async def edit(self) -> None:
        """One request; whatever comes of it must be foreseen."""
        make = self.chance.choice(
            (self._add, self._add, self._patch, self._patch, self._part, self._gone, self._words)
        )
        method, path, body = await make()
        answer = await self.desk.ask(method, path, body, if_match="*")
        assert answer.status_code < 500, (method, path, body, answer.text)
        self.done[answer.status_code] = self.done.get(answer.status_code, 0) + 1

    async def _add(self) -> tuple[str, str, Json]:
        plural = self.chance.choice(("claims", "demands", "participants", "sources"))
        return "POST", f"/{plural}", self._fields(plural)

    async def _patch(self) -> tuple[str, str, Json]:
        plural, path = await self._record("claims", "demands", "participants", "sources")
        fields = self._fields(plural)
        some = self.chance.sample(sorted(fields), self.chance.randrange(1, 3))
        patch = {name: self.chance.choice((fields[name], fields[name], None)) for name in some}
        return "PATCH", path, patch

    async def _part(self) -> tuple[str, str, Json]:
        _, path = await self._record("demands")
        stance = self.chance.choice(("accepts", "rejects", "defers"))
        part = {"by": self._one(*PEOPLE), "stance": stance, "text": self._text()} | self._proof()
        return "POST", f"{path}/responses", part

    async def _gone(self) -> tuple[str, str, Json | None]:
        _, path = await self._record("claims", "demands", "participants", "sources")
        return "DELETE", f"{path}?reason=error", None

    async def _words(self) -> tuple[str, str, Json]:
        _, path = await self._record("claims", "demands", "participants", "sources", "meetings")
        words = self._one("a", "e", "Russia", "[", "words", "1")
        body = {"words": [words]} if self.chance.random() < 0.7 else {}
        return "POST", f"{path}/redaction?reason=law", body

    async def _record(self, *nouns: str) -> tuple[str, str]:
        plural = self._one(*nouns)
        ids = await self.desk.site.ids(f"/{plural}", limit=200)
        return plural, f"/{plural}/{self._one(*sorted(ids))}"

    def _fields(self, plural: str) -> Json:
        own: Json = {
            "claims": {
                "negotiation": TALKS,
                "claimant": self._one(*PEOPLE),
                "about": self.chance.sample(PEOPLE, 2),
                "text": self._text(),
                "kind": self._one("fact", "warning"),
                "attribution": "paraphrase",
                "on": self._one(*DATES),
                "issue": self._one("de-escalation", "weather", "nato-enlargement"),
            },
            "demands": {
                "negotiation": TALKS,
                "made_by": [self._one(*PEOPLE)],
                "addressed_to": self.chance.sample(PEOPLE, 2),
                "text": self._text(),
                "part_of": self._one("security-guarantees", "nato-non-expansion", "nothing"),
            },
            "participants": {
                "kind": "person",
                "name": self._text()[:400],
                "description": self._text(),
                "part_of": self._one("osce", "nato", "osce-permanent-council"),
            },
            "sources": {
                "title": self._text()[:400],
                "publisher": self._text()[:400],
                "kind": "news",
                "proximity": "primary",
                "published": self._one(*DATES),
                "origin": SOURCE,
            },
        }
        found: Json = own[plural]
        return found | (self._proof() if plural in ("claims", "demands") else {})

    def _proof(self) -> Json:
        return {"evidence": [{"source": SOURCE, "exact": self._text()}]}

    def _text(self) -> str:
        return f"{self._one(*TEXTS)}{self.chance.randrange(100)}"

    def _one(self, *choices: str) -> str:
        return self.chance.choice(choices)


async def test_random_edits_leave_a_whole_store_that_can_be_taken_elsewhere(
    own_site: Site, tmp_path: Path
) -> None:
    someone = editor(own_site, Scope.write, Scope.admin)
    desk = Desk(someone, seed=7)
    for _ in range(EDITS):
        await desk.edit()
    assert desk.done[200] > 3
    assert desk.done[201] > 3
    assert faults(own_site.database) == []

    address = f"/negotiations/{TALKS}/dossier?format="
    exported = {
        form: (await own_site.client.get(address + form)).content
        for form in ("yaml", "json", "ndjson")
    }
    for form, raw in exported.items():
        fresh = Database(f"sqlite:///{tmp_path / form}.db")
        migrate(fresh)
        (tmp_path / f"export.{form}").write_bytes(raw)
        load_files(fresh, [tmp_path / f"export.{form}"], Options("tester", "load"), LOADED)
        async with opened(fresh) as other:
            for again, bytes_ in exported.items():
                assert (await other.client.get(address + again)).content == bytes_
        assert faults(fresh) == []
        fresh.close()
