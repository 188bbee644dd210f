"""Requests that are sent again: the name that a client gives them, in ``Idempotency-Key``."""

import re
from hashlib import sha256

from fastapi import Request

from app.errors import BadRequest, Fault, InvalidParameter
from app.store.idempotency import Attempt
from app.web.access import Principal

FIELD = "Idempotency-Key"
LONGEST = 255


def attempt_of(request: Request, principal: Principal, body: bytes) -> Attempt | None:
    """What a request is known by when it is sent again; None where it has no name.

    A name is taken as it stands, quotes included. What was asked is told by the query and the
    body, byte by byte. Raises BadRequest for two names, and InvalidParameter.
    """
    names = request.headers.getlist(FIELD)
    if not names:
        return None
    if len(names) > 1:
        raise BadRequest(f"There is more than one header field {FIELD}.")
    if not re.fullmatch(f"[!-~]{{1,{LONGEST}}}", names[0]):
        message = f"must be 1 to {LONGEST} ASCII characters without spaces"
        raise InvalidParameter("A header field is wrong.", (Fault(message, FIELD),))
    asked = sha256(request.scope["query_string"] + b"\n" + body)
    return Attempt(
        key=names[0],
        token_id=principal.token_id,
        method=request.method,
        path=request.scope["path"],
        fingerprint=asked.hexdigest(),
    )
