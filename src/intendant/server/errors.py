"""Errors as problem+json (RFC 9457): one match from the six categories to status codes, and nothing that leaks.

`detail` is what happened, `field` the input at fault, `remedy` what to do, `code` is stable for programs.
"""

import math
from collections.abc import Mapping

import orjson
import psycopg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from intendant.kit.errors import (
    Bug,
    Conflict,
    Forbidden,
    IntendantError,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

PROBLEM_TYPE = "application/problem+json"
ERRORS_SHOWN_MAX = 50
TEXT_LENGTH_MAX = 500
UNAVAILABLE_RETRY_SECONDS = 2

log = structlog.get_logger(__name__)

_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Media type not supported",
    422: "Invalid input",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}


def status_of(error: IntendantError) -> int:
    """Return the status code of a foreseen error."""
    match error:
        case Unauthenticated():
            return 401
        case Forbidden():
            return 403
        case NotFound():
            return 404
        case Conflict():
            return 409
        case Invalid():
            return 422
        case TooManyRequests():
            return 429
        case Unavailable():
            return 503
        case _:
            return 500


def problem(
    status: int,
    *,
    code: str,
    detail: str,
    request_id: str | None,
    field: str | None = None,
    remedy: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Build a problem+json response."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    body |= {k: v for k, v in {"field": field, "remedy": remedy, **more, "request_id": request_id}.items() if v}
    content = orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(content, status, media_type=PROBLEM_TYPE, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Answer every error of `app` as problem+json."""
    app.add_exception_handler(IntendantError, _foreseen)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.DataError, _unstorable)
    app.add_exception_handler(UnicodeError, _unstorable)
    app.add_exception_handler(Exception, _unforeseen)


async def answer(request: Request, error: Exception) -> Response:
    """Answer an error as the application would, for what is served before it."""
    for kind in type(error).__mro__:
        handler = request.app.exception_handlers.get(kind)
        if handler is not None:
            response: Response = await handler(request, error)
            return response
    return await _unforeseen(request, error)


def _request_id(request: Request) -> str | None:
    return request.scope.get("intendant.request_id")


async def _foreseen(request: Request, error: Exception) -> Response:
    assert isinstance(error, IntendantError)  # noqa: S101 - the registration says so
    status = status_of(error)
    headers: dict[str, str] = {}
    match error:
        case Unauthenticated():
            headers["WWW-Authenticate"] = 'Bearer realm="intendant"'
        case TooManyRequests():
            wait = error.data.get("retry_after_seconds", 1)
            headers["Retry-After"] = str(max(1, math.ceil(wait if isinstance(wait, int | float) else 1)))
        case Unavailable():
            headers["Retry-After"] = str(UNAVAILABLE_RETRY_SECONDS)
        case Bug():
            log.error("request.bug", message=error.message, request_id=_request_id(request), exc_info=error)
            return _internal(request)
        case _:
            pass
    return problem(
        status,
        code=error.code,
        detail=error.message,
        request_id=_request_id(request),
        field=error.field,
        remedy=error.remedy,
        headers=headers,
        data=error.data,
    )


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = [_validation_error(item) for item in list(error.errors())[:ERRORS_SHOWN_MAX]]
    first = errors[0] if errors else {"field": "", "message": "The request is not valid."}
    return problem(
        422,
        code="validation_failed",
        detail=f"{first['field']}: {first['message']}" if first["field"] else str(first["message"]),
        request_id=_request_id(request),
        field=str(first["field"]),
        remedy="Correct the fields named in `errors`; /docs shows the expected shape.",
        errors=errors,
    )


def _validation_error(item: Mapping[str, object]) -> dict[str, str]:
    place = item.get("loc", ())
    parts = [str(part) for part in place] if isinstance(place, tuple | list) else []
    if parts and parts[0] in {"body", "query", "path", "header", "cookie"}:
        parts = parts[1:] or ["body"]
    if item.get("type") == "json_invalid":
        return {"field": "body", "message": "The body is not valid JSON.", "code": "json_invalid"}
    # The input itself is not echoed: it may be a password or a person's data.
    return {
        "field": ".".join(parts)[:TEXT_LENGTH_MAX],
        "message": str(item.get("msg", "Not valid."))[:TEXT_LENGTH_MAX],
        "code": str(item.get("type", "invalid")),
    }


_HTTP_CODES = {
    400: ("body_unreadable", "The body cannot be read.", "Send JSON, or a form with complete parts."),
    404: ("not_found", "There is nothing at this address.", "/docs lists the addresses."),
    405: ("method_not_allowed", "This address does not take this method.", "See the Allow header and /docs."),
    413: ("body_too_large", "The body is larger than this address takes.", "Send less, or in several parts."),
}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    code, detail, remedy = _HTTP_CODES.get(error.status_code, ("http_error", str(error.detail), None))
    return problem(
        error.status_code,
        code=code,
        detail=detail,
        request_id=_request_id(request),
        remedy=remedy,
        headers=error.headers,
    )


async def _unstorable(request: Request, error: Exception) -> Response:
    log.info("request.unstorable", kind=type(error).__name__, request_id=_request_id(request))
    return problem(
        422,
        code="value_unstorable",
        detail="A value cannot be stored: a number out of range or a character that is no text.",
        request_id=_request_id(request),
        remedy="Remove zero bytes and lone surrogates, and keep numbers within the bounds in /docs.",
    )


async def _unforeseen(request: Request, error: Exception) -> Response:
    # The route's own path, not the address that was asked for: some addresses are keys (one-time links, borrowers' links).
    path = getattr(request.scope.get("route"), "path", None) or "unknown"
    log.error("request.failed", request_id=_request_id(request), path=path, exc_info=error)
    return _internal(request)


def _internal(request: Request) -> Response:
    return problem(
        500,
        code="internal_error",
        detail="Something went wrong that should not have.",
        request_id=_request_id(request),
        remedy="Report the request_id; it finds the cause in the log.",
    )
