"""What editors might send to the service over the seed: a request for each operation of theirs.

All of them are asked as dry runs, so that each is asked of the seed as it is.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.http import KNOWN, Json

TALKS, SOURCE = KNOWN["negotiations"], KNOWN["sources"]
INFERRED = {"field": "on", "note": "The article has no date of its own."}
QUOTE = {"source": SOURCE, "exact": "talks with Russia"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: where it goes, what it has in it, and what it is meant for."""

    method: str
    path: str
    body: Json | None = None
    headers: Json = field(default_factory=dict)
    query: str = "dry_run=true"


ANY = {"If-Match": "*"}
BECAUSE = "reason=The+source+was+corrected.&dry_run=true"
NEW: Json = {
    "negotiation": {"title": "Talks on the harbour", "kind": "bilateral", "state": "announced"},
    "participant": {"name": "Northland", "kind": "state"},
    "source": {
        "title": "A made-up report",
        "kind": "news",
        "proximity": "secondary",
        "published": "2022-01-14",
    },
    "meeting": {
        "negotiation": TALKS,
        "title": "Second round",
        "notices": [{"status": "proposed", "evidence": [QUOTE]}],
    },
    "claim": {
        "negotiation": TALKS,
        "claimant": "wendy-sherman",
        "text": "There is a chance",
        "kind": "assessment",
        "attribution": "partial_quote",
        "evidence": [QUOTE],
    },
    "demand": {
        "negotiation": TALKS,
        "made_by": ["united-states"],
        "addressed_to": ["russia"],
        "text": "That the talks go on",
        "mode": "meet",
        "evidence": [QUOTE],
    },
}
# The ids that these get. Nothing links to them, so they can be retracted.
ADDED = {
    "negotiation": "talks-on-the-harbour",
    "participant": "northland",
    "source": "a-made-up-report",
    "meeting": "second-round",
    "claim": "there-is-a-chance",
    "demand": "that-the-talks-go-on",
}
CHANGED: Json = {
    "negotiation": {"state": "suspended"},
    "participant": {"description": "Deputy Secretary of State since 2021."},
    "source": {"archived_url": None},
    "meeting": {"format": "bilateral"},
    "claim": {"kind": "assessment"},
    "demand": {"mode": "change"},
}
PARTED = {**KNOWN, "demands": "no-missiles-near-russias-borders"}
PARTS: dict[str, tuple[str, str, Json]] = {
    "add_response": (
        "demands",
        "responses",
        {"by": "united-states", "stance": "open_to_discuss", "evidence": [QUOTE]},
    ),
    "add_notice": ("meetings", "notices", {"status": "held", "evidence": [QUOTE]}),
    "add_relation": (
        "claims",
        "relations",
        {"to": "sherman-firm-in-pushing-back", "type": "qualifies", "basis": "Said together."},
    ),
}


def requests() -> dict[str, Sent]:
    """A request for each operation of editors, by its name. The check of quotes is left out: it
    needs the text of the source.
    """
    found: dict[str, Any] = {}
    for noun, fields in NEW.items():
        path = f"/{noun}s"
        one = f"{path}/{KNOWN[f'{noun}s']}"
        found[f"create_{noun}"] = Sent("POST", path, fields)
        found[f"update_{noun}"] = Sent("PATCH", one, CHANGED[noun], ANY)
        lonely = f"{path}/{ADDED[noun]}"
        found[f"retract_{noun}"] = Sent("DELETE", lonely, None, ANY, BECAUSE)
        found[f"redact_{noun}"] = Sent("POST", f"{one}/redaction", {}, query=BECAUSE)
    for name, (plural, parts, fields) in PARTS.items():
        found[name] = Sent("POST", f"/{plural}/{PARTED[plural]}/{parts}", fields)
    found["merge_participant"] = Sent(
        "POST", f"/participants/{KNOWN['participants']}/merger", {"into": "ukraine"}, ANY, BECAUSE
    )
    found["put_dossier"] = Sent(
        "PUT",
        "/negotiations/harbour-talks/dossier",
        {"dossier": 1, "negotiation": {"id": "harbour-talks", **NEW["negotiation"]}},
        {"If-None-Match": "*"},
    )
    return found
