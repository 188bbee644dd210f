"""Completes a dossier: ids of parts, and the place of each quote in the text of its source."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from app.dossiers.document import Dossier, Steps
from app.dossiers.faults import Faults
from app.dossiers.quotes import quote_fault
from app.errors import Fault
from app.resources.base import Part
from app.resources.evidence import Evidence, RecordContent
from app.resources.knowledge import evidence_of
from app.resources.resource import Address
from app.resources.sources import SourceContent, TextContent
from app.resources.texts import (
    NORMALIZATION,
    QuoteNotFound,
    QuotePlaces,
    decode,
    fingerprint,
    locate,
    normalize,
    verify,
)

ModelT = TypeVar("ModelT", bound=BaseModel)
PartT = TypeVar("PartT", bound=Part)


def complete(dossier: Dossier, texts: Mapping[str, bytes], today: date) -> Dossier:
    """The dossier with an id for each part, and each quote of a text at hand located and verified.

    ``texts`` holds the bytes of sources by their ids. Quotes of other sources stay as they are.
    Raises InvalidDossier with every fault, and then nothing is completed.
    """
    faults = Faults(dossier.name)
    work = _Completion(dossier, texts, today, faults, {})
    work.prepare()
    records = {
        address: work.record(address, content) for address, content in dossier.records.items()
    }
    faults.check()
    return replace(dossier, records=records)


@dataclass(frozen=True, slots=True)
class _Completion:
    dossier: Dossier
    texts: Mapping[str, bytes]
    today: date
    faults: Faults
    normal: dict[str, str]

    def prepare(self) -> None:
        """Normalise the texts that are quoted."""
        quoted = {
            quote.source
            for content in self.dossier.records.values()
            for _, quote in evidence_of(content)
        }
        for source in sorted(quoted & self.texts.keys()):
            try:
                self.normal[source] = normalize(decode(self.texts[source]))
            except ValueError as error:
                if ("source", source) not in self.dossier.records:
                    what = f"the text of {source} {error}"
                    self.faults.keep(Fault(what, file=self.dossier.name))

    def record(self, address: Address, content: RecordContent) -> RecordContent:
        """The record with everything filled in."""
        if isinstance(content, SourceContent):
            content = self._with_text(address, content)
        return self._parts(content, address, ())

    def _with_text(self, address: Address, source: SourceContent) -> SourceContent:
        if source.id not in self.texts:
            return source
        try:
            found = fingerprint(self.texts[source.id])
        except ValueError as error:
            self.faults.keep(self.dossier.fault(address, "", f"has a text at hand that {error}"))
            return source
        text = TextContent(**asdict(found), normalization=NORMALIZATION)
        if source.text is not None and source.text != text:
            what = "is not the fingerprint of the text at hand; give the text that was quoted"
            self.faults.keep(self.dossier.fault(address, "text", what))
        return source.model_copy(update={"text": text})

    def _parts(self, model: ModelT, address: Address, steps: Steps) -> ModelT:
        update: dict[str, object] = {}
        for name in type(model).model_fields:
            value = getattr(model, name)
            here = (*steps, name)
            if isinstance(value, Part):
                update[name] = self._part(_with_ids([value])[0], address, here)
            elif isinstance(value, list) and value and isinstance(value[0], Part):
                parts = enumerate(_with_ids(value))
                update[name] = [self._part(part, address, (*here, n)) for n, part in parts]
        return model.model_copy(update=update) if update else model

    def _part(self, part: Part, address: Address, steps: Steps) -> Part:
        if isinstance(part, Evidence):
            return self._quote(part, address, steps)
        return self._parts(part, address, steps)

    def _quote(self, quote: Evidence, address: Address, steps: Steps) -> Evidence:
        text = self.normal.get(quote.source)
        if text is None:
            return quote
        try:
            place = locate(
                text, quote.exact, prefix=quote.prefix, suffix=quote.suffix, start=quote.start
            )
        except (QuoteNotFound, QuotePlaces) as error:
            field, message = quote_fault(error, quote, text)
            self.faults.keep(self.dossier.fault(address, (*steps, field), message))
            return quote
        shown = verify(text, quote.exact, place.start, place.prefix, place.suffix)
        same = quote.verification == shown and quote.verified_on is not None
        day = quote.verified_on if same else self.today.isoformat()
        return quote.model_copy(update={**asdict(place), "verification": shown, "verified_on": day})


def _with_ids(parts: list[PartT]) -> list[PartT]:
    """The parts of one list, those without an id numbered past the ids that are taken."""
    taken = {part.id for part in parts}
    named: list[PartT] = []
    number = 0
    for part in parts:
        if part.id is None:
            number += 1
            while f"{part.id_prefix}{number}" in taken:
                number += 1
            part = part.model_copy(update={"id": f"{part.id_prefix}{number}"})
        named.append(part)
    return named
