"""Reading bodies: strict JSON, pointers, and merge patches as RFC 7396 gives them."""

from time import perf_counter
from typing import Any

import pytest

from app.editing.bodies import merged, pointer_to, read_fields, shaped
from app.errors import BadRequest, InvalidBody
from app.resources.participants import ParticipantContent

# The examples of RFC 7396, appendix A, whose patch is an object or a value inside one.
RFC_7396: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("old", "patch", "result"), RFC_7396)
def test_a_merge_patch_does_what_its_standard_says(old: Any, patch: Any, result: Any) -> None:
    assert merged(old, patch) == result


def test_a_pointer_ends_before_a_key_that_nothing_could_have() -> None:
    assert pointer_to(("evidence", 0, "exact")) == "/evidence/0/exact"
    assert pointer_to(()) == ""
    for odd in ("a/b", "a~b", "", "x" * 65, "é", "<script>", "\ud800"):
        assert pointer_to(("inferred", 1, odd, "note")) == "/inferred/1"


def test_what_the_service_finds_out_is_refused_wherever_it_stands() -> None:
    with pytest.raises(InvalidBody) as caught:
        read_fields(b'{"verification": 1, "posts": [{"evidence": [{"verified_on": null}]}]}')
    pointers = [fault.pointer for fault in caught.value.faults]
    assert pointers == ["/verification", "/posts/0/evidence/0/verified_on"]


def test_what_is_not_utf_8_is_said_to_be_so() -> None:
    with pytest.raises(BadRequest, match="must be UTF-8, which it is not from byte 2 on"):
        read_fields(b'{"\xff": 1}')
    with pytest.raises(BadRequest, match="is empty"):
        read_fields("\ufeff \n".encode())


def test_very_many_faults_take_no_time_to_word() -> None:
    fields = {"name": "N", "kind": "person"} | {f"nam{n}": 1 for n in range(60_000)}
    start = perf_counter()
    with pytest.raises(InvalidBody) as caught:
        shaped(ParticipantContent, {"id": "a", **fields})
    assert perf_counter() - start < 5
    assert caught.value.faults[-1].message == "and 59950 more"
    assert len(caught.value.faults) == 51
