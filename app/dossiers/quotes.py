"""Says what to do about a quote that is not where it should be in the text of its source."""

from app.resources.evidence import Evidence
from app.resources.texts import QuoteElsewhere, QuoteNotFound, QuotePlaces, normalize, occurrences

# Typography that copies often lose. Each sign stands for one other, so that offsets stay.
_STRAIGHT = str.maketrans("“”„‟‘’‚‛«»–—‐‑", '""""\'\'\'\'""----')


def quote_fault(error: QuoteNotFound | QuotePlaces, quote: Evidence, text: str) -> tuple[str, str]:
    """The field to correct, and what is wrong with it; offsets count code points."""
    if isinstance(error, QuoteElsewhere):
        return "start", f"{error}: correct it, or leave start and end out"
    if isinstance(error, QuotePlaces):
        return "exact", f"{error}"
    if occurrences(text, normalize(quote.exact)):
        return "prefix" if quote.prefix is not None else "suffix", (
            f"does not stand next to the words in the text of {quote.source}; correct it or leave "
            "it out"
        )
    return "exact", f"is not in the text of {quote.source}; {_advice(text, quote.exact)}"


def _advice(text: str, exact: str) -> str:
    alike = occurrences(text.translate(_STRAIGHT), normalize(exact).translate(_STRAIGHT))
    if alike:
        return f"other quotation marks or dashes stand there, at {alike[0]}: copy them as they are"
    if normalize(exact).casefold() in text.casefold():
        return "its capital letters differ: copy the words as they are"
    return "copy the words from it as they are"
