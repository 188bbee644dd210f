"""A PostgreSQL server for one run, with our store and the peers' table in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.data import Data, load
from benchmarks.peers_data import copy_to_postgres
from tests.postgres import Server, find_binaries


@dataclass(frozen=True, slots=True)
class Cluster:
    """The addresses of its two databases."""

    store: str
    peers: str


@contextmanager
def cluster(data: Data) -> Iterator[Cluster | None]:
    """Start it and fill it; None where PostgreSQL is not installed."""
    binaries = find_binaries()
    if binaries is None:
        yield None
        return
    with Server(binaries) as server:
        made = Cluster(server.create_database("parley_bench"), server.create_database("peers"))
        print("PostgreSQL: loading", flush=True)
        load(made.store, data.dossiers)
        copy_to_postgres(data.peers, made.peers)
        yield made
