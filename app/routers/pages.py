"""The pages for people: the API's documentation, offline, and the front door."""

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse, RedirectResponse

STATIC = "/docs/static"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def front_door() -> RedirectResponse:
    """The way in for people."""
    return RedirectResponse("/docs")


@router.get("/docs")
async def swagger_pages(request: Request) -> HTMLResponse:
    """The API's documentation, with every file from this service."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=f"{request.app.title} API",
        swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
        swagger_css_url=f"{STATIC}/swagger-ui.css",
        swagger_favicon_url=f"{STATIC}/favicon.png",
    )


@router.get("/redoc")
async def redoc_pages(request: Request) -> HTMLResponse:
    """The same documentation as one long page."""
    return get_redoc_html(
        openapi_url="/openapi.json",
        title=f"{request.app.title} API",
        redoc_js_url=f"{STATIC}/redoc.standalone.js",
        redoc_favicon_url=f"{STATIC}/favicon.png",
        with_google_fonts=False,
    )
