"""Dossiers that the tests of this folder share."""

from typing import Any

# The name of some facts, as exports have it; what it names is nowhere.
BASE = "sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

YAML = """\
dossier: 1
base: sha256-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef

negotiation:
  id: talks
  title: Talks on a bridge
  kind: bilateral
  state: active
  starts: 2022
  parties:
    - {participant: north, role: principal}
  issues:
    - id: bridge
      title: The bridge

participants:
  - {id: north, kind: state, name: North}
  - {id: south, kind: state, name: South, part_of: elsewhere}

sources:
  - id: gazette
    title: "Bridge: talks go on"
    kind: news
    proximity: secondary
    published: 2022-01-10

meetings:
  - id: first-round
    title: First round
    issues: [bridge]
    notices:
      - status: held
        starts: 2022-01-10
        place: {city: Midtown, latitude: 50, longitude: 4.5}
        evidence:
          - source: gazette
            exact: >
              They met in Midtown

claims:
  - id: it-stands
    claimant: north
    on: 2022-01-10
    text: The bridge stands.
    kind: fact
    attribution: paraphrase
    meeting: first-round
    issue: bridge
    evidence:
      - {source: gazette, exact: "it stands"}
  - id: it-stands-still
    claimant: south
    text: It still stands.
    kind: fact
    attribution: paraphrase
    relations:
      - {to: it-stands, type: confirms, basis: The same bridge.}
    evidence:
      - {source: gazette, exact: "still"}

demands:
  - id: open-it
    made_by: [north]
    addressed_to: [south]
    text: Open the bridge.
    mode: yield
    evidence:
      - {source: gazette, exact: "open the bridge"}
    responses:
      - by: south
        stance: rejects
        evidence:
          - {source: gazette, exact: "no"}
  - id: open-it-by-day
    made_by: [north]
    part_of: open-it
    text: Open the bridge by day.
    evidence:
      - {source: gazette, exact: "by day"}
"""

QUOTE = {"source": "gazette", "exact": "it stands"}


def claim(**changes: Any) -> dict[str, Any]:
    """A claim that needs nothing but its negotiation; None takes a field out."""
    fields = {
        "id": "it-stands",
        "claimant": "north",
        "text": "It stands.",
        "kind": "fact",
        "attribution": "paraphrase",
        "evidence": [QUOTE],
    } | changes
    return {key: value for key, value in fields.items() if value is not None}


def demand(**changes: Any) -> dict[str, Any]:
    """A demand, made in the same way."""
    fields = {"id": "open-it", "made_by": ["north"], "text": "Open it.", "evidence": [QUOTE]}
    return {key: value for key, value in (fields | changes).items() if value is not None}


def document(**lists: Any) -> dict[str, Any]:
    """A dossier of a negotiation with one issue, and these lists of records."""
    negotiation = {
        "id": "talks",
        "title": "Talks",
        "kind": "bilateral",
        "state": "active",
        "issues": [{"id": "bridge", "title": "The bridge"}],
    }
    return {"dossier": 1, "negotiation": negotiation} | lists
