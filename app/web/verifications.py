"""What the comparison of a source's quotes with a text showed, as it is answered."""

from collections import Counter

from app.editing.verifying import Checking
from app.resources.edits import CheckedQuote, VerificationCounts, VerificationReport
from app.store.workspace import Workspace
from app.web.edits import Edit, links_to


def verified(edit: Edit, store: Workspace, source: str, found: Checking) -> VerificationReport:
    """The result: in sum, and quote by quote."""
    addresses = sorted({quote.address for quote in found.quotes})
    links = dict(zip(addresses, links_to(store, addresses), strict=True))
    counts = Counter(quote.found.value for quote in found.quotes)
    return VerificationReport(
        source=source,
        revision=None if edit.query.dry_run else found.revision,
        dry_run=edit.query.dry_run,
        verified_on=store.author.now.date().isoformat(),
        same_text=found.same_text,
        held=found.held and not edit.query.dry_run,
        counts=VerificationCounts(
            **{name: counts[name] for name in VerificationCounts.model_fields}
        ),
        quotes=[
            CheckedQuote(
                record=links[quote.address],
                pointer=quote.path,
                exact=quote.exact,
                start=quote.start,
                before=quote.before,
                verification=quote.found,
            )
            for quote in found.quotes
        ],
    )
