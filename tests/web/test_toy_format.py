"""A format more takes one file and one line: everything else that names formats follows.

A copy of the package gets both, and a program in it looks around.
"""

import shutil
import subprocess
import sys
from os import environ
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FILE = '''
"""Loud text: one record a line, in capitals."""

from collections.abc import Iterable, Iterator, Sequence

from app.formats.base import Document, Rows


class Loud(Rows):
    """One record a line, in capitals."""

    name = "loud"
    media_type = "text/x-loud"
    streams = True

    def render(self, document: Document) -> bytes:
        return b"".join(self.stream(document, [document.items]))

    def stream(self, document: Document, chunks: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        for chunk in chunks:
            yield b"".join(item.upper() + b"\\n" for item in chunk)
'''
LINE = "    TimelineJS(),\n"

PROGRAM = """
import asyncio, sys
import httpx
from typer.testing import CliRunner
from app.cli import cli
from app.main import create_app
from app.settings import Settings
from app.web.format_tables import format_table, path_table

app = create_app(Settings())

async def ask():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        asked = await client.get("/claims", headers={"Accept": "text/x-loud"})
        assert asked.headers["content-type"].startswith("text/x-loud"), asked.headers
        assert asked.text.startswith('{"ID":"'), asked.text[:80]
        assert len(asked.text.splitlines()) == 10
        plain = await client.get("/meetings/upcoming")
        assert 'format=loud>; rel="alternate"; type="text/x-loud"' in plain.headers["link"]
        refused = await client.get("/claims", headers={"Accept": "image/png"})
        assert "text/x-loud (format=loud)" in refused.json()["detail"]
        unknown = await client.get("/claims?format=png")
        assert "loud" in unknown.json()["errors"][0]["message"]

asyncio.run(ask())
document = app.openapi()
operation = document["paths"]["/negotiations/{id}/timeline"]["get"]
assert "text/x-loud" in operation["responses"]["200"]["content"]
names = document["components"]["schemas"]["FormatName"]["enum"]
assert "loud" in names, names
row = "| `loud` | `text/x-loud` | all of the list, as a stream | One record a line"
assert row in format_table()
assert path_table(document).count("`loud`") == 3
printed = CliRunner().invoke(cli, ["get", "/claims?limit=1", "--format", "loud"])
assert printed.exit_code == 0 and printed.stdout.startswith('{"ID":"'), printed.output
print("everything follows")
"""


def test_a_format_more_is_one_file_and_one_line(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "app" / "formats" / "loud.py").write_text(FILE.lstrip())
    registry = tmp_path / "app" / "formats" / "__init__.py"
    text = registry.read_text()
    assert LINE in text
    imported = f"from app.formats.loud import Loud\n{text}"
    registry.write_text(imported.replace(LINE, f"{LINE}    Loud(),\n"))
    store = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, store)
    environment = {
        **environ,
        "PYTHONPATH": str(tmp_path),
        "PARLEY_DATABASE_URL": f"sqlite:///{store}",
        "PARLEY_SEED_DIR": str(ROOT / "seed"),
    }
    seed = next((ROOT / "seed").glob("*.yaml"))
    loading = f"from app.cli import cli; cli(['load', {str(seed)!r}])"
    for code in (loading, PROGRAM):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("everything follows")
