"""Writes a made-up record of any size as NDJSON dossiers: seeded, uneven, at flat memory."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.negotiation import Negotiation, Plan
from benchmarks.people import People

SEED = 2026
# One negotiation holds a thousand records in the mean; the largest one far more.
MEAN_SIZE = 1_000
# Every how-manieth negotiation was written again, and how often.
WRITTEN_AGAIN = ((10, 1), (50, 2))
# The negotiation with a large matrix of positions; four parties answer each demand.
MATRIX = 1
MATRIX_DEMANDS, MATRIX_PARTIES, MATRIX_ANSWERS = 50, 20, 4
# A reader's day in the past: after this share of a negotiation's time.
PAST = 0.8


@dataclass(frozen=True, slots=True)
class Size:
    """How many claims and entries of the timeline one negotiation has, and a day in its past."""

    id: str
    claims: int
    least_entries: int
    past: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was written. Files are named in the order in which they are to be loaded.

    ``first`` counts the files before those that write negotiations again.
    """

    records: int
    seed: int
    claims: int
    files: tuple[str, ...]
    first: int
    negotiations: tuple[Size, ...]
    matrix: str

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a folder."""
        read = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        sizes = tuple(Size(**one) for one in read.pop("negotiations"))
        return cls(**read | {"files": tuple(read["files"]), "negotiations": sizes})

    def write(self, folder: Path) -> None:
        """Write it beside the files."""
        text = json.dumps(asdict(self), indent=1)
        (folder / "manifest.json").write_text(text, encoding="utf-8")


def plans(records: int, people: People) -> list[Plan]:
    """The negotiations of a record of this many records, participants counted. Largest first."""
    count = max(3, records // MEAN_SIZE)
    weights = [1 / (rank + 10) ** 0.9 for rank in range(1, count + 1)]
    share = (records - people.count) / sum(weights)
    made = [_plan(number, int(weight * share)) for number, weight in enumerate(weights)]
    missing = records - people.count - sum(plan.records for plan in made)
    return [_grown(made[0], missing), *made[1:]]


def _plan(number: int, size: int) -> Plan:
    """A negotiation of about this many records, most of them claims."""
    if number == MATRIX:
        rest = max(size - MATRIX_DEMANDS, 60)
        meetings = rest // 30
        claims = rest - meetings - rest // 25 - 1
        return Plan(number, meetings, MATRIX_DEMANDS, claims, MATRIX_PARTIES, MATRIX_ANSWERS)
    meetings, demands = max(1, size // 30), max(1, size // 15)
    claims = max(1, size - meetings - demands - size // 26 - 1)
    return Plan(number, meetings, demands, claims, parties=2 + number % 9)


def _grown(plan: Plan, missing: int) -> Plan:
    """The plan with more claims (or fewer), so that the sum is exact."""
    target = plan.records + missing
    claims = plan.claims + missing
    grown = plan
    for _ in range(5):  # more claims have more sources
        grown = Plan(plan.number, plan.meetings, plan.demands, claims, plan.parties)
        claims += target - grown.records
    return grown


def generate(records: int, folder: Path, seed: int = SEED) -> Manifest:
    """Write dossiers of ``records`` records in all, each counted once, and their manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    people = People(max(40, int(records**0.6)))
    made = plans(records, people)
    files = [_write_people(folder, people, seed)]
    files += [_write(folder, Negotiation(plan, people, seed)) for plan in made]
    again = [_write(folder, Negotiation(*one)) for one in _written_again(made, people, seed)]
    manifest = Manifest(
        records=people.count + sum(plan.records for plan in made),
        seed=seed,
        claims=sum(plan.claims for plan in made),
        files=(*files, *again),
        first=len(files),
        negotiations=tuple(_size(plan, people, seed) for plan in made),
        matrix=made[MATRIX].id,
    )
    manifest.write(folder)
    return manifest


def _size(plan: Plan, people: People, seed: int) -> Size:
    past = Negotiation(plan, people, seed).day(PAST).isoformat()
    return Size(plan.id, plan.claims, plan.claims + plan.demands + plan.meetings, past)


def _written_again(
    made: list[Plan], people: People, seed: int
) -> Iterator[tuple[Plan, People, int, int]]:
    """The negotiations that are written again: the second time first for all of them."""
    for every, revision in WRITTEN_AGAIN:
        chosen = (plan for plan in made[2:] if plan.number % every == 2)
        yield from ((plan, people, seed, revision) for plan in chosen)


def _write_people(folder: Path, people: People, seed: int) -> str:
    name = "people.ndjson"
    with (folder / name).open("w", encoding="utf-8") as file:
        file.write('{"dossier":1}\n')
        file.writelines(f"{json.dumps(one)}\n" for one in people.records(Random(seed)))
    return name


def _write(folder: Path, negotiation: Negotiation) -> str:
    name = f"{negotiation.plan.id}-{negotiation.revision}.ndjson"
    with (folder / name).open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(line)}\n" for line in negotiation.lines())
    return name


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, help="how many records, at least 1000")
    parser.add_argument("folder", type=Path, help="where the dossiers are written")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    manifest = generate(asked.records, asked.folder, asked.seed)
    print(f"{manifest.records} records, {manifest.claims} of them claims")


if __name__ == "__main__":
    main()
