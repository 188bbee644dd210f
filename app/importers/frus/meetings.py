"""The meeting that a document records: when and where it was held, and who took part."""

from typing import Final

from app.importers.frus.attending import Attended, attended, heading_of, is_marked, lists_in
from app.importers.frus.context import Context
from app.importers.frus.dates import Dated, clocks_differ
from app.importers.frus.documents import Document, Genre
from app.importers.frus.places import place_of
from app.importers.frus.quoting import Quoted
from app.importers.frus.report import Kind
from app.resources.evidence import Evidence, Inferred
from app.resources.meetings import MeetingContent
from app.resources.notices import MeetingStatus, NoticeContent

_ENDS_FIRST: Final = "The markup of the volume ends it on {}, before it starts; no end is recorded."
_CLOCK: Final = "The markup of the volume has the times; the words of the dateline have others."
_DATED: Final = "The document gives no date; the editors of the volume put it here."
_NO_DATE: Final = "The document does not say that its own date is that of the meeting."
_PHONE: Final = "Telephone conversation"


def attendance_in(document: Document, context: Context) -> Attended | None:
    """Who took part in the meeting that a document records; None where it records none.

    It does where it lists participants. A heading alone, "Minutes of a Meeting", makes none.
    """
    record = document.genre is Genre.record
    lists = lists_in(document, record=record)
    if not lists:
        if record:
            context.report.note(Kind.record_without_list, document.id, document.heading)
        return None
    marked = [one for one in lists if is_marked(one)]
    if not marked:
        context.report.note(Kind.headed_list, document.id, heading_of(document, lists[0]))
    if len(marked) > 1:
        context.report.note(Kind.several_lists, document.id, count=len(marked))
    return attended(document, lists, context.persons, context.quoted(document), context.report)


def date_of(document: Document) -> Dated:
    """When the meeting was. The date of a telegram or letter is that of its sending, unless it
    goes from one clock time to another, which no sending does.
    """
    own = document.genre is Genre.record or document.when.clocked
    return document.when if own and not document.is_wired else Dated()


def meeting_of(document: Document, found: Attended, context: Context) -> MeetingContent:
    """The document's meeting, as held."""
    when = date_of(document)
    if when.starts is None:
        context.report.note(Kind.undated_meeting, document.id, document.dateline or None)
    telephone = "telephone" in document.heading.lower()
    return MeetingContent(
        id=context.id_of(document.id),
        negotiation=context.negotiation,
        title=context.fitting(_title(document), document.id),
        format=_PHONE if telephone else None,
        attendance=found.attendance,
        notices=[_held(document, found, when, context)],
    )


def _title(document: Document) -> str:
    """What the meeting is called: minutes are called after it, other documents are not."""
    own = document.genre is Genre.record
    return document.name() if own else f"Meeting recorded in: {document.name()}"


def _held(document: Document, found: Attended, when: Dated, context: Context) -> NoticeContent:
    differ = clocks_differ(document.date_words, when)
    if differ:
        times = f"{document.date_words}; {when.starts}/{when.ends or ''}"
        context.report.note(Kind.clock_differs, document.id, times.rstrip("/"))
    notes = [
        _ENDS_FIRST.format(when.ends_first) if when.ends_first else None,
        _CLOCK if differ else None,
        _NO_DATE if when.starts is None and document.when.starts else None,
    ]
    own = when.starts is not None or document.genre is Genre.record
    return NoticeContent(
        status=MeetingStatus.held,
        starts=when.starts,
        ends=when.ends,
        place=place_of(document.place) if own else None,
        note=" ".join(note for note in notes if note) or None,
        evidence=_shown(document, found, context.quoted(document), own=own),
        inferred=[Inferred(field="starts", note=_DATED)] if when.inferred else [],
    )


def _shown(document: Document, found: Attended, quoted: Quoted, *, own: bool) -> list[Evidence]:
    """The words that show it: heading and dateline where they are the meeting's, and the lists."""
    spans = [document.heading_span, document.dateline_span] if own else []
    spans += [document.text.span(one) for one in found.lists]
    return quoted.of(*dict.fromkeys(spans))
