"""One set of data, made once for each size and kept: dossiers, our store, and the peers' file."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import Manifest, generate
from benchmarks.peers_data import write_sqlite

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
# Files in one command to load.
AT_ONCE = 20
# The command `parley` of the interpreter that runs the benchmark.
PARLEY = (sys.executable, "-m", "app")


@dataclass(frozen=True, slots=True)
class Data:
    """Where everything of one size is."""

    folder: Path
    manifest: Manifest

    @property
    def store(self) -> str:
        """The address of our store."""
        return f"sqlite:///{self.folder / 'parley.db'}"

    @property
    def peers(self) -> Path:
        """The SQLite file of the peers."""
        return self.folder / "peers.db"

    @property
    def dossiers(self) -> list[Path]:
        """The files to load, in their order."""
        return [self.folder / "dossiers" / name for name in self.manifest.files]

    @property
    def settled(self) -> int:
        """The revision before negotiations were written again: each file is one revision."""
        return self.manifest.first


def prepare(records: int) -> Data:
    """The data of a size; what is not there yet is made, which can take minutes."""
    folder = BUILD / str(records)
    dossiers = folder / "dossiers"
    if not (dossiers / "manifest.json").exists():
        print(f"{records}: generating", flush=True)
        generate(records, dossiers)
    data = Data(folder, Manifest.read(dossiers))
    if not data.peers.exists():
        print(f"{records}: writing the peers' database", flush=True)
        _whole(data.peers, lambda part: write_sqlite(dossiers, data.manifest, part))
    if not (folder / "parley.db").exists():
        print(f"{records}: loading into Parley", flush=True)
        _whole(folder / "parley.db", lambda part: load(f"sqlite:///{part}", data.dossiers))
    _parley(data.store, "migrate")  # it may have been made by an older release
    return data


def load(store: str, dossiers: list[Path]) -> None:
    """Load dossiers with the command that anybody would use, some at a time: what one command loads
    is one transaction, and stands twice on the disk until it ends.
    """
    for start in range(0, len(dossiers), AT_ONCE):
        some = dossiers[start : start + AT_ONCE]
        _parley(store, "load", *map(str, some))
        print(f"loaded {start + len(some):,} of {len(dossiers):,} files", flush=True)


def _parley(store: str, *arguments: str) -> None:
    environment = os.environ | {"PARLEY_DATABASE_URL": store}
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        command = [*PARLEY, *arguments]
        subprocess.run(command, env=environment, cwd=BUILD, stdout=nowhere, check=True)


def _whole(file: Path, make: Callable[[Path], None]) -> None:
    """Make a file under another name first: what was broken off is not taken for the whole."""
    part = file.with_suffix(".part")
    for left in file.parent.glob(f"{part.name}*"):
        left.unlink()
    make(part)
    part.rename(file)
