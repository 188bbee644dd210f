"""Liveness and readiness."""

from tests.http import Site


async def test_a_live_service_says_so(site: Site) -> None:
    assert await site.get("/healthz") == {"status": "ok"}


async def test_a_ready_service_gives_no_reason_against_it(site: Site) -> None:
    assert await site.get("/readyz") == {"status": "ready"}


async def test_a_store_with_another_schema_is_a_reason_not_to_be_ready(
    own_site: Site,
) -> None:
    with own_site.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'another'")
    answer = await own_site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert [fault["message"] for fault in answer.json()["errors"]] == [
        "the schema of the store is not this release's; run 'parley migrate'"
    ]
    assert (await own_site.client.get("/healthz")).status_code == 200
