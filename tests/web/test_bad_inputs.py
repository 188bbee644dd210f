"""Nothing that anyone sends ends in a 500, and both databases refuse it in the same words.

Every refusal is a problem document that names the parameter and repeats no value.
"""

from base64 import urlsafe_b64encode

import pytest

from tests.http import LISTS, RECORDS, Reply, Site

SENTINEL = "zq7x"
HUGE = "9" * 60_000
REFUSED = (400, 404, 414, 422)
# An address of this many bytes is still read.
LONGEST = 8 * 1024

# For every parameter, whatever it takes: none of these is a value of any.
NONSENSE = [
    b"",
    b"%20",
    b"%00",
    b"zq7x%00",
    b"%ff",
    b"\xff",
    b"\xed\xa0\x80",
    b"%ed%a0%80",
    b"%E2%80%AEzq7x",
    b"zq7x%0d%0aSet-Cookie:%20a=b",
    b"zq7x'%20OR%201=1--",
    b"%22zq7x%22",
    b"{%22zq7x%22:1}",
    b"../zq7x",
    b"%2e%2e%2fzq7x",
    b"Wendy-Sherman-zq7x",
    b"wendy-sherman%20",
    b"wendy%E2%80%90sherman",
    b"e%CC%81-zq7x-%C3%A9",
    b"%F0%9F%92%A5zq7x",
    b"zq7x" * 15_000,
    b"%5B" * 5_000 + b"zq7x",
]
LIMITS = [
    b"-1",
    b"0",
    b"201",
    b"1000000000",
    b"9223372036854775808",
    b"1_0",
    b"1.0",
    b"1e3",
    b"0x10",
    b"%2B5",
    b"+5",
    b"5%20",
    b"%D9%A1%D9%A0",
    b"%EF%BC%91",
    b"true",
    b"null",
    b"NaN",
    b"Infinity",
    HUGE.encode(),
]
DAYS = [
    b"2022-02-30",
    b"2023-02-29",
    b"2022-00-10",
    b"2022-13-01",
    b"2022-1-1",
    b"22-01-01",
    b"0000-01-01",
    b"10000-01-01",
    b"-0001-01-01",
    b"1641945600",
    b"2022-01-12T00:00:00Z",
    b"2022-01",
    b"2022-01-12~",
    b"20220112",
    b"2022-W02-3",
    b"%D9%A2%D9%A0%D9%A2%D9%A2-%D9%A0%D9%A1-%D9%A1%D9%A2",
    b"now",
    b"Today",
    b"today%0a",
    HUGE.encode(),
]
INSTANTS = [
    b"-1",
    b"2",
    b"999999999999999",
    b"9223372036854775808",
    HUGE.encode(),
    b"1.0",
    b"1e0",
    b"%D9%A1",
    b"2022-01-12",
    b"2022-01-12T09:30Z",
    b"2022-01-12T09:30:00",
    b"2022-01-12%2009:30:00Z",
    b"2022-01-12T09:30:00%2B24:00",
    b"2022-01-12T09:30:00%2B05:60",
    b"2022-01-12T09:30:00-99:99",
    b"2022-01-12T24:00:00Z",
    b"2022-01-12T23:59:60Z",
    b"2016-12-31T23:59:60Z",
    b"2022-02-30T00:00:00Z",
    b"0000-01-01T00:00:00Z",
    b"10000-01-01T00:00:00Z",
    b"9999-12-31T23:59:59Z",
    b"9999-12-31T23:59:59-14:00",
    b"2027-01-01T00:00:00Z",
    b"2022-01-12T09:30:00.1234567Z",
    b"now",
    b"today",
]
SORTS = [b"ON", b"--on", b"on,id", b"id;drop%20table%20claim", b"document", b"+on", b"undated"]


PATHS = [
    *(b"/claims/" + value for value in NONSENSE if value.isascii()),
    b"/claims/..",
    b"/claims/../sources",
    b"/claims/%2e%2e/%2e%2e/etc/passwd",
    b"/claims/a%2fb",
    b"/claims/a%5cb",
    b"/claims/wendy-sherman%0a",
    b"/claims%0a",
    b"/claims%00",
    b"/claims/",
    b"/claims//",
    b"//claims",
    b"/Claims",
    b"/claims;a=b",
    b"/claims/" + b"a" * 129,
    b"/claims/" + b"a" * 60_000,
    b"/" + b"a/" * 30_000,
    b"/meetings/upcoming/",
    b"/problems/%00",
    b"/problems/" + b"a" * 60_000,
    b"/%ff%fe",
    b"/docs/static/%ff",
    b"/*",
]


