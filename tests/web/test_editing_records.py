"""Adding, revising and retracting records over HTTP, on every noun and both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from app.resources.tokens import Scope
from app.store.tables import AUDIT
from tests.http import KNOWN, NOUNS, Json, Site
from tests.web.editors import CLAIM, INFERRED, SOURCE, TALKS, editor, faults, rows

# The least that each noun needs, beside an id.
LEAST: dict[str, Json] = {
    "negotiations": {"title": "Harbour talks", "kind": "bilateral", "state": "announced"},
    "participants": {"kind": "state", "name": "Southland"},
    "meetings": {
        "negotiation": TALKS,
        "title": "A dinner",
        "notices": [{"status": "proposed", "inferred": [INFERRED]}],
    },
    "claims": CLAIM,
    "demands": {
        "negotiation": TALKS,
        "made_by": ["russia"],
        "text": "Leave the harbour",
        "inferred": [INFERRED],
    },
    "sources": {"title": "A paper", "kind": "news", "proximity": "secondary"},
}
IDS = {
    "negotiations": "harbour-talks",
    "participants": "southland",
    "meetings": "a-dinner",
    "claims": "something-new-was-said",
    "demands": "leave-the-harbour",
    "sources": "a-paper",
}


async def test_a_record_is_added_revised_and_retracted(own_site: Site) -> None:
    desk = editor(own_site)
    for plural in NOUNS:
        path = f"/{plural}/{IDS[plural]}"
        added = await desk.ask("POST", f"/{plural}?reason=first", LEAST[plural])
        assert added.status_code == 201, added.text
        assert added.headers["location"] == path
        assert added.headers["content-type"] == "application/json"
        first = int(added.headers["parley-revision"])
        read = await own_site.client.get(path)
        assert read.content == added.content
        assert read.headers["etag"] == added.headers["etag"]
        assert (added.json()["version"], added.json()["revision"]) == (1, first)

        title = (
            "name" if plural == "participants" else "title" if "title" in LEAST[plural] else "text"
        )
        tag = added.headers["etag"]
        changed = await desk.ask("PATCH", f"{path}?reason=second", {title: "Other"}, if_match=tag)
        assert changed.status_code == 200, changed.text
        read = await own_site.client.get(path)
        assert (read.content, read.headers["etag"]) == (changed.content, changed.headers["etag"])
        assert (changed.json()[title], changed.json()["version"]) == ("Other", 2)
        assert "location" not in changed.headers

        gone = await desk.ask("DELETE", f"{path}?reason=third", if_match=read.headers["etag"])
        assert gone.status_code == 200, gone.text
        noun = plural.removesuffix("s")
        link = {"noun": noun, "id": IDS[plural], "title": "Other", "href": path}
        assert gone.json() == {
            "revision": first + 2,
            "dry_run": False,
            "added": [],
            "revised": [],
            "retracted": [link],
            "unchanged": 0,
        }
        refused = await own_site.problem(path, 410)
        assert refused["detail"] == f"This {noun} was retracted: third"
        assert (await own_site.get(f"{path}?as_of={first + 1}"))[title] == "Other"

        history = await own_site.items(f"{path}/history")
        told = [(item["version"], item["editor"], item["reason"]) for item in history]
        assert told == [(2, "Kyiv desk", "second"), (1, "Kyiv desk", "first")]
        assert history[0]["retracted"]["reason"] == "third"
        assert [one["path"] for one in history[0]["differences"]] == [f"/{title}"]
        changes = await own_site.items("/changes", since=first - 1)
        assert [one["change"] for one in changes] == ["added", "revised", "retracted"]
        with own_site.database.read() as connection:
            audit = connection.execute(select(AUDIT).where(AUDIT.c.revision >= first)).all()
        assert [
            (row.method, row.label, row.added, row.revised, row.retracted) for row in audit
        ] == [
            ("POST", "Kyiv desk", 1, 0, 0),
            ("PATCH", "Kyiv desk", 0, 1, 0),
            ("DELETE", "Kyiv desk", 0, 0, 1),
        ]
        assert [row.path for row in audit] == [f"/{plural}", path, path]
    assert faults(own_site.database) == []


async def test_a_change_without_a_reason_is_told_by_its_request(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(201, "POST", "/claims", CLAIM | {"id": "new"})
    (version,) = await own_site.items("/claims/new/history")
    assert version["reason"] == "POST /claims"
    await desk.done(422, "DELETE", "/claims/new", if_match="*")


async def test_ids_are_made_of_titles(own_site: Site) -> None:
    desk = editor(own_site)

    async def named(plural: str, **fields: Any) -> str:
        found = await desk.done(201, "POST", f"/{plural}", LEAST[plural] | fields)
        return str(found["id"])

    assert await named("participants", name="Jürgen Élan-O'Neill") == "jurgen-elan-oneill"
    assert await named("participants", name="Сергій") == "participant"
    assert await named("participants", name="Зеленський") == "participant-2"
    assert await named("participants", name="Sergey Ryabkov") == "sergey-ryabkov-2"
    await desk.done(200, "DELETE", "/participants/participant-2?reason=error", if_match="*")
    assert await named("participants", name="Україна") == "participant-3"
    assert await named("sources", title="(42)") == "42"
    assert await named("sources", title="word " * 30) == "-".join(["word"] * 12)
    assert await named("sources", title="x" * 200) == "x" * 60
    quote = {"source": SOURCE, "exact": "Seven hours!"}
    unclassified = {"text": None, "kind": "unclassified", "evidence": [quote]}
    assert await named("claims", **unclassified) == "seven-hours"


async def test_an_id_is_given_out_once(own_site: Site) -> None:
    desk = editor(own_site)
    taken = await desk.done(409, "POST", "/participants", LEAST["participants"] | {"id": "russia"})
    assert taken["type"].endswith("/problems/conflict")
    assert taken["errors"] == [{"message": "is there already", "parameter": None, "pointer": "/id"}]
    await desk.done(201, "POST", "/claims", CLAIM | {"id": "gone"})
    await desk.done(200, "DELETE", "/claims/gone?reason=error", if_match="*")
    taken = await desk.done(409, "POST", "/claims", CLAIM | {"id": "gone"})
    assert taken["errors"][0]["message"] == "was there and is gone; its id is not reused"


async def test_a_change_says_which_version_it_is_meant_for(own_site: Site) -> None:
    desk = editor(own_site)
    path = "/participants/russia"
    patch = {"description": "A state"}
    for method in ("PATCH", "DELETE"):
        answer = await desk.ask(method, f"{path}?reason=none", patch if method == "PATCH" else None)
        assert answer.status_code == 428
    stale = await own_site.client.get(path)
    await desk.done(200, "PATCH", path, patch, if_match=stale.headers["etag"])
    for method in ("PATCH", "DELETE"):
        answer = await desk.ask(
            method,
            f"{path}?reason=late",
            patch if method == "PATCH" else None,
            if_match=stale.headers["etag"],
        )
        assert answer.status_code == 412
        assert answer.headers["link"] == f'<https://parley.example{path}>; rel="latest-version"'
        assert answer.json()["detail"] == "The participant is in version 2."
    for wrong in ("russia", "2", "", '"', "W/"):
        assert (await desk.ask("PATCH", path, patch, if_match=wrong)).status_code == 400
    for other in ('"3-x"', '"x"', '""', '"-2"', '"1-2"', '"+2-"', f'"{"9" * 400}-x"', "² 2"):
        fields = {name.encode(): value.encode() for name, value in desk.fields().items()}
        fields[b"if-match"] = other.encode("latin-1")
        answer = await own_site.client.patch(path, json=patch, headers=fields)
        assert answer.status_code == (400 if "²" in other else 412), other


async def test_every_spelling_of_the_right_tag_is_taken(own_site: Site) -> None:
    desk = editor(own_site)
    path = "/participants/russia"
    plain = (await own_site.client.get(path, headers={"accept-encoding": "identity"})).headers[
        "etag"
    ]
    zipped = (await own_site.client.get(path, headers={"accept-encoding": "gzip"})).headers["etag"]
    csv = (await own_site.client.get(f"{path}?format=csv")).headers["etag"]
    old = (await own_site.client.get(f"{path}?as_of=1")).headers["etag"]
    assert len({plain, zipped, csv}) == 3
    for told in (
        plain,
        zipped,
        csv,
        old,
        "*",
        " * ",
        f"W/{plain}",
        f'"7-x", {plain}',
        f'{csv},"a"',
    ):
        found = await desk.done(200, "PATCH", path, {}, if_match=told)
        assert found["version"] == 1, told


@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_the_tag_of_an_answer_is_that_of_the_next_reading(
    own_site: Site, coding: str
) -> None:
    desk = editor(own_site)
    desk.headers["accept-encoding"] = coding
    made = await desk.ask("POST", "/claims", CLAIM)
    read = await own_site.client.get(made.headers["location"], headers={"accept-encoding": coding})
    assert read.headers["etag"] == made.headers["etag"]
    again = await own_site.client.get(
        made.headers["location"],
        headers={"accept-encoding": coding, "if-none-match": made.headers["etag"]},
    )
    assert again.status_code == 304


async def test_another_records_change_makes_no_tag_stale(own_site: Site) -> None:
    desk = editor(own_site)
    tag = await desk.tag("/claims/sherman-no-direct-response")
    # A new name stands in the claim's links: new rows, and the same version.
    await desk.done(200, "PATCH", "/participants/russia", {"name": "The Federation"}, if_match="*")
    assert await desk.tag("/claims/sherman-no-direct-response") != tag
    patch = {"issue": "security-guarantees"}
    found = await desk.done(200, "PATCH", "/claims/sherman-no-direct-response", patch, if_match=tag)
    assert found["version"] == 2
    assert faults(own_site.database) == []


async def test_equal_facts_make_no_version(own_site: Site) -> None:
    desk = editor(own_site)
    before = rows(own_site.database)
    path = "/participants/wendy-sherman"
    tag = await desk.tag(path)
    same = {"name": "Wendy Sherman", "description": None, "other_names": ["Wendy R. Sherman"]}
    for patch in ({}, same):
        answer = await desk.ask("PATCH", path, patch, if_match=tag)
        assert answer.status_code == 200
        assert answer.headers["etag"] == tag
        assert answer.headers["parley-revision"] == "1"
    # The quote as an editor writes it: its place and its verification are on record.
    quote = {"source": SOURCE, "exact": "U.S. Deputy Secretary of State Wendy Sherman"}
    post = {
        "id": "deputy-secretary-of-state",
        "title": "Deputy Secretary of State",
        "organization": "united-states",
        "evidence": [quote],
    }
    await desk.done(200, "PATCH", path, {"posts": [post]}, if_match=tag)
    assert rows(own_site.database) == before


async def test_a_patch_takes_away_and_replaces_whole_lists(own_site: Site) -> None:
    desk = editor(own_site)
    path = "/participants/wendy-sherman"
    patch = {"country": None, "posts": None, "other_names": ["W. S."]}
    found = await desk.done(200, "PATCH", path, patch, if_match="*")
    assert (found["country"], found["posts"]) == (None, [])
    assert (found["name"], found["other_names"]) == ("Wendy Sherman", ["W. S."])
    wrong = await desk.pointers("PATCH", path, {"name": None, "kind": None}, if_match="*")
    assert wrong == {"/name": "is missing", "/kind": "is missing"}
    source = await desk.done(200, "PATCH", f"/sources/{SOURCE}", {"text": None}, if_match="*")
    assert source["text"] is None
    part = {"text": {"length": 5}}
    wrong = await desk.pointers("PATCH", f"/sources/{SOURCE}", part, if_match="*")
    assert wrong.keys() == {"/text/sha256", "/text/normalized_sha256", "/text/normalization"}
    assert faults(own_site.database) == []


async def test_a_merge_patch_goes_into_objects(own_site: Site) -> None:
    desk = editor(own_site)
    answer = await desk.ask(
        "PATCH",
        f"/sources/{SOURCE}",
        b'{"text": {"length": 5}}',
        if_match="*",
        content_type="application/merge-patch+json",
    )
    assert answer.json()["text"]["length"] == 5
    assert answer.json()["text"]["sha256"].startswith("575959e6")


async def test_ids_and_negotiations_of_records_stay(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(201, "POST", "/negotiations", LEAST["negotiations"])
    path = "/demands/nato-non-expansion"
    for identifier in ("other", None, 5):
        wrong = await desk.pointers("PATCH", path, {"id": identifier}, if_match="*")
        assert wrong == {"/id": "must stay as it is, or be left out"}
    wrong = await desk.pointers("PATCH", path, {"negotiation": "harbour-talks"}, if_match="*")
    assert wrong["/negotiation"] == "must stay as it is: a record belongs to one negotiation"
    assert "/negotiation" in await desk.pointers("PATCH", path, {"negotiation": None}, if_match="*")
    same = {"id": "nato-non-expansion", "negotiation": TALKS}
    assert (await desk.done(200, "PATCH", path, same, if_match="*"))["version"] == 1


async def test_links_must_lead_to_records_of_the_negotiation(own_site: Site) -> None:
    desk = editor(own_site)
    await desk.done(201, "POST", "/negotiations", LEAST["negotiations"])
    other = LEAST["meetings"] | {"negotiation": "harbour-talks"}
    await desk.done(201, "POST", "/meetings", other | {"id": "elsewhere"})
    await desk.done(201, "POST", "/participants", LEAST["participants"])
    await desk.done(200, "DELETE", "/participants/southland?reason=error", if_match="*")
    quote = {"source": "no-paper", "exact": "words"}
    wrong = await desk.pointers(
        "POST",
        "/claims",
        CLAIM
        | {
            "id": "dangling",
            "claimant": "nobody",
            "addressed_to": ["russia", "southland"],
            "about_meetings": ["geneva-2022-01-10", "elsewhere"],
            "issue": "weather",
            "evidence": [quote],
            "relations": [
                {"to": "sherman-no-direct-response", "type": "confirms", "basis": "so"},
                {"to": "dangling", "type": "confirms", "basis": "so"},
                {"to": "no-claim", "type": "confirms", "evidence": [quote]},
            ],
        },
    )
    issues = wrong.pop("/issue")
    assert issues.startswith("is not among the negotiation's issues, which are: de-escalation, ")
    assert wrong == {
        "/claimant": "names no participant that is on record",
        "/addressed_to/1": "names no participant that is on record",
        "/about_meetings/1": "names a meeting of another negotiation",
        "/evidence/0/source": "names no source that is on record",
        "/relations/1/to": "must not be the claim itself",
        "/relations/2/to": "names no claim that is on record",
        "/relations/2/evidence/0/source": "names no source that is on record",
    }
    wrong = await desk.pointers("POST", "/claims", CLAIM | {"negotiation": "no-talks"})
    assert wrong == {"/negotiation": "names no negotiation that is on record"}
    wrong = await desk.pointers("POST", "/meetings", other | {"issues": ["weather"]})
    assert wrong == {"/issues/0": "is not among the negotiation's issues, which are: none yet"}


async def test_nothing_goes_round_in_a_circle(own_site: Site) -> None:
    desk = editor(own_site)
    paper = LEAST["sources"]
    for number, origin in ((1, None), (2, "p1"), (3, "p2")):
        fields = paper | {"id": f"p{number}"} | ({"origin": origin} if origin else {})
        await desk.done(201, "POST", "/sources", fields)
    circle = {"origin": "p3"}
    wrong = await desk.pointers("PATCH", "/sources/p1", circle, if_match="*")
    assert wrong == {"/origin": "leads back to the record itself"}
    wrong = await desk.pointers("PATCH", "/sources/p1", {"origin": "p1"}, if_match="*")
    assert wrong == {"/origin": "must not be the source itself"}
    wrong = await desk.pointers(
        "PATCH", "/participants/osce", {"part_of": "osce-permanent-council"}, if_match="*"
    )
    assert wrong == {"/part_of": "leads back to the record itself"}
    part = {"part_of": "nato-non-expansion", "replaces": "nato-non-expansion"}
    wrong = await desk.pointers("PATCH", "/demands/security-guarantees", part, if_match="*")
    assert wrong == {"/part_of": "leads back to the record itself"}
    swap = {"replaces": "security-guarantees"}
    await desk.done(200, "PATCH", "/demands/nato-non-expansion", swap, if_match="*")
    part = {"replaces": "nato-non-expansion"}
    wrong = await desk.pointers("PATCH", "/demands/security-guarantees", part, if_match="*")
    assert wrong == {"/replaces": "leads back to the record itself"}


async def test_an_issue_in_use_stays(own_site: Site) -> None:
    desk = editor(own_site)
    path = f"/negotiations/{TALKS}"
    wrong = await desk.pointers("PATCH", path, {"issues": []}, if_match="*")
    assert list(wrong) == ["/issues"]
    assert wrong["/issues"].startswith("leaves out what ")
    issues = (await own_site.get(path))["issues"]
    more = [*issues, {"id": "weather", "title": "The weather"}]
    await desk.done(200, "PATCH", path, {"issues": more}, if_match="*")
    await desk.done(200, "PATCH", path, {"issues": issues}, if_match="*")


async def test_what_others_link_to_cannot_be_retracted(own_site: Site) -> None:
    desk = editor(own_site)
    before = rows(own_site.database)
    problem = await desk.done(409, "DELETE", "/meetings/geneva-2022-01-10?reason=x", if_match="*")
    assert problem["detail"] == "A record that stays links to one that goes."
    linking = [error["message"].split(" ")[0] for error in problem["errors"]]
    claims = await own_site.ids("/claims", meeting="geneva-2022-01-10", limit=200)
    assert {f"claim/{one}" for one in claims} <= set(linking)
    assert "demand/security-guarantees" in linking
    assert rows(own_site.database) == before
    for path in (f"/negotiations/{TALKS}", f"/sources/{SOURCE}", "/participants/russia"):
        await desk.done(409, "DELETE", f"{path}?reason=x", if_match="*")


async def test_what_is_not_there_cannot_be_changed(own_site: Site) -> None:
    desk = editor(own_site)
    for plural in NOUNS:
        for identifier in ("nothing", "Nothing", "%00", "a%2Fb", "x" * 200):
            path = f"/{plural}/{identifier}"
            for method, body in (("PATCH", {}), ("DELETE", None)):
                answer = await desk.ask(method, f"{path}?reason=x", body, if_match="*")
                assert answer.status_code == 404, answer.text
        await desk.done(201, "POST", f"/{plural}", LEAST[plural] | {"id": "gone"})
        await desk.done(200, "DELETE", f"/{plural}/gone?reason=over", if_match="*")
        for method, body in (("PATCH", {}), ("DELETE", None)):
            answer = await desk.ask(method, f"/{plural}/gone?reason=x", body, if_match='"1-x"')
            assert answer.status_code == 410
            assert answer.json()["detail"].endswith(": over")


async def test_a_dry_run_answers_and_changes_nothing(own_site: Site) -> None:
    desk = editor(own_site)
    for plural in NOUNS:
        before = rows(own_site.database)
        dry = "dry_run=true&reason=try"
        now = (await own_site.client.get("/claims")).headers["parley-revision"]
        made = await desk.ask("POST", f"/{plural}?{dry}", LEAST[plural], idempotency_key=plural)
        assert made.status_code == 200, made.text
        assert made.json()["id"] == IDS[plural]
        path = f"/{plural}/{KNOWN[plural]}"
        quoted = {"inferred": [INFERRED]}
        changed = await desk.ask(
            "PATCH", f"{path}?{dry}", quoted, if_match="*", idempotency_key=plural
        )
        assert changed.json()["version"] == 2
        assert changed.status_code == 200
        for answer in (made, changed):
            assert answer.headers["parley-revision"] == now
            assert not {"etag", "location"} & answer.headers.keys()
        await desk.done(412, "PATCH", f"{path}?{dry}", quoted, if_match='"9-x"')
        await desk.done(422, "POST", f"/{plural}?{dry}", {})
        assert rows(own_site.database) == before
        # The key is still free.
        made = await desk.ask("POST", f"/{plural}", LEAST[plural], idempotency_key=plural)
        assert made.status_code == 201
        gone = await desk.ask("DELETE", f"/{plural}/{IDS[plural]}?{dry}", if_match="*")
        assert (gone.status_code, gone.json()["revision"]) == (200, None)
        assert gone.headers["parley-revision"] == str(int(now) + 1)
        assert (await own_site.client.get(f"/{plural}/{IDS[plural]}")).status_code == 200


async def test_a_request_that_is_sent_again_is_answered_again(own_site: Site) -> None:
    desk = editor(own_site)
    first = await desk.ask("POST", "/claims", CLAIM, idempotency_key='"one"')
    await desk.done(201, "POST", "/claims", CLAIM, idempotency_key="other")
    after = rows(own_site.database)
    again = await desk.ask("POST", "/claims", CLAIM, idempotency_key='"one"')
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers == first.headers
    for path, body in (("/claims", CLAIM | {"kind": "warning"}), ("/claims?reason=x", CLAIM)):
        problem = await desk.done(422, "POST", path, body, idempotency_key='"one"')
        assert problem["type"].endswith("/problems/idempotency-mismatch")
    assert rows(own_site.database) == after
    # Of another token, another path and another method it is another name.
    there = await editor(own_site).ask("POST", "/claims", CLAIM, idempotency_key='"one"')
    assert there.headers["location"] == "/claims/something-new-was-said-3"
    paper = LEAST["sources"]
    assert (await desk.ask("POST", "/sources", paper, idempotency_key='"one"')).status_code == 201
    patch = {"kind": "warning"}
    for _ in range(2):
        found = await desk.done(
            200,
            "PATCH",
            "/claims/something-new-was-said",
            patch,
            if_match='"1-"',
            idempotency_key="patch",
        )
        assert found["version"] == 2
    for _ in range(2):
        gone = await desk.ask(
            "DELETE", "/sources/a-paper?reason=x", if_match="*", idempotency_key="gone"
        )
        assert gone.status_code == 200


async def test_what_failed_is_judged_anew(own_site: Site) -> None:
    desk = editor(own_site)
    wrong = CLAIM | {"claimant": "southland"}
    await desk.done(422, "POST", "/claims", wrong, idempotency_key="k")
    await desk.done(201, "POST", "/participants", LEAST["participants"])
    await desk.done(201, "POST", "/claims", wrong, idempotency_key="k")


async def test_a_token_must_allow_it(own_site: Site) -> None:
    importer = editor(own_site, Scope.import_)
    await importer.done(403, "POST", "/claims", CLAIM)
    desk = editor(own_site)
    redaction = "/claims/sherman-no-direct-response/redaction?reason=x"
    await desk.done(403, "POST", redaction, {})
    await desk.done(403, "PUT", f"/negotiations/{TALKS}/dossier", {}, if_match="*")
    anybody = await own_site.client.post("/claims", json=CLAIM)
    assert anybody.status_code == 401
