"""Merging: one participant turns out to be another one."""

from tests.http import Json, Site
from tests.web.editors import CLAIM, INFERRED, TALKS, Editor, editor, faults, rows

WHY = "/merger?reason=the+same+person"


async def twin(desk: Editor, name: str = "Sherman, W.", **fields: object) -> None:
    body = {"id": "twin", "kind": "person", "name": name, **fields}
    await desk.done(201, "POST", "/participants", body)


async def test_all_that_links_to_it_links_to_the_other_one(own_site: Site) -> None:
    desk = editor(own_site)
    await twin(desk)
    both = ["twin", "wendy-sherman", "russia"]
    talks: Json = {
        "id": "talks",
        "title": "T",
        "kind": "bilateral",
        "state": "active",
        "parties": [{"participant": "twin", "role": "host"}],
    }
    meeting: Json = {
        "id": "meeting",
        "negotiation": TALKS,
        "title": "M",
        "forum": "twin",
        "attendance": [
            {
                "participant": "russia",
                "on_behalf_of": "twin",
                "presence": "attended",
                "inferred": [INFERRED],
            }
        ],
        "notices": [{"status": "held", "inferred": [INFERRED]}],
    }
    claim = CLAIM | {
        "id": "claim",
        "claimant": "twin",
        "on_behalf_of": "twin",
        "addressed_to": both,
        "reported_by": ["twin"],
        "about": ["russia", *both],
    }
    answer = {"by": "twin", "reported_by": "twin", "stance": "defers", "inferred": [INFERRED]}
    demand: Json = {
        "id": "demand",
        "negotiation": TALKS,
        "made_by": both,
        "addressed_to": ["twin"],
        "text": "D",
        "inferred": [INFERRED],
        "responses": [answer],
    }
    person: Json = {
        "id": "aide",
        "kind": "person",
        "name": "An aide",
        "part_of": "twin",
        "posts": [{"title": "Aide", "organization": "twin", "inferred": [INFERRED]}],
    }
    for plural, body in (
        ("negotiations", talks),
        ("meetings", meeting),
        ("claims", claim),
        ("demands", demand),
        ("participants", person),
    ):
        await desk.done(201, "POST", f"/{plural}", body)
    old = await own_site.get("/participants/twin")
    pin = (await own_site.get("/claims"))["pin"]["revision"]
    report = await desk.done(
        200, "POST", "/participants/twin" + WHY, {"into": "wendy-sherman"}, if_match="*"
    )
    assert [link["id"] for link in report["revised"]] == [
        "claim",
        "demand",
        "meeting",
        "talks",
        "aide",
    ]
    assert [(link["id"], link["title"]) for link in report["retracted"]] == [
        ("twin", "Sherman, W.")
    ]

    claim = await own_site.get("/claims/claim")
    assert claim["claimant"]["id"] == claim["on_behalf_of"]["id"] == "wendy-sherman"
    named = [[link["id"] for link in claim[name]] for name in ("addressed_to", "about")]
    assert named == [["wendy-sherman", "russia"], ["russia", "wendy-sherman"]]
    assert [link["id"] for link in claim["reported_by"]] == ["wendy-sherman"]
    demand = await own_site.get("/demands/demand")
    assert [link["id"] for link in demand["made_by"]] == ["wendy-sherman", "russia"]
    (answer,) = demand["responses"]
    assert answer["by"]["id"] == answer["reported_by"]["id"] == "wendy-sherman"
    meeting = await own_site.get("/meetings/meeting")
    assert meeting["forum"]["id"] == "wendy-sherman"
    assert meeting["attendance"][0]["on_behalf_of"]["id"] == "wendy-sherman"
    party = (await own_site.get("/negotiations/talks"))["parties"][0]["participant"]
    aide = await own_site.get("/participants/aide")
    assert party["id"] == aide["part_of"]["id"] == "wendy-sherman"
    assert aide["posts"][0]["organization"]["id"] == "wendy-sherman"

    moved = await own_site.client.get("/participants/twin?fields=id&format=csv")
    assert moved.status_code == 308
    assert moved.headers["location"] == "/participants/wendy-sherman?fields=id&format=csv"
    assert await own_site.get("/participants/twin", as_of=pin) == old
    assert (await own_site.get("/claims/claim", as_of=pin))["claimant"]["id"] == "twin"
    history = await own_site.items("/participants/twin/history")
    assert history[0]["retracted"]["reason"] == "the same person"
    assert "twin" not in await own_site.ids("/participants", limit=200)
    assert faults(own_site.database) == []


