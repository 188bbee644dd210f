"""What each value of an enumeration means, and which terms of other vocabularies stand for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from app.resources.answers import DemandStatus, Stance
from app.resources.attendance import Capacity, Presence
from app.resources.claims import Attribution, ClaimKind, RelationType
from app.resources.demands import Mode
from app.resources.evidence import Bearing
from app.resources.negotiations import NegotiationKind, NegotiationState, PartyRole
from app.resources.notices import MeetingStatus
from app.resources.participants import ParticipantKind
from app.resources.sources import Proximity, SourceKind
from app.resources.texts import Verification

# How near a counterpart is, the scheme that it belongs to, and its term.
Counterpart = tuple[Literal["exact", "close", "broader", "narrower"], str, str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a value means, in one sentence, and its counterparts."""

    definition: str
    counterparts: tuple[Counterpart, ...]


def means(definition: str, *counterparts: Counterpart) -> Meaning:
    """A meaning, written shortly."""
    return Meaning(definition, counterparts)


PLOVER, CAMEO, SCHEMA, ICAL = "PLOVER", "CAMEO", "schema.org", "iCalendar"
POPOLO, ANNOTATION, PROV = "Popolo", "Web Annotation", "PROV"

# Name, title and address of each scheme.
SCHEMES: Final = (
    (
        PLOVER,
        "Political Language Ontology for Verifiable Event Records",
        "https://github.com/openeventdata/PLOVER",
    ),
    (
        CAMEO,
        "Conflict and Mediation Event Observations, version 1.1b3",
        "http://eventdata.parusanalytics.com/data.dir/cameo.html",
    ),
    (SCHEMA, "Schema.org", "https://schema.org/"),
    (ICAL, "iCalendar (RFC 5545)", "https://www.rfc-editor.org/rfc/rfc5545"),
    (POPOLO, "Popolo", "https://www.popoloproject.com/"),
    (ANNOTATION, "Web Annotation Vocabulary (W3C)", "https://www.w3.org/TR/annotation-vocab/"),
    (PROV, "PROV-O (W3C)", "https://www.w3.org/TR/prov-o/"),
)

