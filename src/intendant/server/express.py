"""The express desk: the few hottest routes answered without the framework's layers between, by the same guard and handler.

Measured on one busy core, the framework's own work (eight layers of middleware, dependencies, parameters) took four fifths of
a decision's request; the route is declared to the framework all the same, for the reference and for everything that walks the
routes.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from intendant.kernel.access import Principal
from intendant.kit.errors import Invalid
from intendant.server import errors
from intendant.server.auth import Guard

Handler = Callable[[Request, Principal, bytes, str | None], Awaitable[Response]]
"""Given the request, the caller, the body and the Idempotency-Key, the answer."""

KEY_LENGTH_MAX = 200
BODY_BYTES_MAX = 1024 * 1024
"""What a route takes unless it names its own `max_body_size`, as those for uploads do."""


class KeyInvalid(Invalid):
    """The Idempotency-Key is empty or too long."""

    code = "idempotency_key_invalid"


@dataclass(frozen=True, slots=True)
class Desk:
    """One express route."""

    guard: Guard
    handler: Handler
    body_bytes_max: int


class Express:
    """Stands before the application and serves POST requests to the paths of its desks."""

    def __init__(self, rest: ASGIApp, application: FastAPI, desks: Mapping[str, Desk]) -> None:
        self._rest = rest
        self._application = application
        self._desks = desks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or hand it to the application."""
        desk = self._desks.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if desk is None:
            await self._rest(scope, receive, send)
            return
        scope["app"] = self._application
        scope["intendant.route"] = scope["path"]
        request = Request(scope, receive, send)
        try:
            principal = await desk.guard(request)
            body = await _read(request, desk.body_bytes_max)
            scope["intendant.received"] = len(body)
            response = await desk.handler(request, principal, body, _key(request))
        except ClientDisconnect:
            return
        except Exception as error:  # every error gets the answer that it would get from the framework
            response = await errors.answer(request, error)
        await response(scope, receive, send)


async def _read(request: Request, bytes_max: int) -> bytes:
    """Read the body, no further than it may go."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > bytes_max:
            raise HTTPException(413)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise KeyInvalid(
            "This is no Idempotency-Key.", field="Idempotency-Key", remedy=f"Use 1 to {KEY_LENGTH_MAX} characters."
        )
    return key
