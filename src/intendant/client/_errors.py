"""What a call can end with: the server's problems as typed errors, and what keeps an answer from coming.

Apart from the errors of the server's own code: a program that has only the client needs nothing else of this package.
"""

import json
from collections.abc import Mapping
from typing import Any

TEXT_LENGTH_MAX = 500


class ClientError(Exception):
    """Anything that this client raises."""


class ConnectionFailed(ClientError):  # noqa: N818 - read as words, like the server's categories
    """No answer came, also after trying again where that is safe. Whether the work was done is then unknown.

    Send a changing call again with the same `idempotency_key`, and it is done once; `idempotency_key` here is the one that was used.
    """

    def __init__(self, message: str, *, idempotency_key: str | None = None) -> None:
        super().__init__(message)
        self.idempotency_key = idempotency_key


class AnswerUnreadable(ClientError):  # noqa: N818
    """An answer came that is not what openapi.json describes: another version of the server, or something else at this address."""


class WaitEnded(ClientError):  # noqa: N818
    """What was waited for did not come in time. It may still come; wait again."""


class ApiError(ClientError):
    """A problem that the server answered with.

    `code` is stable for programs (docs/reference/errors.md lists them), `field` names the input at fault, `remedy` says what to
    do, `request_id` finds the request in the server's log; `data` and `errors` carry what more there is.
    """

    def __init__(self, status: int, body: Mapping[str, Any], retry_after_seconds: float | None = None) -> None:
        self.status = status
        self.code = str(body.get("code") or "http_error")
        self.detail = str(body.get("detail") or body.get("title") or f"The server answered {status}.")
        self.field: str | None = body.get("field")
        self.remedy: str | None = body.get("remedy")
        self.request_id: str | None = body.get("request_id")
        self.data: dict[str, Any] = body.get("data") or {}
        self.errors: list[dict[str, Any]] = body.get("errors") or []
        self.retry_after_seconds = retry_after_seconds
        super().__init__(" ".join(each for each in (self.detail, self.remedy) if each))


class UnauthenticatedError(ApiError):
    """401: the key is not valid, or not any more."""


class ForbiddenError(ApiError):
    """403: the key's role may not do this."""


class NotFoundError(ApiError):
    """404: what was named does not exist, or not in this organisation."""


class ConflictError(ApiError):
    """409: sound, but it does not fit the present state; read again, then decide."""


class InvalidError(ApiError):
    """400, 413, 415 or 422: `field` says what is wrong with the input."""


class TooManyRequestsError(ApiError):
    """429, also after waiting as long as the server asked for."""


class UnavailableError(ApiError):
    """503: a part does not answer now."""


_KINDS: dict[int, type[ApiError]] = {
    400: InvalidError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidError,
    415: InvalidError,
    422: InvalidError,
    429: TooManyRequestsError,
    503: UnavailableError,
}


def error_of(status: int, content: bytes, retry_after_seconds: float | None = None) -> ApiError:
    """Return the typed error of an answer; what is no problem+json (a proxy's page) is shown by its beginning."""
    try:
        body = json.loads(content)
    except (ValueError, UnicodeDecodeError):
        body = None
    if not isinstance(body, dict):
        text = content[:TEXT_LENGTH_MAX].decode("utf-8", "replace").strip()
        body = {"detail": f"The server answered {status}: {text}" if text else f"The server answered {status}."}
    return _KINDS.get(status, ApiError)(status, body, retry_after_seconds)
