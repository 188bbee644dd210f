"""A page in a real browser: served from folders, opened once, and read when it has settled."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.needs import missing

# Where ``npm ci`` installs what tests need.
PARSERS = Path(__file__).resolve().parents[2] / ".ci" / "parsers"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What the page may take, in milliseconds of its own clock and in seconds of ours.
SETTLED, PATIENCE = 15_000, 120


def installed(package: str) -> Path:
    """The folder of a package that a test needs; without it the test is skipped, but not in CI."""
    folder = PARSERS / "node_modules" / package
    if not folder.is_dir():
        missing(f"{package} is not in {folder}")
    return folder


def browser() -> str:
    """The browser that a test needs; without it the test is skipped, but not in CI."""
    found = next(
        filter(None, map(shutil.which, (os.environ.get("BROWSER_BIN", ""), *BROWSERS))), None
    )
    if found is None:
        missing("there is no Chromium")
    return str(found)


def page_after(files: Mapping[str, bytes], package: str, profile: Path) -> str:
    """The HTML of ``/page.html`` once its scripts have run, without a network. Files stand at the
    root, the package's below ``/package/``.
    """
    program, folder = browser(), installed(package)
    with _served(files, folder) as address:
        command = [
            *(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--window-size=1200,900", f"--user-data-dir={profile}", "--dump-dom"),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            *(f"--virtual-time-budget={SETTLED}", f"{address}/page.html"),
        ]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
    return done.stdout.decode()


def text_of(html: str, identifier: str) -> str:
    """The text of the element with this id, which holds no other element."""
    return _Text(html, identifier).words


class _Text(HTMLParser):
    def __init__(self, html: str, identifier: str) -> None:
        super().__init__()
        self.mark = ("id", identifier)
        self.inside = False
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = self.mark in attrs

    def handle_data(self, data: str) -> None:
        self.words += data if self.inside else ""


class _Handler(SimpleHTTPRequestHandler):
    """Answers with files from memory, and with those of the package."""

    def __init__(self, files: Mapping[str, bytes], *request: object, **options: object) -> None:
        self.files = files
        super().__init__(*request, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].lstrip("/")
        if name not in self.files:
            self.path = self.path.removeprefix("/package")
            super().do_GET()
            return
        self.send_response(200)
        kind = "text/html; charset=utf-8" if name.endswith("html") else "application/json"
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(self.files[name])

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing."""


@contextmanager
def _served(files: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, files, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
