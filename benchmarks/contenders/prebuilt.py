"""The limits: the very bytes of our answers, sent by raw ASGI and by nginx."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.data import ROOT, Data
from benchmarks.questions import One, Page, Question
from benchmarks.servers import Launch

SERVE = (sys.executable, "-m", "uvicorn", "benchmarks.apps.raw_app:app", "--no-access-log")
READY = "/ready"
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
  access_log off;
  default_type application/json;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  open_file_cache max=100;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {bodies}; }}
}}
"""


def bodies(data: Data) -> Path:
    """The folder with answers as files."""
    return data.folder / "bodies"


def keep(data: Data, answers: Mapping[str, bytes]) -> None:
    """Write answers to files, by the path under which they are asked for."""
    shutil.rmtree(bodies(data), ignore_errors=True)
    bodies(data).mkdir()
    for path, body in {READY: b"ready", **answers}.items():
        (bodies(data) / path.removeprefix("/")).write_bytes(body)


def place(question: Question) -> str | None:
    """The path of the answer to a question; None for what is not kept."""
    match question:
        case Page(negotiation, limit):
            return f"/{negotiation}-{limit}"
        case One(identifier):
            return f"/{identifier}"
        case _:
            return None


@dataclass(frozen=True, slots=True)
class RawAsgi:
    """The server uvicorn with an application that does nothing."""

    name: str = "raw ASGI"
    server: str = "raw"

    def missing(self) -> None:
        """Nothing: it needs what Parley needs."""
        return

    def launch(self, data: Data, port: int) -> Launch:
        """One process of uvicorn, with uvloop and httptools, as ours."""
        environment = {"BENCH_BODIES": str(bodies(data)), "PYTHONPATH": str(ROOT)}
        return Launch((*SERVE, "--port", str(port)), READY, environment)

    def path(self, question: Question) -> str | None:
        """Where the answer of Parley was put."""
        return place(question)

    def found(self, question: Question, body: bytes) -> object:
        """Nothing that could be compared: they are our own answers."""
        return None


@dataclass(frozen=True, slots=True)
class Nginx:
    """The server nginx with one worker, which sends the bytes from a file."""

    name: str = "nginx"
    server: str = "nginx"

    def missing(self) -> str | None:
        """nginx, where it is not installed."""
        return None if shutil.which("nginx") else "nginx"

    def launch(self, data: Data, port: int) -> Launch:
        """One worker of nginx, with a configuration of its own."""
        folder = data.folder / "nginx"
        folder.mkdir(exist_ok=True)
        configuration = folder / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port, bodies=bodies(data)))
        return Launch(("nginx", "-p", str(folder), "-c", str(configuration)), READY)

    def path(self, question: Question) -> str | None:
        """Where the answer of Parley was put."""
        return place(question)

    def found(self, question: Question, body: bytes) -> object:
        """Nothing that could be compared: they are our own answers."""
        return None


RAW = RawAsgi()
FILES = Nginx()