async def test_mergers_follow_each_other(own_site: Site) -> None:
    desk = editor(own_site)
    await twin(desk)
    await desk.done(201, "POST", "/participants", {"id": "one", "kind": "person", "name": "One"})
    await desk.done(200, "POST", "/participants/one" + WHY, {"into": "twin"}, if_match='"1-"')
    body = {"into": "wendy-sherman"}
    await desk.done(200, "POST", "/participants/twin" + WHY, body, if_match="*")
    steps = ["/participants/one"]
    for _ in range(2):
        steps.append((await own_site.client.get(steps[-1])).headers["location"])
    assert steps[1:] == ["/participants/twin", "/participants/wendy-sherman"]


async def test_what_cannot_be_merged_stays(own_site: Site) -> None:
    desk = editor(own_site)
    await twin(desk)
    path = "/participants/twin" + WHY
    await desk.done(201, "POST", "/participants", {"id": "gone", "kind": "person", "name": "One"})
    await desk.done(200, "DELETE", "/participants/gone?reason=error", if_match="*")
    before = rows(own_site.database)
    for into in ("nobody", "gone"):
        wrong = await desk.pointers("POST", path, {"into": into}, if_match="*")
        assert wrong == {"/into": "names no participant on record"}
    wrong = await desk.pointers("POST", path, {"into": "twin"}, if_match="*")
    assert wrong == {"/into": "must be another one"}
    assert await desk.pointers("POST", path, {"into": "A b"}, if_match="*") != {}
    await desk.done(428, "POST", path, {"into": "russia"})
    await desk.done(412, "POST", path, {"into": "russia"}, if_match='"7-x"')
    await desk.done(422, "POST", "/participants/twin/merger", {"into": "russia"}, if_match="*")
    await desk.done(410, "POST", "/participants/gone" + WHY, {"into": "russia"}, if_match="*")
    await desk.done(404, "POST", "/participants/none" + WHY, {"into": "russia"}, if_match="*")
    await desk.done(200, "POST", f"{path}&dry_run=true", {"into": "russia"}, if_match="*")
    assert rows(own_site.database) == before


async def test_what_would_link_to_itself_or_go_round_stays(own_site: Site) -> None:
    desk = editor(own_site)
    # The council is a part of the organization.
    body = {"into": "osce-permanent-council"}
    problem = await desk.done(409, "POST", "/participants/osce" + WHY, body, if_match="*")
    assert [error["message"].split()[0] for error in problem["errors"]] == [
        "participant/osce-permanent-council"
    ]
    await twin(desk, part_of="osce-permanent-council")
    await desk.done(201, "POST", "/participants", {"id": "far", "kind": "group", "name": "Far"})
    await desk.done(200, "PATCH", "/participants/osce", {"part_of": "far"}, if_match="*")
    # far > osce > council > twin: with far gone into twin, osce would be a part of its own part.
    before = rows(own_site.database)
    problem = await desk.done(
        409, "POST", "/participants/far" + WHY, {"into": "twin"}, if_match="*"
    )
    assert [error["message"] for error in problem["errors"]] == [
        "participant/osce would lead back to itself"
    ]
    assert rows(own_site.database) == before
    body = {"into": "osce"}
    await desk.done(200, "POST", "/participants/twin" + WHY, body, if_match="*")
    assert faults(own_site.database) == []
