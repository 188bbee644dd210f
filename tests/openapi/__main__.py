"""Rewrite the examples, the document and the tables of formats: ``make openapi``."""

import asyncio
import tempfile
from pathlib import Path

from app.web.examples import examples
from tests.openapi.snapshot import (
    DOCUMENT,
    EXAMPLES,
    FORMATS_PAGE,
    ask_examples,
    formats_page,
    local_document,
    written,
)

with tempfile.TemporaryDirectory() as folder:
    EXAMPLES.write_text(written(asyncio.run(ask_examples(Path(folder)))), encoding="utf-8")
examples.cache_clear()
DOCUMENT.write_text(written(local_document()), encoding="utf-8")
FORMATS_PAGE.write_text(formats_page(FORMATS_PAGE.read_text(encoding="utf-8")), encoding="utf-8")
