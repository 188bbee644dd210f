"""The claims as the peers read them: one table with indexes and a full-text index, in a file."""

import json
import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.resources.dates import parse_edtf
from benchmarks.generate import Manifest

COLUMNS = (
    "id", "negotiation", "claimant", "addressed_to", "meeting", "edtf", "sort_key", "text",
    "kind", "attribution", "reported_by", "about", "issue", "relations", "evidence",
)  # fmt: skip
LISTS = ("addressed_to", "reported_by", "about", "relations", "evidence")
# What has no date comes last.
UNDATED = "9999"

TABLE = f"""CREATE TABLE claim (
  id TEXT PRIMARY KEY, {", ".join(f"{name} {{}}" for name in COLUMNS[1:])})"""
INDEXES = (
    "CREATE INDEX claim_page ON claim (negotiation, sort_key, id)",
    "CREATE INDEX claim_order ON claim (sort_key, id)",
    "CREATE INDEX claim_claimant ON claim (claimant, sort_key, id)",
    "CREATE INDEX claim_kind ON claim (negotiation, kind)",
)
# What links are shown by: the name of a participant, the title of anything else.
LABELS = "CREATE TABLE label (noun TEXT, id TEXT, label TEXT, PRIMARY KEY (noun, id))"
FILL_LABELS = "INSERT OR REPLACE INTO label VALUES (?, ?, ?)"
WORDS = "CREATE VIRTUAL TABLE claim_words USING fts5(text, quotes, content='')"
FILL_WORDS = "INSERT INTO claim_words (rowid, text, quotes) VALUES (?, ?, ?)"


def definition(json_type: str) -> str:
    """The table, with this type for lists."""
    return TABLE.format(*(json_type if name in LISTS else "TEXT" for name in COLUMNS[1:]))


def write_sqlite(folder: Path, manifest: Manifest, file: Path) -> None:
    """Make the database of the peers from the dossiers in a folder."""
    connection = sqlite3.connect(file)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
    connection.execute(definition("JSON"))
    connection.execute(LABELS)
    marks = ", ".join("?" * len(COLUMNS))
    for name in manifest.files:
        rows = _rows(folder / name)
        connection.executemany(f"INSERT OR REPLACE INTO claim VALUES ({marks})", rows)
        connection.executemany(FILL_LABELS, _labels(folder / name))
    for statement in (*INDEXES, WORDS):
        connection.execute(statement)
    connection.executemany(FILL_WORDS, _words(connection))
    connection.execute("ANALYZE")
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _rows(file: Path) -> Iterator[tuple[Any, ...]]:
    with file.open(encoding="utf-8") as lines:
        header = json.loads(next(lines))
        for line in lines:
            record = json.loads(line)
            if record["noun"] == "claim":
                yield _row(record | {"negotiation": header["negotiation"]})


def _labels(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            record = json.loads(line)
            if label := record.get("name") or record.get("title"):
                yield record["noun"], record["id"], label


def _row(claim: dict[str, Any]) -> tuple[Any, ...]:
    edtf = claim.get("on")
    facts = claim | {"edtf": edtf, "sort_key": _sort_key(edtf) if edtf else UNDATED}
    for name in LISTS:
        facts[name] = json.dumps(claim.get(name, []))
    return tuple(facts.get(name) for name in COLUMNS)


@lru_cache(20_000)
def _sort_key(edtf: str) -> str:
    """Text whose order is that of the first day, then the last day."""
    parsed = parse_edtf(edtf)
    return f"{parsed.earliest} {parsed.latest}"


def _words(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    found = connection.execute("SELECT rowid, text, evidence FROM claim ORDER BY rowid")
    for number, text, evidence in found:
        yield number, text, " ".join(one["exact"] for one in json.loads(evidence))


def copy_to_postgres(file: Path, url: str) -> None:
    """Make the same table, without words, in a PostgreSQL database."""
    import psycopg

    source = sqlite3.connect(file)
    with psycopg.connect(url, autocommit=True) as target:
        target.execute(definition("JSON").replace("TEXT", 'TEXT COLLATE "C"'))
        with target.cursor().copy("COPY claim FROM STDIN") as copy:
            for row in source.execute(f"SELECT {', '.join(COLUMNS)} FROM claim ORDER BY rowid"):
                copy.write_row(row)
        for statement in INDEXES:
            target.execute(statement.encode())
        target.execute("ANALYZE")
    source.close()
