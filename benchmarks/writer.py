"""A writer that commits a change every second, and says when each one was on record."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.editing import Options, load_files
from app.store.engine import Database

WRITTEN = "written-every-second"
NOTE = {"field": "text", "note": "It counts the commits."}


def dossier(count: int, claimant: str) -> str:
    """A negotiation of one claim whose text is the number of the commit."""
    negotiation = {
        "noun": "negotiation",
        "id": WRITTEN,
        "title": "What a benchmark writes",
        "kind": "bilateral",
        "state": "active",
    }
    claim = {
        "noun": "claim",
        "id": WRITTEN,
        "claimant": claimant,
        "text": f"{count}",
        "kind": "fact",
        "attribution": "paraphrase",
        "inferred": [NOTE],
    }
    lines = [{"dossier": 1, "negotiation": WRITTEN}, negotiation, claim]
    return "".join(f"{json.dumps(one)}\n" for one in lines)


def main() -> None:
    """Write until the process is ended. Each line on standard output: instant and number."""
    database = Database(sys.argv[1])
    first = int(time.time())
    with TemporaryDirectory() as folder:
        file = Path(folder) / "written.ndjson"
        for count in range(first, first + 100_000):
            began = time.monotonic()
            file.write_text(dossier(count, sys.argv[2]), encoding="utf-8")
            load_files(database, [file], Options("benchmark", "a change"), datetime.now(UTC))
            print(time.monotonic(), count, flush=True)
            time.sleep(max(0.0, began + 1 - time.monotonic()))


if __name__ == "__main__":
    main()
