"""What cannot even be parsed as HTTP is answered with a problem document, too."""

from fastapi import FastAPI

from app.errors import BadRequest
from app.web import problems
from app.web.direct import Direct

UNREADABLE = BadRequest("This is not a request that can be read, or its address is far too long.")


def protocol_for(app: FastAPI) -> type[Direct]:
    """The protocol class of uvicorn for this service."""
    body = problems.document(UNREADABLE, app.state.service.public_url, "/")

    class Protocol(Direct):
        """Answers in the one form of all errors; then the connection is closed."""

        cache = app.state.cache

        def send_400_response(self, msg: str) -> None:
            """Send the problem; uvicorn's own words are for its log."""
            head = (
                "HTTP/1.1 400 Bad Request\r\n"
                f"content-type: {problems.MEDIA_TYPE}\r\n"
                f"content-length: {len(body)}\r\n"
                "access-control-allow-origin: *\r\n"
                "x-content-type-options: nosniff\r\n"
                "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode("ascii") + body)
            self.transport.close()

    return Protocol
