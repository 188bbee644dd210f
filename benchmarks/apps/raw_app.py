"""The limit of the interpreter: an ASGI application that only sends bytes it has ready."""

import os
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["BENCH_BODIES"])
BODIES = {f"/{file.name}": file.read_bytes() for file in FOLDER.iterdir()}
JSON = (b"content-type", b"application/json")
STARTS = {
    path: {
        "type": "http.response.start",
        "status": 200,
        "headers": [JSON, (b"content-length", str(len(body)).encode())],
    }
    for path, body in BODIES.items()
}
ENDS = {path: {"type": "http.response.body", "body": body} for path, body in BODIES.items()}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send the body that the path names."""
    if scope["type"] == "http":
        await send(STARTS[scope["path"]])
        await send(ENDS[scope["path"]])
