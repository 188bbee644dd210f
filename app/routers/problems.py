"""What each type of problem means: the pages that problem documents point at."""

from functools import cache
from typing import Annotated

from fastapi import Path
from pydantic import Field
from pydantic.config import JsonDict

from app.errors import RouteNotFound
from app.resources.base import Answer
from app.web.operations import operations
from app.web.problems import STATUS, name_of

MOST_TYPES = 100
# Any other name is not found, rather than wrong.
NAME: JsonDict = {"pattern": "^[a-z-]+$", "maxLength": 60}

router = operations("service")


class ProblemType(Answer):
    """A sort of problem: what it means and the status it comes with."""

    name: str
    title: str
    status: int
    meaning: str


@cache
def problem_types() -> dict[str, ProblemType]:
    """Every sort of problem, by its name."""
    return {
        name_of(error): ProblemType(
            name=name_of(error),
            title=error.title,
            status=status,
            meaning=" ".join((error.__doc__ or "").replace("``", "").split()),
        )
        for error, status in STATUS.items()
    }


@router.get("/problems", summary="List the sorts of problems")
async def list_problem_types() -> Annotated[list[ProblemType], Field(max_length=MOST_TYPES)]:
    """Every sort of problem that an answer can name in its `type`."""
    return list(problem_types().values())


@router.get("/problems/{name}", summary="Get one sort of problem")
async def get_problem_type(
    name: Annotated[
        str, Path(description="The end of a problem's `type`.", json_schema_extra=NAME)
    ],
) -> ProblemType:
    """What one sort of problem means."""
    found = problem_types().get(name)
    if found is None:
        raise RouteNotFound("There is no such sort of problem.")
    return found
