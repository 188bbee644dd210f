"""The header fields of answers, as the OpenAPI document declares them."""

from typing import Any


def _text(description: str, most: int, example: str, **more: Any) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": most, **more}
    return {"description": description, "schema": schema, "example": example}


def _seconds(description: str, example: int) -> dict[str, Any]:
    schema = {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400}
    return {"description": description, "schema": schema, "example": example}


DAY = {"format": "date"}
HEADERS: dict[str, Any] = {
    "Access-Control-Allow-Origin": _text("Anybody may read (Fetch, CORS).", 1, "*", const="*"),
    "Cache-Control": _text(
        "How long it may be kept; a pinned past for good (RFC 9111, RFC 8246, RFC 5861).",
        200,
        "max-age=10, stale-while-revalidate=60",
    ),
    "Content-Disposition": _text(
        "The name of the file; only with CSV (RFC 6266).", 500, 'attachment; filename="claims.csv"'
    ),
    "ETag": _text(
        "A strong validator: it differs whenever the bytes do (RFC 9110).",
        100,
        '"4f1c2c1d0a9be5b0f1e6f2a8c3d4e5f6"',
        pattern='^"[0-9a-f-]+"$',
    ),
    "Last-Modified": _text(
        "The instant of the revision (RFC 9110).", 40, "Mon, 23 Nov 2026 09:30:00 GMT"
    ),
    "Link": _text(
        "The next page, and the same answer in other formats (RFC 8288).",
        100_000,
        '<https://parley.example/claims?format=csv>; rel="alternate"; type="text/csv"',
    ),
    "Location": _text(
        "The record that was added, or that took its place.",
        2_000,
        "/participants/wendy-sherman",
        format="uri-reference",
    ),
    "Parley-At": _text(
        "The day that overdue and upcoming are judged by, where there is one.",
        10,
        "2022-01-12",
        **DAY,
    ),
    "Parley-Known-At": _text(
        "The knowledge day of the pin, where one was asked for.", 10, "2022-01-12", **DAY
    ),
    "Parley-Revision": {
        "description": "The revision of the pin: ask for it again with `as_of`.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 1,
    },
    "RateLimit": _text(
        "Requests that remain, and seconds until all of them are back "
        "(draft-ietf-httpapi-ratelimit-headers). Left out where no limit holds.",
        100,
        '"default";r=599;t=1',
    ),
    "RateLimit-Policy": _text(
        "The limit: requests in a window of seconds (draft-ietf-httpapi-ratelimit-headers).",
        100,
        '"default";q=600;w=60',
    ),
    "Retry-After": _seconds("Seconds to wait before the next try (RFC 9110).", 5),
    "Vary": _text(
        "The request fields that the answer depends on (RFC 9110).",
        200,
        "Accept, Accept-Encoding, Authorization",
    ),
    "WWW-Authenticate": _text(
        "What a token has to be for this (RFC 6750).",
        200,
        'Bearer realm="parley", error="invalid_token"',
    ),
    "X-Request-Id": _text(
        "The name of this request in the service's log: the client's own, or one made up.",
        64,
        "5c0f1e2d3a4b5c6d",
        pattern="^[A-Za-z0-9._-]{1,64}$",
    ),
}
ALWAYS = ("Access-Control-Allow-Origin", "RateLimit", "RateLimit-Policy", "X-Request-Id")
OF_FORMATS = (
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "Vary",
    "Link",
    "Content-Disposition",
    "Parley-Revision",
    "Parley-Known-At",
    "Parley-At",
)
OF_DOSSIERS = ("ETag", "Cache-Control", "Vary", "Content-Disposition", "Parley-Revision")
