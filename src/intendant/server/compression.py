"""Compress what is read: lists are five times as small. What is written is answered as it is.

Answers to changing requests may hold a secret that is shown once; beside text that a caller chose, the size of a compressed
answer could betray it. The console's own files are compressed when it is built.
"""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

MINIMUM_BYTES = 1_024
LEVEL = 5
"""Higher ones take longer than the bytes they save take on the way."""


class Compression:
    """Wraps the application inside its frame."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=MINIMUM_BYTES, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; compressed where it reads and the caller can take it."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        if reads and any(b"gzip" in value for name, value in scope["headers"] if name == b"accept-encoding"):
            await self._compressing(scope, receive, send)
        else:
            await self._app(scope, receive, send)
