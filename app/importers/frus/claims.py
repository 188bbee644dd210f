"""The claims in a document: each turn whose speaker is marked, in the words that stand there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.importers.frus.attending import Attended
from app.importers.frus.context import Context
from app.importers.frus.documents import Document
from app.importers.frus.quoting import Quoted
from app.importers.frus.report import Kind
from app.importers.frus.sources import kind_of
from app.importers.frus.text import Span
from app.importers.frus.turns import Paragraph, Turn, paragraphs_in
from app.resources.claims import Attribution, ClaimContent, ClaimKind
from app.resources.sources import SourceKind

REDACTED: Final = re.compile(
    r"\[[^\[\]]*\b(?:not (?:yet )?declassified|excised|sanitized|security deletion"
    r"|(?:lines?|text|words?|paragraphs?)\b[^\[\]]*\bdeleted)\b[^\[\]]*\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """Where and when what a document quotes was said. ``recorded`` says that the document is a
    record of speech, also where it becomes no meeting.
    """

    meeting: str | None = None
    on: str | None = None
    recorded: bool = False


def claims_of(
    document: Document, said: Said, found: Attended | None, context: Context
) -> Iterator[ClaimContent]:
    """The turns of a document as claims. What cannot be one goes to the report."""
    paragraphs = list(paragraphs_in(document.element, document.text))
    turns = [one for one in paragraphs if isinstance(one, Turn)]
    if turns and said.meeting is None:
        context.report.note(Kind.turn_outside_meeting, document.id, count=len(turns))
    _report_the_rest(document, paragraphs, said, context)
    claims = _Claims(document, said, found or Attended(), context, context.quoted(document))
    for number, turn in enumerate(turns, start=1):
        yield from claims.of(turn, number)


@dataclass(frozen=True, slots=True)
class _Claims:
    document: Document
    said: Said
    found: Attended
    context: Context
    quoted: Quoted

    def of(self, turn: Turn, number: int) -> Iterator[ClaimContent]:
        """The claim of a turn, where it has words and somebody who is listed says them."""
        text, note = self.document.text, self.context.report.note
        label = text.words(turn.label)
        person = self.context.persons.of(turn.name)
        words = text.words(turn.words).strip()
        if person is None:
            note(Kind.unlisted_speaker, self.document.id, label)
            return
        if not words:
            note(Kind.empty_turn, self.document.id, label)
            return
        if REDACTED.search(words):
            note(Kind.redacted_turn, self.document.id, f"{label} {words}")
        state = self.found.behalf.get(person.id)
        yield ClaimContent(
            id=f"{self.quoted.source}-t{number}",
            negotiation=self.context.negotiation,
            claimant=person.id,
            on_behalf_of=state.id if state else None,
            meeting=self.said.meeting,
            on=self.said.on,
            kind=ClaimKind.unclassified,
            attribution=attribution_in(self.document),
            evidence=self.quoted.between(turn.words.start, turn.words.end, label),
        )


def attribution_in(document: Document) -> Attribution:
    """How close the words are to what was said: a transcript has them, other records have what
    somebody noted down.
    """
    verbatim = kind_of(document) is SourceKind.transcript
    return Attribution.direct_quote if verbatim else Attribution.paraphrase


def _report_the_rest(
    document: Document, paragraphs: list[Turn | Paragraph], said: Said, context: Context
) -> None:
    """Report paragraphs that somebody may have spoken, where the markup does not say who."""
    spoken, following = False, list[Span]()
    told = said.recorded or any(isinstance(one, Turn) for one in paragraphs)
    indirect = [one for one in paragraphs if told and isinstance(one, Paragraph) and one.is_told]
    if indirect:
        first = document.text.words(indirect[0].span)
        context.report.note(Kind.indirect_speech, document.id, first, len(indirect))
    for one in paragraphs:
        if isinstance(one, Turn):
            spoken = True
        elif one.seems_spoken and told:
            spoken = False
            words = document.text.words(one.span)
            context.report.note(Kind.unmarked_speaker, document.id, words)
        elif one.continues and spoken:
            following.append(one.span)
    if following:
        first = document.text.words(following[0])
        context.report.note(Kind.continued_turn, document.id, first, len(following))
