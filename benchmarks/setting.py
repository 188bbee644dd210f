"""Under which conditions a run was made: machine, interpreter and versions."""

import os
import platform
import subprocess
import sysconfig
from importlib.metadata import version

from benchmarks.load import CONNECTIONS, generator
from benchmarks.venv import versions

OURS = ("fastapi", "starlette", "uvicorn", "uvloop", "httptools", "pydantic", "sqlmodel")
PEERS = ("datasette", "Django", "djangorestframework", "gunicorn")


def describe(records: int, rounds: int, seconds: float) -> dict[str, str]:
    """One line for each thing that a figure depends on."""
    peers = versions()
    return {
        "records": f"{records:,}",
        "rounds": f"{rounds} of {seconds:g} s for each contender, in turn; medians",
        "load": f"{generator()}, {CONNECTIONS} connections",
        "processors": f"{os.cpu_count()}; servers on one, load on another",
        "interpreter": f"{platform.python_implementation()} {platform.python_version()}, "
        f"{'with' if _optimised() else 'without'} profile-guided optimisation",
        "SQLite of Parley": _sqlite(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in OURS),
        "peers": ", ".join(f"{name} {peers[name]}" for name in PEERS if name in peers) or "none",
        "others": ", ".join(filter(None, (_said("nginx", "-v"), _said("sqlite3", "--version")))),
    }


def _optimised() -> bool:
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")


def _sqlite() -> str:
    from pysqlite3 import dbapi2

    return str(dbapi2.sqlite_version)


def _said(command: str, option: str) -> str:
    """The first line that a program says of itself; empty where it is not installed."""
    try:
        done = subprocess.run([command, option], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    words = (done.stdout or done.stderr).splitlines()[0].split()
    return f"{command} {words[0] if words[0][0].isdigit() else words[-1]}"
