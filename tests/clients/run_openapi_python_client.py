"""The client of openapi-python-client against a live server: list, page, one, filter, problem."""

import sys
from importlib import import_module
from typing import Any

WHO = "wendy-sherman"


def operation(tag: str, name: str) -> Any:
    """An operation of the generated client, which is only there once it was generated."""
    return import_module(f"parley_client.api.{tag}.{name}").sync_detailed


def main(address: str) -> None:
    """Ask the server, and fail where an answer is not what it should be."""
    models = import_module("parley_client.models")
    client: Any = import_module("parley_client").Client(base_url=address)
    list_claims = operation("claims", "list_claims")

    whole = list_claims(client=client, limit=200, count=True).parsed
    assert isinstance(whole, models.ClaimPage)
    assert whole.total == len(whole.items) > 7
    assert all(isinstance(claim.kind, models.ClaimKind) for claim in whole.items)

    paged: list[str] = []
    page = list_claims(client=client, limit=7).parsed
    paged += [claim.id for claim in page.items]
    while page.next_cursor:
        page = list_claims(client=client, limit=7, cursor=page.next_cursor).parsed
        paged += [claim.id for claim in page.items]
    assert paged == [claim.id for claim in whole.items]

    answer = operation("claims", "get_claim")(id=paged[0], client=client)
    assert answer.parsed == whole.items[0]
    assert answer.headers["Parley-Revision"]

    filtered = list_claims(client=client, claimant=[WHO]).parsed
    assert {claim.claimant.id for claim in filtered.items} == {WHO}

    refused = operation("claims", "get_claim")(id="no-such-claim", client=client)
    assert (refused.status_code, refused.parsed.status) == (404, 404)
    assert isinstance(refused.parsed, models.Problem)
    refused = list_claims(client=client, limit=0)
    assert [fault.parameter for fault in refused.parsed.errors] == ["limit"]


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.write("list, page, one, filter, problem\n")
