"""A throw-away PostgreSQL server for tests: finds its binaries, starts it, makes databases in it.

The server listens on a unix socket only, keeps its data in a temporary directory and gives up
durability for speed. PostgreSQL refuses to run as root, so root starts it as another user.
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.needs import missing

REQUIRED = ("initdb", "pg_ctl", "postgres")
INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
SUPERUSER = "parley"
UNPRIVILEGED = ("postgres", "nobody")
INSTALLED = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
"""


def find_binaries() -> Path | None:
    """Return the directory of the server's binaries: POSTGRES_BIN, else PATH, else the newest."""
    return next((place for place in _candidates() if _is_complete(place)), None)


def require_binaries() -> Path:
    """Return the directory of the binaries; without one, skip the test (fail it if CI is set)."""
    found = find_binaries()
    if found is None:
        missing("PostgreSQL's initdb, pg_ctl and postgres were not found; set POSTGRES_BIN")
    return found


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("POSTGRES_BIN"):
        yield Path(chosen)
        return
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    for pattern in INSTALLED:
        yield from sorted(Path("/").glob(pattern), key=_version, reverse=True)


def _is_complete(place: Path) -> bool:
    return all(os.access(place / name, os.X_OK) for name in REQUIRED)


def _version(place: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(place))]


class Server:
    """A running server; use it as a context manager, or call start() and stop()."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.account = _account()
        # Not below pytest's directories: the path of a unix socket holds about 100 characters.
        self.directory = Path(tempfile.mkdtemp(prefix="parley-pg-"))
        self.data = self.directory / "data"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and wait until it accepts connections."""
        if self.account is not None:
            os.chown(self.directory, self.account.pw_uid, self.account.pw_gid)
        self._run("initdb", f"--username={SUPERUSER}", *INITDB)
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(sockets=self.directory))
        self._run("pg_ctl", "--wait", f"--log={self.directory / 'log'}", "start")

    def stop(self) -> None:
        """End the server if it runs and remove its directory."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, name: str) -> str:
        """Return the URL of a database, for SQLAlchemy and for psycopg alike."""
        return f"postgresql://{SUPERUSER}@/{quote(name)}?host={quote(str(self.directory))}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of `template` if one is named, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._execute(statement, name, template or "template1")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, ending the connections to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    def _run(self, binary: str, *arguments: str) -> None:
        account = self.account
        # A file and not a pipe: the server would inherit the pipe and hold it open.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            done = subprocess.run(
                [self.binaries / binary, f"--pgdata={self.data}", *arguments],
                cwd=self.directory,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=account and account.pw_uid,
                group=account and account.pw_gid,
                extra_groups=None if account is None else [],
                check=False,
            )
            output.seek(0)
            if done.returncode != 0:
                raise RuntimeError(f"{binary} failed\n{output.read()}{self._log()}")

    def _log(self) -> str:
        log = self.directory / "log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def _account() -> pwd.struct_passwd | None:
    """Return the account that runs the server: None for ourselves, another one when we are root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    chosen = next((name for name in UNPRIVILEGED if name in names), None)
    if chosen is None:
        raise RuntimeError("PostgreSQL does not run as root, and there is no user to run it as")
    return pwd.getpwnam(chosen)


def _environment() -> dict[str, str]:
    """Return the environment without settings that would lead PostgreSQL elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


if __name__ == "__main__":
    place = find_binaries()
    if place is None:
        raise SystemExit("PostgreSQL's initdb, pg_ctl and postgres were not found")
    os.write(1, f"{place}\n".encode())
