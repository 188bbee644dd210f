"""Verifying: all quotes of a source are compared with a text, and the result is recorded."""

from dataclasses import asdict, dataclass

from app.errors import Fault, InvalidBody
from app.resources.evidence import Evidence, RecordContent
from app.resources.knowledge import evidence_of
from app.resources.redacting import GAP
from app.resources.resource import Address
from app.resources.sources import SOURCES, SourceContent, TextContent
from app.resources.texts import (
    NORMALIZATION,
    QuoteNotFound,
    QuotePlaces,
    TextFingerprint,
    Verification,
    decode,
    fingerprint,
    locate,
    normalize,
    verify,
)
from app.store.contents import canonical
from app.store.held_texts import hold
from app.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    """A quote as it was on record, and what the comparison showed."""

    address: Address
    path: str
    exact: str
    start: int | None
    before: Verification
    found: Verification


@dataclass(frozen=True, slots=True)
class Checking:
    """The result for a source. ``same_text`` is None where no text was on record; ``held`` says
    that the text is kept.
    """

    quotes: list[Checked]
    revision: int | None
    same_text: bool | None
    held: bool


def check_source(store: Workspace, source: str, raw: bytes, *, keep_text: bool) -> Checking:
    """Compare every quote of a source with its text, and record the result and the day.

    A quote without a place gets it, and a source without a text on record gets its fingerprint.
    Quotes that words were removed from are not compared. Only the text on record is kept, byte for
    byte. Raises RecordNotFound, Retracted, Merged, and InvalidBody for what is no text in UTF-8.
    """
    there = store.current(SOURCES, source)
    normal, print_ = _read(raw)
    recorded = there.content.text if isinstance(there.content, SourceContent) else None
    same = None if recorded is None else recorded.normalized_sha256 == print_.normalized_sha256
    records = {
        address: one.content for address, one in store.linking_to(("source", source)).items()
    }
    texts = {address: canonical(content) for address, content in records.items()}
    quotes = [
        _checked(address, path, quote, normal, store.author.now.date().isoformat())
        for address, content in sorted(records.items())
        for path, quote in evidence_of(content)
        if quote.source == source and GAP not in quote.exact
    ]
    changed = {one: content for one, content in records.items() if canonical(content) != texts[one]}
    changed |= _registered(there.content, print_)
    keep = keep_text and (recorded is None or recorded.sha256 == print_.sha256)
    if keep:
        hold(store.connection, source, raw)
    return Checking(quotes, store.write(changed) if changed else None, same, keep)


def _read(raw: bytes) -> tuple[str, TextFingerprint]:
    try:
        normal = normalize(decode(raw))
        if "\0" in normal:
            raise ValueError("must not have the character NUL")
        if not normal.strip():
            raise ValueError("must not be empty or only white space")
    except ValueError as error:
        raise InvalidBody("The text is wrong.", (Fault(str(error), pointer=""),)) from None
    return normal, fingerprint(raw)


def _checked(address: Address, path: str, quote: Evidence, text: str, today: str) -> Checked:
    found = verify(text, quote.exact, quote.start, quote.prefix, quote.suffix)
    told = Checked(address, path, quote.exact, quote.start, quote.verification, found)
    if quote.start is None and found is not Verification.missing:
        _place(quote, text)
    quote.verification, quote.verified_on = found, today
    return told


def _place(quote: Evidence, text: str) -> None:
    """Write down where the words stand, if that is one clear place."""
    try:
        place = locate(text, quote.exact, prefix=quote.prefix, suffix=quote.suffix)
    except (QuoteNotFound, QuotePlaces):
        return
    for name, value in asdict(place).items():
        setattr(quote, name, value)


def _registered(source: RecordContent, found: TextFingerprint) -> dict[Address, RecordContent]:
    if not isinstance(source, SourceContent) or source.text is not None:
        return {}
    text = TextContent(**asdict(found), normalization=NORMALIZATION)
    return {("source", source.id): source.model_copy(update={"text": text})}
