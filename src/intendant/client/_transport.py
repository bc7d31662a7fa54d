"""The connections: one for programs that wait, one for asynchronous ones. Both send a request and try again where that is safe."""

import asyncio
import ssl
import time
from types import TracebackType
from typing import Any, Self

import httpx

from intendant.client._errors import ConnectionFailed, error_of
from intendant.client._requests import (
    ATTEMPTS_MAX,
    Request,
    retry_after_seconds,
    wait_after_answer,
    wait_after_failure,
)

TIMEOUT_SECONDS = 30.0
CONNECT_SECONDS = 5.0
CONNECTIONS_MAX = 20
_GOOD = 300


def _settings(
    url: str,
    key: str,
    organization: str | None,
    timeout_seconds: float,
    verify: ssl.SSLContext | bool,
    proxy: str | None,
) -> dict[str, Any]:
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url!r} is no address of a server; give one such as http://127.0.0.1:8321.")
    if not key or not key.isascii() or not key.isprintable():
        raise ValueError("The key is empty or holds characters that no key has; `intendant user key` makes one.")
    headers = {"Authorization": f"Bearer {key}", "User-Agent": "intendant-client"}
    if organization is not None:
        headers["X-Organization"] = organization
    return {
        "base_url": parsed,
        "headers": headers,
        "timeout": httpx.Timeout(timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds)),
        "verify": verify,
        "proxy": proxy,
        # A redirect would take the key to another address, and the environment a proxy or a .netrc that nobody named here.
        "follow_redirects": False,
        "trust_env": False,
        "limits": httpx.Limits(max_connections=CONNECTIONS_MAX),
    }


def _failed(request: Request, error: httpx.TransportError) -> ConnectionFailed:
    reason = str(error) or type(error).__name__
    return ConnectionFailed(f"{request.method} {request.path}: {reason}", idempotency_key=request.key)


class Transport:
    """A connection for programs that wait."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        organization: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts_max: int = ATTEMPTS_MAX,
        verify: ssl.SSLContext | bool = True,
        proxy: str | None = None,
    ) -> None:
        settings = _settings(url, key, organization, timeout_seconds, verify, proxy)
        self.url = url
        self.attempts_max = attempts_max
        self.timeout_seconds = timeout_seconds
        self._http = httpx.Client(**settings)

    def send(self, request: Request, *, wait_seconds: float = 0.0, stream: bool = False) -> httpx.Response:
        """Return a good answer; raises ApiError or ConnectionFailed. `wait_seconds`: how much longer the server may take."""
        for attempt in range(self.attempts_max):
            try:
                response = self._http.send(self._built(request, wait_seconds), stream=True)
                if response.status_code < _GOOD:
                    if not stream:
                        response.read()
                    return response
                content = response.read()
                response.close()
            except httpx.TransportError as error:
                wait = wait_after_failure(request, error, attempt, self.attempts_max)
                if wait is None:
                    raise _failed(request, error) from error
            else:
                after = retry_after_seconds(response.headers)
                wait = wait_after_answer(request, response.status_code, after, attempt, self.attempts_max)
                if wait is None:
                    raise error_of(response.status_code, content, after)
            time.sleep(wait)
        raise ConnectionFailed(f"{request.method} {request.path}: no attempt is allowed.", idempotency_key=request.key)

    def _built(self, request: Request, wait_seconds: float) -> httpx.Request:
        timeout = self._http.timeout
        if wait_seconds:
            timeout = httpx.Timeout(
                self.timeout_seconds, connect=timeout.connect, read=self.timeout_seconds + wait_seconds
            )
        content: Any = request.content
        return self._http.build_request(
            request.method,
            request.path,
            params=httpx.QueryParams(list(request.query)),
            headers=dict(request.headers),
            content=content,
            timeout=timeout,
        )

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Lend it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        self.close()


class AsyncTransport:
    """A connection for asynchronous programs."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        organization: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts_max: int = ATTEMPTS_MAX,
        verify: ssl.SSLContext | bool = True,
        proxy: str | None = None,
    ) -> None:
        settings = _settings(url, key, organization, timeout_seconds, verify, proxy)
        self.url = url
        self.attempts_max = attempts_max
        self.timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(**settings)

    async def send(self, request: Request, *, wait_seconds: float = 0.0, stream: bool = False) -> httpx.Response:
        """Return a good answer; raises ApiError or ConnectionFailed. `wait_seconds`: how much longer the server may take."""
        for attempt in range(self.attempts_max):
            try:
                response = await self._http.send(self._built(request, wait_seconds), stream=True)
                if response.status_code < _GOOD:
                    if not stream:
                        await response.aread()
                    return response
                content = await response.aread()
                await response.aclose()
            except httpx.TransportError as error:
                wait = wait_after_failure(request, error, attempt, self.attempts_max)
                if wait is None:
                    raise _failed(request, error) from error
            else:
                after = retry_after_seconds(response.headers)
                wait = wait_after_answer(request, response.status_code, after, attempt, self.attempts_max)
                if wait is None:
                    raise error_of(response.status_code, content, after)
            await asyncio.sleep(wait)
        raise ConnectionFailed(f"{request.method} {request.path}: no attempt is allowed.", idempotency_key=request.key)

    def _built(self, request: Request, wait_seconds: float) -> httpx.Request:
        timeout = self._http.timeout
        if wait_seconds:
            timeout = httpx.Timeout(
                self.timeout_seconds, connect=timeout.connect, read=self.timeout_seconds + wait_seconds
            )
        content: Any = request.content
        return self._http.build_request(
            request.method,
            request.path,
            params=httpx.QueryParams(list(request.query)),
            headers=dict(request.headers),
            content=content,
            timeout=timeout,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        """Lend it."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self.close()
