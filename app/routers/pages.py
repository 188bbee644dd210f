"""The pages for people: the API's documentation, offline, and the front door.

Every file comes from this service and no script stands in a page, so the policy can be strict.
"""

from pathlib import Path

import fastapi_offline
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from app.errors import RouteNotFound
from app.web.operations import operations

# Swagger UI and ReDoc set styles on elements and use small images of their own.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
STATIC = Path(fastapi_offline.__file__).parent / "static"
FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "redoc.standalone.js": "text/javascript",
    "favicon.png": "image/png",
}
DAY_SECONDS = 86_400

SWAGGER_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/static/favicon.png">
<link rel="stylesheet" href="/docs/static/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/static/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
SWAGGER_START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""
REDOC_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/static/favicon.png">
</head>
<body>
<redoc spec-url="/openapi.json"></redoc>
<script src="/docs/static/redoc.standalone.js"></script>
</body>
</html>
"""

router = operations(shown=False)


@router.get("/")
async def front_door() -> RedirectResponse:
    """The way in for people."""
    return RedirectResponse("/docs")


@router.get("/docs")
async def swagger_pages() -> Response:
    """The API's documentation, to read and to try."""
    return _page(SWAGGER_PAGE)


@router.get("/redoc")
async def redoc_pages() -> Response:
    """The same documentation as one long page."""
    return _page(REDOC_PAGE)


@router.get("/docs/start.js")
async def swagger_start() -> Response:
    """What starts the documentation: a file, because no script may stand in the page."""
    return Response(SWAGGER_START, media_type="text/javascript")


@router.get("/docs/static/{name}")
async def static_file(name: str) -> Response:
    """A file of the documentation."""
    if name not in FILES:
        raise RouteNotFound("There is nothing at this path.")
    headers = {"Cache-Control": f"max-age={DAY_SECONDS}"}
    return FileResponse(STATIC / name, media_type=FILES[name], headers=headers)


def _page(html: str) -> Response:
    headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "max-age=600"}
    return HTMLResponse(html, headers=headers)
