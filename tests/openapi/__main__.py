"""Rewrite the examples and the document: ``make openapi``."""

import asyncio
import tempfile
from pathlib import Path

from app.web.examples import examples
from tests.openapi.snapshot import DOCUMENT, EXAMPLES, ask_examples, local_document, written

with tempfile.TemporaryDirectory() as folder:
    EXAMPLES.write_text(written(asyncio.run(ask_examples(Path(folder)))), encoding="utf-8")
examples.cache_clear()
DOCUMENT.write_text(written(local_document()), encoding="utf-8")