def cursors(genuine: str) -> list[bytes]:
    """Cursors that no page ever gave, but for the query."""
    flipped = [
        genuine[:place] + ("A" if genuine[place] != "A" else "B") + genuine[place + 1 :]
        for place in (0, 10, 21, len(genuine) // 2, len(genuine) - 1)
    ]
    payloads = [b"{}", b"[]", b"null", b"[1]", b'[1,"a"]', b"[" * 600, b'{"a":' * 150, b"\xff\x00"]
    forged = [urlsafe_b64encode(bytes(16) + payload).decode() for payload in payloads]
    spelled = [f"{genuine}=", f"{genuine}==", f" {genuine}", f"{genuine}!", genuine[:-2]]
    return [
        *(text.replace(" ", "%20").encode() for text in [*flipped, *forged, *spelled]),
        b"zq7x",
        b"A",
        b"%C3%A9",
        b"A" * 40_000,
    ]


def assert_problem(reply: Reply, status: tuple[int, ...] = REFUSED) -> None:
    """An answer that refuses, as RFC 9457 has it, without a word of what was sent."""
    assert reply.status in status, reply
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert list(problem) == ["type", "title", "status", "detail", "instance", "errors"]
    assert problem["type"].startswith("https://parley.example/problems/")
    assert problem["status"] == reply.status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith("/")
    for fault in problem["errors"]:
        assert list(fault) == ["message", "parameter", "pointer"]
        assert fault["message"]
    assert SENTINEL not in reply.body.decode().replace(problem["instance"], "")
    assert len(reply.body) < 20_000


async def ask(sites: tuple[Site, Site], target: bytes, method: str = "GET") -> Reply:
    """The answer of both databases, which is one and the same."""
    one, other = [await site.send(target, method) for site in sites]
    assert one == other, target[:200]
    return one


async def assert_names(sites: tuple[Site, Site], target: bytes, parameter: str) -> None:
    """The refusal of a target that is wrong in one parameter, which it names."""
    reply = await ask(sites, target)
    assert_problem(reply)
    if reply.status == 422:
        named = {fault["parameter"] for fault in reply.json()["errors"]}
        assert named == {parameter}, target[:200]
    else:
        kind = "uri-too-long" if len(target) > LONGEST else "bad-request"
        assert reply.json()["type"].endswith(f"/{kind}"), target[:200]


@pytest.mark.parametrize("address", [*LISTS, *RECORDS])
async def test_nonsense_in_any_parameter_is_refused_by_name(
    both_sites: tuple[Site, Site], address: str
) -> None:
    names = ["known_at", "as_of"]
    if address in LISTS:
        names += ["limit", "cursor", "id"]
    for name in names:
        for value in NONSENSE:
            await assert_names(both_sites, f"{address}?{name}=".encode() + value, name)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("limit", LIMITS),
        ("from", DAYS),
        ("until", DAYS),
        ("known_at", DAYS),
        ("at", DAYS),
        ("as_of", INSTANTS),
        ("sort", [*SORTS, *NONSENSE]),
        ("status", [b"HELD", b"held,scheduled", *NONSENSE]),
        ("forum", NONSENSE),
    ],
)
async def test_values_that_are_nearly_right_are_refused_by_name(
    both_sites: tuple[Site, Site], name: str, values: list[bytes]
) -> None:
    for value in values:
        await assert_names(both_sites, f"/meetings?{name}=".encode() + value, name)


@pytest.mark.parametrize("value", [b"%00", b"Promote%00Ukraine", b"%ff", b"x" * 501])
async def test_free_text_that_a_database_cannot_hold_is_refused(
    both_sites: tuple[Site, Site], value: bytes
) -> None:
    await assert_names(both_sites, b"/sources?publisher=" + value, "publisher")


@pytest.mark.parametrize(
    "value",
    [
        *(b"%07", b"%C2%86", b"%E2%80%AE", b"%F0%9F%92%A5", b"e%CC%81", b"%EF%BF%BF"),
        *(b"'", b"%25", b"_", b"\\"),
    ],
)
async def test_free_text_that_is_only_strange_finds_nothing(
    both_sites: tuple[Site, Site], value: bytes
) -> None:
    reply = await ask(both_sites, b"/sources?publisher=" + value)
    assert reply.status == 200
    assert reply.json()["items"] == []


