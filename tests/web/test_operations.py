"""Routes as the app has them: whole as they were declared, and made once."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from app.main import create_app
from app.store.engine import Database
from app.web.parameters import check_parameters
from tests.http import settings


def operations_of(database: Database) -> list[APIRoute]:
    app: FastAPI = create_app(settings(database))
    return [route for route in app.routes if isinstance(route, APIRoute)]


def test_every_operation_refuses_parameters_that_it_does_not_take(
    sqlite_database: Database,
) -> None:
    for route in operations_of(sqlite_database):
        calls = [inner.call for inner in route.dependant.dependencies]
        assert check_parameters in calls, route.path


def test_two_apps_have_the_same_routes(sqlite_database: Database) -> None:
    first, second = operations_of(sqlite_database), operations_of(sqlite_database)
    assert len(first) > 60
    assert [id(route) for route in first] == [id(route) for route in second]