# By enumeration and value.
MEANINGS: Final[Mapping[type[StrEnum], Mapping[str, Meaning]]] = {
    NegotiationKind: {
        "bilateral": means("Two sides talk.", ("broader", PLOVER, "CONSULT")),
        "multilateral": means(
            "More than two sides talk.", ("close", PLOVER, "CONSULT, mode multilateral")
        ),
        "mediated": means(
            "A third party helps the sides to agree.",
            ("close", PLOVER, "CONSULT, mode third-party"),
            ("close", CAMEO, "045 Mediate"),
        ),
        "proximity": means(
            "The sides do not meet: a go-between carries words from one to the other.",
            ("broader", PLOVER, "CONSULT, mode third-party"),
        ),
    },
    NegotiationState: {
        "announced": means(
            "It was said that there will be talks.",
            ("close", CAMEO, "036 Express intent to meet or negotiate"),
        ),
        "active": means("The talks go on.", ("close", CAMEO, "046 Engage in negotiation")),
        "suspended": means(
            "The talks rest, and may be taken up again.",
            ("broader", CAMEO, "164 Halt negotiations"),
        ),
        "concluded": means("The talks came to their end."),
        "collapsed": means(
            "The talks broke off without a result.", ("broader", CAMEO, "164 Halt negotiations")
        ),
    },
    PartyRole: {
        "principal": means("A side that negotiates for itself."),
        "mediator": means("A third party that helps the sides to agree."),
        "host": means("It gives the talks their place."),
        "guarantor": means("It vouches that what is agreed is kept."),
        "observer": means("It is there, and does not negotiate."),
        "affected_non_participant": means("It is talked about, and is not at the table."),
    },
    ParticipantKind: {
        "person": means(
            "A human being.",
            ("exact", SCHEMA, "Person"),
            ("exact", POPOLO, "Person"),
            ("exact", PROV, "Person"),
            ("exact", ICAL, "CUTYPE=INDIVIDUAL"),
        ),
        "state": means("A state.", ("close", SCHEMA, "Country")),
        "organization": means(
            "An institution with members or staff, such as an alliance or a ministry.",
            ("exact", SCHEMA, "Organization"),
            ("exact", POPOLO, "Organization"),
            ("exact", PROV, "Organization"),
        ),
        "body": means(
            "A body that meets, mostly part of an organization, such as a council.",
            ("broader", SCHEMA, "Organization"),
            ("broader", POPOLO, "Organization"),
        ),
        "group": means(
            "Several participants that are spoken of as one, without an institution.",
            ("close", ICAL, "CUTYPE=GROUP"),
        ),
    },
    SourceKind: {
        "news": means("A news article.", ("exact", SCHEMA, "NewsArticle")),
        "wire": means(
            "A report of a news agency, written for others to print.",
            ("broader", SCHEMA, "NewsArticle"),
        ),
        "transcript": means("What was said, word for word."),
        "press_release": means("A statement that its author gave to the press."),
        "readout": means("A party's own short account of a meeting or a call."),
        "treaty_draft": means("The proposed text of an agreement."),
        "interview": means("The questions that somebody was asked, with the answers."),
        "document": means("Any other document.", ("broader", SCHEMA, "CreativeWork")),
    },
    Proximity: {
        "primary": means(
            "It comes from somebody who took part or was there.",
            ("close", PROV, "hadPrimarySource"),
        ),
        "secondary": means("It reports what others said or saw."),
        "machine_translation": means("It was translated by a machine."),
    },
    MeetingStatus: {
        "proposed": means(
            "Somebody asked for it, and it is not agreed.", ("close", ICAL, "STATUS:TENTATIVE")
        ),
        "scheduled": means(
            "It is agreed for a time.",
            ("close", SCHEMA, "EventScheduled"),
            ("close", ICAL, "STATUS:CONFIRMED"),
        ),
        "rescheduled": means(
            "It was moved to another time.", ("exact", SCHEMA, "EventRescheduled")
        ),
        "postponed": means(
            "It was put off; where no new time is named, it has none.",
            ("close", SCHEMA, "EventPostponed"),
        ),
        "cancelled": means(
            "It was called off.",
            ("exact", SCHEMA, "EventCancelled"),
            ("exact", ICAL, "STATUS:CANCELLED"),
        ),
        "held": means(
            "A source says that it took place.",
            ("close", PLOVER, "CONSULT"),
            ("close", CAMEO, "04 CONSULT"),
        ),
        "not_held": means("A source says that it did not take place."),
    },
    Capacity: {
        "head_of_delegation": means("Leads a delegation."),
        "delegate": means("Belongs to a delegation."),
        "chair": means("Leads the meeting.", ("exact", ICAL, "ROLE=CHAIR")),
        "host": means("Invites to the meeting.", ("close", SCHEMA, "organizer")),
        "mediator": means("Helps the sides to agree, and is not one of them."),
        "observer": means("Is there, and does not take part."),
        "spokesperson": means("Speaks to the public for a side."),
    },
    Presence: {
        "expected": means("It was said that they would come."),
        "attended": means("They were there.", ("close", SCHEMA, "attendee")),
        "absent": means("They were not there."),
        "unknown": means("No source says whether they were there."),
    },
    ClaimKind: {
        "intention": means("What the speaker means to do, or not to do."),
        "fact": means("That something is or was so; the record does not say whether it is."),
        "assessment": means("What the speaker makes of something."),
        "expectation": means("What the speaker thinks will happen, or should."),
        "commitment": means(
            "What the speaker binds itself to.",
            ("close", PLOVER, "AGREE"),
            ("close", CAMEO, "03 EXPRESS INTENT TO COOPERATE"),
        ),
        "accusation": means(
            "That somebody else did wrong.",
            ("broader", PLOVER, "ACCUSE"),
            ("exact", CAMEO, "112 Accuse"),
        ),
        "warning": means(
            "That something bad may follow.",
            ("narrower", PLOVER, "THREATEN"),
            ("narrower", CAMEO, "13 THREATEN"),
        ),
        "unclassified": means(
            "Not sorted yet; the words alone are recorded.", ("close", CAMEO, "010 Make statement")
        ),
    },
    Attribution: {
        "direct_quote": means(
            "The source gives whole sentences in the speaker's own words.",
            ("close", SCHEMA, "Quotation"),
            ("close", PROV, "wasQuotedFrom"),
        ),
        "partial_quote": means(
            "The source gives some of the speaker's own words within its own.",
            ("close", PROV, "wasQuotedFrom"),
        ),
        "paraphrase": means("The source tells what was said in words of its own."),
    },
    RelationType: {
        "contradicts": means("Both cannot be true."),
        "qualifies": means("This one limits or softens the other."),
        "confirms": means("This one says that the other is so."),
        "supersedes": means(
            "This one takes the place of the other.", ("close", PROV, "wasRevisionOf")
        ),
        "responds_to": means("This one answers the other.", ("close", ANNOTATION, "replying")),
        "retracts": means("This one takes the other back."),
    },
    Mode: {
        "assist": means(
            "Give help or support.",
            ("exact", PLOVER, "REQUEST, mode assist"),
            ("narrower", CAMEO, "103 Demand material aid"),
        ),
        "change": means(
            "Change a policy, a law or an institution.",
            ("exact", PLOVER, "REQUEST, mode change"),
            ("close", CAMEO, "104 Demand political reform"),
        ),
        "yield": means(
            "Give something up, or stop doing it.",
            ("exact", PLOVER, "REQUEST, mode yield"),
            ("exact", CAMEO, "105 Demand that target yields"),
        ),
        "meet": means(
            "Meet, talk or negotiate.",
            ("exact", PLOVER, "REQUEST, mode meet"),
            ("exact", CAMEO, "106 Demand meeting, negotiation"),
        ),
    },
    Stance: {
        "accepts": means(
            "Agrees to all of it.",
            ("close", PLOVER, "AGREE"),
            ("close", CAMEO, "03 EXPRESS INTENT TO COOPERATE"),
        ),
        "accepts_in_part": means("Agrees to some of it.", ("broader", PLOVER, "AGREE")),
        "conditional": means("Agrees if something else is done.", ("broader", PLOVER, "AGREE")),
        "counter_proposes": means("Asks for something else in its place."),
        "open_to_discuss": means(
            "Is ready to talk about it.",
            ("close", CAMEO, "036 Express intent to meet or negotiate"),
        ),
        "defers": means("Puts the answer off."),
        "no_answer": means("Somebody reports that no answer was given."),
        "rejects": means("Refuses it.", ("exact", PLOVER, "REJECT"), ("exact", CAMEO, "12 REJECT")),
    },
    DemandStatus: {
        "unanswered": means("No answer is on record."),
        "under_discussion": means("The answers leave it open."),
        "partly_accepted": means("Some of it, or some of those asked, agreed."),
        "accepted": means("Everybody who answered agreed to all of it."),
        "rejected": means("Everybody who answered refused it."),
        "contested": means("Some agreed and some refused, or reports contradict."),
        "withdrawn": means("Whoever made it took it back."),
        "superseded": means("Another demand took its place."),
    },
    Bearing: {
        "supports": means("The words support the fact."),
        "disputes": means("The words dispute the fact."),
    },
    Verification: {
        "verified": means("The very words stand there, once, at the stated place."),
        "verified_multiple": means("They stand at the stated place, and at others too."),
        "relocated": means("They are in the text, but not at the stated place."),
        "missing": means("They are not in the text."),
        "unchecked": means("No text was at hand to compare them with."),
    },
}
