"""Parsers of other people that tests hold against what is printed, and the readers of HTML."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.formats.browser import installed
from tests.needs import missing

CHECK_ICAL = Path(__file__).resolve().parents[2] / ".ci" / "parsers" / "check_ical.mjs"
PATIENCE = 60


def ical_js(calendar: bytes, folder: Path) -> dict[str, Any]:
    """What ical.js reads: ``calendar``, ``components`` and ``events``. ``folder`` is for a file."""
    (found,) = ical_js_each([calendar], folder)
    return found


def ical_js_each(calendars: Sequence[bytes], folder: Path) -> list[dict[str, Any]]:
    """What ical.js reads in each calendar; it is started once for all."""
    node = _program("node")
    installed("ical.js")
    printed = _run(node, str(CHECK_ICAL), *_files(calendars, folder, "ics"))
    return [json.loads(line) for line in printed.split("\n") if line]


def xmllint(folder: Path, *documents: bytes) -> None:
    """Fail where libxml2 does not find every document well-formed."""
    program = _program("xmllint")
    assert _run(program, "--noout", "--nonet", *_files(documents, folder, "xml")) == ""


def _files(documents: Sequence[bytes], folder: Path, extension: str) -> list[str]:
    files = [folder / f"{number}.{extension}" for number, _ in enumerate(documents)]
    for file, document in zip(files, documents, strict=True):
        file.write_bytes(document)
    return [str(file) for file in files]


class Html(HTMLParser):
    """A fragment of HTML: its text, where ``<br>`` is a newline, and its tags with attributes."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "br":
            self.text += "\n"
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "br"
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def _program(name: str) -> str:
    """A program that a test needs; without it the test is skipped, but not in CI."""
    found = shutil.which(name)
    if found is None:
        missing(f"there is no {name}")
    return found


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
