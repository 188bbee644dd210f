"""The peers' packages: an environment of their own, on the interpreter that runs ours."""

import subprocess
import sys
from pathlib import Path

from benchmarks.data import BUILD

VENV = BUILD / "venv"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def install() -> None:
    """Make the environment where it is not there, or older than the list of packages."""
    stamp = VENV / "installed"
    if stamp.exists() and stamp.stat().st_mtime >= REQUIREMENTS.stat().st_mtime:
        return
    print("installing the peers", flush=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--requirement", str(REQUIREMENTS)], check=True)
    stamp.touch()


def lacks(command: str) -> str | None:
    """The command, if the environment does not have it."""
    return None if (VENV / "bin" / command).exists() else command


def versions() -> dict[str, str]:
    """The peers and their versions."""
    if lacks("pip"):
        return {}
    command = [
        str(VENV / "bin" / "pip"),
        "--disable-pip-version-check",
        "list",
        "--format",
        "freeze",
    ]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(line.split("==", 1) for line in listed.splitlines() if "==" in line)
