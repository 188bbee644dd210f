"""Fills in what an editor may leave out: ids of parts, and where quotes stand in texts at hand."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date

from app.dossiers.completing import complete
from app.dossiers.document import Dossier
from app.dossiers.quotes import quote_fault
from app.errors import Fault
from app.resources.evidence import Evidence, RecordContent
from app.resources.knowledge import evidence_of
from app.resources.resource import Address
from app.resources.texts import QuoteNotFound, QuotePlaces, decode, locate, normalize, verify

# Tells of a fault at a JSON pointer into the record.
Tell = Callable[[str, str], Fault]


class Quoting:
    """Looks quotes up in the texts of their sources. ``faults`` are those of quotes that are not
    where they should be.
    """

    def __init__(self, texts: Mapping[str, bytes], today: date) -> None:
        self.texts = {source: normalize(decode(raw)) for source, raw in texts.items()}
        self.today = today
        self.faults: list[Fault] = []

    def complete(
        self, address: Address, content: RecordContent, old: RecordContent | None, tell: Tell
    ) -> RecordContent:
        """The record with an id for each part, and each new quote of a text at hand located.

        A quote that is on record just so stays as it is: what it was found to be is told by a
        verification, and stands in the way of no other change.
        """
        named = complete(Dossier("", None, None, {address: content}), {}, self.today)
        known = {_spelled(quote) for _, quote in evidence_of(old)} if old else set()
        for path, quote in evidence_of(named.records[address]):
            text = self.texts.get(quote.source)
            if text is not None and _spelled(quote) not in known:
                self._locate(path, quote, text, tell)
        return named.records[address]

    def _locate(self, path: str, quote: Evidence, text: str, tell: Tell) -> None:
        try:
            place = locate(
                text, quote.exact, prefix=quote.prefix, suffix=quote.suffix, start=quote.start
            )
        except (QuoteNotFound, QuotePlaces) as error:
            field, message = quote_fault(error, quote, text)
            self.faults.append(tell(f"{path}/{field}", message))
            return
        for name, value in asdict(place).items():
            setattr(quote, name, value)
        quote.verification = verify(text, quote.exact, place.start, place.prefix, place.suffix)
        quote.verified_on = self.today.isoformat()


def _spelled(quote: Evidence) -> tuple[object, ...]:
    return quote.source, quote.exact, quote.prefix, quote.suffix, quote.start, quote.end
