"""Differences between two versions of a record: as said by hand, and enough to make the new one."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from app.resources.differences import Difference, DifferenceOut, differences
from app.store.contents import canonical
from tests.made_up import claim, meeting, notice, quote

Json = dict[str, Any]

NAMES = st.sampled_from(["text", "on", "about", "notices", "place", "a/b", "~1", ""])
IDS = st.sampled_from(["n1", "n2", "n3", "e/1", "~"])
SCALARS = st.one_of(st.text(max_size=3), st.integers(-2, 2), st.booleans())


def contents() -> st.SearchStrategy[Json]:
    """JSON without nulls and without empty lists, as the store keeps contents."""

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        fields = st.dictionaries(NAMES, inner, max_size=4)
        part = st.builds(lambda name, found: {"id": name, **found}, IDS, fields)
        parts = st.lists(part, min_size=1, max_size=4, unique_by=lambda one: one["id"])
        return fields | parts | st.lists(inner, min_size=1, max_size=3)

    return st.dictionaries(NAMES, st.recursive(SCALARS, larger, max_leaves=12), max_size=6)


def applied(before: Json, found: list[Difference]) -> Json:
    """The version that the differences lead to, made from the one before."""
    made = deepcopy(before)
    for difference in found:
        _, *steps = difference.path.split("/")
        _apply(made, [step.replace("~1", "/").replace("~0", "~") for step in steps], difference)
    return made


def _apply(holder: Json, steps: list[str], difference: Difference) -> None:
    name, *rest = steps
    if not rest:
        _put(holder, name, difference)
        return
    inner = holder.setdefault(name, [])
    if isinstance(inner, dict):
        _apply(inner, rest, difference)
        return
    parts = {part["id"]: part for part in inner}
    if rest[1:]:
        _apply(parts[rest[0]], rest[1:], difference)
    else:
        _put(parts, rest[0], difference)
    holder[name] = list(parts.values())
    if not parts:
        del holder[name]


def _put(holder: Json, name: str, difference: Difference) -> None:
    there = holder.get(name)
    ids = [one.get("id") if isinstance(one, dict) else None for one in _listed(there)]
    if difference.after is None:
        assert there == difference.before
        del holder[name]
    elif there != difference.before and set(ids) == set(difference.after):
        holder[name] = sorted(_listed(there), key=lambda part: difference.after.index(part["id"]))
    else:
        assert there == difference.before
        holder[name] = difference.after


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


@given(contents(), contents())
def test_what_differs_is_enough_to_make_the_new_version_of_the_old_one(
    before: Json, after: Json
) -> None:
    assert applied(before, differences(before, after)) == after


@given(contents())
def test_a_version_does_not_differ_from_itself(version: Json) -> None:
    assert differences(version, deepcopy(version)) == []


@given(contents(), contents())
def test_no_place_is_named_twice(before: Json, after: Json) -> None:
    paths = [one.path for one in differences(before, after)]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"text": "one"}, {"text": "two"}, [("/text", "one", "two")]),
        ({"text": "one"}, {}, [("/text", "one", None)]),
        ({}, {"on": "2022"}, [("/on", None, "2022")]),
        ({"on": "2022", "text": "a"}, {"text": "b"}, [("/text", "a", "b"), ("/on", "2022", None)]),
        ({"about": ["a", "b"]}, {"about": ["b"]}, [("/about", ["a", "b"], ["b"])]),
        ({"place": {"city": "Geneva"}}, {"place": {}}, [("/place/city", "Geneva", None)]),
        ({}, {"place": {"city": "Geneva"}}, [("/place", None, {"city": "Geneva"})]),
        (
            {"inferred": [{"field": "on", "note": "a"}]},
            {"inferred": [{"field": "on", "note": "b"}]},
            [("/inferred", [{"field": "on", "note": "a"}], [{"field": "on", "note": "b"}])],
        ),
        ({"x": [{"id": "a"}]}, {"x": ["a"]}, [("/x", [{"id": "a"}], ["a"])]),
    ],
)
def test_fields_are_compared_one_by_one(
    before: Json, after: Json, expected: list[tuple[str, Any, Any]]
) -> None:
    assert differences(before, after) == [Difference(*one) for one in expected]


def test_a_part_is_found_by_its_id_wherever_it_stands() -> None:
    held = {"id": "n1", "status": "held"}
    before = {"notices": [held, {"id": "n2", "starts": "2022-01-10"}]}
    after = {"notices": [held, {"id": "n2", "starts": "2022-01-11"}, {"id": "n3", "note": "new"}]}
    assert differences(before, after) == [
        Difference("/notices/n2/starts", "2022-01-10", "2022-01-11"),
        Difference("/notices/n3", None, {"id": "n3", "note": "new"}),
    ]
    assert differences(after, {}) == [
        Difference(f"/notices/{part['id']}", part, None) for part in after["notices"]
    ]


def test_another_order_of_parts_is_a_difference_of_their_list() -> None:
    one, two, three = ({"id": name} for name in ("one", "two", "three"))
    assert differences({"x": [one, two]}, {"x": [two, one]}) == [
        Difference("/x", ["one", "two"], ["two", "one"])
    ]
    assert differences({"x": [one, two]}, {"x": [three, one]}) == [
        Difference("/x/three", None, three),
        Difference("/x/two", two, None),
        Difference("/x", ["one", "two"], ["three", "one"]),
    ]


def test_the_contents_of_records_differ_in_public_names() -> None:
    old = meeting("m", notice("scheduled", "a", starts="2022-01-10"))
    new = meeting("m", notice("scheduled", "a", starts="2022-01-11"), notice("held", "b"))
    before, after = from_json(canonical(old)), from_json(canonical(new))
    found = differences(before, after)
    assert [one.path for one in found] == ["/notices/n1/starts", "/notices/n2"]
    assert applied(before, found) == after
    old, new = claim("c"), claim("c", evidence=[quote("a", "other words"), quote("b")])
    found = differences(from_json(canonical(old)), from_json(canonical(new)))
    assert [one.path for one in found] == ["/evidence/e1/exact", "/evidence/e2"]
    assert found[0] == Difference("/evidence/e1/exact", "words of a", "other words")


def test_a_difference_answers_as_its_shape_says() -> None:
    (found,) = differences({"place": {"city": "Geneva"}}, {})
    shaped = DifferenceOut.model_validate_json(to_json(found))
    assert shaped.model_dump() == {
        "path": "/place",
        "before": {"city": "Geneva"},
        "after": None,
    }
