"""What each value means that views answer with, and the terms of others that stand for it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.resources.answers import Stance
from app.resources.changes import ChangeKind
from app.resources.diff import DiffKind
from app.resources.gaps import GapKind
from app.resources.meanings import CAMEO, ICAL, MEANINGS, PLOVER, PROV, SCHEMA, Meaning, means
from app.resources.positions import PositionRole, PositionStance
from app.resources.timeline import EntryKind

# By enumeration and value.
VIEW_MEANINGS: Final[Mapping[type[StrEnum], Mapping[str, Meaning]]] = {
    EntryKind: {
        "notice": means(
            "A source said something about a meeting's schedule.", ("close", ICAL, "VEVENT")
        ),
        "claim": means("Somebody asserted something.", ("close", SCHEMA, "Claim")),
        "demand": means(
            "Somebody asked something of others.",
            ("close", PLOVER, "REQUEST"),
            ("close", CAMEO, "10 Demand"),
        ),
        "response": means("A party answered a demand, or was reported not to."),
        "withdrawal": means("A demand was taken back."),
    },
    PositionRole: {
        "made_by": means("The party made the demand."),
        "addressed_to": means("The demand was put to the party."),
        "other": means("The party was not asked and answered all the same."),
        "uninvolved": means("The party has no part in the demand."),
    },
    PositionStance: {
        **MEANINGS[Stance],
        "no_record": means("No answer of the party is on record."),
    },
    DiffKind: {
        "record_added": means("A record is new at the later pin.", ("close", PROV, "Generation")),
        "record_retracted": means("A record was taken back.", ("close", PROV, "Invalidation")),
        "record_removed": means("A record is on record, and not shown at the later pin."),
        "record_corrected": means(
            "Facts of a record that were there were changed.", ("close", PROV, "Revision")
        ),
        "record_extended": means("More was added to a record, and nothing in it changed."),
        "meeting_changed": means(
            "The status, the days, the place or the length of a meeting are others."
        ),
        "demand_status_changed": means("What the answers to a demand come to is something else."),
        "position_changed": means("A party stands elsewhere on a demand, or reports of it differ."),
        "entry_added": means("An entry of the timeline is new."),
        "entry_removed": means("An entry of the timeline is gone."),
    },
    GapKind: {
        "unanswered": means("A party that a demand was put to has no answer on record."),
        "overdue": means("The day of a meeting is past, and nothing says that it was held."),
        "single_source": means("One independent voice alone supports a claim."),
        "unsupported": means("No quote supports a claim."),
        "unverified": means("A quote was not found in its source as it is stated."),
    },
    ChangeKind: {
        "added": means("A record is new.", ("close", PROV, "Generation")),
        "revised": means("A record got a new version.", ("close", PROV, "Revision")),
        "retracted": means("A record was taken back.", ("close", PROV, "Invalidation")),
        "redacted": means("Words were removed from every version of a record, for good."),
    },
}
