"""Routers as every module of routes makes its own: with what all operations have."""

from fastapi import APIRouter, Depends

from app.web.openapi import PROBLEMS, operation_id
from app.web.parameters import check_parameters


def operations(*tags: str, shown: bool = True) -> APIRouter:
    """A router for operations with these tags; ``shown`` is whether the document has them.

    Its routes are whole as they are declared, and the app takes them as they are. Where an app
    includes a router, and adds something to its routes, FastAPI analyses each of them twice.
    """
    return APIRouter(
        tags=[*tags],
        dependencies=[Depends(check_parameters)],
        responses=PROBLEMS if shown else None,
        include_in_schema=shown,
        generate_unique_id_function=operation_id,
    )
