"""Every failure this service can name.

ParleyError
├── BadRequest              400  the request itself is malformed
├── InvalidRequest          422  well-formed, but a parameter or field is wrong
│   ├── InvalidParameter         a query parameter is unknown, empty, repeated or out of range
│   ├── InvalidCursor            a cursor that was changed, or belongs to another query
│   ├── InvalidBody              a field of the body is wrong; a JSON pointer says which
│   ├── InvalidDossier           a dossier that cannot be loaded as it stands
│   └── IdempotencyMismatch      an Idempotency-Key that stands for another request
├── Unauthorized            401  a token is needed, or the one that was sent is not valid
├── Forbidden               403  the token does not allow this
│   └── ReadOnly                 there is no token with which this could be done
├── NotFound                404  nothing here
│   ├── RecordNotFound           no record has this id
│   ├── NotYetKnown              the record exists, but no reader knew of it on that day
│   ├── NotYetRecorded           the record exists, but was not in the service at that revision
│   └── RouteNotFound            no such path
├── MethodNotAllowed        405  the path is right, the method is not
├── NotAcceptable           406  none of the asked media types is served here
├── RequestTimeout          408  the body did not arrive in time
├── Conflict                409  the change disagrees with what is stored
├── Retracted               410  the record was taken back, with a reason
├── PreconditionFailed      412  the record is not in the version that the change was meant for
├── ContentTooLarge         413  the body is larger than the service takes
├── UriTooLong              414  the address is longer than the service takes
├── UnsupportedMediaType    415  the body is in a form that is not taken here
├── PreconditionRequired    428  the change does not say which version it is meant for
├── TooManyRequests         429  more requests than one client may make
├── HeadersTooLarge         431  the header fields are larger than the service takes
├── Unavailable             503  the store cannot answer at the moment
└── InternalError           500  a defect of the service

A ``Merged`` record is not an error but a redirect (308); it is raised like one all the same.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: a parameter, a JSON pointer, or a line of a file."""

    message: str
    parameter: str | None = None
    pointer: str | None = None
    file: str | None = None
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        places = [
            f"{self.file}:{self.line}" if self.line else self.file,
            self.path or self.pointer or self.parameter,
        ]
        return ": ".join([place for place in places if place] + [self.message])


class ParleyError(Exception):
    """A named failure. ``detail`` is one sentence for people; ``faults`` say where."""

    title: ClassVar[str] = "The request failed"

    def __init__(self, detail: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join([self.detail, *(str(fault) for fault in self.faults)])


class BadRequest(ParleyError):
    """The request is malformed and cannot be read."""

    title = "Malformed request"


class InvalidRequest(ParleyError):
    """The request can be read, but something in it is wrong."""

    title = "Invalid request"


class InvalidParameter(InvalidRequest):
    """A query parameter is unknown, empty, repeated, malformed or out of range."""

    title = "Invalid parameter"


class InvalidCursor(InvalidRequest):
    """The cursor was changed, or it belongs to another query. Start again without one."""

    title = "Invalid cursor"


class InvalidBody(InvalidRequest):
    """Something in the body is wrong; a JSON pointer says where. Nothing was changed."""

    title = "Invalid body"


class InvalidDossier(InvalidRequest):
    """The dossier cannot be loaded as it stands. Nothing was changed."""

    title = "Invalid dossier"


class IdempotencyMismatch(InvalidRequest):
    """The ``Idempotency-Key`` was used before, for another request. Use a new one."""

    title = "Key of another request"


class Unauthorized(ParleyError):
    """A token is needed, or the one that was sent is unknown, expired or revoked."""

    title = "No valid token"


class Forbidden(ParleyError):
    """The token is valid, but it does not allow this. ``scope`` is what it lacks."""

    title = "Not allowed"

    def __init__(self, detail: str, scope: str | None = None) -> None:
        super().__init__(detail)
        self.scope = scope


class ReadOnly(Forbidden):
    """There is no valid token on this server, so nobody can change its record over HTTP."""

    title = "Read-only"


class NotFound(ParleyError):
    """There is nothing at this address."""

    title = "Not found"


class RecordNotFound(NotFound):
    """No record of this noun has this id."""

    title = "No such record"


class NotYetKnown(NotFound):
    """The record exists, but no reader surely knew of it on the day of ``known_at``."""

    title = "Not known yet at this pin"


class NotYetRecorded(NotFound):
    """The record exists, but this service did not hold it at the revision of ``as_of``."""

    title = "Not recorded yet at this pin"


class RouteNotFound(NotFound):
    """No route of the service has this path."""

    title = "No such path"


class MethodNotAllowed(ParleyError):
    """The path exists, but not with this method. ``Allow`` lists the methods it has."""

    title = "Method not allowed"


class NotAcceptable(ParleyError):
    """None of the media types in ``Accept`` is served here."""

    title = "Not acceptable"


class RequestTimeout(ParleyError):
    """The body of the request did not arrive in time. Nothing was changed."""

    title = "Body too slow"


class Conflict(ParleyError):
    """The change disagrees with what is stored. Each fault names one record."""

    title = "Conflict"


class Retracted(ParleyError):
    """The record was taken back. The detail gives the reason."""

    title = "Retracted"


class PreconditionFailed(ParleyError):
    """The record is not in the version that the change was meant for. Nothing was changed.

    ``current`` is the path of the version that it is in, where there is one.
    """

    title = "Not this version"

    def __init__(self, detail: str, current: str | None = None) -> None:
        super().__init__(detail)
        self.current = current


class ContentTooLarge(ParleyError):
    """The body of the request is larger than the service takes."""

    title = "Body too large"


class UriTooLong(ParleyError):
    """The address is longer than the service takes. Ask for fewer values at once."""

    title = "Address too long"


class UnsupportedMediaType(ParleyError):
    """The body is of a media type, or in a coding, that is not taken here."""

    title = "Unsupported media type"


class PreconditionRequired(ParleyError):
    """The change must say which version of the record it is meant for, with ``If-Match``."""

    title = "Version required"


class TooManyRequests(ParleyError):
    """There were more requests than one client may make. Wait for ``Retry-After`` seconds."""

    title = "Too many requests"


class HeadersTooLarge(ParleyError):
    """The header fields of the request are larger than the service takes."""

    title = "Header fields too large"


class Unavailable(ParleyError):
    """The store cannot answer at the moment. Try again after ``Retry-After`` seconds."""

    title = "Unavailable"


class InternalError(ParleyError):
    """A defect of the service. The details are in its log, not in the answer."""

    title = "Internal error"


class Merged(ParleyError):
    """The record was merged into another one, which ``successor`` names."""

    title = "Merged"

    def __init__(self, detail: str, successor: str) -> None:
        super().__init__(detail)
        self.successor = successor
