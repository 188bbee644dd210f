"""Editing: what changes the record, by file or by request, and what the store must hold for it.

The command line and the server share it. It knows no HTTP, and runs no SQL of its own.
"""

from app.editing.files import Options, load_files, seed_files

__all__ = ["Options", "load_files", "seed_files"]
