"""One request as a value, and the rules of trying again. No connection here, so both transports share it."""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from intendant.client._values import Content, encode, query_items

ATTEMPTS_MAX = 4
BACK_OFF_SECONDS = 0.2
BACK_OFF_SECONDS_MAX = 5.0
RETRY_AFTER_SECONDS_MAX = 60.0
KEY_HEADER = "Idempotency-Key"
_SAFE = frozenset({"GET", "HEAD"})
_BUSY = frozenset({429, 502, 503, 504})
_REFUSED = 429
_jitter = random.SystemRandom()


@dataclass(frozen=True)
class Request:
    """What is sent. `repeatable`: sending it twice does its work once, so that a lost answer may be asked for again."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    content: Content | None
    repeatable: bool
    key: str | None


def make_request(
    method: str,
    path: str,
    *,
    query: Mapping[str, Any] | None = None,
    body: object = None,
    content: Content | None = None,
    media_type: str | None = None,
    accept: str = "application/json",
    once: bool = False,
    key: str | None = None,
) -> Request:
    """Build a request. A changing call that takes an idempotency key always has one, the same for all its attempts."""
    headers = {"Accept": accept}
    if body is not None:
        content, media_type = encode(body), "application/json"
    if content is not None and media_type is not None:
        headers["Content-Type"] = media_type
    if once:
        key = key or str(uuid.uuid4())
        headers[KEY_HEADER] = key
    whole = content is None or isinstance(content, bytes | str)
    repeatable = whole and (method in _SAFE or once)
    return Request(method, path, tuple(query_items(query or {})), headers, content, repeatable, key)


def wait_after_failure(request: Request, error: httpx.TransportError, attempt: int, attempts_max: int) -> float | None:
    """Return how long to wait before trying again after a failed connection; None where it is not tried again."""
    # Before a connection stands nothing was sent, so anything may be sent again.
    unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    whole = request.content is None or isinstance(request.content, bytes | str)
    if attempt + 1 >= attempts_max or not (request.repeatable or (unsent and whole)):
        return None
    return back_off(attempt)


def wait_after_answer(
    request: Request, status: int, retry_after: float | None, attempt: int, attempts_max: int
) -> float | None:
    """Return how long to wait before trying again after such an answer; None where the answer stands."""
    # 429 is said before any work; of the others it is not known, so only what is done once is sent again.
    whole = request.content is None or isinstance(request.content, bytes | str)
    again = (status == _REFUSED and whole) or (status in _BUSY and request.repeatable)
    if not again or attempt + 1 >= attempts_max:
        return None
    if retry_after is not None:
        return retry_after if retry_after <= RETRY_AFTER_SECONDS_MAX else None
    return back_off(attempt)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After in seconds; a date, which our server does not send, counts as absent."""
    try:
        return max(0.0, float(headers.get("Retry-After", "")))
    except ValueError:
        return None


def back_off(attempt: int) -> float:
    """Return a wait that doubles, bounded, and differs between callers that failed together."""
    return float(min(BACK_OFF_SECONDS * 2**attempt, BACK_OFF_SECONDS_MAX)) * (0.5 + _jitter.random() / 2)
