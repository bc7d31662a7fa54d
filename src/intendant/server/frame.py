"""The outermost frame of every response: a request id and the security headers, on errors too."""

import re
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from intendant.kit import clock, ids, tracing
from intendant.kit.logging import REQUEST
from intendant.server.errors import PROBLEM_TYPE, problem

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that, browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT_SECURITY = "max-age=31536000"

# As the server sends them: every response passes here, so nothing is built anew.
_SECURITY_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_POLICY = b"content-security-policy"
_TRANSPORT_SECURITY = (b"strict-transport-security", STRICT_TRANSPORT_SECURITY.encode())
_NOT_STORED = (b"cache-control", b"no-store")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}\Z")

Seen = Callable[[Scope, int, int, float], None]
"""Told of every request when it is over: its scope, status (0: none was sent), bytes sent, and seconds until the answer began."""


class Frame:
    """Wraps the whole application, outside its error handling."""

    def __init__(self, app: ASGIApp, seen: Seen) -> None:
        self._app = app
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with an id, and send its response with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["intendant.request_id"] = request_id
        began = clock.monotonic_seconds()
        replaced, status, sent, seconds = False, 0, 0, 0.0

        async def send_framed(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            if not _is_plain_refusal(message):
                await send_headers(message)
                return
            replaced = True
            await problem(
                413,
                code="body_too_large",
                detail="The body is larger than this address takes.",
                request_id=request_id,
                remedy="Send less, or in several parts.",
            )(scope, receive, send_headers)

        async def send_headers(message: Message) -> None:
            nonlocal status, sent, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], clock.monotonic_seconds() - began
                raw: list[tuple[bytes, bytes]] = list(message["headers"])
                names = [name for name, _ in raw]
                # What brings a policy of its own brings all that it needs: the console's page and its files.
                if _POLICY not in names:
                    raw += _SECURITY_HEADERS
                raw.append((b"x-request-id", request_id.encode()))
                if b"cache-control" not in names:
                    raw.append(_NOT_STORED)
                if scope["scheme"] == "https":
                    raw.append(_TRANSPORT_SECURITY)
                message["headers"] = raw
            else:
                sent += len(message.get("body", b""))
            await send(message)

        # Each request is served in a task of its own, whose context ends with it, so nothing needs to be unbound.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        REQUEST.set(scope)
        try:
            if tracing.is_tracing():
                await self._traced(scope, receive, send_framed, lambda: status)
            else:
                await self._app(scope, receive, send_framed)
        finally:
            self._seen(scope, status, sent, seconds)

    async def _traced(self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]) -> None:
        """Serve a request within a span, going on with the caller's trace where there is one."""
        given = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        with tracing.span("request", kind="server", parent=given.decode("latin-1") or None) as span:
            structlog.contextvars.bind_contextvars(trace_id=tracing.trace_id())
            await self._app(scope, receive, send)
            route = route_of(scope)
            span.update_name(f"{scope['method']} {route}")
            span.set_attributes(
                {
                    "http.request.method": scope["method"],
                    "http.route": route,
                    "http.response.status_code": status(),
                    "intendant.request_id": scope["intendant.request_id"],
                }
            )


def route_of(scope: Scope) -> str:
    """Return the template of the path that a request took, never the address itself: some addresses are keys."""
    path = scope.get("intendant.route")
    if path is None:
        path = getattr(scope.get("route"), "path", None)
    return path or "unmatched"


def _is_plain_refusal(message: Message) -> bool:
    """Say whether this begins the plain text with which the framework refuses a body unread."""
    if message["type"] != "http.response.start" or message["status"] != 413:
        return False
    return Headers(scope=message).get("content-type") != PROBLEM_TYPE


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return str(value.decode("ascii"))
    return ids.random_bytes_16().hex()
