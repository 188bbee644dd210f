"""Adding one part to a record: a response, a notice, a relation."""

import json

from tests.http import Json, Site
from tests.web.editors import INFERRED, SOURCE, editor, faults, rows

RESPONSE: Json = {"by": "united-states", "stance": "defers", "inferred": [INFERRED]}
NOTICE: Json = {"status": "postponed", "inferred": [INFERRED]}
RELATION: Json = {"to": "ryabkov-no-intention-to-attack", "type": "qualifies", "basis": "so"}
PARTS = {
    "/demands/security-guarantees/responses": RESPONSE,
    "/meetings/vienna-2022-01-13/notices": NOTICE,
    "/claims/sherman-no-direct-response/relations": RELATION,
}


async def test_a_part_is_added_at_the_end_of_its_list(own_site: Site) -> None:
    desk = editor(own_site)
    for path, part in PARTS.items():
        record, _, field = path.rpartition("/")
        before = (await own_site.get(record))[field]
        made = await desk.ask("POST", f"{path}?reason=heard", part)
        assert made.status_code == 201, made.text
        assert made.headers["location"] == record
        read = await own_site.client.get(record)
        assert (read.content, read.headers["etag"]) == (made.content, made.headers["etag"])
        assert read.json()["version"] == 2
        *old, added = made.json()[field]
        assert [one["id"] for one in old] == [one["id"] for one in before]
        (version, _) = await own_site.items(f"{record}/history")
        assert [one["path"] for one in version["differences"]] == [f"/{field}/{added['id']}"]
    assert (await own_site.get("/meetings/vienna-2022-01-13"))["status"] == "postponed"
    there = await own_site.get("/claims/ryabkov-no-intention-to-attack")
    assert "sherman-no-direct-response" in str(there)
    assert faults(own_site.database) == []


async def test_what_is_wrong_with_a_part_is_told_from_the_part_on(own_site: Site) -> None:
    desk = editor(own_site)
    before = rows(own_site.database)
    path = "/demands/security-guarantees/responses"
    for part, wrong in (
        ({}, {"/by": "is missing", "/stance": "is missing"}),
        (RESPONSE | {"by": "nobody"}, {"/by": "names no participant that is on record"}),
        (RESPONSE | {"stance": "maybe", "inferred": []}, {"/stance"}),
        (RESPONSE | {"inferred": []}, {""}),
        (RESPONSE | {"text": "a\ud800"}, {"/text"}),
        (RESPONSE | {"extra~/": 1}, {""}),
        (
            RESPONSE | {"evidence": [{"source": "nowhere", "exact": "x"}]},
            {"/evidence/0/source": "names no source that is on record"},
        ),
        (
            RESPONSE | {"id": "united-states-rejects"},
            None,
        ),
    ):
        if wrong is None:
            ids = [one["id"] for one in (await own_site.get(path.rpartition("/")[0]))["responses"]]
            part = part | {"id": ids[0]}
            wrong = {"/id": "stands earlier in this list already; each id must be its own"}
        raw = json.dumps(part).encode()
        found = await desk.pointers("POST", path, raw, content_type="application/json")
        if isinstance(wrong, dict):
            assert found == wrong
        else:
            assert found.keys() == wrong
    assert rows(own_site.database) == before


async def test_a_part_may_say_for_which_version_it_is_meant(own_site: Site) -> None:
    desk = editor(own_site)
    path = "/demands/security-guarantees/responses"
    await desk.done(201, "POST", path, RESPONSE, if_match='"1-x"')
    await desk.done(412, "POST", path, RESPONSE, if_match='"1-x"')
    await desk.done(201, "POST", path, RESPONSE)
    again = [
        await desk.ask("POST", path, RESPONSE, if_match='"3-x"', idempotency_key="k")
        for _ in range(2)
    ]
    assert again[0].content == again[1].content
    assert (await own_site.get("/demands/security-guarantees"))["version"] == 4
    dry = await desk.ask("POST", f"{path}?dry_run=true", RESPONSE)
    assert (dry.status_code, dry.json()["version"]) == (200, 5)
    await desk.done(404, "POST", "/demands/nothing/responses", RESPONSE)
    assert (await own_site.get("/demands/security-guarantees"))["version"] == 4


async def test_many_parts_get_ids_of_their_own(own_site: Site) -> None:
    desk = editor(own_site)
    path = "/meetings/geneva-2022-01-10/notices"
    quote = {"source": SOURCE, "exact": "first round"}
    for _ in range(3):
        found = await desk.done(201, "POST", path, {"status": "held", "evidence": [quote]})
    ids = [one["id"] for one in found["notices"]]
    assert len(ids) == len(set(ids)) == 4
    assert ids[1:] == ["n1", "n2", "n3"]
