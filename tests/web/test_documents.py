"""What is rendered when a record is written is what its declared model says, no more and no less.

Answers are joined from stored documents and never pass through their models again; this holds the
two together.
"""

from typing import Any

import pytest

from app.resources import RESOURCES
from app.resources.resource import Resource
from tests.http import Site

KNOWLEDGE_DAYS = [None, "2022-01-09", "2022-01-11", "2022-01-12"]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
@pytest.mark.parametrize("known_at", KNOWLEDGE_DAYS)
async def test_every_document_has_exactly_the_fields_of_its_model(
    site: Site, resource: Resource[Any], known_at: str | None
) -> None:
    parameters = {"known_at": known_at} if known_at else {}
    for document in await site.items(f"/{resource.plural}", **parameters):
        # Plain JSON has no days, so they are all that may be read from text.
        model = resource.out.model_validate(document, extra="forbid")
        assert model.model_dump(mode="json", by_alias=True) == document


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.plural)
async def test_one_record_reads_as_it_does_in_its_list(site: Site, resource: Resource[Any]) -> None:
    for document in await site.items(f"/{resource.plural}"):
        assert await site.get(f"/{resource.plural}/{document['id']}") == document
