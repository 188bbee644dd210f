"""The source that a document becomes."""

import re
from typing import Final

from app.importers.frus.context import LONGEST_PROSE, Context
from app.importers.frus.documents import Document, Genre
from app.importers.frus.header import Volume
from app.importers.frus.persons import LIST, Persons
from app.importers.frus.quoting import fingerprint_of
from app.resources.evidence import Inferred
from app.resources.sources import Proximity, SourceContent, SourceKind

LANGUAGE: Final = "en"
_VOLUME_DATE: Final = "The document was published with the volume, whose date this is."
_LIST_DATE: Final = "The list was published with the volume, whose date this is."
_EDITED: Final = "Written by the editors of the volume."
_PRINTED: Final = "Printed by the editors of the volume from a document that they found."
_DATED: Final = "The document gives no date; the editors of the volume put it here."
_KINDS: Final = {
    SourceKind.transcript: re.compile(
        r"\b(?:transcript|verbatim (?:record|minutes))\b|^conversations? (?:between|among)\b",
        re.IGNORECASE,
    ),
    SourceKind.press_release: re.compile(r"^(?:\w+ )?press release\b", re.IGNORECASE),
    SourceKind.treaty_draft: re.compile(r"^(?:\w+ )?draft (?:treaty|agreement)\b", re.IGNORECASE),
}


def source_of(document: Document, context: Context) -> SourceContent:
    """The document as a source, with the fingerprint of its text."""
    edited = document.genre is Genre.note
    inferred = _published(context.volume, _VOLUME_DATE)
    inferred.append(_nearness(document, context, edited=edited))
    created = None if edited else _created(document)
    if created and document.when.inferred:
        inferred.append(Inferred(field="created", note=_DATED))
    title = document.title(context.volume.name)
    return SourceContent(
        id=context.id_of(document.id),
        title=context.fitting(title, document.id),
        url=context.volume.address(document.anchor) if document.anchor else None,
        language=LANGUAGE,
        created=created,
        published=context.volume.published,
        kind=kind_of(document),
        proximity=Proximity.secondary if edited else Proximity.primary,
        text=fingerprint_of(document.text.lines),
        inferred=inferred,
    )


def _created(document: Document) -> str | None:
    """When it was made. Clock times of a meeting are not those of its minutes."""
    when = document.when
    return when.days() if document.genre is Genre.record else when.when()


def source_of_persons(persons: Persons, volume: Volume, identifier: str) -> SourceContent:
    """The list of persons as a source: it shows who held which post."""
    return SourceContent(
        id=identifier,
        title=f"Persons ({volume.name})",
        url=volume.address(LIST),
        language=LANGUAGE,
        published=volume.published,
        kind=SourceKind.document,
        proximity=Proximity.secondary,
        text=fingerprint_of(persons.text()),
        inferred=[
            *_published(volume, _LIST_DATE),
            Inferred(field="proximity", note=_EDITED),
        ],
    )


def kind_of(document: Document) -> SourceKind:
    """What sort of document it is, by its heading; a document, where that does not say more."""
    if document.genre in (Genre.letter, Genre.note):
        return SourceKind.document
    return next(
        (kind for kind, words in _KINDS.items() if words.search(document.heading)),
        SourceKind.document,
    )


def _published(volume: Volume, note: str) -> list[Inferred]:
    if volume.published is None:
        return []
    return [Inferred(field="published", note=note, basis=volume.complete)]


def _nearness(document: Document, context: Context, *, edited: bool) -> Inferred:
    basis = document.archive and context.fitting(document.archive, document.id, LONGEST_PROSE)
    return Inferred(field="proximity", note=_EDITED if edited else _PRINTED, basis=basis or None)
