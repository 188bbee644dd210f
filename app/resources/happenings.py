"""What a record tells the timeline: the notices of a meeting, a claim, a demand and its answers.

Each happening is a mapping: ``path`` in its record, ``holder`` of its evidence, ``kind``, ``on``,
``title``, and what else an entry of the timeline has. What it leaves out is empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.resources.entries import Rendered, headline
from app.resources.resource import date_out

Happening = Mapping[str, Any]

CALLED_OFF = ("cancelled", "not_held", "postponed")
ANSWERS = {
    "accepts": "accepts",
    "accepts_in_part": "accepts in part",
    "conditional": "answers with conditions",
    "counter_proposes": "counter-proposes",
    "open_to_discuss": "is open to discuss",
    "defers": "defers",
    "no_answer": "gives no answer",
    "rejects": "rejects",
}


def of_meeting(label: str, meeting: Rendered) -> Iterator[Happening]:
    """Each notice, on the day it gives for the meeting; without one, on the day it was said."""
    people = company(meeting)
    link = {"id": meeting["id"], "title": label, "href": f"/meetings/{meeting['id']}"}
    for notice in meeting["notices"]:
        dated = notice["starts"] or notice["ends"]
        yield {
            "path": ["notices", notice["id"]],
            "holder": notice,
            "kind": "notice",
            "on": notice["starts"] if dated else _said(notice),
            "ends": notice["ends"],
            "title": f"{label}: {notice['status'].replace('_', ' ')}",
            "text": notice["note"],
            "participants": people,
            "meeting": link,
            "place": notice["place"] or meeting["place"],
            "status": notice["status"],
            "stands": _stands(notice, meeting),
        }


def company(meeting: Rendered) -> list[Rendered | None]:
    """The body that meets, and who is or was to be there; not who stayed away."""
    there = (one for one in meeting["attendance"] if one["presence"] != "absent")
    return [meeting["forum"], *(one["participant"] for one in there)]


def dated_part(meeting: Rendered) -> Rendered:
    """What gives a meeting its date: itself, or the newest said of its notices with one, since a
    calendar must mark a meeting that was put off where it stood. Itself where there is none.
    """
    if _is_dated(meeting):
        return meeting
    dated = [one for one in meeting["notices"] if _is_dated(one)]
    # Of equals the last counts.
    return max(reversed(dated), key=_newness, default=meeting)


def remark(meeting: Rendered) -> str | None:
    """The newest note of a notice that still stands: one that was replaced may no longer be so."""
    noted = [one for one in meeting["notices"] if one["note"] and _stands(one, meeting)]
    newest = max(reversed(noted), key=_newness, default=None)
    return None if newest is None else str(newest["note"])


def of_claim(label: str, claim: Rendered) -> Iterator[Happening]:
    """The claim, on the day it was made."""
    yield {
        "path": [],
        "holder": claim,
        "kind": "claim",
        "on": claim["on"],
        "title": headline(claim["claimant"]["name"], claim["reported_by"], label),
        "text": claim["text"],
        "by": [claim["claimant"]],
        "participants": [claim["on_behalf_of"], *claim["addressed_to"], *claim["about"]],
        "reported_by": claim["reported_by"],
        "meeting": claim["meeting"],
        "issue": claim["issue"],
    }


def of_demand(label: str, demand: Rendered) -> Iterator[Happening]:
    """The demand, each answer to it, and its withdrawal, each on its own day."""
    common = {"meeting": demand["meeting"], "issue": demand["issue"]}
    yield common | {
        "path": [],
        "holder": demand,
        "kind": "demand",
        "on": demand["on"],
        "title": headline(f"Demand by {_names(demand['made_by'])}", demand["reported_by"], label),
        "text": demand["text"],
        "by": demand["made_by"],
        "participants": demand["addressed_to"],
        "reported_by": demand["reported_by"],
    }
    for response in demand["responses"]:
        yield common | _answer(label, demand, response)
    if demand["withdrawn"]:
        yield common | {
            "path": ["withdrawn", demand["withdrawn"]["id"]],
            "holder": demand["withdrawn"],
            "kind": "withdrawal",
            "on": demand["withdrawn"]["on"],
            "title": headline(f"Demand withdrawn by {_names(demand['made_by'])}", (), label),
            "by": demand["made_by"],
            "participants": demand["addressed_to"],
        }


def _answer(label: str, demand: Rendered, response: Rendered) -> dict[str, Any]:
    answered = f"{response['by']['name']} {ANSWERS[response['stance']]}"
    reporters = [response["reported_by"]] if response["reported_by"] else []
    return {
        "path": ["responses", response["id"]],
        "holder": response,
        "kind": "response",
        "on": response["on"],
        "title": headline(answered, reporters, label),
        "text": response["text"],
        "by": [response["by"]],
        "participants": demand["made_by"],
        "reported_by": reporters,
        "meeting": response["meeting"] or demand["meeting"],
        "stance": response["stance"],
    }


def _names(links: Sequence[Rendered]) -> str:
    return ", ".join(link["name"] for link in links)


def _said(notice: Rendered) -> dict[str, str | None] | None:
    """The day a notice was said; where it does not tell, the day it became known."""
    reported: dict[str, str | None] | None = notice["reported_on"]
    return reported or date_out(notice["known_from"])


def _newness(notice: Rendered) -> tuple[str, str, str]:
    """By what notices are told apart as older and newer: the days on which it was said, and the
    day it became known.
    """
    known = notice["known_from"] or date.min.isoformat()
    return *(_ends(notice["reported_on"]) if notice["reported_on"] else (known, known)), known


def _stands(notice: Rendered, meeting: Rendered) -> bool:
    """Whether the meeting is still as the notice says: neither called off nor moved since, nor on
    again. Of reports that contradict each other none has replaced the other.
    """
    if any(notice["id"] in one["notices"] for one in meeting["disagreement"]):
        return True
    if _turned(notice["status"], meeting["status"]):
        return False
    if notice["status"] not in CALLED_OFF and _is_dated(notice) != _is_dated(meeting):
        # A date that was taken back, or one that was to be found and was found.
        return not (_is_dated(notice) or notice["status"] == "rescheduled")
    said, now = notice["starts"], meeting["starts"]
    return not (said and now and _apart(said, now))


def _is_dated(part: Rendered) -> bool:
    return bool(part["starts"] or part["ends"])


def _turned(said: str, now: str) -> bool:
    """Whether a meeting was called off since, or is on again; what is cancelled is not held."""
    if said == now or (said in CALLED_OFF and now == "not_held"):
        return False
    return said in CALLED_OFF or now in CALLED_OFF


def _apart(one: Rendered, other: Rendered) -> bool:
    """Whether two dates have no day in common."""
    first, last = _ends(one), _ends(other)
    return first[1] < last[0] or last[1] < first[0]


def _ends(when: Rendered) -> tuple[str, str]:
    first, last = date.min.isoformat(), date.max.isoformat()
    return when["earliest"] or first, when["latest"] or last
