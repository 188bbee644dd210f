"""Dossiers: one negotiation in one file, read with every fault named, completed, and written."""

from app.dossiers.completing import complete
from app.dossiers.document import Dossier, Place
from app.dossiers.reading import read
from app.dossiers.writing import write_json, write_ndjson, write_yaml

__all__ = ["Dossier", "Place", "complete", "read", "write_json", "write_ndjson", "write_yaml"]
