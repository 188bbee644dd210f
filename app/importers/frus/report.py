"""What an import found, and everything that it could not take over, document by document."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

_SHOWN: Final = 10
_LONGEST: Final = 160


class Kind(StrEnum):
    """What is to be said of a document. The value is its name in reports."""

    ends_before_start = "ends_before_start"
    clock_differs = "clock_differs"
    unclear_date = "unclear_date"
    undated = "undated"
    undated_meeting = "undated_meeting"
    record_without_list = "record_without_list"
    headed_list = "headed_list"
    several_lists = "several_lists"
    heading_without_state = "heading_without_state"
    unmarked_participant = "unmarked_participant"
    beside_participant = "beside_participant"
    unlisted_person = "unlisted_person"
    unmarked_speaker = "unmarked_speaker"
    unlisted_speaker = "unlisted_speaker"
    empty_turn = "empty_turn"
    continued_turn = "continued_turn"
    indirect_speech = "indirect_speech"
    turn_outside_meeting = "turn_outside_meeting"
    redaction = "redaction"
    redacted_turn = "redacted_turn"
    omission = "omission"
    gap = "gap"
    unknown_element = "unknown_element"
    duplicate = "duplicate"
    untitled = "untitled"
    shortened = "shortened"
    unpublished = "unpublished"
    unread_post = "unread_post"
    outside_document = "outside_document"


SENTENCES: Final = {
    Kind.ends_before_start: "the markup ends it before it starts; the end is left out",
    Kind.clock_differs: "the words give another clock time than the markup, which is taken",
    Kind.unclear_date: "a date in the markup is no date; it is left out",
    Kind.undated: "the document has no date of its own",
    Kind.undated_meeting: "the meeting has no date of its own",
    Kind.record_without_list: "by its heading a record of a meeting, without a list of "
    "participants; it becomes no meeting",
    Kind.headed_list: "a list that only its heading tells to be one of participants; it is taken",
    Kind.several_lists: "more than one list of participants; all are taken for one meeting",
    Kind.heading_without_state: "a heading among participants that names no state",
    Kind.unmarked_participant: "listed as a participant without a mark of who it is",
    Kind.beside_participant: "named beside a participant, and not taken to be there",
    Kind.unlisted_person: "a name without an entry in the list of persons",
    Kind.unmarked_speaker: "reads like a speaker, and is not marked as one",
    Kind.unlisted_speaker: "a turn whose speaker has no entry in the list of persons",
    Kind.empty_turn: "a turn without words",
    Kind.continued_turn: "paragraphs after a turn that have no speaker's label; no claim has them",
    Kind.indirect_speech: "paragraphs that tell what a marked name said; no claim has them",
    Kind.turn_outside_meeting: "turns in a document that becomes no meeting",
    Kind.redaction: "words that were not declassified",
    Kind.redacted_turn: "turns in which words were not declassified; kept as they stand",
    Kind.omission: "words that the editors left out",
    Kind.gap: "a gap in the markup",
    Kind.unknown_element: "an element without a rule; its words are kept",
    Kind.duplicate: "stands there twice",
    Kind.untitled: "there is no heading, or no name",
    Kind.shortened: "too long for its field; cut",
    Kind.unpublished: "the volume does not say when it was published",
    Kind.unread_post: "part of a description whose dates have another form; it makes no post",
    Kind.outside_document: "paragraphs, items and rows outside of documents; they are not imported",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: of what kind, in which document, in what words, how many times."""

    kind: Kind
    document: str
    words: str | None = None
    count: int = 1


@dataclass(slots=True)
class Report:
    """What became of a volume. ``counts`` are of records and of what they were made from;
    ``parts`` tells how some of them add up.
    """

    volume: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def note(self, kind: Kind, document: str, words: str | None = None, count: int = 1) -> None:
        """Note something of a document."""
        short = words if words is None or len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        self.findings.append(Finding(kind, document, short, count))

    def lines(self) -> Iterator[str]:
        """The report for people: the counts, then each kind with the documents it is about."""
        told = ", ".join(
            f"{number} {name.replace('_', ' ')}" for name, number in self.counts.items()
        )
        yield f"{self.volume}: {told}"
        for name, parts in self.parts.items():
            added = ", ".join(f"{number} {part}" for part, number in parts.items() if number)
            if added:
                yield f"  {self.counts[name]} {name}: {added}"
        for kind in Kind:
            found = [one for one in self.findings if one.kind is kind]
            if found:
                total = sum(one.count for one in found)
                yield f"  {kind.value} ({total}): {SENTENCES[kind]}: {_documents(found)}"

    def as_json(self) -> dict[str, Any]:
        """The report for programs: every finding, in the order of the volume."""
        return {
            "volume": self.volume,
            "counts": self.counts,
            "parts": self.parts,
            "totals": dict(sorted(self._totals().items())),
            "findings": [
                {
                    "kind": one.kind.value,
                    "document": one.document,
                    "words": one.words,
                    "count": one.count,
                }
                for one in self.findings
            ],
        }

    def _totals(self) -> Counter[str]:
        totals: Counter[str] = Counter()
        for one in self.findings:
            totals[one.kind.value] += one.count
        return totals


def _documents(found: list[Finding]) -> str:
    names = list(dict.fromkeys(one.document for one in found))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
