"""The pages that say what each sort of problem means."""

from app.web.problems import STATUS, name_of
from tests.http import Site


async def test_every_sort_of_problem_has_a_page(site: Site) -> None:
    listed = (await site.client.get("/problems")).json()
    assert [item["name"] for item in listed] == [name_of(error) for error in STATUS]
    for item in listed:
        page = await site.get(f"/problems/{item['name']}")
        assert page == item
        assert page["meaning"].endswith(".")
        assert page["title"]


async def test_a_problem_that_does_not_exist_has_no_page(site: Site) -> None:
    for name in ("nothing", "Invalid-Cursor", "x" * 65):
        problem = await site.problem(f"/problems/{name}", 404)
        assert problem["type"].endswith("/problems/route-not-found")
