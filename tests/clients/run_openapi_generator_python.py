"""openapi-generator's Python client against a live server: list, page, one, filter, problem."""

import sys
from importlib import import_module
from typing import Any

WHO = "wendy-sherman"


def main(address: str) -> None:
    """Ask the server, and fail where an answer is not what it should be."""
    generated: Any = import_module("parley_client")
    api = generated.ClaimsApi(generated.ApiClient(generated.Configuration(host=address)))

    whole = api.list_claims(limit=200, count=True)
    assert whole.total == len(whole.items) > 7

    paged: list[str] = []
    page = api.list_claims(limit=7)
    paged += [claim.id for claim in page.items]
    while page.next_cursor:
        page = api.list_claims(limit=7, cursor=page.next_cursor)
        paged += [claim.id for claim in page.items]
    assert paged == [claim.id for claim in whole.items]

    assert api.get_claim(paged[0]) == whole.items[0]
    assert {claim.claimant.id for claim in api.list_claims(claimant=[WHO]).items} == {WHO}

    refusal = generated.exceptions.NotFoundException
    try:
        answer = api.get_claim("no-such-claim")
    except refusal as refused:
        answer = refused.data
    assert (type(answer), answer.status) == (generated.Problem, 404)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.write("list, page, one, filter, problem\n")
