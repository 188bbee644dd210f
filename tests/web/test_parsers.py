"""Every format of every noun and view, as parsers of other people read it, over hostile text.

None of them may warn, and each gives back what JSON says. Whatever fails names its address.
"""

import asyncio
import csv
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

import pandas
import pytest
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel
from pyld import jsonld
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.resources import BY_NOUN
from app.store.engine import Database
from tests.conftest import DATABASES
from tests.formats.browser import page_after, text_of
from tests.formats.linked import OFFLINE
from tests.formats.parsers import Html, ical_js, xmllint
from tests.formats.test_atom import NAMES
from tests.formats.test_atom import read as read_atom
from tests.formats.test_geojson import SCHEMA as GEOJSON
from tests.formats.test_jsonfeed import checked as read_feed
from tests.formats.test_timelinejs import PAGE
from tests.http import Json, opened
from tests.postgres import Server
from tests.web.answered import ADDRESSES, DOCUMENT, Answered, everything, operations, pages_in
from tests.web.hostile_talks import TEXTS, TURNS, load, records


@pytest.fixture(scope="module")
def sqlite_answers(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Answered]:
    """What is said of the hostile talks from a SQLite file."""
    path = tmp_path_factory.mktemp("hostile") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    return answers_over(f"sqlite:///{path}")


@pytest.fixture(scope="module")
def postgresql_answers(
    server: Server, postgresql_template: str, fresh_names: Iterator[str]
) -> list[Answered]:
    """What is said of the hostile talks from PostgreSQL."""
    return answers_over(server.create_database(next(fresh_names), postgresql_template))


@pytest.fixture(params=DATABASES)
def answers(request: pytest.FixtureRequest) -> list[Answered]:
    """What is said of the hostile talks; the test runs on each of the databases."""
    found: list[Answered] = request.getfixturevalue(f"{request.param}_answers")
    return found


def answers_over(url: str) -> list[Answered]:
    async def ask() -> list[Answered]:
        terms = {"data_license": "CC-BY-4.0", "contact_url": "mailto:desk@parley.example"}
        async with opened(database, **terms) as site:
            return await everything(site)

    database = Database(url)
    load(database)
    found = asyncio.run(ask())
    database.close()
    return found