@pytest.mark.parametrize("address", LISTS)
async def test_a_cursor_that_was_not_given_for_this_query_is_refused(
    both_sites: tuple[Site, Site], address: str
) -> None:
    page = await both_sites[0].get("/claims", limit=1)
    genuine = page["next_cursor"]
    for cursor in cursors(genuine):
        await assert_names(both_sites, f"{address}?cursor=".encode() + cursor, "cursor")
    if address != "/claims":
        await assert_names(both_sites, f"{address}?cursor={genuine}".encode(), "cursor")
    else:
        assert (await ask(both_sites, f"/claims?cursor={genuine}".encode())).status == 200


async def test_a_cursor_is_bound_to_every_part_of_its_query(
    both_sites: tuple[Site, Site],
) -> None:
    page = await both_sites[0].get("/claims", limit=1, claimant="wendy-sherman")
    cursor = page["next_cursor"]
    for query in (
        "claimant=sergey-ryabkov",
        "claimant=wendy-sherman&claimant=sergey-ryabkov",
        "claimant=wendy-sherman&sort=on",
        "claimant=wendy-sherman&known_at=2022-01-12",
        "claimant=wendy-sherman&as_of=1",
        "about=wendy-sherman",
    ):
        await assert_names(both_sites, f"/claims?{query}&cursor={cursor}".encode(), "cursor")


@pytest.mark.parametrize("address", LISTS)
async def test_what_is_given_twice_unknown_or_far_too_often_is_refused(
    both_sites: tuple[Site, Site], address: str
) -> None:
    path = address.encode()
    await assert_names(both_sites, path + b"?limit=1&limit=1", "limit")
    await assert_names(both_sites, path + b"?known_at=today&known_at=today", "known_at")
    await assert_names(both_sites, path + b"?limt=1", "limt")
    await assert_names(both_sites, path + b"?LIMIT=1", "LIMIT")
    await assert_names(both_sites, path + b"?id[]=russia", "id[]")
    await assert_names(both_sites, path + b"?id=" + b"&id=".join([b"russia"] * 201), "id")
    for flood in (b"&" * 8_000, b"id=russia&" * 700, b"a=1&b=2&" * 300):
        assert_problem(await ask(both_sites, path + b"?" + flood), (400,))
        assert_problem(await ask(both_sites, path + b"?" + flood * 80), (414,))
    names = b"&".join(b"zq7x%d=1" % number for number in range(400))
    reply = await ask(both_sites, path + b"?" + names)
    assert reply.status == 422
    assert len(reply.json()["errors"]) == 20
    assert len((await ask(both_sites, path + b"?" + b"n" * 8_000 + b"=1")).body) < 1_500


async def test_a_name_that_is_nearly_right_is_told_the_right_one(
    both_sites: tuple[Site, Site],
) -> None:
    for wrong, right in (("limt", "limit"), ("knownat", "known_at"), ("claimants", "claimant")):
        reply = await ask(both_sites, f"/claims?{wrong}=1".encode())
        assert f"the nearest is '{right}'" in reply.json()["errors"][0]["message"]


async def test_an_end_before_its_start_is_refused(both_sites: tuple[Site, Site]) -> None:
    target = b"/claims?from=2022-01-12&until=2022-01-11"
    await assert_names(both_sites, target, "until")


async def test_a_path_that_is_nowhere_is_not_found(both_sites: tuple[Site, Site]) -> None:
    for path in PATHS:
        reply = await ask(both_sites, path)
        assert_problem(reply, (414 if len(path) > LONGEST else 404,))
        assert len(reply.json()["instance"]) < 3_000


async def test_an_id_of_another_noun_is_not_found(both_sites: tuple[Site, Site]) -> None:
    reply = await ask(both_sites, b"/claims/wendy-sherman")
    assert_problem(reply, (404,))
    assert reply.json()["type"].endswith("/record-not-found")


@pytest.mark.parametrize(
    "host", [b"evil.example", b"evil.example/x", b"a:b:c", b"", b"\xff", b"inside.test\x00"]
)
async def test_no_link_is_made_from_what_the_client_calls_the_host(
    both_sites: tuple[Site, Site], host: bytes
) -> None:
    headers = [(b"host", host), (b"x-forwarded-host", host), (b"forwarded", b"host=" + host)]
    for site in both_sites:
        reply = await site.send(b"/claims?limit=1", headers=headers)
        assert reply.status == 200
        assert reply.json()["next"].startswith("https://parley.example/claims?limit=1&cursor=")
        assert b"evil" not in reply.body
